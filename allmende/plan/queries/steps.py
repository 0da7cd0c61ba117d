"""Which steps are due, for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from allmende.plan import states
from allmende.plan.models import Step, StepProgress
from allmende.plan.queries.facts import Chip, element_url
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import Prepared, holders_of, people_of

SHOWN = (
    *("key", "what", "due", "due_date", "control_date", "state", "owner__name", "tactic__code"),
    *("tactic__strategy__objective__key", "tactic__strategy__objective__code"),
    "tactic__strategy__objective__short_name",
)


@dataclass(frozen=True)
class DueStep:
    """A step that waits for somebody until `due_date`: for its owner to do it, or (`is_check`) for its controller to
    check it."""

    key: str
    what: str
    due_date: date
    owner_name: str
    tactic_code: str
    chip: Chip
    state: str
    is_check: bool
    is_overdue: bool
    url: str


def steps_due(
    workspace: Workspace, until: date, person: Person | None = None, today: date | None = None
) -> tuple[DueStep, ...]:
    """Open steps of the plan in force due by `until`, overdue ones first, and done ones whose check is due; one query.

    With `person` only what waits for them. `is_overdue` is told from `today` (default: `until`).
    """
    known = {"workspace_id": workspace.pk, "until": until}
    rows = _WAITING_FOR(**known, person_id=person.pk) if person else _WAITING(**known)
    found = [_due(workspace, dict(zip(SHOWN, row, strict=True)), today or until) for row in rows]
    return tuple(sorted((one for one in found if one.due_date <= until), key=lambda one: one.due_date))


def _waiting(workspace_id: UUID, until: date, person_id: UUID | None = None) -> "QuerySet[Any, Any]":
    """Steps due by `until`, each with its `state`: planned where nobody reported on it."""
    rows = with_progress(Step.objects.filter(version__workspace=workspace_id, version__state=states.PUBLISHED))
    is_open = Q(state__in=states.OPEN_STEP_STATES)
    is_unchecked = Q(state=states.DONE, controller__isnull=False)
    if person_id:
        is_open, is_unchecked = is_open & Q(owner=person_id), is_unchecked & Q(controller=person_id)
    return rows.filter(is_open | is_unchecked, due__lte=until).order_by("due", "id").values_list(*SHOWN)


def with_progress(steps: "QuerySet[Step]") -> "QuerySet[Any, Any]":
    """Steps of a version in force with their `state` and `due`, the day they were put on (`StepProgress.due_day`)."""
    told = StepProgress.objects.filter(plan=OuterRef("version__plan"), key=OuterRef("key"))
    moved = told.filter(moved_from=OuterRef("due_date")).values("moved_to")
    return steps.annotate(
        state=Coalesce(Subquery(told.values("state")[:1]), Value(states.PLANNED)),
        due=Coalesce(Subquery(moved[:1]), F("due_date")),
    )


_WAITING, _WAITING_FOR = Prepared(_waiting), Prepared(_waiting)


def progress_of(workspace: Workspace, keys: set[str] | None = None) -> dict[str, StepProgress]:
    """Progress by step key, of the living plan; one query."""
    rows = StepProgress.objects.filter(plan__workspace=workspace).select_related("changed_by", "agreed_by")
    if keys is not None:
        rows = rows.filter(key__in=keys)
    return {row.key: row for row in rows}


def steps_over(workspace: Workspace) -> set[str]:
    """The keys of the living plan's steps that nobody has to do any more."""
    rows = StepProgress.objects.filter(plan__workspace=workspace).exclude(state__in=states.OPEN_STEP_STATES)
    return set(rows.values_list("key", flat=True))


def moves_of(person: Person, progress: StepProgress | None, step: Step) -> tuple[str, ...]:
    """The states this person may move a step to now."""
    progress = progress or StepProgress()
    moves = [state for state in states.STEP_STATES if state in states.STEP_MOVES[progress.state]]
    is_kept_from_checking = set(moves) & set(states.CHECKS) and checks_own_work(person, progress, step)
    return tuple(state for state in moves if not (state in states.CHECKS and is_kept_from_checking))


def checks_own_work(person: Person, progress: StepProgress, step: Step) -> bool:
    """Would this person check what they do or reported done, though somebody else could (S4-04)? Alone, one checks
    oneself (I-03)."""
    doers = {str(step.owner_id), *step.also_by}
    has_reported = progress.state == states.DONE and progress.changed_by_id == person.pk
    if str(person.pk) not in doers and not has_reported:
        return False
    return holders_of(person.workspace, "plan.step.report").exclude(pk__in={*doers, str(person.pk)}).exists()


def doing_too(workspace: Workspace, step: Step) -> list[str]:
    """The names of those who do it along with its owner."""
    return list(people_of(workspace).filter(pk__in=step.also_by).values_list("name", flat=True))


def decides_on(person: Person, step: Step) -> bool:
    """May this person say on which day a step is due: whoever does it, answers for it or writes the plan?"""
    return person.pk in (step.owner_id, step.accountable_id) or may(person, "plan.version.edit")


def _due(workspace: Workspace, step: Mapping[str, Any], today: date) -> DueStep:
    key, code, name = (step[f"tactic__strategy__objective__{field}"] for field in ("key", "code", "short_name"))
    is_check = step["state"] == states.DONE
    moved: timedelta = step["due"] - step["due_date"]
    due: date = step["control_date"] + moved if is_check and step["control_date"] else step["due"]
    return DueStep(
        key=step["key"],
        what=step["what"],
        due_date=due,
        owner_name=step["owner__name"],
        tactic_code=step["tactic__code"],
        chip=Chip(key, code, name, element_url(workspace, key)),
        state=step["state"],
        is_check=is_check,
        is_overdue=not is_check and due < today,
        url=reverse("plan:step", kwargs={"slug": workspace.slug, "key": step["key"]}),
    )


def steps_in_force(workspace: Workspace, keys: set[str]) -> set[str]:
    """Which of these keys are steps of the plan in force; no query for none."""
    wanted = {key for key in keys if key.startswith("step-")}
    if not wanted:
        return set()
    rows = Step.objects.filter(key__in=wanted, version__workspace=workspace, version__state=states.PUBLISHED)
    return set(rows.order_by().values_list("key", flat=True))
