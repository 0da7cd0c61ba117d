"""Targets and promises where the measure says how often or how long, in the measure's own unit (domain 4.3, S0-15, S0-16)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from allmende.plan import actions, queries
from allmende.plan.catalogue import in_unit, read_value, span_in_unit
from allmende.plan.forms.fields import ValueField
from allmende.plan.models import DecisionCheck, Objective
from tests.plan.conftest import OBJECTIVE

WAITS, RATE = "question_wait_member_7d", "helpful_answers_rate"
TIMED = {
    "definition_key": WAITS, "baseline_share": None, "target_share": None, "baseline_value": 9.4, "target_value": 6.0,
    "least_relevant_difference": 0.2,
}  # fmt: skip
AT = "/w/lotsenforum/plan/decisions/"
REQUEST = {
    "title": "Vier Stunden für den Lotsenkreis", "until": "2027-01-04", "hours": "4",
    "without": "Antworten dauern wie bisher", "smaller": "Zwei Stunden",
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "value", "kind"),
    [
        ("6", 6, ""), ("0,8", 0.8, ""), ("0.8 mal", 0.8, ""), ("6 h", 6, "duration"), ("6,5 Stunden", 6.5, "duration"),
        ("90 min", 1.5, "duration"), ("2 Tage", 48, "duration"), ("1 Tag", 24, "duration"),
        ("2 days", 48, "duration"), ("1 Woche", 168, "duration"),
        ("30 je 1.000", 0.03, "rate"), ("30 per 1,000", 0.03, "rate"), ("30/1000", 0.03, "rate"), ("30 ‰", 0.03, "rate"),
        ("30 je 1.000 Menschen und Monat", 0.03, "rate"),
    ],
)  # fmt: skip
def test_a_value_is_read_as_people_write_it(typed, value, kind):
    found = read_value(typed)
    assert (found.value, found.kind) == (pytest.approx(value), kind)


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("de", "1.240 Stunden", 1240), ("en", "1,240 hours", 1240), ("de", "1,125", 1.125), ("en", "1.125", 1.125),
        ("de", "0.125", 0.125), ("de", "1.240,5 h", 1240.5), ("en", "1,240.5 h", 1240.5), ("de", "1.000 je 1.000", 1),
    ],
)  # fmt: skip
def test_thousands_are_read_as_the_language_writes_them(language, typed, value):
    with translation.override(language):
        assert read_value(typed).value == pytest.approx(value)


@pytest.mark.parametrize("typed", ["100 min", "0,05 je 1.000", "1,125", "7 h"])
def test_what_a_form_shows_is_read_as_the_same_value(typed):
    with translation.override("de"):
        value = ValueField().clean(typed)
        assert ValueField().clean(ValueField().prepare_value(value)) == value


@pytest.mark.parametrize("typed", ["viel", "-3", "6 Äpfel", "1e9", "", "999999", "nan", "inf", "3 h 5"])
def test_what_is_no_figure_is_none(typed):
    assert read_value(typed) is None


def test_a_value_is_written_in_its_unit():
    with translation.override("de"):
        told = [in_unit(1.0, "hours"), in_unit(1.5, "hours"), in_unit(0.8, "times_per_person_month")]
        assert told == ["1 Stunde", "1,5 Stunden", "0,8-mal je Mensch und Monat"]
        assert in_unit(0.03, "times_per_person_month") == "30-mal je 1.000 Menschen und Monat"
    with translation.override("en"):
        assert in_unit(0.0305, "times_per_person_month") == "30.5 times per 1,000 people and month"
        assert in_unit(7.9, "points") == "7.9 points"


def test_both_ends_of_a_span_are_told_of_as_many():
    with translation.override("en"):
        assert span_in_unit(0.0246, 0.0366, "times_per_person_month") == (
            "24.6",
            "36.6 times per 1,000 people and month",
        )
        assert span_in_unit(4.4, 6.0, "hours") == ("4.4", "6 hours")


@pytest.fixture
def timed(write_plan, owner, now):
    """The plan in force with an objective that asks how long it takes: from 9.4 to 6 hours."""
    written = write_plan(publish=True)
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.save_objective(person=owner, version=draft, key=written.objective.key, now=now, **TIMED)
    return written, draft


def test_a_target_is_typed_and_read_in_hours(timed, owner, client_of):
    written, draft = timed
    address = f"/w/lotsenforum/plan/draft/objective/{written.objective.key}/"
    typed = {
        **OBJECTIVE,
        "definition_key": WAITS,
        "baseline_share": "",
        "target_share": "",
        "least_relevant_difference": "20",
    }
    client = client_of(owner)
    answer = client.post(address, {**typed, "baseline_value": "9,5 h", "target_value": "90 min"})
    assert answer.status_code == 303
    stored = Objective.objects.get(version=draft, key=written.objective.key)
    assert (stored.baseline_value, stored.target_value, stored.target_share) == (9.5, 1.5, None)
    page = client.get("/w/lotsenforum/plan/draft/").content.decode()
    assert "1,5 Stunden" in page.replace("\u00a0", " ") and "9,5 Stunden" in page
    form = client.get(address).content.decode()
    assert 'value="1,5"' in form and f'value="{WAITS}" selected data-form="duration"' in form


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"target_value": "30 je 1.000"}, "Diese Messung sagt, wie lange"),
        ({"target_value": "bald"}, "ist keine solche Angabe"),
        ({"target_value": "0"}, "größer als 0"),
        ({"target_value": "6", "target_share": "40"}, "ein Anteil ist dafür kein"),
    ],
)
def test_nothing_typed_in_another_unit_is_taken_or_lost(timed, owner, client_of, values, words):
    written, _ = timed
    address = f"/w/lotsenforum/plan/draft/objective/{written.objective.key}/"
    typed = {
        **OBJECTIVE,
        "definition_key": WAITS,
        "baseline_share": "",
        "target_share": "",
        "least_relevant_difference": "20",
    }
    answer = client_of(owner).post(address, typed | values)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert f'value="{values["target_value"]}"' in page


def test_a_share_has_no_hours_and_the_database_knows(timed, now):
    written, draft = timed
    rows = Objective.objects.filter(version=draft, key=written.objective.key)
    for wrong in ({"target_share": 0.4}, {"baseline_share": 0.4}, {"target_value": 0.0}, {"baseline_value": -1.0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_a_version_says_what_differs_in_its_unit(timed):
    written, draft = timed
    (difference,) = queries.in_words(queries.compared(written.version, draft))
    told = {one.name: (one.before, one.after) for one in difference.fields}
    assert told["target_value"] == ("", "6 Stunden")
    assert told["baseline_value"] == ("", "9,4 Stunden")
    assert told["least_relevant_difference"] == ("4 Punkte", "20\u00a0%")


@pytest.fixture
def asked(write_plan, owner, now):
    """A plan in force whose objective asks how long it takes."""
    return write_plan(publish=True, asked=TIMED)


def test_s0_16_a_request_promises_hours_and_is_held_against_them(asked, owner, now, tell, client_of):
    """9.4 hours when it was submitted, 2.5 less promised: 6.9 or less keeps it."""
    key = asked.objective.key
    tell(key, source=WAITS, n=200, value=9.4, unit="hours", low=8.0, high=11.0, period_end=now - timedelta(days=1))
    typed = {**REQUEST, "tactics": [asked.tactics[0].key], "objective": key}
    client = client_of(owner)
    refused = client.post(f"{AT}new/resource_request/", {**typed, "points": "6"})
    assert refused.status_code == 422 and "nicht in Punkten" in refused.content.decode()
    refused = client.post(f"{AT}new/resource_request/", {**typed, "points": "6", "amount": "2,5 h"})
    assert refused.status_code == 422 and "nicht in Punkten" in refused.content.decode()
    refused = client.post(f"{AT}new/resource_request/", {**typed, "amount": "30 je 1.000"})
    assert refused.status_code == 422 and "Diese Messung sagt, wie lange" in refused.content.decode()
    answer = client.post(f"{AT}new/resource_request/", {**typed, "amount": "2,5 h"})
    assert answer.status_code == 303
    page = client.get(answer.url).content.decode().replace("\u00a0", " ")
    assert "2,5 Stunden bis zum" in page and "9,4 Stunden" in page
    check = DecisionCheck.objects.get()
    later = now + timedelta(days=100)
    tell(key, source=WAITS, n=210, value=6.9, unit="hours", low=6.0, high=8.0, before_value=9.4, period_end=later)
    found = queries.compare_request(check)
    assert (found["promised"], found["is_reached"]) == (pytest.approx(6.9), True)
    assert found["moved"] == pytest.approx(-2.5)
    tell(key, source=WAITS, n=210, value=7.0, unit="hours", low=6.0, high=8.0, before_value=9.4, period_end=later)
    assert not queries.compare_request(check)["is_reached"]
    page = client.get(answer.url).content.decode().replace("\u00a0", " ")
    assert "7 Stunden" in page and "6,9 Stunden" in page


def test_s0_16_figures_of_two_units_are_not_compared(asked, owner, now, tell, client_of):
    key = asked.objective.key
    tell(key, source=WAITS, n=200, value=9.4, unit="hours", period_end=now - timedelta(days=1))
    typed = {**REQUEST, "tactics": [asked.tactics[0].key], "objective": key, "amount": "2"}
    assert client_of(owner).post(f"{AT}new/resource_request/", typed).status_code == 303
    tell(key, share=0.5, n=100, period_end=now + timedelta(days=9))
    found = queries.compare_request(DecisionCheck.objects.get())
    assert set(found) == {"before", "now"}


def test_the_plan_shows_what_it_was_before_in_the_same_unit(asked, owner, now, tell, client_of):
    tell(asked.objective.key, source=RATE, value=0.03, unit="times_per_person_month", n=None, before_value=0.02)
    page = client_of(owner).get(f"/w/lotsenforum/plan/element/{asked.objective.key}/").content.decode()
    assert "30-mal je 1.000 Menschen und Monat" in page
    assert "vorher 20-mal je 1.000 Menschen und Monat" in page
