"""Rates, durations, breadth and concentration from the ledger to the page: kept, told in words, never beside a verdict."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from allmende.behaviours.actions import CannotAdopt, adopt_definition, measure_workspace
from allmende.behaviours.models import Measurement, Verdict
from allmende.behaviours.queries import behaviours_listing, period_lines
from allmende.ledger.definition import Anchor, Definition, Predicate, Quality
from allmende.ledger.shipped import ANSWER_ACROSS, FIRST_ANSWER_BY_MEMBER, HELPERS, SHOULDERS
from tests.behaviours.conftest import questions

# Answers, whether marked or not: the questions of the fixture bear no marks.
BREADTH = replace(HELPERS, key="answering", quality=Quality(), minimum=2)
RATE = replace(BREADTH, key="answers_rate", form="F3", minimum=1, anchor=Anchor("period"))
SHOULDER = replace(SHOULDERS, key="shoulders", quality=Quality(), anchor=Anchor("period", ("answered",)))
WAIT = replace(
    FIRST_ANSWER_BY_MEMBER, key="wait", form="F4", predicate=Predicate(("answered",)), window=timedelta(days=7)
)
FORMS = (RATE, WAIT, BREADTH, SHOULDER)


@pytest.fixture
def counted(take_in, workspace, owner, now):
    """13 weeks from 1 June, each with 20 questions, 12 of them answered within an hour by 20 helpers in turn."""
    take_in(questions(datetime(2026, 6, 1, tzinfo=UTC), 13, 20, 12, helpers=20))
    for definition in FORMS:
        adopt_definition(workspace=workspace, spec=definition, person=owner, now=now, name=definition.key)
    measure_workspace(workspace=workspace, now=now)


def kept(definition: Definition, kind: str = "month", month: int = 7) -> Measurement:
    rows = Measurement.objects.filter(definition__key=definition.key, period_kind=kind)
    return next(row for row in rows if (row.period_start + timedelta(days=1)).month == month)


@pytest.mark.django_db
def test_s1_15_each_form_keeps_people_times_and_what_only_it_says(counted) -> None:
    # July: six answers of the week of 29 June and four weeks of twelve, so fourteen helpers with three and six with two.
    breadth, rate, wait, shoulder = kept(BREADTH), kept(RATE), kept(WAIT), kept(SHOULDER)
    assert (breadth.people, breadth.times, breadth.complete) == (20, 54, 20)
    assert (breadth.again, breadth.again_of, breadth.low is not None) == (20, 20, True)
    assert (rate.people, rate.times, rate.low) == (20, 54, None)
    assert rate.exposure_seconds and rate.complete > 20
    assert (wait.successes, wait.complete, wait.median_seconds, wait.p90_seconds) == (54, 90, 3_600.0, None)
    assert (shoulder.people, shoulder.factor) == (20, 9)
    assert not Verdict.objects.exists()


@pytest.mark.django_db
def test_the_database_keeps_figures_that_can_be(counted) -> None:
    for values in ({"again": 3}, {"again": 3, "again_of": 2}, {"p90_seconds": 1.0}, {"factor": 0}, {"factor": 999}):
        row = Measurement.objects.filter(definition__key=BREADTH.key, again__isnull=True).first()
        with pytest.raises(IntegrityError), transaction.atomic():
            Measurement.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.filter(definition__key=WAIT.key).update(median_seconds=9.0, p90_seconds=8.0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (RATE, ("Wie oft je Mensch", "Personenmonaten: je Mensch und Monat", "Menschen, Male, Anteil")),
        (WAIT, ("Wie lange es dauert", "Die Hälfte ist nach 60 Minuten geschehen.", "60,0 % von 90")),
        (BREADTH, ("im Schnitt jeweils 2,4-mal", "taten es 20 im Zeitraum danach wieder", "20 von 20")),
        (SHOULDER, ("8 Menschen zusammen geben die Hälfte davon.", "Beschrieben, nicht beurteilt")),
    ],
    ids=lambda one: getattr(one, "key", ""),
)
def test_a_page_tells_its_form_in_words(counted, client_of, owner, workspace, definition, words) -> None:
    answer = client_of(owner).get(f"/w/{workspace.slug}/behaviours/{definition.key}/")
    page = re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))
    page = re.sub(r" +", " ", re.sub(r"<[^>]+>", " ", page))
    for word in words:
        assert word in page, word
    assert "Anteil je Woche" not in page


@pytest.mark.django_db
def test_the_list_shows_the_figure_of_each_form(counted, client_of, owner, workspace) -> None:
    with CaptureQueriesContext(connection) as few:
        behaviours_listing(workspace)
    assert len(few) <= 12
    page = client_of(owner).get(f"/w/{workspace.slug}/behaviours/").content.decode().replace("\u00a0", " ")
    for words in (
        "je Mensch und Monat",
        "60 Minuten",
        "bis es bei der Hälfte geschehen ist",
        "Menschen geben die Hälfte",
    ):
        assert words in page, words


@pytest.mark.django_db
def test_lines_say_what_the_form_says_and_judge_each_form(counted, workspace, now) -> None:
    for definition, keys in (
        (RATE, {"exposure_months", "rate"}), (WAIT, {"median_seconds", "p90_seconds"}),
        (BREADTH, {"again", "again_of"}), (SHOULDER, {"factor"}),
    ):  # fmt: skip
        lines = list(period_lines(workspace, definition, as_of=now, period="month"))
        assert all(keys <= line.keys() for line in lines)
        assert all(line["verdict"] for line in lines)


@pytest.mark.django_db
def test_what_nobody_has_told_is_not_put_in_force(owner, workspace, now) -> None:
    with pytest.raises(CannotAdopt, match=r"niemand eingetragen|nobody has told"):
        adopt_definition(workspace=workspace, spec=ANSWER_ACROSS, person=owner, now=now)
    assert ANSWER_ACROSS.key not in {one.key for one in behaviours_listing(workspace).offers}
