"""Put a step on another day, and say that its day is agreed; the version in force stays as it is."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.step_progress import keep_progress, locked_step, undo_progress
from allmende.plan.models import Step, StepProgress, StrategicPlan
from allmende.plan.queries import decides_on
from allmende.team.access import require
from allmende.team.actions import send_notice
from allmende.team.models import Person

MOVED, AGREED = "plan.step.moved", "plan.step.agreed"


class CannotMoveStep(Exception):
    """The step stays on its day; `field` names what to mend, empty when nothing typed is to blame."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


class CannotAgreeStep(Exception):
    """No agreement was noted; says why."""


@transaction.atomic
def move_step(
    *, person: Person, plan: StrategicPlan, key: str, to_day: date, today: date, now: datetime, reason: str = ""
) -> StepProgress | None:
    """Let a step be due on `to_day`; None when it is due on that day already.

    Once its day has passed it needs a reason and stays late (S4-02). Moved by somebody else, whoever does it agrees anew
    (S4-29) and is told. Raises CannotMoveStep.
    """
    require(person, "plan.step.report")
    step, progress = locked_step(person, plan, key)
    if step is None:
        raise CannotMoveStep(_("Not moved: this step is not part of the plan in force any more."))
    before = progress.due_day(step)
    if before == to_day:
        return None
    _check(person, step, progress, to_day, today, reason)
    if before < today:
        progress.has_slipped = True
    is_back = to_day == step.due_date
    progress.moved_from, progress.moved_to = (None, None) if is_back else (step.due_date, to_day)
    progress.move_reason = reason.strip()
    _ask_anew(person, step, progress, now)
    days = {"day": to_day.isoformat(), "reason": reason.strip()}
    keep_progress(person=person, progress=progress, verb=MOVED, before={"day": before.isoformat()}, after=days, now=now)
    if step.owner_id != person.pk:
        _tell(person, step, to_day, now)
    return progress


def _check(person: Person, step: Step, progress: StepProgress, to_day: date, today: date, reason: str) -> None:
    if progress.state not in states.OPEN_STEP_STATES:
        raise CannotMoveStep(_("Not moved: somebody reported meanwhile that the step is done or dropped."))
    if not decides_on(person, step):
        raise CannotMoveStep(
            _("Not moved: whoever does the step, answers for it or writes the plan puts it on another day. Ask them.")
        )
    if to_day < today:
        raise CannotMoveStep(_("Not moved: that day has passed. Choose today or a later day."), "to_day")
    if step.starts_date and to_day < step.starts_date:
        raise CannotMoveStep(_("Not moved: the step would be due before it begins. Choose a later day."), "to_day")
    if progress.due_day(step) < today and not reason.strip():
        raise CannotMoveStep(
            _("Not moved: its day has passed, so say why it gets another one. The reason stays with it."), "reason"
        )


def _ask_anew(person: Person, step: Step, progress: StepProgress, now: datetime) -> None:
    if step.owner_id == person.pk:
        progress.agreed_at, progress.agreed_by = now, person
        return
    progress.agreed_at = progress.agreed_by = None
    if progress.state in (states.AGREED_STEP, states.SCHEDULED):
        progress.state = states.PLANNED


def _tell(person: Person, step: Step, to_day: date, now: datetime) -> None:
    if step.owner.left_at is None:
        send_notice(
            person=step.owner,
            kind="plan.step_moved",
            values={"name": person.name, "what": step.what, "day": to_day.isoformat()},
            url=reverse("plan:step", kwargs={"slug": person.workspace.slug, "key": step.key}),
            once_key=f"plan.step_moved:{step.key}:{now.isoformat()}",
            now=now,
        )


@transaction.atomic
def agree_step(*, person: Person, plan: StrategicPlan, key: str, now: datetime) -> StepProgress:
    """Whoever does the step agrees to it and its day, or somebody who writes the plan notes that they do (S4-29).

    Agreeing again changes nothing. Raises CannotAgreeStep.
    """
    require(person, "plan.step.report")
    step, progress = locked_step(person, plan, key)
    if step is None or progress.state not in states.OPEN_STEP_STATES:
        raise CannotAgreeStep(_("Not noted: somebody reported meanwhile that the step is done or dropped."))
    if not decides_on(person, step):
        raise CannotAgreeStep(_("Not noted: whoever does the step agrees to it, or somebody who writes the plan."))
    if progress.agreed_at:
        return progress
    before = {"state": progress.state}
    progress.agreed_at, progress.agreed_by = now, person
    if progress.state == states.PLANNED:
        progress.state = states.AGREED_STEP
    keep_progress(
        person=person, progress=progress, verb=AGREED, before=before, after={"state": progress.state}, now=now
    )
    return progress


undo_moved_step, undo_agreed_step = undo_progress(MOVED), undo_progress(AGREED)
