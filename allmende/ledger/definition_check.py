"""Is this a definition of a behaviour? Findings as codes; upper rooms own the words (domain.md 4.2,
S1-14)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allmende.ledger.events import ACT_SHAPE, ACTOR_CLASSES, MARK_ACTS

# Which units a form counts, and what may start the clock of a unit.
FORM_UNITS: dict[str, tuple[str, ...]] = {
    "F1": ("member",),
    "F2": ("opportunity",),
    "F3": ("member_period",),
    "F4": ("opportunity", "member"),
    "F5": ("member_period",),
    "F6": ("member_period",),
}
UNIT_ANCHORS: dict[str, tuple[str, ...]] = {
    "member": ("first_act",),
    "opportunity": ("thread_root", "act", "first_act"),
    "member_period": ("period",),
}
# What a unit or form has no use for, with the value that says nothing.
_USELESS: dict[str, dict[str, object]] = {
    "member": {
        "anchor.labels": [], "anchor.period": "month", "predicate.segment": "", "predicate.by_owner": False,
        "predicate.across": "",
    },
    "opportunity": {"anchor.period": "month"},
    "member_period": {
        "anchor.labels": [], "predicate.segment": "", "predicate.by_owner": False, "predicate.across": "",
        "window_seconds": 0, "opens_after_seconds": 0, "in_workdays": False, "spread.spans": 1, "anchor_counts": False,
    },
    "F3": {"minimum": 1},
    "F4": {
        "minimum": 1, "predicate.is_first": False, "opens_after_seconds": 0, "in_workdays": False, "spread.spans": 1,
    },
    "F6": {"minimum": 1},
}  # fmt: skip

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

# Talk: as a count of a person's month these say no more than activity, unless others mark them.
TALK_ACTS = frozenset({"posted", "commented"})

_KEY_SHAPE = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}\Z")
_DAY = 86_400
_LONGEST_SECONDS = 5 * 366 * 86_400
# The least and the most a number can be; a window that ends with its period has no length of its own.
BOUNDS = {
    "version": (1, 1_000_000),
    "window_seconds": (1, _LONGEST_SECONDS),
    "opens_after_seconds": (0, _LONGEST_SECONDS),
    "lag_seconds": (0, _LONGEST_SECONDS),
    "minimum": (1, 10_000),
    "schema": (1, 2),
    "quality.helpful_votes": (1, 10_000),
    "spread.spans": (1, 100),
    "spread.at_least": (1, 100),
}
_FIELDS = {
    "schema", "key", "version", "level", "form", "unit", "population", "segment", "anchor", "predicate", "quality",
    "window_seconds", "opens_after_seconds", "in_workdays", "spread", "minimum", "exclusions", "channels",
    "lag_seconds", "anchor_counts",
}  # fmt: skip
_REQUIRED = ("key", "version", "form", "unit", "population", "anchor", "predicate")
_PARTS = {
    "anchor": {"kind", "acts", "labels", "period"},
    "predicate": {"acts", "actor_classes", "is_first", "segment", "by_owner", "across"},
    "quality": {"any_of", "helpful_votes", "outside_own_thread", "on"},
    "spread": {"spans", "at_least"},
}


CODES = (
    "missing", "unknown_field", "wrong_type", "unknown_value", "out_of_range", "activity_level",
    "form_and_unit_differ", "form_and_anchor_differ", "population_excluded", "first_needs_opportunity",
    "not_for_this_unit", "not_for_this_form", "closes_before_it_opens", "anchor_before_window", "across_needs_another",
    "workdays_need_days", "spans_uneven",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, at `field` (a path such as `anchor.kind`). Codes: see `CODES`."""

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
    if "window_seconds" not in values and not _has_own_end(values):
        yield Fault("missing", "window_seconds")
    for name in values:
        if name not in _FIELDS:
            yield Fault("unknown_field", str(name))
    for name, fields in _PARTS.items():
        yield from _part_faults(name, values.get(name, {}), fields)
    yield from _number_faults(values)
    yield from _word_faults(values)
    yield from _name_faults(values)
    yield from _list_faults(values)


def _has_own_end(values: Mapping[str, Any]) -> bool:
    """A period ends by itself; a duration may be followed without end."""
    return values.get("unit") == "member_period" or values.get("form") == "F4"


def _part_faults(name: str, part: Any, fields: set[str]) -> Iterator[Fault]:
    if not isinstance(part, Mapping):
        yield Fault("wrong_type", name)
        return
    for field in part:
        if field not in fields:
            yield Fault("unknown_field", f"{name}.{field}")


