"""Go through a routine today: begin, tick off, take a tick back (S4-31)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan.models import Round, Routine, RoutineStep, Tick
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotTick(Exception):
    """Nothing was ticked; the sentence says why."""


@transaction.atomic
def begin_round(*, person: Person, routine: Routine, on: date, now: datetime) -> Round:
    """Today's round, begun now if nobody has begun it yet: from here the first step's minutes count."""
    require(person, "plan.step.report")
    made, _is_new = Round.objects.get_or_create(
        routine=routine, on_date=on, defaults={"begun_at": now, "begun_by": person}
    )
    return made


@transaction.atomic
def tick_step(*, person: Person, step: RoutineStep, on: date, is_done: bool, note: str, now: datetime) -> Tick | None:
    """Tick a step of today's round, or take its tick back; doing the same again changes nothing but the note.

    The last tick ends the round. Returns the tick taken back, for `undo_tick`. Raises CannotTick when the step was
    taken out of the routine meanwhile.
    """
    require(person, "plan.step.report")
    lock_workspace(person.workspace_id)
    if step.dropped_at:
        raise CannotTick(
            _("Not ticked: somebody took this step out of the routine meanwhile. Look at the round again.")
        )
    begun = begin_round(person=person, routine=step.routine, on=on, now=now)
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=begun.pk)
    taken = None if is_done else Tick.objects.filter(round=round_, step=step).first()
    if taken:
        Tick.objects.filter(pk=taken.pk).delete()
    elif is_done and not Tick.objects.filter(round=round_, step=step).update(note=note):
        Tick.objects.create(round=round_, step=step, at=now, by=person, note=note)
    _end(round_)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.round.ticked", target=round_, now=now,
        after={"step": step.pk, "done": is_done},
    )  # fmt: skip
    return taken


@transaction.atomic
def undo_tick(*, person: Person, now: datetime, round_id: int, step: int, by: str, at: str, note: str) -> None:
    """Put a tick back as it was, with its note. Raises CannotUndo when somebody ticked the step meanwhile."""
    require(person, "plan.step.report")
    lock_workspace(person.workspace_id)
    found = (
        Round.objects.select_for_update(of=("self",)).filter(pk=round_id, routine__workspace=person.workspace).first()
    )
    if found is None or Tick.objects.filter(round=found, step_id=step).exists():
        raise stale_undo()
    Tick.objects.create(round=found, step_id=step, by_id=UUID(by), at=datetime.fromisoformat(at), note=note)
    _end(found)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.round.ticked", target=found, now=now,
        after={"step": step, "done": True, "undone": True},
    )  # fmt: skip


def _end(round_: Round) -> None:
    """A round without open steps ended with its last tick."""
    ticks = Tick.objects.filter(round=round_)
    is_open = (
        RoutineStep.objects.filter(routine=round_.routine_id, dropped_at=None)
        .exclude(pk__in=ticks.values("step"))
        .exists()
    )
    last = None if is_open else ticks.order_by("-at").values_list("at", flat=True).first()
    round_.ended_at = max(last, round_.begun_at) if last else None
    round_.save(update_fields=["ended_at"])
