"""Rates, durations, breadth and concentration from the ledger to a verdict, each by hand (domain 4.3, 4.4, 4.7)."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import exp, log, sqrt

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from allmende.behaviours.actions import adopt_definition, fill_ledger, measure_workspace
from allmende.behaviours.models import BehaviourDefinition, Verdict
from allmende.behaviours.queries import behaviour_page, export_lines, figures_for, period_lines, preview_of
from allmende.behaviours.queries.counting import Question
from allmende.behaviours.templatetags.figure_words import often, tick_words
from allmende.ledger.definition import Anchor, Definition, Predicate, Quality
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, HELPERS, QUESTION_WAITS, SHOULDERS
from allmende.members.actions import join_group, save_segment
from allmende.members.models import Member
from allmende.plan.actions import add_stakeholder
from allmende.plan.jobs import look_at_values
from allmende.plan.models import Evidence, Judgement, PlanVersion
from allmende.stakeholders.queries.composing import paper_for
from allmende.stakeholders.queries.paper import frozen, thawed
from allmende.stakeholders.queries.sentences import heading, outcome
from tests.behaviours.conftest import row

# The plan asks by this key; what is counted under it is another form each time.
KEY = FIRST_ANSWER_BY_MEMBER.key
ANSWERS = Predicate(("answered",))
RATE = replace(
    HELPERS, key=KEY, form="F3", quality=Quality(), minimum=1, anchor=Anchor("period", ("answered",)), predicate=ANSWERS
)
WAIT = replace(FIRST_ANSWER_BY_MEMBER, form="F4", predicate=ANSWERS, window=timedelta(days=7))
BREADTH = replace(HELPERS, key=KEY, quality=Quality(), minimum=4)
SHOULDER = replace(SHOULDERS, key=KEY, quality=Quality(), anchor=Anchor("period", ("answered",)))
BEGINS, STARTS = datetime(2026, 1, 5, tzinfo=UTC), date(2026, 7, 1)


def threads(weeks: int, begins: datetime, answers: int, minutes: int, helpers: int = 30) -> Iterator[dict]:
    """Each week one question by each of `helpers` people, of which `answers` are answered by another of them; the first
    after `minutes`, the next ten minutes later, and so on around three hours."""
    for week in range(weeks):
        for number in range(helpers):
            name = f"{begins:%m%d}-{week}-{number}"
            at = begins + timedelta(weeks=week, hours=3 + 4 * number)
            yield row(name, f"Fragt {number}", at)
            if number < answers:
                wait = timedelta(minutes=minutes + 10 * (number % 13))
                yield row(f"{name}-a", f"Hilft {(number + week * 7) % helpers}", at + wait, name)


@pytest.fixture
def judged(take_in, workspace, owner, now, put_plan_in_force):
    """Half a year with 20 of 30 questions answered after one to three hours, then twelve weeks with `answers` of them
    after `minutes` on; judged by `definition`."""

    def run(definition: Definition, answers: int, minutes: int, **values: object) -> Verdict:
        adopt_definition(workspace=workspace, spec=definition, person=owner, now=now, name="Antworten")
        put_plan_in_force(**({"least_relevant_difference": 0.2, "starts_date": STARTS} | values))
        take_in([*threads(25, BEGINS, 20, 60), *threads(13, datetime(2026, 7, 1, tzinfo=UTC), answers, minutes)])
        measure_workspace(workspace=workspace, now=now)
        return Verdict.objects.get(definition__key=KEY)

    return run


def test_s1_19_a_rate_is_judged_by_its_ratio(judged, workspace) -> None:
    """From 20 to 28 answers a week by 30 people who could: about 1.4 times as many per person and month."""
    verdict = judged(RATE, 28, 60)
    assert (verdict.form, verdict.word, verdict.flags) == ("F3", "moving", ["clearly"])
    months, before = verdict.exposure_seconds / 2_629_800, verdict.before_exposure_seconds / 2_629_800
    assert verdict.difference == pytest.approx((verdict.times / months) / (verdict.before_times / before))
    assert 1.2 <= verdict.low < verdict.difference < verdict.high
    assert verdict.value == pytest.approx(verdict.times / months)
    step = next(one for one in verdict.steps if one["code"] == "difference")
    assert step["values"]["least"] == pytest.approx(1.2)


def test_s1_19_a_duration_is_judged_by_its_median(judged, workspace) -> None:
    """The wait falls from 120 to 75 minutes in the middle: 45 minutes less, where a fifth (24) would matter."""
    verdict = judged(WAIT, 28, 15)
    assert (verdict.form, verdict.word) == ("F4", "moving")
    step = next(one for one in verdict.steps if one["code"] == "difference")
    assert step["values"]["least"] == pytest.approx(0.2 * verdict.before_median_seconds)
    assert verdict.difference == pytest.approx(verdict.median_seconds - verdict.before_median_seconds)
    assert verdict.low < verdict.difference < 0
    assert verdict.p90_seconds is None or verdict.p90_seconds >= verdict.median_seconds


@pytest.mark.parametrize("definition", [WAIT, RATE])
def test_4_4_7_a_bad_month_that_made_it_begin_does_not_count_as_before(
    take_in, workspace, owner, now, put_plan_in_force, definition
) -> None:
    """Seven ordinary months, then a June in which few answer late; since then it is as it was: nothing moved."""
    adopt_definition(workspace=workspace, spec=definition, person=owner, now=now, name="Antworten")
    put_plan_in_force(least_relevant_difference=0.2, starts_date=STARTS)
    ordinary = threads(30, datetime(2025, 11, 3, tzinfo=UTC), 20, 60)
    bad = threads(4, datetime(2026, 6, 1, tzinfo=UTC), 16 if definition is WAIT else 6, 400)
    take_in([*ordinary, *bad, *threads(13, datetime(2026, 7, 1, tzinfo=UTC), 20, 60)])
    measure_workspace(workspace=workspace, now=now)
    verdict = Verdict.objects.get(definition__key=KEY)
    step = next(one for one in verdict.steps if one["code"] == "ordinary_start")
    assert (step["is_met"], step["values"]["weeks"]) == (False, 4)
    assert verdict.word != "moving"
    if definition is WAIT:
        assert verdict.before_median_seconds == 7_800 == verdict.median_seconds
        assert verdict.before_n == 30 * 30
    else:
        assert verdict.before_times == 26 * 20, "the month in which the data begin is no whole one"


def test_a_duration_of_which_half_is_never_done_is_not_measurable(judged) -> None:
    verdict = judged(WAIT, 10, 60)
    assert (verdict.word, verdict.reason_code, verdict.low) == ("not_measurable", "median_not_reached", None)


def test_s1_15_breadth_is_judged_as_a_share_and_says_who_did_it_again(judged) -> None:
    verdict = judged(BREADTH, 28, 60)
    assert verdict.form == "F5"
    step = next(one for one in verdict.steps if one["code"] == "persistence")
    assert 0 < step["values"]["now"] <= step["values"]["of"]
    assert verdict.difference == pytest.approx(verdict.share - verdict.before_share)


def test_4_7_row_9_concentration_is_described_and_never_judged(judged, workspace) -> None:
    verdict = judged(SHOULDER, 24, 60)
    assert (verdict.form, verdict.word, verdict.difference, verdict.flags) == ("F6", "described", None, [])
    (step,) = verdict.steps
    assert step["code"] == "range"
    assert 1 <= step["values"]["low"] <= step["values"]["high"] <= 30
    assert step["values"]["before_periods"] == 3


def test_few_times_are_not_written_as_none() -> None:
    with translation.override("de"):
        assert [often(one) for one in (0.0, 0.53, 0.031, 0.0042)] == ["0,00", "0,53", "0,031", "0,0042"]
    assert often(None) == ""


def test_the_month_in_which_it_began_counts_on_neither_side(judged) -> None:
    """Work that begins on the 15th: July is half before and half since, so it says nothing of either."""
    verdict = judged(BREADTH, 28, 60, starts_date=date(2026, 7, 15))
    whole = judged_units(verdict)
    assert whole["before"] == 5 * 30, "five whole months, February to June"
    assert whole["now"] == 30, "August; September is not over"


def judged_units(verdict: Verdict) -> dict[str, int]:
    return {"now": verdict.n, "before": verdict.before_n}


def test_s0_04_the_plan_is_told_the_figure_in_its_own_unit(judged, workspace) -> None:
    verdict = judged(WAIT, 28, 15)
    fact = Evidence.objects.get(key=verdict.objective_key, kind="behaviour")
    assert (fact.share, fact.unit, fact.verdict) == (None, "hours", "moving")
    assert fact.value == pytest.approx(verdict.median_seconds / 3_600)
    assert fact.before_value == pytest.approx(verdict.before_median_seconds / 3_600)
    assert (fact.low, fact.high) == (verdict.own_low / 3_600, verdict.own_high / 3_600)
    assert fact.low <= fact.value <= fact.high
    week = Evidence.objects.filter(key=verdict.objective_key, kind="week").order_by("period_end").last()
    assert (week.before_share, week.before_value) == (None, pytest.approx(7_800 / 3_600))
    figure = figures_for(workspace, [verdict.objective_key])[verdict.objective_key]
    assert (figure.form, figure.value) == ("F4", verdict.median_seconds)
    assert figure.before_value == verdict.before_median_seconds


@pytest.mark.parametrize("definition", [RATE, SHOULDER])
def test_s0_04_no_months_of_people_are_told_as_cases(judged, definition) -> None:
    """The plan would write "from 90 answers or cases" beside them."""
    verdict = judged(definition, 28, 60)
    fact = Evidence.objects.get(key=verdict.objective_key, kind="behaviour")
    assert fact.n is None and fact.value is not None and fact.people == verdict.people > 0


def test_4_3_a_rate_has_its_own_range_in_its_own_unit(judged) -> None:
    """As many answers by everybody: no more scatter than chance, so exp(ln rate ± 1.96 / sqrt(times))."""
    verdict = judged(RATE, 28, 60)
    reach = 1.959964 / sqrt(verdict.times)
    assert verdict.own_low <= verdict.value * exp(-reach) * 1.001
    assert verdict.value * exp(reach) * 0.999 <= verdict.own_high <= verdict.value * exp(1.3 * reach)
    assert verdict.before_own_low < verdict.before_value < verdict.before_own_high
    fact = Evidence.objects.get(key=verdict.objective_key, kind="behaviour")
    assert (fact.low, fact.high, fact.before_value) == (verdict.own_low, verdict.own_high, verdict.before_value)


def test_the_database_keeps_each_form_to_its_own_figures(judged) -> None:
    verdict = judged(WAIT, 28, 15)
    for values in (
        {"form": "F9"},
        {"exposure_seconds": 3},
        {"form": "F2"},
        {"form": "F2", "median_seconds": None, "before_median_seconds": None, "p90_seconds": None},
        {"form": "F3", "median_seconds": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Verdict.objects.filter(pk=verdict.pk).update(**values)


PAGES = (
    (
        RATE,
        28,
        60,
        (
            "bewegt sich",
            "Im Schnitt tut es eine Person jetzt",
            "öfter",
            "mal so oft",
            "je Mensch und Monat",
            "Wie viele Male so oft",
        ),
    ),
    (
        WAIT,
        28,
        15,
        ("bewegt sich", "Bei der Hälfte ist es jetzt nach", "sicher früher", "−", "Minuten", "links ist früher"),
    ),
    (BREADTH, 28, 60, ("bewegt sich", "im Zeitraum danach wieder", "Punkte")),
    (SHOULDER, 28, 60, ("beschrieben", "In den letzten Zeiträumen kam die Hälfte", "nicht beurteilt")),
)


@pytest.mark.parametrize(("definition", "answers", "minutes", "words"), PAGES, ids=lambda one: getattr(one, "form", ""))
def test_s1_19_the_page_says_it_in_the_words_of_its_form(
    judged, client_of, owner, workspace, definition, answers, minutes, words
) -> None:
    judged(definition, answers, minutes)
    client = client_of(owner)
    page = words_of(client.get(f"/w/{workspace.slug}/behaviours/{KEY}/").content.decode())
    for word in words:
        assert word in page, (word, page[page.find("Urteil") :][:2500])
    assert ("Punkt" in page) == (definition is BREADTH)
    listing = words_of(client.get(f"/w/{workspace.slug}/behaviours/").content.decode())
    assert words[0] in listing


@pytest.mark.parametrize("definition", [RATE, WAIT])
def test_s1_15_a_file_says_of_which_form_a_difference_is(judged, definition) -> None:
    """A ratio of 1.4 and 2,700 seconds less stand in one column; no bounds of a share stand beside them."""
    verdict = judged(definition, 28, 15)
    told = export_lines(verdict.definition)[-1]
    assert (told["period"], told["form"], told["difference"]) == ("since", definition.form, verdict.difference)
    assert told["low"] is told["high"] is None
    assert (told["exposure_seconds"], told["before_median_seconds"]) == (
        verdict.exposure_seconds, verdict.before_median_seconds,
    )  # fmt: skip


def test_4_7_row_9_without_a_period_before_the_range_says_so(judged, client_of, owner, workspace) -> None:
    judged(SHOULDER, 28, 60, starts_date=date(2026, 2, 1))
    page = words_of(client_of(owner).get(f"/w/{workspace.slug}/behaviours/{KEY}/").content.decode())
    assert "vor dem Beginn von –." in page


def words_of(page: str) -> str:
    plain = re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", plain.replace("\u00a0", " "))


def test_4_3_the_preview_says_in_each_form_what_can_be_seen(take_in, workspace, now) -> None:
    """Thirty people who answer 20 questions a week; a fifth more often, or sooner, and how long that takes."""
    take_in([*threads(30, BEGINS, 20, 60)])
    fill_ledger(workspace=workspace, now=now)
    rate = preview_of(workspace, RATE, least=0.2, as_of=now)
    assert rate.value == pytest.approx(
        sum(one.times for one in rate.rows) / sum(one.exposure_months for one in rate.rows)
    )
    few = (1.96 * (1 + 0.3405 * sqrt(2 / 29)) + 0.8416) ** 2 * (1 + 1 / 1.2) / log(1.2) ** 2
    assert rate.reach.units_needed == pytest.approx(few / rate.value, rel=0.02), "all do it alike: no more than chance"
    wait = preview_of(workspace, WAIT, least=0.2, as_of=now)
    assert wait.value == 7_800 and wait.reach is None, "a third is never answered: nobody knows the slowest tenth"
    full = preview_of(workspace, replace(WAIT, window=timedelta(hours=2)), least=0.2, as_of=now)
    assert full.value is None and full.reach is None
    assert preview_of(workspace, SHOULDER, least=0.2, as_of=now).reach is None


def test_4_3_of_a_group_the_preview_knows_how_unequal_its_people_are(take_in, workspace, owner, now) -> None:
    """One does most of it, so more of their time is needed than chance alone would ask for."""
    often = (BEGINS + timedelta(days=1 + number % 180, minutes=number) for number in range(400))
    busy = [row(f"b-{at:%m%d%H%M}", "Hilft 0", at, "0105-0-0") for at in often]
    take_in([*threads(30, BEGINS, 20, 60), *busy])
    fill_ledger(workspace=workspace, now=now)
    segment = save_segment(person=owner, segment=None, key="invited", name="Eingeladene", now=now)
    everybody = list(Member.objects.values_list("pk", flat=True))
    join_group(person=owner, segment=segment, members=everybody, since=None, now=now)
    found = preview_of(workspace, replace(RATE, segment="invited"), least=0.2, as_of=now)
    assert found.reach.units_needed > 2 * 432.89 / found.value


def test_s0_04_today_and_the_plan_show_the_time_it_takes(judged, client_of, owner, workspace) -> None:
    """130 minutes before, 75 since: of 28 waits of 15 minutes and more the median is the 15th."""
    verdict = judged(WAIT, 28, 15)
    client = client_of(owner)
    today = words_of(client.get(f"/w/{workspace.slug}/").content.decode())
    assert f"{round(verdict.median_seconds / 60)} Minuten" in today and "vorher" in today
    there = words_of(client.get(f"/w/{workspace.slug}/plan/element/{verdict.objective_key}/").content.decode())
    assert f"{verdict.median_seconds / 3_600:.2f}".replace(".", ",").rstrip("0") + " Stunden" in there


def test_s1_19_a_report_says_of_a_time_that_it_is_shorter_and_prints_no_share(judged, owner, workspace, now) -> None:
    verdict = judged(WAIT, 28, 15)
    stakeholder = add_stakeholder(
        person=owner, name="Frau Brandt", position="Serviceleitung", influence="decides", interest="Spitzen",
        update_interval_days=28, now=now,
    )  # fmt: skip
    version = PlanVersion.objects.get(plan__workspace=workspace)
    paper = paper_for(owner, stakeholder, version, now, now)
    (part,) = paper.objectives
    numbers = part.figure.numbers
    assert (part.figure.word, numbers.share, part.figure.form) == ("moving", None, "F4")
    assert (numbers.value, numbers.before_value) == (verdict.median_seconds, verdict.before_median_seconds)
    assert numbers.value_low <= numbers.value <= numbers.value_high
    assert numbers.n == verdict.n > 0
    assert "weniger Zeit" in outcome(part.figure) or "kürzer" in outcome(part.figure)
    assert "sicher früher als vorher" in heading(paper)
    assert thawed(frozen(paper)).objectives[0].figure.form == "F4"


def test_4_3_a_time_is_drawn_against_natural_limits_in_its_own_unit(judged, client_of, owner, workspace) -> None:
    """Each week before, 15 of 30 are answered within 130 minutes: the level, with no movement from week to week. The week in
    which it began is neither."""
    verdict = judged(WAIT, 28, 15)
    page = behaviour_page(verdict.definition)
    assert (page.series.kind, page.series.form, page.series.period) == ("xmr", "F4", "week")
    assert page.series.level == 7_800 == page.series.weeks[0].limits.upper
    assert page.series.weeks[-2].figure == verdict.median_seconds
    assert page.series.weeks[-2].is_signal
    assert [tick_words(line.value, "F4").replace("\u00a0", " ") for line in page.wide.ticks][:1] == ["70 Min."]
    shown = words_of(client_of(owner).get(f"/w/{workspace.slug}/behaviours/{KEY}/").content.decode())
    assert "Wie lange, bis es bei der Hälfte geschehen ist, gemessen an den natürlichen Grenzen" in shown
    assert "vorher 2,2 Std." in shown


def test_4_3_a_rate_is_drawn_by_its_calendar_period(judged) -> None:
    verdict = judged(replace(RATE, anchor=Anchor("period", ("answered",), period="week")), 28, 60)
    page = behaviour_page(verdict.definition)
    assert (page.series.kind, page.series.form, page.series.period) == ("xmr", "F3", "week")
    assert page.series.weeks[0].limits.lower >= 0
    assert behaviour_page(BehaviourDefinition.objects.get(key=KEY)).target is None


def test_s0_05_a_time_beyond_its_limits_asks_for_a_judgement(judged, workspace, now) -> None:
    verdict = judged(WAIT, 28, 15)
    week = Evidence.objects.filter(key=verdict.objective_key, kind="week").order_by("period_end").last()
    assert (week.share, week.unit) == (None, "hours")
    assert look_at_values(now) >= 1
    asked = Judgement.objects.get(key=verdict.objective_key)
    assert (asked.is_share, asked.unit, asked.low) == (False, "hours", pytest.approx(7_800 / 3_600))
    assert asked.measured < asked.low


def test_s1_22_an_objective_can_ask_how_long_it_takes_and_needs_no_share(
    take_in, workspace, now, put_plan_in_force, client_of, owner
) -> None:
    """From the plan's own list to the verdict, with nothing adopted by hand: a fifth of what it was would matter."""
    objective = put_plan_in_force(
        definition_key=QUESTION_WAITS.key,
        target_share=None,
        target_value=1.5,
        least_relevant_difference=0.2,
        starts_date=STARTS,
    )
    take_in([*threads(25, BEGINS, 20, 60), *threads(13, datetime(2026, 7, 1, tzinfo=UTC), 28, 15)])
    measure_workspace(workspace=workspace, now=now)
    verdict = Verdict.objects.get(objective_key=objective.key)
    assert (verdict.form, verdict.word) == ("F4", "moving")
    there = words_of(client_of(owner).get(f"/w/{workspace.slug}/plan/element/{objective.key}/").content.decode())
    assert "Erst ein Unterschied von 20 % des früheren Werts oder mehr" in there
    assert "1,5 Stunden" in there
    assert behaviour_page(verdict.definition).target == 5_400


