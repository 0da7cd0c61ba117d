"""A department or an expert answers, promises to, or declines; a question nobody answers in time goes to the deputy."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.inbox import audit, states
from allmende.inbox.actions.inquire import guest_url, move, pass_on, tell, write_mail
from allmende.inbox.models import Inquiry
from allmende.inbox.queries.inquiries import addressed_to, answerers_of, late_inquiries, load_of, watchers_of
from allmende.team.access import may, require_briefed
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Expert, Person
from allmende.team.states import BY_MAIL

RIGHT = "inbox.conversation.sort"
MOST_MINUTES = 24 * 60


class CannotAnswer(Exception):
    """Nothing was written down; the message says why. What was typed is still there."""


@transaction.atomic
def answer_inquiry(
    *, inquiry: Inquiry, person: Person | None, answer: str, now: datetime, name: str = "", minutes: int | None = None
) -> Inquiry:
    """Write the answer down; whoever asked and whoever takes care of the conversation are told.

    `person`: somebody with an account, who was asked or writes down what was said on the telephone; None over a guest's
    link, with a name then. An expert's answer is proposed as knowledge. Raises CannotAnswer.
    """
    found = _locked(inquiry, person)
    if found.state in (states.ANSWERED, states.USED) and answer.strip() and found.answer == answer.strip():
        return found  # the same press of the button
    if found.state not in states.ANSWERABLE_STATES:
        raise CannotAnswer(_("Nothing was written down: this question is answered already, or not asked any more."))
    said_by = (person.name if person and not name.strip() else name).strip()[:120]
    if not answer.strip():
        raise CannotAnswer(_("Nothing was written down: the answer is still empty."))
    if not said_by:
        raise CannotAnswer(_("Nothing was written down: write your name, so that the answer is yours."))
    move(
        found, states.ANSWERED, person, now, audit.ANSWERED, answer=answer.strip(), answered_at=now, answered_name=said_by,
        minutes=min(minutes, MOST_MINUTES) if minutes is not None else None,
        knowledge=states.PROPOSED if found.kind == states.EXPERT else "",
    )  # fmt: skip
    for one in watchers_of(found):
        if person is None or one.pk != person.pk:
            tell(found, one, "inquiry_answered", now, mark=str(found.revision))
    return found


@transaction.atomic
def accept_inquiry(*, inquiry: Inquiry, person: Person | None, now: datetime) -> Inquiry:
    """Whoever was asked will answer. Raises CannotAnswer."""
    found = _locked(inquiry, person)
    if found.state != states.ASKED:
        raise CannotAnswer(_("Nothing was written down: this question is answered already, or not asked any more."))
    return move(found, states.ACCEPTED, person, now, audit.ACCEPTED)


@transaction.atomic
def decline_inquiry(*, inquiry: Inquiry, person: Person | None, reason: str, now: datetime) -> Inquiry | None:
    """An expert cannot answer: the deputy is asked in their place, where one can take it. Returns the deputy's question."""
    found = _locked(inquiry, person)
    if states.DECLINED not in states.INQUIRY_MOVES[found.state]:
        raise CannotAnswer(_("Nothing was written down: this question is answered already, or not asked any more."))
    if found.kind == states.DEPARTMENT:
        raise CannotAnswer(
            _("A department answers in any case. If nothing comes of it, write that as the answer, and why.")
        )
    if not reason.strip():
        raise CannotAnswer(_("Nothing was written down: say in a word why, so that the team asks somebody else."))
    move(found, states.DECLINED, person, now, audit.DECLINED, reason=reason.strip()[:500])
    return _go_on(found, "inquiry_declined", now)


def follow_late(*, now: datetime) -> int:
    """Experts' questions whose day has passed go to the deputy; of departments' questions people are reminded, once. How many."""
    return sum(_follow(one, now) for one in late_inquiries(now))


@transaction.atomic
def _follow(inquiry: Inquiry, now: datetime) -> bool:
    lock_workspace(inquiry.workspace_id)
    found = Inquiry.objects.select_for_update().filter(
        pk=inquiry.pk, state__in=(states.ASKED, states.ACCEPTED), archived_at__isnull=True
    ).first()  # fmt: skip
    if found is None:
        return False
    if found.kind == states.EXPERT:
        move(found, states.TIMED_OUT, None, now, audit.TIMED_OUT)
        _go_on(found, "inquiry_timed_out", now)
        return True
    if not Inquiry.objects.filter(pk=found.pk, reminded_at__isnull=True).update(reminded_at=now):
        return False
    for one in {one.pk: one for one in (*answerers_of(found), *watchers_of(found))}.values():
        tell(found, one, "inquiry_late", now)
    sender, last = found.created_by, found.open_until_date
    is_open = last is None or found.workspace.day_at(now) <= last
    if is_open and found.email and sender and may(sender, "team.guest.invite"):
        write_mail(inquiry=found, sender=sender, url=guest_url(sender, found, now), kind="reminder", now=now)
    return True


def _go_on(inquiry: Inquiry, kind: str, now: datetime) -> Inquiry | None:
    """Ask the deputy where there is one with room, and tell whoever asked either way."""
    deputy = _free_deputy(inquiry, now)
    passed = pass_on(inquiry=inquiry, deputy=deputy, now=now) if deputy else None
    for one in watchers_of(inquiry):
        tell(passed or inquiry, one, f"{kind}_passed_on" if passed else kind, now)
    return passed


def _free_deputy(inquiry: Inquiry, now: datetime) -> Expert | None:
    """The deputy, unless they are full, away from the list, or were asked the same already."""
    deputy = inquiry.expert.deputy if inquiry.expert else None
    if deputy is None or deputy.archived_at or inquiry.conversation.state in (states.CLOSED, states.ARCHIVED):
        return None
    asked = Inquiry.objects.filter(conversation=inquiry.conversation_id, expert=deputy, question=inquiry.question)
    sender = inquiry.created_by
    can_reach = deputy.way != BY_MAIL or (sender is not None and may(sender, "team.guest.invite"))
    return None if asked.exists() or load_of(deputy, now).is_full or not can_reach else deputy


def _locked(inquiry: Inquiry, person: Person | None) -> Inquiry:
    """The row as it stands, if this person may say something to it: who was asked, or somebody who sorts conversations."""
    _check_may_say(inquiry, person)
    lock_workspace(inquiry.workspace_id)
    rows = Inquiry.objects.select_for_update(of=("self",)).select_related(
        "workspace", "expert__deputy", "unit__lead", "conversation__assignee", "created_by"
    )
    found = rows.filter(pk=inquiry.pk, archived_at__isnull=True).first()
    if found is None:
        raise _dropped()
    _check_may_say(found, person)
    return found


def _check_may_say(inquiry: Inquiry, person: Person | None) -> None:
    if person is not None:
        require_briefed(person)
    if person is None or may(person, RIGHT) or addressed_to(person).filter(pk=inquiry.pk).exists():
        return
    if Inquiry.objects.filter(pk=inquiry.pk, archived_at__isnull=False).exists():
        raise _dropped()
    raise PermissionDenied(RIGHT)


def _dropped() -> CannotAnswer:
    return CannotAnswer(_("Nothing was written down: this question is not asked any more."))
