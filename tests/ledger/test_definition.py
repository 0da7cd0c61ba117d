"""Definitions as values: JSON there and back, faults as codes, nothing that only counts activity (S1-14)."""

import json
from typing import Any

import pytest

from allmende.ledger.definition import Definition
from allmende.ledger.definition_check import InvalidDefinition, check_definition
from allmende.ledger.shipped import (
    FIRST_ANSWER_BY_MEMBER,
    NEWCOMER_CONTRIBUTES_AGAIN,
    SHIPPED,
    shipped_definition,
)


def changed(**values: Any) -> dict[str, Any]:
    """The organic response with some values changed; `anchor__kind` reaches inside."""
    base: dict[str, Any] = json.loads(json.dumps(FIRST_ANSWER_BY_MEMBER.to_dict()))
    for path, value in values.items():
        *parts, last = path.split("__")
        place = base
        for part in parts:
            place = place[part]
        place[last] = value
    return base


@pytest.mark.parametrize("definition", SHIPPED, ids=lambda definition: definition.key)
def test_a_definition_survives_json(definition: Definition) -> None:
    assert Definition.from_dict(json.loads(json.dumps(definition.to_dict()))) == definition
    assert shipped_definition(definition.key) is definition


def test_what_is_left_away_has_a_default() -> None:
    short = NEWCOMER_CONTRIBUTES_AGAIN.to_dict()
    for name in ("schema", "level", "quality", "minimum", "channels", "lag_seconds", "anchor_counts"):
        del short[name]
    assert Definition.from_dict(short) == NEWCOMER_CONTRIBUTES_AGAIN
    assert shipped_definition("unheard_of") is None


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"level": "activity"}, "activity_level", "predicate.acts"),
        ({"predicate__acts": ["liked", "viewed"]}, "activity_level", "predicate.acts"),
        ({"predicate__acts": ["joined"]}, "activity_level", "predicate.acts"),
        ({"form": "F3"}, "form_not_built", "form"),
        ({"form": "F9"}, "unknown_value", "form"),
        ({"form": None}, "unknown_value", "form"),
        ({"unit": "member"}, "form_and_unit_differ", "unit"),
        ({"anchor__kind": "first_act"}, "form_and_anchor_differ", "anchor.kind"),
        ({"anchor": {}}, "missing", "anchor.kind"),
        ({"anchor": 3}, "wrong_type", "anchor"),
        ({"population": ["bot"]}, "population_excluded", "population"),
        ({"population": ["customer"]}, "unknown_value", "population"),
        ({"population": "member"}, "wrong_type", "population"),
        ({"exclusions": [4]}, "wrong_type", "exclusions"),
        ({"window_seconds": 0}, "out_of_range", "window_seconds"),
        ({"window_seconds": "24 h"}, "wrong_type", "window_seconds"),
        ({"window_seconds": True}, "wrong_type", "window_seconds"),
        ({"window_seconds": None}, "wrong_type", "window_seconds"),
        ({"lag_seconds": -1}, "out_of_range", "lag_seconds"),
        ({"version": 0}, "out_of_range", "version"),
        ({"key": "Ein Schlüssel"}, "unknown_value", "key"),
        ({"predicate__acts": ["Answered!"]}, "unknown_value", "predicate.acts"),
        ({"quality__any_of": ["liked"]}, "unknown_value", "quality.any_of"),
        ({"quality__stars": 5}, "unknown_field", "quality.stars"),
        ({"weight": 1}, "unknown_field", "weight"),
        ({"anchor_counts": "yes"}, "wrong_type", "anchor_counts"),
        ({"minimum": 2}, "out_of_range", "minimum"),
    ],
)
def test_a_fault_has_a_code_and_a_place(values: dict[str, Any], code: str, field: str) -> None:
    faults = check_definition(changed(**values))
    assert (code, field) in [(fault.code, fault.field) for fault in faults]
    with pytest.raises(InvalidDefinition) as refused:
        Definition.from_dict(changed(**values))
    assert refused.value.faults == faults


def test_only_threads_have_a_first_answer() -> None:
    values = NEWCOMER_CONTRIBUTES_AGAIN.to_dict()
    values["predicate"]["is_first"] = True
    assert [fault.code for fault in check_definition(values)] == ["first_needs_opportunity"]


def test_every_missing_field_is_named() -> None:
    missing = [fault.field for fault in check_definition({}) if fault.code == "missing"]
    assert missing == [
        "key", "version", "form", "unit", "population", "anchor", "predicate", "window_seconds",
    ]  # fmt: skip
