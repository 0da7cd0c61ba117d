"""A step of the plan in force with how far it is: what reporting, moving and agreeing share, and how each is undone."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from allmende.plan import states
from allmende.plan.models import Step, StepProgress, StrategicPlan
from allmende.team.access import require
from allmende.team.actions import Undo, record_audit, stale_undo
from allmende.team.models import Person

TIMES, DAYS = ("done_at", "agreed_at"), ("moved_from", "moved_to")
KEPT = (
    *("state", "note", "changed_by_id", "agreed_by_id", "move_reason", "has_slipped"),
    *TIMES,
    *DAYS,
)


def locked_step(person: Person, plan: StrategicPlan, key: str) -> tuple[Step | None, StepProgress]:
    """The step of the version in force, None if it has none of that key, and its progress; others wait meanwhile."""
    StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    steps = Step.objects.select_related("owner", "accountable").filter(version__plan=plan, key=key)
    progress = StepProgress.objects.filter(plan=plan, key=key).first() or StepProgress(plan=plan, key=key)
    return steps.filter(version__state=states.PUBLISHED).first(), progress


def progress_as_kept(progress: StepProgress | None) -> dict[str, Any]:
    """How far a step is, JSON-able: what an undo writes back. None: nobody has reported on it yet."""
    known = progress or StepProgress()
    return {name: _plain(getattr(known, name)) for name in KEPT}


def keep_progress(
    *,
    person: Person,
    progress: StepProgress,
    verb: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write it with who said so when, and the line in the audit book."""
    progress.changed_at, progress.changed_by = now, person
    progress.save()
    record_audit(
        workspace=person.workspace, person=person, verb=verb, target=progress, now=now,
        before=before, after={"key": progress.key, **after},
    )  # fmt: skip


def undo_progress(verb: str) -> Undo:
    """The undo of a report, a move or an agreement. It raises CannotUndo if somebody touched the step since."""

    @transaction.atomic
    def undo(*, person: Person, now: datetime, pk: int, changed_at: str, before: Mapping[str, Any]) -> None:
        require(person, "plan.step.report")
        rows = StepProgress.objects.filter(pk=pk, plan__workspace=person.workspace, changed_by=person)
        progress = rows.filter(changed_at=datetime.fromisoformat(changed_at)).first()
        if progress is None:
            raise stale_undo()
        was = {name: _read(name, before[name]) for name in KEPT}
        rows.update(**was, changed_at=now)
        record_audit(
            workspace=person.workspace, person=person, verb=verb, target=progress, now=now,
            before={"state": progress.state}, after={"key": progress.key, "state": was["state"], "undone": True},
        )  # fmt: skip

    return undo


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool) else str(value)


def _read(name: str, value: Any) -> Any:
    if value and name in TIMES:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if value and name in DAYS else value
