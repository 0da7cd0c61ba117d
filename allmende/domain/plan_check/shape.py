"""How many of what a plan holds: warn, hardly ever block (domain 0.1 finding 3, 3.5, I-09, I-10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allmende.domain.plan_check.finding import Finding, Severity

GOALS_WISHED = 1
GOALS_AT_MOST = 3
OBJECTIVES_PER_GOAL = 3
RUNNING_TACTICS = 7


@dataclass(frozen=True, slots=True)
class ObjectiveShape:
    """An objective and how many strategies it has; `alternatives` are declared to be in test (I-09)."""

    key: str
    strategies: int
    alternatives: int = 0


@dataclass(frozen=True, slots=True)
class GoalShape:
    """An active goal and its active objectives."""

    key: str
    objectives: tuple[ObjectiveShape, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanShape:
    """The active goals of a plan and how many tactics run at once."""

    goals: tuple[GoalShape, ...]
    running_tactics: int = 0


def check_plan(plan: PlanShape) -> tuple[Finding, ...]:
    """Findings about cardinalities; `field` holds the key of the element, or "plan"."""
    return (*_goals(plan), *_objectives(plan), *_strategies(plan), *_tactics(plan))


def _goals(plan: PlanShape) -> Iterator[Finding]:
    goals = len(plan.goals)
    if not goals:
        yield Finding("goal_missing", Severity.REFUSE, "plan")
    elif goals > GOALS_AT_MOST:
        yield Finding("too_many_goals", Severity.STRONG, "plan", {"goals": goals, "at_most": GOALS_AT_MOST})
    elif goals > GOALS_WISHED:
        yield Finding("several_goals", Severity.WARN, "plan", {"goals": goals})


def _objectives(plan: PlanShape) -> Iterator[Finding]:
    for goal in plan.goals:
        objectives = len(goal.objectives)
        if not objectives:
            yield Finding("objective_missing", Severity.WARN, goal.key)
        elif objectives > OBJECTIVES_PER_GOAL:
            values = {"objectives": objectives, "at_most": OBJECTIVES_PER_GOAL}
            yield Finding("too_many_objectives", Severity.WARN, goal.key, values)


def _strategies(plan: PlanShape) -> Iterator[Finding]:
    for objective in (objective for goal in plan.goals for objective in goal.objectives):
        if not objective.strategies:
            yield Finding("strategy_missing", Severity.STRONG, objective.key)
        elif objective.strategies > 1:
            yield Finding("several_strategies", Severity.REFUSE, objective.key, {"strategies": objective.strategies})


def _tactics(plan: PlanShape) -> Iterator[Finding]:
    if plan.running_tactics > RUNNING_TACTICS:
        values = {"tactics": plan.running_tactics, "at_most": RUNNING_TACTICS}
        yield Finding("too_many_tactics", Severity.WARN, "plan", values)
