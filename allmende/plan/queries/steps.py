"""Which steps are due, for whom."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from allmende.plan import states
from allmende.plan.models import Step, StepProgress
from allmende.plan.queries.chain import StepRow, step_row
from allmende.plan.queries.facts import Chip, element_url
from allmende.team.models import Person, Workspace
from allmende.team.queries import people_of


@dataclass(frozen=True)
class DueStep:
    """A step that waits for somebody: for its owner to do it, or (`is_check`) for its controller to check it."""

    key: str
    what: str
    due_date: date
    owner: Person
    controller: Person | None
    tactic_code: str
    chip: Chip
    state: str
    is_check: bool
    is_overdue: bool
    url: str


def steps_due(
    workspace: Workspace, until: date, person: Person | None = None, today: date | None = None
) -> tuple[DueStep, ...]:
    """Open steps of the plan in force due by `until`, overdue ones first, and done ones whose check is due; two queries.

    With `person` only what waits for them. `is_overdue` is told from `today` (default: `until`).
    """
    rows = Step.objects.filter(
        Q(due_date__lte=until), version__workspace=workspace, version__state=states.PUBLISHED
    ).select_related("owner", "controller", "tactic__strategy__objective")
    steps = list(rows.order_by("due_date", "id"))
    progress = progress_of(workspace, {step.key for step in steps})
    found = (_due(workspace, step, step_row(step, progress.get(step.key), today or until)) for step in steps)
    return tuple(due for due in found if _waits(due, until, steps, person))


def progress_of(workspace: Workspace, keys: set[str] | None = None) -> dict[str, StepProgress]:
    """Progress by step key, of the living plan; one query."""
    rows = StepProgress.objects.filter(plan__workspace=workspace).select_related("changed_by")
    if keys is not None:
        rows = rows.filter(key__in=keys)
    return {row.key: row for row in rows}


def moves_of(person: Person, progress: StepProgress | None) -> tuple[str, ...]:
    """The states this person may move a step to now."""
    progress = progress or StepProgress()
    moves = (state for state in states.STEP_STATES if state in states.STEP_MOVES[progress.state])
    return tuple(state for state in moves if not (state in states.CHECKS and checks_own_work(person, progress)))


def checks_own_work(person: Person, progress: StepProgress) -> bool:
    """Would this person check what they reported done, though somebody else could? Alone, one checks oneself (I-03)."""
    is_own = progress.state == states.DONE and progress.changed_by_id == person.pk
    return is_own and people_of(person.workspace).exclude(pk=person.pk).exists()


def _due(workspace: Workspace, step: Step, row: StepRow) -> DueStep:
    objective = step.tactic.strategy.objective
    return DueStep(
        step.key,
        step.what,
        step.due_date,
        step.owner,
        step.controller,
        step.tactic.code,
        Chip(objective.key, objective.code, objective.short_name, element_url(workspace, objective.key)),
        row.state,
        row.state == states.DONE,
        row.is_overdue,
        reverse("plan:step", kwargs={"slug": workspace.slug, "key": step.key}),
    )


def _waits(due: DueStep, until: date, steps: list[Step], person: Person | None) -> bool:
    if due.is_check:
        control = next(step.control_date for step in steps if step.key == due.key)
        is_due = due.controller is not None and (control is None or control <= until)
        return is_due and (person is None or due.controller == person)
    is_open = due.state in states.OPEN_STEP_STATES
    return is_open and (person is None or due.owner == person)