@pytest.fixture
def lines(take_in, workspace, now):
    """The quarters of `definition`, counted and judged since July by the command's own query."""
    take_in([*threads(25, BEGINS, 20, 60), *threads(13, datetime(2026, 7, 1, tzinfo=UTC), 28, 20)])
    fill_ledger(workspace=workspace, now=now)
    question = Question("", datetime(2026, 7, 1, tzinfo=UTC), 0.2, is_review_date=True)

    def run(definition: Definition) -> list[dict]:
        told = {"as_of": now, "period": "month", "question": question}
        found = list(period_lines(workspace, definition, **told))
        assert [line["verdict"] for line in found[:5]] == [None] * 5
        json.dumps(found, allow_nan=False)
        return found

    return run


def test_s1_19_the_command_judges_a_rate_a_duration_breadth_and_shoulders(lines) -> None:
    august = {form: lines(one)[7] for form, one in (("F3", RATE), ("F4", WAIT), ("F5", BREADTH), ("F6", SHOULDER))}
    rate, wait = august["F3"], august["F4"]
    assert rate["verdict"] == "moving" and rate["diff_low"] > 1
    assert rate["difference"] == pytest.approx(rate["rate"] / rate["baseline_rate"])
    assert wait["verdict"] == "moving" and wait["diff_high"] < 0
    assert wait["difference"] == pytest.approx(wait["median_seconds"] - wait["baseline_median_seconds"])
    assert august["F5"]["verdict"] in ("moving", "cannot_tell", "too_early") and august["F5"]["baseline_n"]
    assert (august["F6"]["verdict"], august["F6"]["reason_code"]) == ("described", "described")
    assert all(line["form"] == form for form, line in august.items())


def test_4_2_of_a_duration_without_an_end_open_cases_of_before_count_as_well(lines) -> None:
    """A third of each month before is never answered: half of all within 130 minutes, as where they are given up after a week."""
    august = lines(replace(WAIT, window=timedelta(0)))[7]
    assert august["baseline_median_seconds"] == pytest.approx(7_800)
    assert august["verdict"] != "too_early"
