"""Plan the shifts of a proposal that a person accepted."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from allmende.team.access import require
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.plan_duty import take_off, write_shift
from allmende.team.actions.tell_of_shift import tell_of_several, tell_who_lost_several
from allmende.team.actions.undo_change import stale_undo
from allmende.team.models import Person, ServiceHours, Shift
from allmende.team.states import ASSIGNED, FULL

Pick = tuple[Person, ServiceHours, datetime, datetime]


@transaction.atomic
def accept_proposal(*, person: Person, picks: Sequence[Pick], now: datetime) -> list[Shift]:
    """All of them or none; everybody is asked once to confirm theirs. Raises CannotPlanDuty where somebody got a shift meanwhile."""
    require(person, "team.duty.plan")
    planned = [
        write_shift(
            person=person, shift=None, hours=hours, kind=FULL, doer=doer, starts_at=starts_at, ends_at=ends_at, now=now,
            is_quiet=True,
        )
        for doer, hours, starts_at, ends_at in picks
    ]  # fmt: skip
    tell_of_several(person=person, shifts=[one for one in planned if one.state == ASSIGNED], now=now)
    return planned


@transaction.atomic
def undo_proposal(*, person: Person, now: datetime, shifts: Sequence[str]) -> None:
    """Take all of them off the rota again, while nobody has moved one on; everybody who had some is told once."""
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    rows = Shift.objects.filter(workspace=person.workspace, pk__in=shifts, revision=1, archived_at__isnull=True)
    found = list(rows.select_related("person"))
    if len(found) != len(shifts):
        raise stale_undo()
    for one in found:
        take_off(person=person, shift=one, now=now)
    tell_who_lost_several(person=person, shifts=found, now=now)
