"""Ask the reviewers whose turn it is, colleagues by a notice, people outside by a link that needs no account."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.editorial import audit
from allmende.editorial.access import REVIEW_KIND
from allmende.editorial.actions.ask_approval import CannotAsk
from allmende.editorial.models import ApprovalStep, Item, Reviewer
from allmende.editorial.queries.approvals import asked_texts, open_step
from allmende.team.access import may, require
from allmende.team.actions import make_guest_link, queue_mail, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person

OPEN_DAYS = 60


@transaction.atomic
def ask_steps(*, person: Person, item: Item, now: datetime) -> ApprovalStep:
    """Ask the first step that lacks an answer; the next one follows by itself. Asked again, nobody is told twice.

    Raises CannotAsk when nothing can be approved yet, or nothing is missing.
    """
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    if not asked_texts(item):
        raise CannotAsk(_("Nobody was asked. No text passes the checks of its channel yet; see what is missing."))
    step = open_step(item)
    if step is None:
        raise CannotAsk(_("Nobody was asked. All steps are answered, and nothing is missing."))
    return ask_step(person=person, step=step, now=now)


def ask_step(*, person: Person, step: ApprovalStep, now: datetime) -> ApprovalStep:
    """Ask the reviewers of one step on behalf of `person`; inside the caller's transaction."""
    if step.asked_at is not None:
        return step
    step.asked_at, step.asked_by = now, person
    step.save(update_fields=["asked_at", "asked_by"])
    item = Item.objects.select_related("workspace").get(pk=step.item_id)
    for reviewer in step.reviewers.select_related("person").all():
        if reviewer.person:
            _tell(reviewer.person, person, item, step, now)
        else:
            _write(person, item, step, reviewer, now)
    record_audit(
        workspace=item.workspace,
        person=person,
        verb=audit.ASKED,
        target=item,
        now=now,
        after={"place": step.place, "due_at": step.due_at.isoformat() if step.due_at else ""},
    )
    return step


@transaction.atomic
def open_review(*, person: Person, reviewer: Reviewer, now: datetime) -> str:
    """A new link for somebody outside, to hand over in person; the token, of which only the hash is kept."""
    require(person, "editorial.item.edit")
    require(person, "team.guest.invite")
    return _link(person, reviewer, now)


def _link(person: Person, reviewer: Reviewer, now: datetime) -> str:
    return make_guest_link(
        person=person,
        object_kind=REVIEW_KIND,
        object_id=reviewer.pk,
        guest_name=reviewer.name,
        expires_at=now + timedelta(days=OPEN_DAYS),
        now=now,
    )


def link_for(person: Person, reviewer: Reviewer, now: datetime) -> str:
    """The address of a new link on behalf of `person`, as a mail carries it."""
    return settings.ORIGIN + reverse("guest_review", args=[_link(person, reviewer, now)])


def _tell(reader: Person, person: Person, item: Item, step: ApprovalStep, now: datetime) -> None:
    send_notice(
        person=reader,
        kind="editorial.approval_asked",
        values={"title": item.title, "name": person.name},
        url=reverse("editorial:item", args=[item.workspace.slug, item.pk]) + "#approval",
        once_key=f"step:{step.pk}:{step.asked_at}",
        now=now,
    )


def _write(person: Person, item: Item, step: ApprovalStep, reviewer: Reviewer, now: datetime) -> None:
    if not reviewer.email or item.workspace.mails_nobody or not may(person, "team.guest.invite"):
        return
    url = link_for(person, reviewer, now)
    write_guest(item=item, step=step, reviewer=reviewer, sender=person.name, url=url, kind="asked", now=now)


def write_guest(
    *, item: Item, step: ApprovalStep, reviewer: Reviewer, sender: str, url: str, kind: str, now: datetime
) -> bool:
    """A mail to a reviewer outside: `asked`, `reminder` or `overdue`; once per asking."""
    workspace = item.workspace
    with speaking(workspace.language, workspace.gender_form):
        context = {"item": item, "step": step, "reviewer": reviewer, "sender": sender, "url": url, "kind": kind}
        context["until"] = workspace.day_at(now + timedelta(days=OPEN_DAYS))
        context["due"] = workspace.day_at(step.due_at) if step.due_at else None
        body = render_to_string("editorial/mails/review.txt", {**context, "workspace": workspace})
        subject = _("Please read before it appears: %(title)s") % {"title": item.title}
    return queue_mail(
        workspace=workspace,
        to_address=reviewer.email,
        to_name=reviewer.name,
        subject=subject,
        body=body,
        once_key=f"review:{kind}:{reviewer.pk}:{step.asked_at}",
        now=now,
    )
