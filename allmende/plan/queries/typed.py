"""What the plan check says to one element while somebody types it; nothing is saved."""

from collections.abc import Mapping
from typing import Any

from allmende.domain.plan_check import GoalShape, LeverDraft, ObjectiveShape, PlanShape, check_lever, check_plan
from allmende.plan import states
from allmende.plan.models import Goal, Objective, PlanVersion, Strategy, Tactic
from allmende.plan.queries.aside import Aside, without_aside
from allmende.plan.queries.lint import INTERNAL, Lesson, in_words, lint_goal, lint_objective
from allmende.plan.queries.reach import Reach, reaches_of

# Which counts of the whole plan an element of the layer adds to (I-09, I-10, S0-26).
COUNTED = {
    "goal": {"several_goals", "too_many_goals"},
    "objective": {"too_many_objectives"},
    "strategy": {"several_strategies"},
    "tactic": {"too_many_tactics"},
}


def lint_typed(
    version: PlanVersion, layer: str, key: str, parent_key: str, typed: Mapping[str, Any]
) -> tuple[tuple[Lesson, ...], tuple[Aside, ...]]:
    """Findings about an element as it is typed, refusals first, and those that somebody let stand (S0-26).

    Without `key` it is a new one under `parent_key`. What the element adds to the plan is counted with it.
    """
    own: tuple[Lesson, ...] = ()
    if layer == "objective":
        own = lint_objective(typed)
    elif layer == "goal":
        own = lint_goal(typed.get("statement") or "")
    elif layer == "strategy":
        own = _of_lever(version, key, typed)
    counts = [in_words(one) for one in check_plan(_shape_with(version, layer, key, parent_key, typed))]
    found = {key: own}
    for lesson in counts:
        if lesson.code in COUNTED.get(layer, ()):
            found[lesson.field] = (*found.get(lesson.field, ()), lesson)
    rest, aside = without_aside(version.plan, found)
    lessons = sorted((one for rows in rest.values() for one in rows), key=lambda one: not one.is_refusal)
    return tuple(lessons), tuple(one for rows in aside.values() for one in rows)


def reach_typed(version: PlanVersion, typed: Mapping[str, Any]) -> Reach | None:
    """Whether the difference typed into an objective could be seen; one query."""
    measure, least = typed.get("definition_key") or "", typed.get("least_relevant_difference")
    return reaches_of(version.workspace, {"": (measure, least)}).get("") if measure and least else None


def _of_lever(version: PlanVersion, key: str, typed: Mapping[str, Any]) -> tuple[Lesson, ...]:
    is_relieved = typed.get("direction") == states.RELIEVE
    emotion, statement, note = (typed.get(name) or "" for name in ("emotion", "statement", "ethics_note"))
    draft = LeverDraft(key, emotion, statement, is_relieved, note)
    found = check_lever(draft, is_among_employees=version.plan.community_type == INTERNAL)
    return tuple(in_words(one) for one in found)


def _shape_with(version: PlanVersion, layer: str, key: str, parent_key: str, typed: Mapping[str, Any]) -> PlanShape:
    """The part of the plan that the element is counted in, the typed one among the others."""
    if layer == "goal":
        others = Goal.objects.filter(version=version).exclude(key=key).count()
        return PlanShape(tuple(GoalShape(str(number)) for number in range(others + 1)))
    if layer == "objective":
        goal = _parent_of(Objective, version, key, "goal__key") or parent_key
        others = Objective.objects.filter(version=version, goal__key=goal).exclude(key=key).count()
        return PlanShape((GoalShape(goal, (ObjectiveShape("", 1),) * (others + 1)),))
    if layer == "strategy" and not typed.get("is_alternative"):
        objective = _parent_of(Strategy, version, key, "objective__key") or parent_key
        levers = Strategy.objects.filter(version=version, objective__key=objective, is_alternative=False)
        shape = ObjectiveShape(objective, levers.exclude(key=key).count() + 1)
        return PlanShape((GoalShape("", (shape,)),))
    if layer == "tactic" and typed.get("state") == "running":
        running = Tactic.objects.filter(version=version, state="running").exclude(key=key)
        return PlanShape((), running.count() + 1)
    return PlanShape(())


def _parent_of(model: Any, version: PlanVersion, key: str, path: str) -> str | None:
    found: str | None = model.objects.filter(version=version, key=key).values_list(path, flat=True).first()
    return found
