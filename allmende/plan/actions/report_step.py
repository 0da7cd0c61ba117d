"""Say how far a step is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.step_progress import keep_progress, locked_step, undo_progress
from allmende.plan.models import Step, StepProgress, StrategicPlan
from allmende.plan.queries import checks_own_work
from allmende.team.access import require
from allmende.team.models import Person

VERB = "plan.step.reported"
# What only whoever has agreed to do it would say of their own step.
TAKEN_ON = (states.SCHEDULED, states.IN_PROGRESS, states.DONE)


class CannotReportStep(Exception):
    """The progress was not taken down; says why."""


@transaction.atomic
def report_step(
    *, person: Person, plan: StrategicPlan, key: str, state: str, now: datetime, note: str = ""
) -> StepProgress:
    """Move a step of the version in force to `state` (`states.STEP_MOVES`); reporting the same again changes nothing.

    A step that is done is checked by somebody else than those who do it and whoever reported it (S4-04); alone in the
    workspace, the check becomes a self-check (I-03). Whoever does it agrees by taking it on (S4-29). Raises
    CannotReportStep.
    """
    require(person, "plan.step.report")
    step, progress = locked_step(person, plan, key)
    if step is None:
        raise CannotReportStep(_("Not noted: this step is not part of the plan in force any more."))
    before = progress.state
    if before == state and progress.pk:
        return progress
    _check(person, progress, step, state)
    if state == states.HALF_DONE and not note.strip():
        raise CannotReportStep(_("Not noted: say what is missing, so that whoever does it can finish it."))
    progress.state, progress.note = state, note or progress.note
    progress.done_at = _done_at(progress, state, now)
    _note_agreement(person, progress, step, now)
    keep_progress(
        person=person, progress=progress, verb=VERB, before={"state": before},
        after={"state": state, "note": note}, now=now,
    )  # fmt: skip
    return progress


def _check(person: Person, progress: StepProgress, step: Step, state: str) -> None:
    if state not in states.STEP_MOVES[progress.state]:
        raise CannotReportStep(_("Not noted: somebody reported on this step meanwhile. See where it stands now."))
    if state in states.CHECKS and checks_own_work(person, progress, step):
        raise CannotReportStep(
            _("Not noted: whoever does a step or reported it done does not check it. Ask whoever is named for it.")
        )


def _done_at(progress: StepProgress, state: str, now: datetime) -> datetime | None:
    if state == states.DONE:
        return now
    return progress.done_at if state in states.CHECKS else None


def _note_agreement(person: Person, progress: StepProgress, step: Step, now: datetime) -> None:
    """Planned again means agreed anew."""
    is_own = step.owner_id == person.pk and progress.state in TAKEN_ON
    if progress.state == states.PLANNED:
        progress.agreed_at = progress.agreed_by = None
    elif progress.agreed_at is None and (is_own or progress.state == states.AGREED_STEP):
        progress.agreed_at, progress.agreed_by = now, person


undo_report = undo_progress(VERB)
