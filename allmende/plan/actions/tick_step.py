"""Go through a routine today: begin, tick off, take a tick back (S4-31)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan.models import Round, Routine, RoutineStep, Tick
from allmende.team.access import require
from allmende.team.actions import record_audit
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
def tick_step(*, person: Person, step: RoutineStep, on: date, is_done: bool, note: str, now: datetime) -> Round:
    """Tick a step of today's round, or take its tick back; doing the same again changes nothing but the note.

    The last tick ends the round. Raises CannotTick when the step was taken out of the routine meanwhile.
    """
    require(person, "plan.step.report")
    if step.dropped_at:
        raise CannotTick(
            _("Not ticked: somebody took this step out of the routine meanwhile. Look at the round again.")
        )
    begun = begin_round(person=person, routine=step.routine, on=on, now=now)
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=begun.pk)
    if not is_done:
        Tick.objects.filter(round=round_, step=step).delete()
    elif not Tick.objects.filter(round=round_, step=step).update(note=note):
        Tick.objects.create(round=round_, step=step, at=now, by=person, note=note)
    _end(round_)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.round.ticked", target=round_, now=now,
        after={"step": step.pk, "done": is_done},
    )  # fmt: skip
    return round_


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
