"""All elements of a version, and how two versions differ."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from allmende.domain.plan_check import Change, ChangeLevel, PlanElement, changes
from allmende.domain.plan_check.change import Kind
from allmende.plan import states
from allmende.plan.models import (
    PARENTS,
    Element,
    Goal,
    Objective,
    Outcome,
    PlanVersion,
    Stakeholder,
    Step,
    Strategy,
    Tactic,
)
from allmende.plan.queries.published_steps import steps_of
from allmende.team.models import Workspace

# What an element means, and how it is called: a change of the latter is wording (domain 3.4).
SUBSTANCE = {
    "goal": ("statement", "value_type", "organisational_goal", "measure", "horizon_date", "spaces", "sponsor_id"),
    "objective": (
        *(
            "audience",
            "behaviour",
            "effect",
            "quality_condition",
            "activity_reason",
            "definition_key",
            "baseline_share",
        ),
        *(
            "target_share",
            "baseline_value",
            "target_value",
            "target_date",
            "least_relevant_difference",
            "guardrail",
            "guardrail_key",
            "starts_date",
            "review_date",
        ),
        "goal_id",
    ),
    "outcome": ("measure", "source", "source_detail", "link", "confidence", "falsifier", "objective_id"),
    "strategy": ("emotion", "statement", "direction", "is_alternative", "objective_id"),
    "tactic": (
        *("description", "reach", "depth", "length", "effort_hours", "state", "expected_effect", "stop_rule"),
        *("starts_date", "confidence", "budget", "skills", "strategy_id"),
    ),
    "step": (
        *("what", "how", "where", "means", "starts_date", "due_date", "owner_id", "also_by", "accountable_id"),
        *("controller_id", "control_date", "tactic_id"),
    ),
}
LABELS: dict[str, tuple[str, ...]] = {
    "goal": ("plain_statement",),
    "objective": ("code", "short_name"),
    "outcome": ("name",),
    "strategy": ("insight", "analysis_id", "ethics_note"),
    "tactic": ("code", "name"),
    "step": (),
}
KINDS: dict[str, Kind] = {
    "goal": "goal",
    "objective": "objective",
    "outcome": "outcome",
    "strategy": "strategy",
    "tactic": "tactic",
    "step": "action",
}


@dataclass
class Elements:
    """The elements of one version, each layer in its order."""

    goals: list[Goal] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    strategies: list[Strategy] = field(default_factory=list)
    tactics: list[Tactic] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def by_layer(self) -> Iterator[tuple[str, Sequence[Element]]]:
        """Layers from the goal down."""
        rows: tuple[Sequence[Element], ...] = (
            *(self.goals, self.objectives, self.outcomes),
            *(self.strategies, self.tactics, self.steps),
        )
        return iter(zip(states.LAYERS, rows, strict=True))

    def keys(self) -> set[str]:
        return {element.key for _, rows in self.by_layer() for element in rows}


def elements_of(*versions: PlanVersion) -> dict[UUID, Elements]:
    """The elements of each version, in seven queries for all of them together."""
    found = {version.pk: Elements() for version in versions}
    ids = list(found)
    for goal in Goal.objects.filter(version__in=ids):
        found[goal.version_id].goals.append(goal)
    for objective in Objective.objects.filter(version__in=ids):
        found[objective.version_id].objectives.append(objective)
    for outcome in Outcome.objects.filter(version__in=ids):
        found[outcome.version_id].outcomes.append(outcome)
    for strategy in Strategy.objects.filter(version__in=ids).select_related("analysis__audience"):
        found[strategy.version_id].strategies.append(strategy)
    for tactic in Tactic.objects.filter(version__in=ids):
        found[tactic.version_id].tactics.append(tactic)
    for step in steps_of(versions):
        found[step.version_id].steps.append(step)
    return found


def names_below(version: PlanVersion, key: str) -> tuple[tuple[str, str], ...]:
    """(layer, name) of everything that hangs on an element, from the goal down."""
    elements, under = elements_of(version)[version.pk], {key}
    found: list[tuple[str, str]] = []
    ids: dict[str, set[int]] = {}
    for layer, rows in elements.by_layer():
        parent = PARENTS.get(layer)
        hanging = [row for row in rows if parent and getattr(row, f"{parent}_id") in ids.get(parent, set())]
        ids[layer] = {row.pk for row in rows if row.key in under} | {row.pk for row in hanging}
        found += [(layer, name_of(layer, row)) for row in hanging]
    return tuple(found)


def differences(before: Elements, after: Elements) -> tuple[Change, ...]:
    """What differs, highest layer first; equal meaning in other spelling is wording."""
    return changes(_comparable(before), _comparable(after))


def level_of(found: Iterable[Change]) -> ChangeLevel | None:
    """The highest layer touched; None when nothing differs."""
    return max((change.level for change in found), default=None)


def stored(found: Iterable[Change], before: Elements, after: Elements) -> list[dict[str, Any]]:
    """Changes as JSON for `PlanVersion.changes`: key, layer, how, level (0..5), fields, and the name to print; of one
    level in the order of the plan."""
    names = {
        element.key: name_of(layer, element)
        for layer, rows in chain(before.by_layer(), after.by_layer())
        for element in rows
    }
    places = {key: place for place, key in enumerate(names)}
    layers = {kind: layer for layer, kind in KINDS.items()}
    return [
        {
            "key": change.key,
            "layer": layers[change.kind],
            "how": change.how,
            "level": int(change.level),
            "fields": [name.removesuffix("_id") for name in change.fields],
            "name": names[change.key],
        }
        for change in sorted(found, key=lambda one: (-int(one.level), places[one.key]))
    ]


def name_of(layer: str, element: Element) -> str:
    """How lists and notices name an element."""
    match element:
        case Goal():
            return element.plain_statement
        case Objective():
            return f"{element.code} {element.short_name}"
        case Outcome():
            return element.name
        case Strategy():
            return element.emotion
        case Tactic():
            return f"{element.code} {element.name}"
        case Step():
            return element.what
    raise TypeError(layer)


def sponsors_of(workspace: Workspace) -> QuerySet[Stakeholder]:
    """Who may stand behind a goal: the people inside who are on record."""
    return Stakeholder.objects.filter(workspace=workspace, archived_at__isnull=True).order_by("name")


def _comparable(elements: Elements) -> Iterator[PlanElement]:
    parents = {
        "goal_id": {row.pk: row.key for row in elements.goals},
        "objective_id": {row.pk: row.key for row in elements.objectives},
        "strategy_id": {row.pk: row.key for row in elements.strategies},
        "tactic_id": {row.pk: row.key for row in elements.tactics},
    }
    for layer, rows in elements.by_layer():
        for row in rows:
            labels = {name: getattr(row, name) for name in LABELS[layer]}
            yield PlanElement(row.key, KINDS[layer], _substance(row, SUBSTANCE[layer], parents), labels)


def _substance(row: Element, names: Sequence[str], parents: Mapping[str, Mapping[int, str]]) -> dict[str, object]:
    """Values by name; a parent by its key, because row numbers differ from version to version."""
    return {name: parents[name][getattr(row, name)] if name in parents else getattr(row, name) for name in names}
