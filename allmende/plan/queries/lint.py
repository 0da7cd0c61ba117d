"""What the plan check says about a draft: findings with the wording of the catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allmende.domain.plan_check import (
    Finding,
    GoalShape,
    LeverDraft,
    ObjectiveDraft,
    ObjectiveShape,
    PlanShape,
    Severity,
    check_goal,
    check_lever,
    check_objective,
    check_plan,
)
from allmende.domain.plan_check.objective import MeasureLevel
from allmende.plan import states
from allmende.plan.catalogue import MEASURES, form_of_measure, lesson_of
from allmende.plan.models import Objective, Strategy
from allmende.plan.queries.elements import Elements

FIELDS = {"measure": "definition_key"}
# A community of employees (`states.COMMUNITY_TYPES`).
INTERNAL = "internal"


@dataclass(frozen=True)
class Lesson:
    """A finding in words: what is wrong, why it matters, what helps. `field` is a form field or an element's key."""

    code: str
    field: str
    is_refusal: bool
    title: str
    why: str
    example: str


def lint_objective(values: Mapping[str, Any], for_agreement: bool = False) -> tuple[Lesson, ...]:
    """Findings about an objective as typed (fields of `models.Objective`; shares as fractions), refusals first.

    A definition key that names no behaviour is a plain count of activity: no target can be set on it (S1-14, I-08).
    """
    key = values.get("definition_key") or ""
    level: MeasureLevel | None = None
    if key:
        level = "behaviour" if key in MEASURES else "activity"
    draft = ObjectiveDraft(
        audience=values.get("audience") or "",
        behaviour=values.get("behaviour") or "",
        effect=values.get("effect") or "",
        quality_condition=values.get("quality_condition") or "",
        activity_reason=values.get("activity_reason") or "",
        measure_level=level,
        is_population_countable=True if level == "behaviour" else None,
        baseline_share=values.get("baseline_share"),
        target_share=values.get("target_share"),
        has_target_date=bool(values.get("target_date")),
        least_relevant_difference=values.get("least_relevant_difference"),
        guardrail=values.get("guardrail") or "",
        form=form_of_measure(key),
        baseline_value=values.get("baseline_value"),
        target_value=values.get("target_value"),
    )
    return tuple(in_words(finding) for finding in check_objective(draft, for_agreement=for_agreement))


def lint_goal(statement: str) -> tuple[Lesson, ...]:
    """Findings about the sentence of a goal as typed."""
    return tuple(in_words(finding) for finding in check_goal(statement))


def lint_elements(
    elements: Elements, community_type: str, for_agreement: bool = False
) -> dict[str, tuple[Lesson, ...]]:
    """Findings about a whole version by element key; the key "plan" holds those about the plan itself."""
    found: dict[str, list[Lesson]] = {}
    for finding in check_plan(_shape(elements)):
        found.setdefault(finding.field, []).append(in_words(finding))
    for goal in elements.goals:
        found.setdefault(goal.key, []).extend(lint_goal(goal.statement))
    for objective in elements.objectives:
        lessons = lint_objective(_values_of(objective), for_agreement)
        found.setdefault(objective.key, []).extend(lessons)
    for lever in elements.strategies:
        found.setdefault(lever.key, []).extend(_of_lever(lever, community_type))
    return {key: tuple(lessons) for key, lessons in found.items() if lessons}


def _of_lever(lever: Strategy, community_type: str) -> list[Lesson]:
    draft = LeverDraft(lever.key, lever.emotion, lever.statement, lever.direction == states.RELIEVE, lever.ethics_note)
    return [in_words(one) for one in check_lever(draft, is_among_employees=community_type == INTERNAL)]


def refusals(lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    return tuple(lesson for lesson in lessons if lesson.is_refusal)


def in_words(finding: Finding) -> Lesson:
    """A finding of the domain with the wording of the catalogue."""
    text = lesson_of(finding.code, finding.values)
    return Lesson(
        finding.code,
        FIELDS.get(finding.field, finding.field),
        finding.severity == Severity.REFUSE,
        text.title,
        text.why,
        text.example,
    )


def _values_of(objective: Objective) -> dict[str, Any]:
    return {name: value for name, value in vars(objective).items() if not name.startswith("_")}


def _shape(elements: Elements) -> PlanShape:
    levers: dict[int, list[bool]] = {}
    for strategy in elements.strategies:
        levers.setdefault(strategy.objective_id, []).append(strategy.is_alternative)
    goals: dict[int, list[ObjectiveShape]] = {goal.pk: [] for goal in elements.goals}
    for objective in elements.objectives:
        marks = levers.get(objective.pk, [])
        goals[objective.goal_id].append(ObjectiveShape(objective.key, marks.count(False), marks.count(True)))
    running = sum(tactic.state == "running" for tactic in elements.tactics)
    return PlanShape(tuple(GoalShape(goal.key, tuple(goals[goal.pk])) for goal in elements.goals), running)
