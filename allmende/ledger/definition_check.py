"""Is this a definition of a behaviour? Findings as codes; upper rooms own the words (domain.md 4.2,
S1-14)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allmende.ledger.events import ACT_SHAPE, ACTOR_CLASSES, MARK_ACTS

FORM_UNITS = {"F1": ("member", "first_act"), "F2": ("opportunity", "thread_root")}
LATER_FORMS = ("F3", "F4", "F5", "F6")

# Acts that only say that somebody was there (domain.md 5.5): a definition that counts nothing else measures
# activity.
ACTIVITY_ACTS = frozenset(
    {
        "joined",
        "left",
        "viewed",
        "visited",
        "logged_in",
        "opened",
        "read",
        "clicked",
        "arrived_from_link",
        "followed",
        "subscribed",
        "liked",
        "reacted",
        "shared",
        "reposted",
        "downloaded",
        "impressed",
        "reached",
    }
)

_KEY_SHAPE = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}\Z")
_LONGEST_SECONDS = 5 * 366 * 86_400
_FIELDS = {
    "schema", "key", "version", "level", "form", "unit", "population", "anchor", "predicate", "quality",
    "window_seconds", "minimum", "exclusions", "channels", "lag_seconds", "anchor_counts",
}  # fmt: skip
_REQUIRED = ("key", "version", "form", "unit", "population", "anchor", "predicate", "window_seconds")
_PARTS = {
    "anchor": {"kind", "acts"},
    "predicate": {"acts", "actor_classes", "is_first"},
    "quality": {"any_of", "helpful_votes", "outside_own_thread"},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. Codes: missing, unknown_field, wrong_type, unknown_value, out_of_range,
    activity_level, form_not_built, form_and_unit_differ, form_and_anchor_differ, population_excluded,
    first_needs_opportunity."""

    code: str
    field: str
    value: str = ""


class InvalidDefinition(ValueError):
    """These values define no behaviour. `faults` says each reason; nothing was stored."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = tuple(faults)


def check_definition(values: Mapping[str, Any]) -> tuple[Fault, ...]:
    """All faults of the JSON values of a definition; empty when it can be used."""
    shape = tuple(_shape_faults(values))
    return shape or tuple(_sense_faults(values))


def _shape_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    for name in _REQUIRED:
        if name not in values:
            yield Fault("missing", name)
    for name in values:
        if name not in _FIELDS:
            yield Fault("unknown_field", str(name))
    for name, fields in _PARTS.items():
        yield from _part_faults(name, values.get(name, {}), fields)
    yield from _number_faults(values)
    yield from _word_faults(values)
    yield from _list_faults(values)


def _part_faults(name: str, part: Any, fields: set[str]) -> Iterator[Fault]:
    if not isinstance(part, Mapping):
        yield Fault("wrong_type", name)
        return
    for field in part:
        if field not in fields:
            yield Fault("unknown_field", f"{name}.{field}")


def _number_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    bounds = {
        "version": (1, 1_000_000),
        "window_seconds": (1, _LONGEST_SECONDS),
        "lag_seconds": (0, _LONGEST_SECONDS),
        "minimum": (1, 10_000),
        "schema": (1, 1),
        "quality.helpful_votes": (1, 10_000),
    }
    for path, (low, high) in bounds.items():
        value = _at(values, path, low)
        if not isinstance(value, int) or isinstance(value, bool):
            yield Fault("wrong_type", path)
        elif not low <= value <= high:
            yield Fault("out_of_range", path, str(value))
    for path in ("anchor_counts", "predicate.is_first", "quality.outside_own_thread"):
        if not isinstance(_at(values, path, False), bool):
            yield Fault("wrong_type", path)


def _word_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    allowed = {
        "form": (*FORM_UNITS, *LATER_FORMS),
        "unit": ("member", "opportunity", "member_period"),
        "anchor.kind": ("first_act", "thread_root"),
        "level": ("behaviour", "outcome", "value", "activity"),
    }
    for path, words in allowed.items():
        value = _at(values, path, words[0])
        if value not in words:
            yield Fault("unknown_value", path, str(value))
    if "anchor" in values and _at(values, "anchor.kind", None) is None:
        yield Fault("missing", "anchor.kind")
    key = values.get("key", "key")
    if not isinstance(key, str) or not _KEY_SHAPE.match(key):
        yield Fault("unknown_value", "key", str(key))


def _list_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    classes = ACTOR_CLASSES.__contains__
    lists: dict[str, Callable[[str], object]] = {
        "population": classes,
        "exclusions": classes,
        "predicate.actor_classes": classes,
        "anchor.acts": ACT_SHAPE.match,
        "predicate.acts": ACT_SHAPE.match,
        "quality.any_of": MARK_ACTS.__contains__,
        "channels": bool,
    }
    for path, is_known in lists.items():
        items = _at(values, path, ())
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            yield Fault("wrong_type", path)
            continue
        yield from (Fault("unknown_value", path, item) for item in items if not is_known(item))


def _sense_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    form = values["form"]
    if values.get("level", "behaviour") != "behaviour" or _counts_activity(values):
        yield Fault("activity_level", "predicate.acts")
    if form in LATER_FORMS:
        yield Fault("form_not_built", "form", form)
        return
    unit, anchor = FORM_UNITS[form]
    if values["unit"] != unit:
        yield Fault("form_and_unit_differ", "unit", values["unit"])
    if values["anchor"]["kind"] != anchor:
        yield Fault("form_and_anchor_differ", "anchor.kind", values["anchor"]["kind"])
    if not set(values["population"]) - set(values.get("exclusions", ())):
        yield Fault("population_excluded", "population")
    if values["predicate"].get("is_first") and form != "F2":
        yield Fault("first_needs_opportunity", "predicate.is_first")
    if values["predicate"].get("is_first") and values.get("minimum", 1) != 1:
        yield Fault("out_of_range", "minimum", str(values["minimum"]))


def _counts_activity(values: Mapping[str, Any]) -> bool:
    acts = set(values["predicate"].get("acts", ()))
    return bool(acts) and acts <= ACTIVITY_ACTS


def _at(values: Mapping[str, Any], path: str, default: Any) -> Any:
    found: Any = values
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return default
        found = found[name]
    return found
