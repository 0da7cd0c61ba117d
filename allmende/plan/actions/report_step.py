"""Say how far a step is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import Step, StepProgress, StrategicPlan
from allmende.plan.queries import checks_own_work
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.models import Person


class CannotReportStep(Exception):
    """The progress was not taken down; says why."""


@transaction.atomic
def report_step(
    *, person: Person, plan: StrategicPlan, key: str, state: str, now: datetime, note: str = ""
) -> StepProgress:
    """Move a step of the version in force to `state` (`states.STEP_MOVES`); reporting the same again changes nothing.

    A step that is done is checked by somebody else than the person who reported it; alone in the workspace, the check
    becomes a self-check (I-03). Raises CannotReportStep.
    """
    require(person, "plan.step.report")
    StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    step = Step.objects.filter(version__plan=plan, version__state=states.PUBLISHED, key=key).first()
    if step is None:
        raise CannotReportStep(_("Not noted: this step is not part of the plan in force any more."))
    progress = StepProgress.objects.filter(plan=plan, key=key).first() or StepProgress(plan=plan, key=key)
    before = progress.state
    if before == state and progress.pk:
        return progress
    _check(person, progress, state)
    progress.state, progress.note = state, note or progress.note
    progress.changed_at, progress.changed_by = now, person
    progress.done_at = _done_at(progress, state, now)
    progress.save()
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.step.reported",
        target=progress,
        now=now,
        before={"state": before},
        after={"key": key, "state": state, "note": note},
    )
    return progress


def _check(person: Person, progress: StepProgress, state: str) -> None:
    if state not in states.STEP_MOVES[progress.state]:
        raise CannotReportStep(_("Not noted: somebody reported on this step meanwhile. See where it stands now."))
    if state in states.CHECKS and checks_own_work(person, progress):
        raise CannotReportStep(
            _("Not noted: somebody else checks what you reported done. Ask whoever is named for it.")
        )


def _done_at(progress: StepProgress, state: str, now: datetime) -> datetime | None:
    if state == states.DONE:
        return now
    return progress.done_at if state in states.CHECKS else None


def progress_as_kept(progress: StepProgress | None) -> dict[str, Any]:
    """How far a step is, JSON-able: what `undo_report` writes back. None: nobody has reported on it yet."""
    if progress is None:
        return {"state": states.PLANNED, "note": "", "done_at": None, "changed_by_id": None}
    return {
        "state": progress.state,
        "note": progress.note,
        "done_at": progress.done_at.isoformat() if progress.done_at else None,
        "changed_by_id": str(progress.changed_by_id) if progress.changed_by_id else None,
    }


@transaction.atomic
def undo_report(*, person: Person, now: datetime, pk: int, changed_at: str, before: Mapping[str, Any]) -> None:
    """Let a step be as far as it was before a report. Raises CannotUndo if somebody reported since."""
    require(person, "plan.step.report")
    rows = StepProgress.objects.filter(pk=pk, plan__workspace=person.workspace, changed_by=person)
    progress = rows.filter(changed_at=datetime.fromisoformat(changed_at)).first()
    if progress is None:
        raise stale_undo()
    done_at = datetime.fromisoformat(before["done_at"]) if before["done_at"] else None
    rows.update(**{**before, "done_at": done_at, "changed_at": now})
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.step.reported",
        target=progress,
        now=now,
        before={"state": progress.state},
        after={"key": progress.key, "state": before["state"]},
    )
