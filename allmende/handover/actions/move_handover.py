"""Take a handover a step on."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.handover import audit, states
from allmende.handover.models import Handover
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotMove(Exception):
    """The handover stays where it is; says why and what to do."""


@transaction.atomic
def move_handover(*, person: Person, handover: Handover, state: str, now: datetime) -> Handover:
    """On to `state`, the next of its kind's way. Accepting, ending the access and looking back have actions of their own.

    Gaps are closed when every point is settled. Where the next step is the successor's, they are told. Raises CannotMove.
    """
    require(person, "handover.transfer.lead")
    handover = locked(handover, CannotMove)
    if state != handover.next_state or state in states.BY_ACTION:
        raise CannotMove(_("Not moved on: the handover is at another step by now. Look at it again."))
    if state == states.GAPS_CLOSED:
        _check_points(handover)
    moved(handover, person, state, now)
    if handover.next_state == states.ACCEPTED:
        _ask_successor(handover, now)
    return handover


def locked(handover: Handover, refuse: Callable[[str], Exception]) -> Handover:
    """The handover as it is now, held until the transaction ends. Raises what `refuse` makes of the sentence that says that
    it was called off while the page lay open."""
    lock_workspace(handover.workspace_id)
    rows = Handover.objects.select_for_update(of=("self",)).select_related(
        "leaver", "successor", "workspace", "created_by"
    )
    found = rows.filter(pk=handover.pk, archived_at__isnull=True).first()
    if found is None:
        raise refuse(_("Nothing changed: this handover was called off meanwhile. Everybody keeps what they have."))
    return found


def moved(handover: Handover, person: Person, state: str, now: datetime, **fields: object) -> None:
    """Write the state and its line in the book."""
    before = handover.state
    change_record(record=handover, person=person, now=now, seen_revision=None, state=state, **fields)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.MOVED,
        target=handover,
        now=now,
        before={"state": before},
        after={"state": state},
    )


def _check_points(handover: Handover) -> None:
    left = handover.points.filter(is_settled=False).count()
    if left:
        sentence = ngettext(
            "Not moved on: %(number)s point of the checklist is still open. Settle it, or note why it stays open and "
            "tick it.",
            "Not moved on: %(number)s points of the checklist are still open. Settle them, or note why they stay open "
            "and tick them.",
            left,
        )
        raise CannotMove(sentence % {"number": left})


def _ask_successor(handover: Handover, now: datetime) -> None:
    send_notice(
        person=handover.successor,
        kind="handover.to_accept",
        values={"leaver": handover.leaver.name},
        url=reverse("handover:transfer", args=[handover.workspace.slug, handover.pk]),
        once_key=f"handover.to_accept:{handover.pk}",
        now=now,
    )
