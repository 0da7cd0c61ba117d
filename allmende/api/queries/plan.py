"""The plan in force as programs read it: every part with its key, its parent and where it stands."""

from collections.abc import Iterator, Mapping
from typing import Any

from allmende.api.queries.evidence import figures_now
from allmende.plan import states
from allmende.plan.models import (
    LAYER_MODELS,
    PARENTS,
    Element,
    Goal,
    Objective,
    Outcome,
    PlanVersion,
    Step,
    StepProgress,
    Strategy,
    Tactic,
)
from allmende.plan.queries import Elements, elements_of, progress_of, stand_of, version_in_force
from allmende.plan.queries.standings import Said, standings_of
from allmende.team.models import Workspace

PLURALS = {"strategy": "strategies"}


def plan_in_force(workspace: Workspace) -> dict[str, Any] | None:
    """The version in force with its parts, each layer in its order; None before the first publication. Ten queries."""
    version = version_in_force(workspace)
    if version is None:
        return None
    layers: dict[str, list[dict[str, Any]]] = {layer: [] for layer in LAYER_MODELS}
    for layer, element in _parts(workspace, version):
        layers[layer].append(element)
    named = {PLURALS.get(layer, f"{layer}s"): parts for layer, parts in layers.items()}
    return {"title": version.plan.title, "state": version.plan.state, **_version(version), **named}


def part_in_force(workspace: Workspace, key: str) -> dict[str, Any] | None:
    """A part of the version in force, the keys below it and its newest figures; None without such a part."""
    version = version_in_force(workspace)
    parts = [element for _, element in _parts(workspace, version)] if version else []
    found = next((element for element in parts if element["key"] == key), None)
    if found is None:
        return None
    below = [element["key"] for element in parts if element["parent"] == key]
    return {**found, "children": below, "figures": figures_now(workspace, key)}


def _version(version: PlanVersion) -> dict[str, Any]:
    return {"version": version.number, "published_at": version.published_at, "change_reason": version.change_reason}


def _parts(workspace: Workspace, version: PlanVersion) -> Iterator[tuple[str, dict[str, Any]]]:
    elements, said = elements_of(version)[version.pk], standings_of(version)
    progress = progress_of(workspace)
    parents = _parent_keys(elements)
    for layer, rows in elements.by_layer():
        for row in rows:
            known = {"key": row.key, "layer": layer, "parent": parents(layer, row)}
            yield layer, {**known, **_told(row), **_standing(version, row, said, progress.get(row.key))}


def _parent_keys(elements: Elements) -> Any:
    keys = {layer: {row.pk: row.key for row in rows} for layer, rows in elements.by_layer()}

    def of(layer: str, row: Element) -> str | None:
        above = PARENTS.get(layer)
        return keys[above][getattr(row, f"{above}_id")] if above else None

    return of


def _standing(version: PlanVersion, row: Element, said: Said, progress: StepProgress | None) -> Mapping[str, Any]:
    if isinstance(row, Step):
        state = progress.state if progress else states.PLANNED
        return {"state": state, "due_date": progress.due_day(row) if progress else row.due_date}
    stand = stand_of(version, row, said)
    return {"state": stand.state if stand else None}


def _told(row: Element) -> Mapping[str, Any]:
    match row:
        case Goal():
            return {"name": row.plain_statement, "statement": row.statement}
        case Objective():
            names = (
                "audience",
                "behaviour",
                "effect",
                "definition_key",
                "baseline_share",
                "target_share",
                "baseline_value",
                "target_value",
                "target_date",
            )
            told = {name: getattr(row, name) for name in names}
            return {"code": row.code, "name": row.short_name, "starts_date": row.starts_date, **told}
        case Outcome():
            return {"name": row.name, "statement": row.link}
        case Strategy():
            return {"name": row.emotion, "statement": row.statement}
        case Tactic():
            return {"code": row.code, "name": row.name, "statement": row.description, "starts_date": row.starts_date}
        case Step():
            return {"name": row.what, "starts_date": row.starts_date}
    raise TypeError(row)
