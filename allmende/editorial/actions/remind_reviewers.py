"""Remind of approvals before and after their day, and tell somebody by name when nobody answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.editorial import audit
from allmende.editorial.actions.ask_step import link_for, write_guest
from allmende.editorial.models import ApprovalStep, Item, Reviewer
from allmende.editorial.queries.approvals import steps_of
from allmende.team.access import may
from allmende.team.actions import queue_mail, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person

BEFORE = timedelta(days=1)
# A step stalls a day after its date; without a date after this time.
STALLED = timedelta(days=1)
STALLED_WITHOUT_DATE = timedelta(days=5)
REMINDER, OVERDUE, ESCALATION = "reminder", "overdue", "stalled"
_MARKS = {REMINDER: "reminded_at", OVERDUE: "overdue_at", ESCALATION: "escalated_at"}


def remind_of_approvals(*, now: datetime) -> int:
    """Remind reviewers a day before the date and once after it, then tell whoever the step names; each once. How many."""
    return sum(_remind(step, kind, now) for step in _asked() for kind in due_kinds(step, now))


def due_kinds(step: ApprovalStep, now: datetime) -> list[str]:
    """Which reminders of a step are due and were not sent: plain arithmetic over its dates."""
    if step.asked_at is None:
        return []
    found = []
    if step.due_at is not None and step.due_at - BEFORE <= now < step.due_at and step.asked_at < step.due_at - BEFORE:
        found.append(REMINDER)
    if step.due_at is not None and step.due_at <= now:
        found.append(OVERDUE)
    stalls_at = step.due_at + STALLED if step.due_at is not None else step.asked_at + STALLED_WITHOUT_DATE
    if max(stalls_at, step.asked_at + STALLED) <= now:
        found.append(ESCALATION)
    return [kind for kind in found if getattr(step, _MARKS[kind]) is None]


def _asked() -> Sequence[ApprovalStep]:
    rows = ApprovalStep.objects.filter(
        asked_at__isnull=False, item__archived_at__isnull=True, escalated_at__isnull=True
    )
    return list(
        rows.select_related("item__workspace", "item__owner", "item__owner__user", "asked_by__user", "told_to__user")
    )


@transaction.atomic
def _remind(step: ApprovalStep, kind: str, now: datetime) -> int:
    state = next((one for one in steps_of(step.item) if one.step.pk == step.pk), None)
    if state is None or not state.is_turn:
        return 0
    mark = _MARKS[kind]
    lock_workspace(step.item.workspace_id)
    if not ApprovalStep.objects.filter(pk=step.pk, asked_at=step.asked_at, **{mark: None}).update(**{mark: now}):
        return 0  # another worker was faster
    waiting = [one.reviewer for one in state.said if not one.is_standing]
    if kind == ESCALATION:
        wishes = [one.reviewer for one in state.said if one.is_standing and not one.has_agreed]
        _escalate(step, waiting, wishes, now)
    else:
        for reviewer in waiting:
            _tell(step, reviewer, kind, now)
    record_audit(
        workspace=step.item.workspace,
        person=None,
        verb=audit.REMINDED,
        target=step.item,
        now=now,
        after={"place": step.place, "kind": kind},
    )
    return 1


def _tell(step: ApprovalStep, reviewer: Reviewer, kind: str, now: datetime) -> None:
    asker = _first_here(step.asked_by, step.item.owner)
    if reviewer.person:
        _leave(reviewer.person, step, kind, [], now)
    elif reviewer.email and may(asker, "team.guest.invite") and not step.item.workspace.mails_nobody:
        url = link_for(asker, reviewer, now)
        write_guest(item=step.item, step=step, reviewer=reviewer, sender=asker.name, url=url, kind=kind, now=now)


def _escalate(step: ApprovalStep, waiting: Sequence[Reviewer], wishes: Sequence[Reviewer], now: datetime) -> None:
    """Who did not answer; where all did, whose wishes for changes nobody has met."""
    reader = _first_here(step.told_to, step.asked_by, step.item.owner)
    _leave(reader, step, ESCALATION, waiting or wishes, now, is_answered=not waiting)


def _first_here(*people: Person | None) -> Person:
    """Whoever of these has not left, else the last."""
    known = [one for one in people if one is not None]
    return next((one for one in known if one.left_at is None), known[-1])


def _leave(
    reader: Person,
    step: ApprovalStep,
    kind: str,
    about: Sequence[Reviewer],
    now: datetime,
    *,
    is_answered: bool = False,
) -> None:
    """In the app and by e-mail, in the reader's language."""
    if reader.left_at is not None:
        return
    item, url = step.item, _url(step.item)
    once = f"step:{kind}:{step.pk}:{step.asked_at}"
    names = ", ".join(one.shown_name for one in about)
    values = {"title": item.title, "names": names, "is_answered": is_answered}
    send_notice(person=reader, kind=f"editorial.approval_{kind}", values=values, url=url, once_key=once, now=now)
    with speaking(reader.user.language, reader.workspace.gender_form):
        context = {"item": item, "step": step, "kind": kind, "names": names, "reader": reader}
        context["is_answered"] = is_answered
        context["is_named"] = kind == ESCALATION and reader == step.told_to
        context["due"] = item.workspace.day_at(step.due_at) if step.due_at else None
        body = render_to_string("editorial/mails/waiting.txt", {**context, "url": settings.ORIGIN + url})
        subject = _("Approval is missing: %(title)s") % {"title": item.title}
    queue_mail(
        workspace=item.workspace,
        to_address=reader.user.email,
        to_name=reader.name,
        subject=subject,
        body=body,
        once_key=once,
        now=now,
    )


def _url(item: Item) -> str:
    return reverse("editorial:item", args=[item.workspace.slug, item.pk]) + "#approval"
