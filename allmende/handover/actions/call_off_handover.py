"""Call a handover off: whoever was to leave stays, or it was announced by mistake."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.handover import audit, states
from allmende.handover.actions.move_handover import locked
from allmende.handover.models import Handover
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, send_notice, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

LEAD = "handover.transfer.lead"


class CannotCallOff(Exception):
    """The handover goes on; says why and what to do."""


@transaction.atomic
def call_off_handover(*, person: Person, handover: Handover, now: datetime) -> Handover:
    """It leaves the lists, and nothing changes hands (S0-22). Both are told.

    Raises CannotCallOff once it is accepted, or while duties handed on in it are not taken back.
    """
    require(person, LEAD)
    handover = locked(handover, CannotCallOff)
    if handover.state not in states.BEFORE_ACCEPTANCE:
        raise CannotCallOff(_("Not called off: it was accepted. A handover back gives the work back."))
    if handover.handed_on.filter(taken_back_at__isnull=True).exists():
        raise CannotCallOff(
            _("Not called off: duties were handed on in it. Take them back under duties first, or go on with it.")
        )
    change_record(record=handover, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.CALLED_OFF, target=handover, now=now)
    _tell(handover, person, "called_off", reverse("handover:transfers", args=[handover.workspace.slug]), now)
    return handover


@transaction.atomic
def undo_announce(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """It was announced by mistake; both are told. Raises CannotUndo, also while duties handed on in it are not taken back."""
    require(person, LEAD)
    lock_workspace(person.workspace_id)
    found = _held(person, pk)
    if found.handed_on.filter(taken_back_at__isnull=True).exists():
        raise stale_undo()
    restore_record(record=found, person=person, now=now, revision=revision, before=before)
    record_audit(workspace=person.workspace, person=person, verb=audit.CALLED_OFF, target=found, now=now)
    _tell(found, person, "called_off", reverse("handover:transfers", args=[found.workspace.slug]), now)


@transaction.atomic
def undo_call_off(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """It goes on where it stood, and both are told that it is announced. Raises CannotUndo."""
    require(person, LEAD)
    lock_workspace(person.workspace_id)
    found = _held(person, pk)
    restore_record(record=found, person=person, now=now, revision=revision, before=before)
    after = {"undone": True}
    record_audit(workspace=person.workspace, person=person, verb=audit.CALLED_OFF, target=found, now=now, after=after)
    _tell(found, person, "announced", reverse("handover:transfer", args=[found.workspace.slug, found.pk]), now)


def _held(person: Person, pk: str) -> Handover:
    rows = Handover.objects.select_for_update(of=("self",)).select_related("leaver", "successor", "workspace")
    found = rows.filter(pk=pk, workspace=person.workspace).first()
    if found is None:
        raise stale_undo()
    return found


def _tell(handover: Handover, person: Person, what: str, url: str, now: datetime) -> None:
    values = {"by": person.name, "leaver": handover.leaver.name, "successor": handover.successor.name}
    key = f"handover.{what}:{handover.pk}:{handover.revision}"
    for one in {handover.leaver, handover.successor} - {person}:
        send_notice(person=one, kind=f"handover.{what}", values=values, url=url, once_key=key, now=now)
