"""The verdict words: domain 0.1b, 4.4 and the last column of 4.7."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.domain.verdict import (
    Better,
    Circumstances,
    Contribution,
    DataFit,
    Durations,
    Rate,
    Share,
    Verdict,
    Word,
    describe_range,
    goal_contribution,
    judge,
    judge_durations,
    judge_rates,
)

# domain 4.7: now, baseline, least relevant difference, word, flags
WORDS = {
    "1": ((37, 412), (119, 1986), 0.03, "moving", ()),
    "2": ((301, 338), (1210, 1604), 0.05, "moving", ("clearly",)),
    "3": ((131, 254), (402, 960), 0.05, "moving", ()),
    "4": ((88, 412), (371, 1986), 0.03, "cannot_tell", ()),
    "5": ((512, 905), (2103, 4310), 0.04, "moving", ("clearly",)),
    "6": ((398, 905), (1767, 4310), 0.04, "cannot_tell", ()),
    "8": ((14, 75), (8, 75), 0.05, "cannot_tell", ()),
    "10": ((46, 498), (97, 1402), 0.03, "cannot_tell", ()),
    "11": ((31, 120), (22, 118), 0.05, "cannot_tell", ()),
    "12": ((164, 420), (118, 402), 0.05, "moving", ()),
    "extra": ((23, 184), (61, 702), 0.03, "cannot_tell", ()),
    "small numbers": ((3, 11), (2, 12), 0.05, "too_early", ()),
    "worsening": ((402, 960), (640, 1000), 0.03, "worsening", ()),
    "not moving": ((2100, 4310), (2103, 4310), 0.04, "not_moving", ()),
}

words = st.sampled_from(list(Word))


@pytest.mark.parametrize(("now", "before", "least", "word", "flags"), WORDS.values(), ids=WORDS.keys())
def test_4_7_words(now, before, least, word, flags):
    verdict = judge(Share(*now), Share(*before), least)
    assert (verdict.word, verdict.flags) == (word, flags)


def test_4_7_row_11_same_people_report_more():
    assert judge_rates(Rate(96, 180), Rate(61, 176), 1.2).word == Word.MOVING
    assert judge_rates(Rate(61, 176), Rate(96, 180), 1.2).word == Word.WORSENING
    assert judge_rates(Rate(61, 176), Rate(96, 180), 1.2, Circumstances(better=Better.LESS)).word == Word.MOVING


def test_4_4_a_too_early_verdict_says_how_many_units_are_missing():
    verdict = judge(Share(3, 11), Share(2, 12), 0.05)
    assert (verdict.word, verdict.reason_code, verdict.missing_units) == ("too_early", "too_few_units", 19)
    assert verdict.difference is None
    rare = judge(Share(1, 100), Share(3, 300), 0.05)
    assert (rare.reason_code, rare.missing_units) == ("too_few_expected", 400)
    never = judge(Share(0, 100), Share(0, 300), 0.05)
    assert (never.word, never.missing_units) == ("too_early", None)
    assert judge(Share(10, 100), Share(1, 4), 0.05).reason_code == "baseline_too_small"
    assert judge(Share(10, 100), None, 0.05).reason_code == "no_baseline"


def test_0_1b_five_failures_count_as_much_as_five_successes():
    assert judge(Share(98, 100), Share(95, 100), 0.02).word == Word.TOO_EARLY
    assert judge(Share(95, 100), Share(94, 100), 0.02).word == Word.CANNOT_TELL


def test_0_1b_without_a_least_relevant_difference_not_moving_is_impossible():
    now, before = Share(2100, 4310), Share(2103, 4310)
    assert judge(now, before, 0.04).word == Word.NOT_MOVING
    silent = judge(now, before, None)
    assert (silent.word, silent.reason_code) == ("cannot_tell", "no_least_relevant_difference")
    assert judge(Share(301, 338), Share(1210, 1604), None).flags == ()
    with pytest.raises(ValueError, match="above 0"):
        judge(now, before, 0)


def test_4_4_a_sure_change_below_the_least_relevant_one_says_so():
    verdict = judge(Share(52_000, 100_000), Share(51_000, 100_000), 0.05)
    assert (verdict.word, verdict.reason_code, verdict.flags) == ("moving", "above_but_below_least", ())


@pytest.mark.parametrize(
    ("fit", "reason"),
    [
        (DataFit(has_connector_gap=True), "connector_gap"),
        (DataFit(is_definition_changed=True), "definition_changed"),
        (DataFit(censored_share=0.2), "windows_open"),
        (DataFit(deleted_share=0.5), "content_deleted"),
        (DataFit(unknown_actor_share=0.3), "actors_unknown"),
    ],
)
def test_4_4_unfit_data_are_not_measurable(fit, reason):
    verdict = judge(Share(56, 70), Share(48, 80), 0.05, Circumstances(fit=fit))
    assert (verdict.word, verdict.reason_code, verdict.low) == ("not_measurable", reason, None)
    assert [step.is_met for step in verdict.steps if step.code == "data_fit"] == [False]


def test_4_4_a_fifth_of_open_windows_is_too_much_and_less_is_not():
    assert judge(Share(56, 70), Share(48, 80), 0.05, Circumstances(fit=DataFit(censored_share=0.199))).word == "moving"


def test_0_1b_people_are_resampled_when_one_holds_more_than_a_twentieth():
    others = [(1, 1)] * 40 + [(0, 1)] * 40
    even = Share(40, 80, others)
    leaning = Share(46, 86, [*others, (6, 6)])
    assert judge(even, Share(40, 80), 0.05).method == "newcombe"
    assert judge(leaning, Share(40, 80), 0.05).method == "person_bootstrap"


def test_0_1b_people_are_resampled_when_they_hold_more_than_two_units_each():
    three_each = Share(150, 300, [(1, 3), (2, 3)] * 50)
    two_each = Share(100, 200, [(1, 2)] * 100)
    assert judge(three_each, Share(100, 200), 0.05).method == "person_bootstrap"
    assert judge(two_each, Share(100, 200), 0.05).method == "newcombe"


def test_0_1b_under_twenty_people_is_too_early():
    verdict = judge(Share(95, 190, [(5, 10)] * 19), Share(100, 200), 0.05)
    assert (verdict.word, verdict.reason_code) == ("too_early", "too_few_people")
    assert judge(Share(100, 200, [(5, 10)] * 20), Share(100, 200), 0.05).method == "person_bootstrap"


def test_4_4_same_people_are_judged_in_pairs():
    people = {f"p{i}": (5, 10) for i in range(20)}
    verdict = judge(Share(100, 200, people), Share(100, 200, people), 0.05)
    assert (verdict.method, verdict.word) == ("person_bootstrap_paired", "not_moving")


def test_4_4_scattered_rates_are_resampled_by_person():
    even = {f"p{i}": (3, 6.0) for i in range(30)}
    uneven = {f"p{i}": (0 if i % 10 else 30, 6.0) for i in range(30)}
    assert judge_rates(Rate(90, 180, even), Rate(90, 180, even), 1.2).method == "ratio"
    leaning = judge_rates(Rate(90, 180, uneven), Rate(90, 180, even), 1.2)
    assert (leaning.method, leaning.word) == ("ratio_person_bootstrap", "cannot_tell")
    assert judge_rates(Rate(4, 180), Rate(90, 180), 1.2).missing_units == 1
    few = {"a": (80, 6.0), "b": (10, 6.0)}
    assert judge_rates(Rate(90, 12, few), Rate(90, 12, few), 1.2).reason_code == "too_few_people"


def test_4_7_row_7_shorter_durations_are_moving():
    before, now = Durations(tuple(range(60, 160))), Durations(tuple(range(10, 110)))
    verdict = judge_durations(now, before, 20)
    assert (verdict.word, verdict.flags, verdict.difference) == ("moving", ("clearly",), -50)
    assert judge_durations(before, now, 20).word == Word.WORSENING
    assert judge_durations(Durations((1,)), before, 20).missing_units == 29
    waiting = Durations((1, 2, 3), tuple(range(4, 40)))
    assert judge_durations(waiting, before, 20).reason_code == "median_not_reached"


def test_4_4_a_worsened_guardrail_is_damage():
    damaged = Circumstances(guardrail=Verdict(Word.WORSENING, "interval_below"))
    assert judge(Share(301, 338), Share(1210, 1604), 0.05, damaged).flags == ("clearly", "with_damage")
    kept = Circumstances(guardrail=Verdict(Word.CANNOT_TELL, "interval_too_wide"))
    assert judge(Share(301, 338), Share(1210, 1604), 0.05, kept).flags == ("clearly",)


def test_4_4_the_verdict_lies_open():
    known = Circumstances(other_causes=("season",), is_review_date=False, is_baseline_provisional=True)
    verdict = judge(Share(56, 70), Share(48, 80), 0.05, known)
    assert {step.code: step.is_met for step in verdict.steps} == {
        "data_fit": True,
        "baseline": False,
        "review_date": False,
        "no_other_causes": False,
        "enough_units": True,
        "enough_people": True,
        "difference": True,
        "guardrail": True,
    }
    difference = next(step for step in verdict.steps if step.code == "difference")
    assert difference.values["low"] == verdict.low == pytest.approx(0.0524, abs=0.0006)


def test_0_1b_concentration_is_described():
    verdict = describe_range([4, 9, 6, 5], [], DataFit())
    assert verdict.word == Word.DESCRIBED
    (step,) = verdict.steps
    assert (step.values["low"], step.values["high"], step.values["periods"]) == (5, 9, 3), "of the last three periods"
    assert step.values["before_low"] is None


@pytest.mark.parametrize(
    ("objectives", "says"),
    [
        ((Word.MOVING, Word.CANNOT_TELL), Contribution.CONTRIBUTES),
        ((Word.MOVING, Word.NOT_MOVING), Contribution.CONTRIBUTES),
        ((Word.MOVING, Word.WORSENING), Contribution.CANNOT_TELL_YET),
        ((Word.WORSENING, Word.CANNOT_TELL), Contribution.DOES_NOT),
        ((Word.NOT_MOVING, Word.NOT_MOVING), Contribution.DOES_NOT),
        ((Word.NOT_MOVING, Word.DESCRIBED), Contribution.DOES_NOT),
        ((Word.NOT_MOVING, Word.TOO_EARLY), Contribution.CANNOT_TELL_YET),
        ((), Contribution.CANNOT_TELL_YET),
    ],
)
def test_s1_20_goal_contribution(objectives, says):
    assert goal_contribution(objectives) == says
    assert goal_contribution([Verdict(word, "") for word in objectives]) == says


@given(st.lists(words, max_size=6))
def test_s1_20_the_order_of_objectives_does_not_matter(objectives):
    assert goal_contribution(objectives) == goal_contribution(reversed(objectives))


@given(st.integers(0, 200), st.integers(0, 200), st.floats(0.01, 0.5))
@settings(max_examples=60, deadline=None)
def test_4_4_less_is_better_mirrors_more_is_better(now, before, least):
    up = judge(Share(now, 200), Share(before, 200), least)
    down = judge(Share(200 - now, 200), Share(200 - before, 200), least, Circumstances(better=Better.LESS))
    assert (up.word, up.flags) == (down.word, down.flags)


def test_4_4_person_bootstrap_of_many_people_stays_fast():
    pairs = [(i % 7, 6 + i % 3) for i in range(10_000)]
    share = Share(sum(k for k, _ in pairs), sum(n for _, n in pairs), pairs)
    started = time.perf_counter()
    judge(share, replace(share), 0.05)
    assert time.perf_counter() - started < 3
