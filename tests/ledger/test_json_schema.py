"""The documented shape of a definition's file: it takes what the check takes, and what it refuses the check refuses."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.ledger.definition import Definition
from allmende.ledger.definition_check import check_definition
from allmende.ledger.json_schema import definition_schema
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, SHIPPED
from tests.ledger.definitions import FORMS, definitions

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "definition.schema.json"
VALIDATOR = jsonschema_rs.validator_for(definition_schema())


def test_it_is_a_schema_and_the_document_says_the_same() -> None:
    jsonschema_rs.meta.validate(definition_schema())
    assert json.loads(DOCUMENT.read_text()) == definition_schema(), "write it anew: allmende measure --schema"


@pytest.mark.parametrize("definition", SHIPPED, ids=lambda one: one.key)
def test_every_shipped_definition_has_this_shape(definition: Definition) -> None:
    VALIDATOR.validate(definition.to_dict())


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_can_be_counted_has_this_shape(form: Any, data: st.DataObject) -> None:
    VALIDATOR.validate(data.draw(definitions(form)).to_dict())


WRONG: tuple[tuple[str, Any], ...] = (
    ("form", "F7"), ("form", "F1"), ("unit", "member"), ("key", ""), ("key", "Größe"), ("version", 0), ("version", "1"),
    ("population", []), ("population", ["friend"]), ("window_seconds", 0), ("window_seconds", 10**9), ("minimum", 0),
    ("level", "activity"), ("anchor.kind", "period"), ("anchor.acts", ["Fragt"]), ("predicate.across", "a b"),
    ("quality.any_of", ["liked"]), ("quality.on", "page"), ("spread.spans", 0), ("colour", "blue"), ("anchor.colour", "blue"),
    ("schema", 3), ("channels", [""]), ("in_workdays", "yes"),
)  # fmt: skip


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_what_the_shape_refuses_the_check_refuses(path: str, value: Any) -> None:
    values = copy.deepcopy(FIRST_ANSWER_BY_MEMBER.to_dict())
    part, _, field = path.rpartition(".")
    (values[part] if part else values)[field] = value
    assert not VALIDATOR.is_valid(values)
    assert check_definition(values)


@pytest.mark.parametrize(
    "missing", ["key", "version", "form", "unit", "population", "anchor", "predicate", "window_seconds"]
)
def test_what_is_missing_is_missed_by_both(missing: str) -> None:
    values = {name: value for name, value in FIRST_ANSWER_BY_MEMBER.to_dict().items() if name != missing}
    assert not VALIDATOR.is_valid(values)
    assert check_definition(values)
