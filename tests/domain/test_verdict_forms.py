"""Rates and durations, judged and planned for: every number here can be checked with pencil and paper (domain 4.3, 4.4)."""

import pytest

from allmende.domain.verdict import (
    Durations,
    Rate,
    detectability_of,
    duration_detectability,
    judge_durations,
    judge_rates,
    rate_detectability,
)


def slow_helpers(shift: float, each: int = 10, people: int = 24) -> Durations:
    """Each of the helpers always takes as long: the first one hour, the next two, and so on."""
    ended = tuple(float(hour) + shift for hour in range(1, people + 1) for _ in range(each))
    return Durations(ended, (), tuple(f"p{hour}" for hour in range(1, people + 1) for _ in range(each)))


def test_4_4_durations_of_few_are_drawn_by_person():
    """240 cases look like much, but they are 24 people's habits: the span is as wide as 24 cases make it."""
    now, before = slow_helpers(0.0), slow_helpers(6.0)
    by_person = judge_durations(now, before, 1.0)
    by_case = judge_durations(Durations(now.ended), Durations(before.ended), 1.0)
    assert (by_person.method, by_case.method) == ("median_person_bootstrap", "median_bootstrap")
    assert by_person.difference == by_case.difference == -6.0
    assert by_person.high - by_person.low > 2 * (by_case.high - by_case.low)
    assert (by_person.word, by_case.word) == ("cannot_tell", "moving")


def test_0_1b_durations_by_under_twenty_people_are_too_early():
    few = slow_helpers(0.0, people=19)
    verdict = judge_durations(few, slow_helpers(6.0), 1.0)
    assert (verdict.word, verdict.reason_code) == ("too_early", "too_few_people")
    assert verdict.steps[-1].values == {"people": 19, "needed": 20}


def test_4_4_two_cases_each_are_no_habit_yet():
    assert judge_durations(slow_helpers(0.0, 2, 40), slow_helpers(6.0, 2, 40), 1.0).method == "median_bootstrap"


def test_every_ended_case_says_by_whom_or_none_does():
    with pytest.raises(ValueError, match="by whom"):
        Durations((1.0, 2.0), (), ("a",))
    assert Durations((1.0, 2.0, 3.0), (4.0,), ("a", "a", None)).held == (2,)


def test_0_1b_rates_of_under_twenty_people_are_too_early():
    """19 people with three events each in six months: 57 events are enough, the people are not."""
    few, many = dict.fromkeys(range(19), (3, 6.0)), dict.fromkeys(range(40), (3, 6.0))
    verdict = judge_rates(Rate(57, 114.0, few), Rate(120, 240.0, many), 1.2)
    assert (verdict.word, verdict.reason_code) == ("too_early", "too_few_people")


def test_4_3_a_fifth_more_reports_needs_433_before():
    """(1.9600 + 0.8416)^2 (1 + 1/1.2) / ln(1.2)^2 = 7.849 * 1.8333 / 0.033241 = 432.9 events, at half a one per month
    866 member-months."""
    found = rate_detectability(0.5, 1.2, exposure_per_period=100)
    assert (found.units_needed, found.is_within_reach) == (866, True)
    assert found.periods_needed == pytest.approx(8.66)
    assert rate_detectability(0.5, 1.2, exposure_per_period=50).ways_out


def test_4_3_people_who_differ_more_than_chance_differ_more_as_they_do_more():
    """Twice as scattered before, 1 + (2 - 1) 1.2 = 2.2 times after: 7.849 (2 + 2.2/1.2) / 0.033241 = 905.1 events."""
    assert rate_detectability(0.5, 1.2, exposure_per_period=100, dispersion=2).units_needed == 1811


def test_4_3_the_fewer_people_the_more_of_their_time():
    """A verdict widens by the larger scatter it finds: by 0.3405 sqrt(2/49) = 6.9 % of 1.96 where 50 are equally busy, and
    (2.0948 + 0.8416)^2 1.8333 / 0.033241 = 475.5 events show a fifth more. Any number of them leaves 433."""
    needed = {
        people: rate_detectability(0.5, 1.2, exposure_per_period=50, people=people).units_needed
        for people in (20, 50, 200, 1e9)
    }
    assert needed[50] == pytest.approx(2 * 475.5, rel=0.003)
    assert needed[20] > needed[50] > needed[200] > needed[1e9] > 866


def test_4_3_never_fewer_events_than_a_verdict_asks_for():
    """Seven are expected before, so that five are counted in 83 of 100: Phi((7 - 4.5) / 2.65). Five alone would be half."""
    assert rate_detectability(0.5, 20.0, exposure_per_period=100).units_needed == 14
    assert rate_detectability(0.5, 20.0, exposure_per_period=100, people=30).units_needed == 20
    with pytest.raises(ValueError, match="not 1"):
        rate_detectability(0.5, 1.0, exposure_per_period=100)


@pytest.mark.parametrize("form", ["F1", "F2", "F3", "F4", "F5"])
def test_4_3_of_next_to_no_difference_nothing_is_said(form):
    """So small that 1 and a little more is 1: somebody typed it, and the page stands all the same."""
    assert detectability_of(form, 0.4, 2.0, 1e-17, 100.0) is None
    assert detectability_of(form, 0.0, 2.0, 1e-200, 100.0) is None
    assert detectability_of(form, 0.4, 2.0, 0.1, 100.0) is not None


def test_4_3_a_quarter_sooner_needs_601_cases():
    """Median 9.4 h and 90th percentile 58 h (4.7, row 7): sigma = ln(58/9.4)/1.2816 = 1.4199; pi * 2.0162 * 7.849 /
    ln(0.75)^2 = 49.715 / 0.082761 = 600.7."""
    found = duration_detectability(9.4, 58.0, 2.35, cases_per_period=40)
    assert found.units_needed == 601
    assert (found.is_within_reach, found.ways_out != ()) == (False, True)
    assert duration_detectability(9.4, 9.6, 9.0, cases_per_period=40).units_needed == 30
    with pytest.raises(ValueError, match="0 < difference"):
        duration_detectability(9.4, 58.0, 9.4, cases_per_period=40)
