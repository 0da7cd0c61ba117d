"""Look back at a handover 30 and 90 days after the last day, in words (`domain.md` 3.15)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from allmende.handover import audit, states
from allmende.handover.actions.move_handover import locked, moved
from allmende.handover.models import Handover, HandoverLook
from allmende.handover.queries import check_date
from allmende.team.access import require, require_briefed
from allmende.team.actions import CannotUndo, record_audit, restore_record, send_notice, stale_undo
from allmende.team.models import Person

LEAD = "handover.transfer.lead"


class CannotLookBack(Exception):
    """Nothing was noted; `field` names what to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def look_back(
    *,
    person: Person,
    handover: Handover,
    missing: str,
    in_one_head: str,
    outcome: str,
    next_step: str,
    now: datetime,
) -> HandoverLook:
    """What was missing, what is still only in one head, how it goes, and what happens now where it does not go by itself.

    The successor answers, or whoever leads; the other is told. Raises CannotLookBack before its day, or without words.
    """
    require_briefed(person)
    if person.pk != handover.successor_id:
        require(person, LEAD)
    handover = locked(handover, CannotLookBack)
    state = handover.next_state
    if state not in states.LOOKS:
        raise CannotLookBack(_("Not noted: the handover is at another step by now. Look at it again."))
    _check_day(handover, state, now)
    said = {"missing": missing.strip(), "in_one_head": in_one_head.strip(), "next_step": next_step.strip()}
    _check_words(said, outcome)
    look = HandoverLook.objects.create(handover=handover, state=state, outcome=outcome, at=now, by=person, **said)
    moved(handover, person, state, now)
    _audit(person, handover, now, {"look": state, "outcome": outcome})
    _tell(look, now)
    return look


@transaction.atomic
def undo_look(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Take one's own look back out again; the handover waits for it as before."""
    rows = HandoverLook.objects.filter(handover__pk=pk, handover__workspace=person.workspace, by=person)
    look = rows.select_related("handover").order_by("-at").first()
    if look is None or look.handover.state != look.state:
        raise stale_undo()
    if person.pk != look.handover.successor_id:
        require(person, LEAD)
    handover = locked(look.handover, CannotUndo)
    if handover.state != look.state:
        raise stale_undo()
    restore_record(record=handover, person=person, now=now, revision=revision, before=before)
    look.delete()
    _audit(person, handover, now, {"undone": True})


def _check_day(handover: Handover, state: str, now: datetime) -> None:
    due = check_date(handover, state)
    if due > handover.workspace.day_at(now):
        sentence = _("Not noted: the look back is due on %(day)s, so that there is something to see. You will be told.")
        raise CannotLookBack(sentence % {"day": formats.date_format(due, "SHORT_DATE_FORMAT")})


def _check_words(said: Mapping[str, str], outcome: str) -> None:
    if outcome not in states.OUTCOMES:
        raise CannotLookBack(_("Not noted: say how it goes."), "outcome")
    for field in ("missing", "in_one_head"):
        if not said[field]:
            raise CannotLookBack(_("Not noted: answer in words, also if it is nothing."), field)
    if outcome != states.CARRIED and not said["next_step"]:
        raise CannotLookBack(
            _("Not noted: say what happens now, so that the successor can carry it alone."), "next_step"
        )


def _tell(look: HandoverLook, now: datetime) -> None:
    handover = look.handover
    people = {one.pk: one for one in (handover.successor, handover.created_by) if one and not one.left_at}
    people.pop(look.by_id, None)
    for one in people.values():
        send_notice(
            person=one,
            kind="handover.looked_back",
            values={"by": look.by.name, "leaver": handover.leaver.name, "outcome": look.outcome},
            url=reverse("handover:transfer", args=[handover.workspace.slug, handover.pk]),
            once_key=f"handover.looked_back:{look.pk}",
            now=now,
        )


def _audit(person: Person, handover: Handover, now: datetime, after: Mapping[str, Any]) -> None:
    record_audit(
        workspace=person.workspace, person=person, verb=audit.LOOKED_BACK, target=handover, now=now, after=after
    )
