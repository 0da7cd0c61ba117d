"""Look at a routine again: keep it, change it, or drop it (S4-33)."""

from datetime import datetime

from django.db import transaction

from allmende.plan import states
from allmende.plan.models import Routine, RoutineReview
from allmende.plan.queries import minutes_of
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def review_routine(*, person: Person, routine: Routine, result: str, reason: str, now: datetime) -> RoutineReview:
    """Note what the look came to, with the planned and the real minutes of that day; dropping puts the routine away."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    spent = minutes_of(routine)
    made = RoutineReview.objects.create(
        routine=routine, at=now, by=person, result=result, reason=reason,
        planned_minutes=routine.planned_minutes, median_minutes=spent.minutes, rounds=spent.rounds,
    )  # fmt: skip
    fields = {"reviewed_at": now} | ({"archived_at": now} if result == states.ROUTINE_DROPPED else {})
    change_record(record=routine, person=person, now=now, seen_revision=None, **fields)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.routine.reviewed", target=routine, now=now,
        after={"result": result, "reason": reason},
    )  # fmt: skip
    return made


@transaction.atomic
def archive_routine(*, person: Person, routine: Routine, is_away: bool, now: datetime) -> None:
    """Put a routine away, or bring it back; its rounds and reviews stay."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    archived_at = now if is_away else None
    change_record(record=routine, person=person, now=now, seen_revision=None, archived_at=archived_at)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.routine.archived", target=routine, now=now,
        after={"away": is_away},
    )  # fmt: skip
