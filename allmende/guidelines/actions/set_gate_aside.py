"""Open a channel without something it should have, knowingly."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from allmende.channels.models import Channel
from allmende.guidelines.models import GateException
from allmende.guidelines.states import GATES_SET_ASIDE
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, undo_fields
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT, SET_ASIDE, ASKED_AGAIN = "channels.channel.edit", "guidelines.gate.set_aside", "guidelines.gate.asked_again"


class CannotSetAside(Exception):
    """The gate stays; the message says why and what to do."""


@transaction.atomic
def set_gate_aside(*, person: Person, channel: Channel, gate: str, reason: str, now: datetime) -> GateException:
    """This channel may open without the gate, for this reason and in this name. Raises CannotSetAside."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    if gate not in GATES_SET_ASIDE:
        raise CannotSetAside(gettext("Nothing was changed: without this no channel opens."))
    if not reason.strip():
        raise CannotSetAside(gettext("Nothing was changed. Say why the channel opens without it."))
    found = GateException.objects.filter(channel=channel, gate=gate).first()
    if found is None:
        found = GateException.objects.create(
            workspace=person.workspace, channel=channel, gate=gate, reason=reason.strip(), created_at=now,
            created_by=person, updated_at=now, updated_by=person,
        )  # fmt: skip
    else:
        change_record(record=found, person=person, now=now, seen_revision=None, reason=reason.strip(), archived_at=None)
    _record(person, SET_ASIDE, found, now)
    return found


@transaction.atomic
def ask_gate_again(*, person: Person, exception: GateException, now: datetime) -> GateException:
    """The exception ends; a channel that is open stays so, and its page names what is missing."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    change_record(record=exception, person=person, now=now, seen_revision=None, archived_at=now)
    _record(person, ASKED_AGAIN, exception, now)
    return exception


undo_gate = undo_fields(
    right=EDIT, verb=SET_ASIDE, rows=lambda person: GateException.objects.filter(workspace=person.workspace)
)


def _record(person: Person, verb: str, found: GateException, now: datetime) -> None:
    after = {"gate": found.gate, "reason": found.reason}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=found.channel, now=now, after=after)
