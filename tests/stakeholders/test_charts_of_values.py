"""How often and how long, drawn in a report period by period with the natural limits from before (S1-19, domain 4.3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from allmende.behaviours.actions import adopt_definition
from allmende.behaviours.models import Measurement
from allmende.domain.verdict import xmr_limits
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, HELP_RATE, QUESTION_WAITS
from allmende.stakeholders.queries import chart
from allmende.stakeholders.queries.paper import frozen, thawed
from tests.stakeholders.conftest import ENDS, STARTS
from tests.stakeholders.test_rates_and_durations import HOUR, LONG, MONTH, OFTEN

KEY = FIRST_ANSWER_BY_MEMBER.key
BEFORE = [9.0, 9.6, 9.1, 9.8, 9.3, 9.5, 9.2, 9.7, 9.4, 9.6, 9.1, 9.5, 9.3]
SINCE = [5.3, 5.0, 5.2, 4.9, 5.4, 5.1, 5.0, 5.3, 4.8, 5.2, 5.1, 5.0, 5.2]


@pytest.fixture
def waits(workspace, owner):
    """Twenty-six weeks of waits up to the end of the judged period, in hours until half were answered."""

    def count(people: int = 20) -> None:
        made = adopt_definition(
            workspace=workspace,
            spec=replace(QUESTION_WAITS, key=KEY),
            person=owner,
            now=datetime(2025, 1, 5, tzinfo=UTC),
        )
        for place, hours in enumerate(BEFORE + SINCE):
            start = ENDS - timedelta(weeks=26 - place)
            Measurement.objects.create(
                definition=made, period_kind="week", period_start=start, period_end=start + timedelta(weeks=1),
                complete=70, censored=0, successes=60, people=people, times=60, median_seconds=hours * HOUR,
                p90_seconds=40 * HOUR, measured_at=ENDS + timedelta(days=30),
            )  # fmt: skip
        return made

    return count


def test_s1_19_a_wait_is_drawn_week_by_week_with_the_limits_of_before(
    waits, judge, compose, client_of, owner, workspace
):
    judge(definition=waits(), **LONG)
    report = compose()
    figure = thawed(report.content).objectives[0].figure
    natural = xmr_limits([hours * HOUR for hours in BEFORE]).values
    assert [one.value / HOUR for one in figure.periods] == pytest.approx(BEFORE + SINCE)
    assert {(one.kind, one.people) for one in figure.periods} == {("week", 20)}
    first = figure.periods[0]
    assert (first.level, first.low, first.high) == pytest.approx((natural.mean, natural.lower, natural.upper))
    assert [one.is_signal for one in figure.periods] == [False] * 13 + [True] * 13
    drawn = chart.chart_of(figure)
    assert (drawn.form, drawn.kind, drawn.signal_count, len(drawn.rows)) == ("F4", "week", 13, 26)
    # Longer waits stand higher: the level of before lies above every dot since.
    assert all(float(dot.y) > float(drawn.level_y) for dot in drawn.dots[13:])
    assert drawn.grid[0][1] == 0 and drawn.grid[-1][1] >= natural.upper
    address = reverse("stakeholders:report", kwargs={"slug": workspace.slug, "report_id": report.pk})
    page = client_of(owner).get(address).content.decode()
    assert "Je tiefer, desto schneller." in page
    assert "13 Zeiträume jenseits des Zufalls; vorher waren es 9,4" in page
    assert page.count('<circle class="d') == 26


def test_a_report_frozen_before_has_no_such_drawing_and_is_read(waits, judge, compose):
    judge(definition=waits(), **LONG)
    paper = thawed(compose().content)
    old = frozen(paper)
    for goal in old["goals"]:
        for objective in goal["objectives"]:
            del objective["figure"]["periods"]
    figure = thawed(old).objectives[0].figure
    assert figure.periods == () and chart.chart_of(figure) is None


def test_4_6_periods_of_few_people_are_not_drawn(waits, judge, compose):
    judge(definition=waits(people=4), **LONG)
    assert thawed(compose().content).objectives[0].figure.periods == ()


def test_4_6_the_line_breaks_where_a_period_of_few_people_is_held_back(
    waits, judge, compose, client_of, owner, workspace
):
    """Its place stays free: a line through it would tell roughly what nobody may read."""
    made = waits()
    judge(definition=made, **LONG)
    whole = chart.chart_of(thawed(compose().content).objectives[0].figure)
    third = Measurement.objects.order_by("period_start")[2]
    Measurement.objects.filter(pk=third.pk).update(people=2)
    report = compose()
    drawn = chart.chart_of(thawed(report.content).objectives[0].figure)
    assert whole.line.count("M") == whole.band.count("M") == 1 and not whole.is_broken
    assert drawn.line.count("M") == drawn.band.count("M") == drawn.band.count("Z") == 2 and drawn.is_broken
    assert [dot.x for dot in drawn.dots] == [dot.x for place, dot in enumerate(whole.dots) if place != 2]
    assert drawn.start_x == whole.start_x
    address = reverse("stakeholders:report", kwargs={"slug": workspace.slug, "report_id": report.pk})
    assert "Wo die Linie abbricht" in client_of(owner).get(address).content.decode()


def test_4_6_the_line_of_weeks_breaks_too(judge, compose, weeks):
    judge()
    figure = thawed(compose().content).objectives[0].figure
    assert len(figure.weeks) > 8
    whole = chart.chart_of(figure)
    drawn = chart.chart_of(replace(figure, weeks=(*figure.weeks[:3], *figure.weeks[5:])))
    assert (whole.line.count("M"), drawn.line.count("M")) == (1, 2)
    assert [dot.x for dot in drawn.dots] == [dot.x for place, dot in enumerate(whole.dots) if place not in (3, 4)]


@pytest.fixture
def rates(workspace, owner):
    """Eleven months of a rate up to the end of the judged period."""

    def count():
        made = adopt_definition(
            workspace=workspace, spec=replace(HELP_RATE, key=KEY), person=owner, now=datetime(2025, 1, 5, tzinfo=UTC)
        )
        months = [datetime(2025 + place // 12, place % 12 + 1, 1, tzinfo=UTC) for place in range(10, 22)]
        for start, end in pairwise(months):
            Measurement.objects.create(
                definition=made, period_kind="month", period_start=start, period_end=end, complete=50, censored=0,
                successes=30, people=30, times=40 if start < STARTS else 90, exposure_seconds=100 * MONTH,
                measured_at=ENDS + timedelta(days=30),
            )  # fmt: skip
        return made

    return count


def test_4_6_a_month_in_which_nobody_of_many_did_it_is_drawn_and_one_of_few_is_not(rates, judge, compose):
    made = rates()
    first, second = Measurement.objects.order_by("period_start")[:2]
    Measurement.objects.filter(pk=first.pk).update(people=0, successes=0, times=0)
    Measurement.objects.filter(pk=second.pk).update(people=4, successes=4, times=40)
    judge(definition=made, **OFTEN)
    periods = thawed(compose().content).objectives[0].figure.periods
    assert (len(periods), periods[0].value, periods[0].people, periods[0].n) == (10, 0, 0, 50)
    assert all(one.people == 30 for one in periods[1:])


def test_s1_19_a_rate_is_drawn_month_by_month(rates, judge, compose):
    judge(definition=rates(), **OFTEN)
    drawn = chart.chart_of(thawed(compose().content).objectives[0].figure)
    assert (drawn.form, drawn.kind) == ("F3", "month")
    assert [round(row.figure, 2) for row in drawn.rows][-2:] == [0.9, 0.9] and drawn.rows[0].figure == pytest.approx(
        0.4
    )
    with override("de"):
        page = render_to_string("stakeholders/chart.html", {"chart": replace(drawn, signal_count=1)})
    assert "1 Zeitraum jenseits des Zufalls" in page
