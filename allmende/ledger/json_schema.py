"""The shape of a definition's file as JSON Schema (draft 2020-12), for editors and other programs.

It says what `definition_check` says of fields, types, words, bounds and of which form, unit and anchor belong together. What
only sense can tell (a definition that counts activity, a part that its unit has no use for) the check refuses beyond it.
"""

from collections.abc import Sequence
from typing import Any, get_args

from allmende.ledger.definition import SCHEMA, Mark
from allmende.ledger.definition_check import FORM_UNITS, UNIT_ANCHORS
from allmende.ledger.events import ACTOR_CLASSES

_LONGEST_SECONDS = 5 * 366 * 86_400
_REQUIRED = ("key", "version", "form", "unit", "population", "anchor", "predicate")
_ACT = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"}


def definition_schema() -> dict[str, Any]:
    """The schema as a JSON-able value."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Definition of a behaviour",
        "description": "Of those who could, how many did it, within what time, how well: A, anchor, P, Q, W, m, X, unit.",
        "type": "object",
        "additionalProperties": False,
        "required": list(_REQUIRED),
        "properties": _properties(),
        "allOf": [*_forms(), *_units(), _window()],
    }


def _properties() -> dict[str, Any]:
    return {
        "schema": _number("Version of this shape; without it the newest.", 1, SCHEMA),
        "key": _name("What the definition is called in files, plans and reports.", is_needed=True),
        "version": _number("Version of the definition; figures of two versions are never put together.", 1, 1_000_000),
        "level": _words("Only behaviour is counted.", ("behaviour",)),
        "form": _words(
            "F1 share of members, F2 share of opportunities, F3 rate, F4 duration, F5 breadth, F6 concentration.",
            tuple(FORM_UNITS),
        ),
        "unit": _words("What one case is.", tuple(UNIT_ANCHORS)),
        "population": {**_list("A: who is counted.", _words("", ACTOR_CLASSES)), "minItems": 1},
        "segment": _name("Only members of the group of this key; empty: of none."),
        "anchor": _anchor(),
        "predicate": _predicate(),
        "quality": _quality(),
        "window_seconds": _number("W: how long it may take; 0 where the period is the window.", 0, _LONGEST_SECONDS),
        "opens_after_seconds": _number("It counts only from this long after the anchor on.", 0, _LONGEST_SECONDS),
        "in_workdays": _flag("W is counted in working days, without public holidays."),
        "spread": _part(
            "Done again and again: the window in equal spans, so many of which hold the minimum each.",
            {"spans": _number("Equal spans.", 1, 100), "at_least": _number("Of them.", 1, 100)},
        ),
        "minimum": _number("m: so many acts make it done.", 1, 10_000),
        "exclusions": _list("X: acts of these are not seen.", _words("", ACTOR_CLASSES)),
        "channels": _list("Only in these, by their short names; none: in all.", {"type": "string", "minLength": 1}),
        "lag_seconds": _number("How long after the window marks of quality may still come.", 0, _LONGEST_SECONDS),
        "anchor_counts": _flag("The anchor itself may be the act."),
    }


def _anchor() -> dict[str, Any]:
    kinds = tuple(dict.fromkeys(kind for kinds in UNIT_ANCHORS.values() for kind in kinds))
    return _part(
        "What starts the clock of a case.",
        {
            "kind": _words("Somebody's first act, the root of a thread, each act, or a calendar period.", kinds),
            "acts": _list("By these acts; none: any message.", _ACT),
            "labels": _list("Whose message bears one of these labels.", {"type": "string", "minLength": 1}),
            "period": _words("Where periods are counted.", ("month", "week", "quarter")),
        },
        needed=("kind",),
    )


def _predicate() -> dict[str, Any]:
    return _part(
        "P: what counts, and by whom.",
        {
            "acts": _list("These acts; none: any message.", _ACT),
            "actor_classes": _list("By these; none: by whoever is not excluded.", _words("", ACTOR_CLASSES)),
            "is_first": _flag("The first act found decides."),
            "segment": _name("By members of the group of this key; empty: by anybody."),
            "by_owner": _flag("By the one whose case it is."),
            "across": _name("By somebody with another value of this trait, such as department."),
        },
    )


def _quality() -> dict[str, Any]:
    return _part(
        "Q: marks that others give.",
        {
            "any_of": _list("One of these; none: no condition.", _words("", get_args(Mark))),
            "helpful_votes": _number("So many votes are a mark.", 1, 10_000),
            "outside_own_thread": _flag("Not in a thread one opened oneself."),
            "on": _words("About the act, or about anything in its thread.", ("act", "thread")),
        },
    )


def _forms() -> list[dict[str, Any]]:
    return [_where({"form": form}, {"unit": {"enum": list(units)}}) for form, units in FORM_UNITS.items()]


def _units() -> list[dict[str, Any]]:
    anchors = {
        unit: {"anchor": {"properties": {"kind": {"enum": list(kinds)}}}} for unit, kinds in UNIT_ANCHORS.items()
    }
    return [_where({"unit": unit}, properties) for unit, properties in anchors.items()]


def _window() -> dict[str, Any]:
    """A period ends by itself, and a duration may be followed without end; all others need a window."""
    ends = {"anyOf": [_is({"unit": "member_period"}), _is({"form": "F4"})]}
    needs = {"required": ["window_seconds"], "properties": {"window_seconds": {"minimum": 1}}}
    return {"if": {"not": ends}, "then": needs}


def _where(values: dict[str, str], properties: dict[str, Any]) -> dict[str, Any]:
    return {"if": _is(values), "then": {"properties": properties}}


def _is(values: dict[str, str]) -> dict[str, Any]:
    return {"properties": {name: {"const": value} for name, value in values.items()}, "required": list(values)}


def _part(description: str, properties: dict[str, Any], needed: Sequence[str] = ()) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    return {"description": description, **shape, **({"required": list(needed)} if needed else {})}


def _words(description: str, words: Sequence[str]) -> dict[str, Any]:
    return {**({"description": description} if description else {}), "type": "string", "enum": list(words)}


def _name(description: str, is_needed: bool = False) -> dict[str, Any]:
    pattern = "^[a-z0-9][a-z0-9_-]{0,99}$"
    return {"description": description, "type": "string", "pattern": pattern if is_needed else f"^$|{pattern}"}


def _number(description: str, low: int, high: int) -> dict[str, Any]:
    return {"description": description, "type": "integer", "minimum": low, "maximum": high}


def _flag(description: str) -> dict[str, Any]:
    return {"description": description, "type": "boolean"}


def _list(description: str, items: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "type": "array", "items": items}
