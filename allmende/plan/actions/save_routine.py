"""Define recurrent work, and change it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan.models import Routine, RoutineStep
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

SAVED = "plan.routine.saved"
MOST_STEPS = 30


class CannotSaveRoutine(Exception):
    """The routine was not saved; the sentence says why."""


@transaction.atomic
def save_routine(
    *, person: Person, routine: Routine | None, steps: Sequence[str], revision: int | None, now: datetime, **fields: Any
) -> Routine:
    """Write a routine and its ordered work steps (S4-05); `routine` None begins a new one.

    `fields` as in the model. A step whose words stay keeps its ticks, also in another place. Raises CannotSaveRoutine
    without steps or with too many, StaleRevision when somebody else wrote it since `revision` was read.
    """
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    wanted = _told_apart(steps)
    before: dict[str, Any] = {}
    if routine is None:
        twin = Routine.objects.filter(workspace=person.workspace, name=fields["name"], archived_at=None).first()
        if twin:
            raise CannotSaveRoutine(_("Not saved: there is a routine of this name. Open it, or choose another name."))
        routine = Routine.objects.create(
            workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, **fields
        )
    else:
        before = {"steps": steps_of(routine)}
        before |= change_record(record=routine, person=person, now=now, seen_revision=revision, **fields)
    _write_steps(routine, wanted, now)
    after = {name: str(getattr(value, "pk", value)) for name, value in fields.items()} | {"steps": wanted}
    record_audit(
        workspace=person.workspace, person=person, verb=SAVED, target=routine, now=now,
        before={name: value if name == "steps" else str(getattr(value, "pk", value)) for name, value in before.items()},
        after=after,
    )  # fmt: skip
    return routine


@transaction.atomic
def undo_routine(
    *, person: Person, now: datetime, pk: str, revision: int, before: dict[str, Any], steps: Sequence[str]
) -> None:
    """Write back a routine and its steps as they were. Raises CannotUndo when somebody wrote it since."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    routine = Routine.objects.filter(workspace=person.workspace, pk=pk).first()
    if routine is None:
        raise stale_undo()
    restore_record(record=routine, person=person, now=now, revision=revision, before=before)
    if steps:
        _write_steps(routine, list(steps), now)
    record_audit(workspace=person.workspace, person=person, verb=SAVED, target=routine, now=now, after={"undone": True})


def steps_of(routine: Routine) -> list[str]:
    """The words of its steps, in their order."""
    return list(RoutineStep.objects.filter(routine=routine, dropped_at=None).values_list("what", flat=True))


def _told_apart(steps: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(step.strip() for step in steps if step.strip()))
    if not wanted:
        raise CannotSaveRoutine(_("Not saved: a routine is made of work steps. Write at least one, each on a line."))
    if len(wanted) > MOST_STEPS:
        raise CannotSaveRoutine(
            _(
                "Not saved: %(number)s steps are more than anybody keeps in mind (at most %(most)s). Make two routines of it."
            )
            % {"number": len(wanted), "most": MOST_STEPS}
        )
    return wanted


def _write_steps(routine: Routine, wanted: Sequence[str], now: datetime) -> None:
    RoutineStep.objects.filter(routine=routine, dropped_at=None).exclude(what__in=wanted).update(dropped_at=now)
    for position, what in enumerate(wanted):
        RoutineStep.objects.update_or_create(
            routine=routine, what=what, defaults={"position": position, "dropped_at": None}
        )
