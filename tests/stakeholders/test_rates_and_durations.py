"""A report on how often and how long: the figure in its own unit with n and range, guarded as shares are (domain 4.6, 5.5)."""

import re

import pytest
from django.urls import reverse

from allmende.stakeholders.queries.guard import findings_of
from allmende.stakeholders.queries.paper import thawed

MONTH, HOUR = 2_629_800, 3_600
LONG = {
    "form": "F4", "median_seconds": 5.1 * HOUR, "p90_seconds": 31 * HOUR, "own_low": 4.4 * HOUR, "own_high": 6.0 * HOUR,
    "before_median_seconds": 9.4 * HOUR, "before_p90_seconds": 58 * HOUR, "difference": -4.3 * HOUR, "low": -6.0 * HOUR,
    "high": -2.2 * HOUR, "least_relevant_difference": 0.2, "word": "moving", "flags": ["clearly"],
}  # fmt: skip
OFTEN = {
    "form": "F3", "times": 96, "before_times": 61, "exposure_seconds": 180 * MONTH, "before_exposure_seconds": 176 * MONTH,
    "own_low": 0.437, "own_high": 0.651, "difference": 1.539, "low": 1.117, "high": 2.119,
    "least_relevant_difference": 0.2, "word": "moving", "flags": [],
}  # fmt: skip


def numbers_of(report):
    return thawed(report.content).objectives[0].figure


@pytest.fixture
def read(client_of, owner):
    """The report's page in plain words."""

    def page(report) -> str:
        address = reverse("stakeholders:report", kwargs={"slug": owner.workspace.slug, "report_id": report.pk})
        html = client_of(owner).get(address).content.decode()
        sheet = html[html.index('<article class="a4') : html.index("</article>")]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", sheet).replace("\u00a0", " "))

    return page


def test_s1_19_a_duration_stands_with_its_unit_n_and_range(judge, compose, read):
    judge(**LONG)
    report = compose()
    figure = numbers_of(report)
    assert (figure.numbers.share, figure.numbers.k, figure.numbers.n) == (None, 512, 905)
    assert (figure.numbers.value, figure.numbers.value_low) == (5.1 * HOUR, 4.4 * HOUR)
    page = read(report)
    for words in (
        "bei der Hälfte von 905 Fällen nach 5,1 Stunden geschehen; vorher waren es 9,4 Stunden.",
        "95 %: 4,4 Stunden bis 6,0 Stunden", "905 Fälle", "4.310 Fälle", "−4,3 Stunden", "−6,0 Stunden bis −2,2 Stunden",
        "Ein Unterschied zählt ab 20 % des früheren Werts.",
    ):  # fmt: skip
        assert words in page.replace(" ;", ";"), (words, page)


def test_s1_19_a_rate_stands_with_its_unit_exposure_and_range(judge, compose, read):
    """96 in 180 months of people against 61 in 176: 1.54 times as often [1.12; 2.12] (domain 4.7, no. 11)."""
    judge(**OFTEN)
    page = read(compose())
    for words in (
        "187 Menschen", "96 Mal", "0,53-mal je Mensch und Monat", "0,35-mal je Mensch und Monat", "1,54-mal so oft",
        "1,12 bis 2,12", "180 Monate", "176 Monate", "0,44-mal je Mensch und Monat bis 0,65-mal je Mensch und Monat",
    ):  # fmt: skip
        assert words in page, (words, page)


def test_s1_19_in_english_a_rate_below_a_tenth_is_told_of_a_thousand(judge, compose, read, workspace):
    workspace.language = "en"
    workspace.save()
    few = {"exposure_seconds": 3_200 * MONTH, "own_low": 0.0246, "own_high": 0.0366}
    judge(**OFTEN | few | {"before_exposure_seconds": 3_100 * MONTH})
    page = read(compose())
    assert "30 times per 1,000 people and month" in page
    assert "95%: 24.6 times per 1,000 people and month to 36.6 times per 1,000 people and month" in page
    assert "1.54 times as often" in page and "3,200 months of people" in page


def test_s1_19_of_a_rate_of_none_it_says_that_nobody_did_it(judge, compose, read):
    none = {"times": 0, "own_low": 0.0, "own_high": 0.021, "difference": None, "low": None, "high": None}
    judge(people=0, **OFTEN | none | {"word": "cannot_tell"})
    page = read(compose())
    assert "tat das niemand" in page


@pytest.mark.parametrize("form", [LONG, OFTEN])
def test_4_6_fewer_people_than_the_floor_are_held_back(judge, compose, form):
    judge(**form | {"before_people": 4})
    figure = numbers_of(compose())
    assert (figure.numbers, figure.held_back) == (None, ("group_below_floor",))


@pytest.mark.parametrize("form", [LONG, OFTEN])
def test_5_5_a_difference_within_noise_called_a_movement_is_held_back(judge, compose, form):
    noise = {"low": -1.0, "high": 1.0} if form is LONG else {"low": 0.8, "high": 1.3}
    judge(**form | noise)
    assert numbers_of(compose()).held_back == ("change_within_noise",)


@pytest.mark.parametrize("form", [LONG, OFTEN])
def test_a_figure_nobody_can_bound_is_not_printed_and_the_word_stays(judge, compose, form):
    judge(**form | {"own_high": None})
    figure = numbers_of(compose())
    assert (figure.numbers, figure.held_back, figure.word) == (None, (), "moving")


@pytest.mark.parametrize("form", [LONG, OFTEN])
def test_5_5_a_complete_figure_meets_no_objection(judge, compose, plan, form):
    judge(**form)
    found = findings_of(compose(), frozenset({plan.objective.key}))
    assert not [one for one in found if one.where == "figure"]
