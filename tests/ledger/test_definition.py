"""Definitions as values: JSON there and back, faults as codes, nothing that only counts activity (S1-14)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from allmende.ledger.definition import Definition
from allmende.ledger.definition_check import CODES, InvalidDefinition, check_definition
from allmende.ledger.shipped import (
    FIRST_ANSWER_BY_MEMBER,
    NEWCOMER_CONTRIBUTES_AGAIN,
    SHIPPED,
    shipped_definition,
)
from tests.ledger.definitions import definitions


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


@settings(max_examples=300, deadline=None, derandomize=True)
@given(definition=definitions())
def test_whatever_can_be_said_survives_json(definition: Definition) -> None:
    assert Definition.from_dict(json.loads(json.dumps(definition.to_dict()))) == definition


def test_values_of_the_first_schema_are_still_read() -> None:
    old = {
        "schema": 1, "key": "first_answer_by_member_24h", "version": 1, "level": "behaviour", "form": "F2",
        "unit": "opportunity", "population": ["member"], "anchor": {"kind": "thread_root", "acts": ["asked"]},
        "predicate": {"acts": ["answered"], "actor_classes": ["member"], "is_first": True},
        "quality": {"any_of": [], "helpful_votes": 1, "outside_own_thread": False}, "window_seconds": 86400,
        "minimum": 1, "exclusions": ["bot"], "channels": [], "lag_seconds": 0, "anchor_counts": False,
    }  # fmt: skip
    assert Definition.from_dict(old) == FIRST_ANSWER_BY_MEMBER


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
        ({"form": "F9"}, "unknown_value", "form"),
        ({"form": None}, "unknown_value", "form"),
        ({"unit": "member"}, "form_and_unit_differ", "unit"),
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
        ({"schema": 3}, "out_of_range", "schema"),
        ({"form": "F3"}, "form_and_unit_differ", "unit"),
        ({"unit": "member_period"}, "form_and_unit_differ", "unit"),
        ({"anchor__kind": "period"}, "form_and_anchor_differ", "anchor.kind"),
        ({"segment": "Die Eingeladenen"}, "unknown_value", "segment"),
        ({"segment": None}, "unknown_value", "segment"),
        ({"anchor__labels": [""]}, "unknown_value", "anchor.labels"),
        ({"predicate__across": "department", "predicate__by_owner": True}, "across_needs_another", "predicate.across"),
        ({"anchor__period": "quarter"}, "not_for_this_unit", "anchor.period"),
        ({"anchor__period": "year"}, "unknown_value", "anchor.period"),
        ({"quality__on": "profile"}, "unknown_value", "quality.on"),
        ({"opens_after_seconds": 86_400}, "closes_before_it_opens", "opens_after_seconds"),
        ({"opens_after_seconds": 60, "anchor_counts": True}, "anchor_before_window", "anchor_counts"),
        ({"in_workdays": True, "window_seconds": 3_600}, "workdays_need_days", "in_workdays"),
        ({"in_workdays": True, "opens_after_seconds": 60}, "workdays_need_days", "in_workdays"),
        ({"spread": {"spans": 7, "at_least": 1}}, "spans_uneven", "spread.spans"),
        ({"spread": {"spans": 2, "at_least": 3}}, "out_of_range", "spread.at_least"),
        ({"spread": {"spans": 2}}, "out_of_range", "spread.spans"),
    ],
)
def test_a_fault_has_a_code_and_a_place(values: dict[str, Any], code: str, field: str) -> None:
    faults = check_definition(changed(**values))
    assert (code, field) in [(fault.code, fault.field) for fault in faults]
    with pytest.raises(InvalidDefinition) as refused:
        Definition.from_dict(changed(**values))
    assert refused.value.faults == faults
    assert {fault.code for fault in faults} <= set(CODES)


def test_only_threads_have_a_first_answer() -> None:
    values = NEWCOMER_CONTRIBUTES_AGAIN.to_dict()
    values["predicate"]["is_first"] = True
    assert [fault.code for fault in check_definition(values)] == ["first_needs_opportunity"]


def helpers(**values: Any) -> dict[str, Any]:
    """Who gives five helpful answers a month, of those who gave one."""
    base = changed(
        form="F5", unit="member_period", anchor={"kind": "period", "acts": ["answered"]}, minimum=5,
        predicate={"acts": ["answered"]}, quality={"any_of": ["helpful_votes"]}, window_seconds=0,
    )  # fmt: skip
    return base | values


def test_a_period_is_its_own_window() -> None:
    values = helpers()
    del values["window_seconds"]
    definition = Definition.from_dict(values)
    assert (definition.window, definition.reach) == (timedelta(0), timedelta(days=31))


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"window_seconds": 60}, "not_for_this_unit", "window_seconds"),
        ({"in_workdays": True}, "not_for_this_unit", "in_workdays"),
        ({"anchor_counts": True}, "not_for_this_unit", "anchor_counts"),
        ({"spread": {"spans": 2, "at_least": 1}}, "not_for_this_unit", "spread.spans"),
        ({"predicate": {"acts": ["answered"], "segment": "invited"}}, "not_for_this_unit", "predicate.segment"),
        ({"form": "F3"}, "not_for_this_form", "minimum"),
        ({"form": "F6"}, "not_for_this_form", "minimum"),
        ({"form": "F4"}, "form_and_unit_differ", "unit"),
    ],
)
def test_what_says_nothing_in_a_form_is_refused(values: dict[str, Any], code: str, field: str) -> None:
    assert (code, field) in [(fault.code, fault.field) for fault in check_definition(helpers(**values))]


def test_a_duration_runs_until_whoever_counts_does_it() -> None:
    values = changed(form="F4", window_seconds=0)
    assert [(fault.code, fault.field) for fault in check_definition(values)] == [
        ("not_for_this_form", "predicate.is_first")
    ]
    values["predicate"]["is_first"] = False
    assert Definition.from_dict(values).window == timedelta(0)


@pytest.mark.parametrize("acts", [(), ("posted",), ("commented", "shared")])
def test_s1_05_talk_in_a_month_is_activity_until_others_mark_it(acts: tuple[str, ...]) -> None:
    values = helpers(predicate={"acts": list(acts)}, quality={})
    assert [fault.code for fault in check_definition(values)] == ["activity_level"]
    assert not check_definition(helpers(predicate={"acts": list(acts)}))
    assert not check_definition(helpers(predicate={"acts": ["shared_experience"]}, quality={}))


def test_working_days_reach_over_weekends_and_holidays() -> None:
    values = changed(in_workdays=True, window_seconds=2 * 86_400)
    assert Definition.from_dict(values).reach == timedelta(days=2 + 2 + 7)


def test_every_missing_field_is_named() -> None:
    missing = [fault.field for fault in check_definition({}) if fault.code == "missing"]
    assert missing == [
        "key", "version", "form", "unit", "population", "anchor", "predicate", "window_seconds",
    ]  # fmt: skip
