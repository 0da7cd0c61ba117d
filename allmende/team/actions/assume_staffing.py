"""Say what is assumed when the team asks how many people it needs (S2-18)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from allmende.team.access import require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Person, StaffingAssumption


@transaction.atomic
def assume_staffing(*, person: Person, name: str, value: Decimal, reason: str, now: datetime) -> StaffingAssumption:
    """Count with this value instead of the measured or usual one, and say where it comes from."""
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    found = StaffingAssumption.objects.filter(workspace=person.workspace, name=name, archived_at__isnull=True).first()
    if found is None:
        found = StaffingAssumption.objects.create(
            workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, name=name,
            value=value, reason=reason,
        )  # fmt: skip
    else:
        change_record(record=found, person=person, now=now, seen_revision=None, value=value, reason=reason)
    _record(person, found, now)
    return found


@transaction.atomic
def drop_assumption(*, person: Person, assumption: StaffingAssumption, now: datetime) -> None:
    """Count with what is measured again, or with the usual value."""
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    change_record(record=assumption, person=person, now=now, seen_revision=None, archived_at=now)
    _record(person, assumption, now)


def _record(person: Person, assumption: StaffingAssumption, now: datetime) -> None:
    after = {
        "name": assumption.name, "value": str(assumption.value), "reason": assumption.reason,
        "dropped": assumption.archived_at is not None,
    }  # fmt: skip
    verb = "team.staffing.assumed"
    record_audit(workspace=person.workspace, person=person, verb=verb, target=assumption, now=now, after=after)
