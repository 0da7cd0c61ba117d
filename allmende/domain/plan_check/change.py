"""What changed between two versions, and on which level (domain 0.1 finding 5, 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from allmende.domain.folding import words


class ChangeLevel(IntEnum):
    """The plan's layers, from the one that hurts least to the one that changes everything."""

    WORDING = 0
    ACTION = 1
    TACTIC = 2
    STRATEGY = 3
    OBJECTIVE = 4
    GOAL = 5


Kind = Literal["goal", "objective", "outcome", "strategy", "tactic", "action"]
_LEVELS: Mapping[Kind, ChangeLevel] = {
    "goal": ChangeLevel.GOAL,
    "objective": ChangeLevel.OBJECTIVE,
    "outcome": ChangeLevel.STRATEGY,
    "strategy": ChangeLevel.STRATEGY,
    "tactic": ChangeLevel.TACTIC,
    "action": ChangeLevel.ACTION,
}


@dataclass(frozen=True, slots=True)
class PlanElement:
    """An element of one version. `substance` holds what it means, `labels` how it is called (short names,
    plain
    statements, descriptions); a change of labels is wording."""

    key: str
    kind: Kind
    substance: Mapping[str, object]
    labels: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One element that differs: how, on which level, and in which fields, those that carry the meaning first."""

    key: str
    kind: Kind
    how: Literal["added", "removed", "changed", "reworded"]
    level: ChangeLevel
    fields: tuple[str, ...] = ()


def changes(before: Iterable[PlanElement], after: Iterable[PlanElement]) -> tuple[Change, ...]:
    """All differences, highest level first. Elements are the same when their keys are."""
    old, new = {e.key: e for e in before}, {e.key: e for e in after}
    found = [Change(key, e.kind, "added", _LEVELS[e.kind]) for key, e in new.items() if key not in old]
    found += [Change(key, e.kind, "removed", _LEVELS[e.kind]) for key, e in old.items() if key not in new]
    pairs = ((old[key], element) for key, element in new.items() if key in old)
    found += [change for change in (_difference(*pair) for pair in pairs) if change]
    return tuple(sorted(found, key=lambda change: (-change.level, change.key)))


def change_level(before: Iterable[PlanElement], after: Iterable[PlanElement]) -> ChangeLevel | None:
    """The highest level touched (domain 3.4); None when nothing differs."""
    return max((change.level for change in changes(before, after)), default=None)


def _difference(old: PlanElement, new: PlanElement) -> Change | None:
    meant = _differing(old.substance, new.substance)
    changed = tuple(name for name in meant if not _is_same_but_for_spelling(old.substance, new.substance, name))
    reworded = (*(name for name in meant if name not in changed), *_differing(old.labels, new.labels))
    if changed:
        return Change(new.key, new.kind, "changed", _LEVELS[new.kind], (*changed, *reworded))
    return Change(new.key, new.kind, "reworded", ChangeLevel.WORDING, reworded) if reworded else None


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def _is_same_but_for_spelling(old: Mapping[str, object], new: Mapping[str, object], name: str) -> bool:
    """Case, punctuation, spaces and umlauts written otherwise do not change what is meant."""
    was, is_now = old.get(name), new.get(name)
    return isinstance(was, str) and isinstance(is_now, str) and bool(words(was)) and words(was) == words(is_now)