def _number_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    own = {"window_seconds": (0, _LONGEST_SECONDS)} if _has_own_end(values) else {}
    for path, (low, high) in (BOUNDS | own).items():
        value = _at(values, path, low)
        if not isinstance(value, int) or isinstance(value, bool):
            yield Fault("wrong_type", path)
        elif not low <= value <= high:
            yield Fault("out_of_range", path, str(value))
    flags = (
        "anchor_counts", "in_workdays", "predicate.is_first", "predicate.by_owner", "quality.outside_own_thread",
    )  # fmt: skip
    for path in flags:
        if not isinstance(_at(values, path, False), bool):
            yield Fault("wrong_type", path)


def _word_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    allowed: dict[str, Sequence[str]] = {
        "form": tuple(FORM_UNITS),
        "unit": tuple(UNIT_ANCHORS),
        "anchor.kind": sum(UNIT_ANCHORS.values(), ()),
        "anchor.period": ("month", "week", "quarter"),
        "quality.on": ("act", "thread"),
        "level": ("behaviour", "outcome", "value", "activity"),
    }
    for path, words in allowed.items():
        value = _at(values, path, words[0])
        if value not in words:
            yield Fault("unknown_value", path, str(value))
    if "anchor" in values and _at(values, "anchor.kind", None) is None:
        yield Fault("missing", "anchor.kind")


def _name_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    """The key is required; the other names may be empty, which asks for nothing."""
    for path in ("key", "segment", "predicate.segment", "predicate.across"):
        name = _at(values, path, "key" if path == "key" else "")
        if not isinstance(name, str) or not (_KEY_SHAPE.match(name) or (path != "key" and name == "")):
            yield Fault("unknown_value", path, str(name))


def _list_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    classes = ACTOR_CLASSES.__contains__
    lists: dict[str, Callable[[str], object]] = {
        "population": classes,
        "exclusions": classes,
        "predicate.actor_classes": classes,
        "anchor.acts": ACT_SHAPE.match,
        "anchor.labels": bool,
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
    form, unit, anchor = values["form"], values["unit"], values["anchor"]["kind"]
    if values.get("level", "behaviour") != "behaviour" or _counts_activity(values):
        yield Fault("activity_level", "predicate.acts")
    if unit not in FORM_UNITS[form]:
        yield Fault("form_and_unit_differ", "unit", unit)
    elif anchor not in UNIT_ANCHORS[unit]:
        yield Fault("form_and_anchor_differ", "anchor.kind", anchor)
    if not set(values["population"]) - set(values.get("exclusions", ())):
        yield Fault("population_excluded", "population")
    yield from _first_faults(values)
    yield from _useless_faults(values, unit, "not_for_this_unit")
    yield from _useless_faults(values, form, "not_for_this_form")
    yield from _window_faults(values)
    if _at(values, "predicate.across", "") and _at(values, "predicate.by_owner", False):
        yield Fault("across_needs_another", "predicate.across")


def _first_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    if not values["predicate"].get("is_first"):
        return
    if values["unit"] != "opportunity":
        yield Fault("first_needs_opportunity", "predicate.is_first")
    for path in ("minimum", "spread.spans"):
        if _at(values, path, 1) != 1:
            yield Fault("out_of_range", path, str(_at(values, path, 1)))


def _useless_faults(values: Mapping[str, Any], name: str, code: str) -> Iterator[Fault]:
    for path, nothing in _USELESS.get(name, {}).items():
        said = _at(values, path, nothing)
        if said != nothing and said != ():
            yield Fault(code, path, name)


def _window_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    opens, closes = _at(values, "opens_after_seconds", 0), _at(values, "window_seconds", 0)
    spans, at_least = _at(values, "spread.spans", 1), _at(values, "spread.at_least", 1)
    if opens and opens >= closes:
        yield Fault("closes_before_it_opens", "opens_after_seconds", str(opens))
    if opens and _at(values, "anchor_counts", False):
        yield Fault("anchor_before_window", "anchor_counts")
    if at_least > spans:
        yield Fault("out_of_range", "spread.at_least", str(at_least))
    if (closes - opens) % spans:
        yield Fault("spans_uneven", "spread.spans", str(spans))
    if _at(values, "in_workdays", False) and (closes % _DAY or opens or spans > 1):
        yield Fault("workdays_need_days", "in_workdays")


def _counts_activity(values: Mapping[str, Any]) -> bool:
    """Nothing but presence; or, in what a person does in a period, nothing but talk that nobody marked."""
    acts = set(values["predicate"].get("acts", ()))
    if values["unit"] == "member_period" and not _at(values, "quality.any_of", ()):
        return acts <= ACTIVITY_ACTS | TALK_ACTS
    return bool(acts) and acts <= ACTIVITY_ACTS


def _at(values: Mapping[str, Any], path: str, default: Any) -> Any:
    found: Any = values
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return default
        found = found[name]
    return found
