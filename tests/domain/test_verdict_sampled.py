"""Counting that is sometimes wrong: what a sample coded blind makes of a share, a difference and a verdict (domain 4.5)."""

import random
from dataclasses import replace
from math import sqrt

import pytest

from allmende.domain import verdict as v

NOTHING_BEFORE = v.Share(260, 520)
GOOD = v.Sampled(v.Coded(yes=50, true_yes=45, no=50, true_no=48), v.Share(400, 1000))
POOR = v.Sampled(v.Coded(yes=50, true_yes=30, no=50, true_no=30), v.Share(400, 1000))
PERFECT = v.Sampled(v.Coded(yes=50, true_yes=50, no=50, true_no=50), v.Share(400, 1000))


def by_hand(sampled):
    """Sensitivity and specificity by filling a period of ten million with what the sample says, and counting it out."""
    whole, share = 10_000_000, sampled.labelled.k / sampled.labelled.n
    coded = sampled.coded
    labelled = whole * share
    hits, alarms = labelled * coded.true_yes / coded.yes, labelled * (coded.yes - coded.true_yes) / coded.yes
    rejects, misses = (
        (whole - labelled) * coded.true_no / coded.no,
        (whole - labelled) * (coded.no - coded.true_no) / coded.no,
    )
    return hits / (hits + misses), rejects / (rejects + alarms)


def test_4_5_sensitivity_and_specificity_do_not_come_from_the_raw_table():
    se, sp = by_hand(GOOD)
    found = GOOD.accuracy
    assert (found.sensitivity, found.specificity) == (pytest.approx(se), pytest.approx(sp))
    assert (se, sp) == (pytest.approx(0.9375), pytest.approx(0.9351, abs=1e-4))
    assert abs(se - 45 / 47) > 0.005 and abs(sp - 48 / 53) > 0.02  # what the raw two by two would say


@pytest.mark.parametrize("share", [0.02, 0.1, 0.35, 0.5, 0.8])
def test_4_5_the_closed_form_is_se_plus_sp_minus_one(share):
    sampled = replace(GOOD, labelled=v.Share(int(share * 5000), 5000))
    se, sp = by_hand(sampled)
    found = v.informedness(sampled)
    if se + sp < 1.5:
        assert found is None
    else:
        assert found.value == pytest.approx(se + sp - 1)
        assert 0 <= found.low < found.value < found.high <= 1


def test_4_5_a_share_below_what_is_counted_by_mistake_is_nothing():
    assert v.true_share(v.Share(5, 1000), GOOD).value == 0.0


@pytest.mark.parametrize("side", [v.Share(168, 240), v.Share(260, 520), v.Share(30, 400)])
def test_4_5_a_share_of_any_period_is_put_right_after_rogan_and_gladen(side):
    se, sp = by_hand(GOOD)
    expected = min(1.0, max(0.0, (side.k / side.n + sp - 1) / (se + sp - 1)))
    found = v.true_share(side, GOOD)
    assert found.value == pytest.approx(expected)
    assert found.low <= found.value <= found.high
    own = v.wilson(side.k, side.n)
    assert found.high - found.low > own.high - own.low


def test_4_5_the_period_of_the_sample_itself_is_the_mean_of_what_was_found():
    """What was counted there is not two samples: its doubt stands in the range once, and with both kinds' put together."""
    found, right, missed, own = (
        v.true_share(v.Share(400, 1000), GOOD),
        v.wilson(45, 50),
        v.wilson(2, 50),
        v.wilson(400, 1000),
    )
    assert found.value == pytest.approx(0.4 * 0.9 + 0.6 * 0.04)
    below = (0.4 * (0.9 - right.low), 0.6 * (0.04 - missed.low), (0.9 - 0.04) * (0.4 - own.low))
    above = (0.4 * (right.high - 0.9), 0.6 * (missed.high - 0.04), (0.9 - 0.04) * (own.high - 0.4))
    assert found.low == pytest.approx(found.value - sqrt(sum(one**2 for one in below)))
    assert found.high == pytest.approx(found.value + sqrt(sum(one**2 for one in above)))
    beside = v.true_share(v.Share(401, 1000), GOOD)
    assert beside.high - beside.low > found.high - found.low, "another period brings a doubt of its own"


def test_4_5_more_cases_in_the_period_leave_the_doubt_of_the_sample():
    few, many = (v.true_share(v.Share(7 * n, 10 * n), GOOD) for n in (10, 100_000))
    assert many.high - many.low < few.high - few.low
    sure = replace(GOOD, coded=v.Coded(yes=5000, true_yes=4500, no=5000, true_no=4800), labelled=v.Share(40000, 100000))
    surer = v.true_share(v.Share(700_000, 1_000_000), sure)
    assert surer.high - surer.low < (many.high - many.low) / 5


def test_4_5_an_end_of_the_difference_is_where_both_ranges_put_together_reach_nothing():
    """The definition of MOVER-R, solved by halving instead of by its formula."""
    counted = v.Interval(0.2, 0.126, 0.27)
    scale, found = v.informedness(GOOD), v.true_difference(counted, GOOD)

    def left(ratio, end, scale_end):
        reach = sqrt((counted.value - end) ** 2 + ratio**2 * (scale.value - scale_end) ** 2)
        return abs(counted.value - ratio * scale.value) - reach

    below, above = 0.0, counted.value / scale.value
    for _ in range(200):
        middle = (below + above) / 2
        below, above = (middle, above) if left(middle, counted.low, scale.high) > 0 else (below, middle)
    assert found.low == pytest.approx(middle)
    below, above = counted.value / scale.value, 5.0
    for _ in range(200):
        middle = (below + above) / 2
        below, above = (below, middle) if left(middle, counted.high, scale.low) > 0 else (middle, above)
    assert found.high == pytest.approx(middle)
    assert found.value == pytest.approx(0.2 / scale.value)


@pytest.mark.parametrize(("low", "value", "high"), [(0.01, 0.1, 0.2), (-0.2, -0.1, -0.01), (-0.05, 0.1, 0.25)])
def test_4_5_a_sample_says_how_large_a_difference_is_not_which_way_it_goes(low, value, high):
    found = v.true_difference(v.Interval(value, low, high), GOOD)
    assert found.low < found.value < found.high
    assert (found.low > 0, found.high < 0) == (low > 0, high < 0)
    assert abs(found.value) > abs(value)


def test_4_5_a_range_that_may_be_anything_stays_within_the_possible():
    barely = v.Sampled(v.Coded(yes=4, true_yes=3, no=4, true_no=4), v.Share(50, 100))
    assert barely.is_usable
    found = v.true_difference(v.Interval(0.3, 0.1, 0.5), barely)
    assert -1 <= found.low < found.value < found.high <= 1
    share = v.true_share(v.Share(2, 100), barely)
    assert share.low == share.value == 0.0 and share.high < 1


def test_4_5_coverage_holds_where_the_truth_is_known():
    """500 communities of known truth (seed 5): a share counted with errors, a stratified sample of it, another period."""
    dice, hits, hits_of_difference, told = random.Random(5), 0, 0, 0
    se, sp, before_true, now_true = 0.85, 0.92, 0.35, 0.5
    for _ in range(500):
        counted = {
            name: [
                (is_true, dice.random() < (se if is_true else 1 - sp))
                for is_true in (dice.random() < share for _ in range(400))
            ]
            for name, share in (("before", before_true), ("now", now_true))
        }
        yes = [is_true for is_true, is_counted in counted["now"] if is_counted]
        no = [is_true for is_true, is_counted in counted["now"] if not is_counted]
        coded = v.Coded(50, sum(dice.sample(yes, 50)), 50, 50 - sum(dice.sample(no, 50)))
        before, now = (v.Share(sum(is_counted for _, is_counted in counted[name]), 400) for name in ("before", "now"))
        sampled = v.Sampled(coded, now)
        if not sampled.is_usable:
            continue
        told += 1
        share, raw = v.true_share(before, sampled), v.newcombe(now.k, now.n, before.k, before.n)
        difference = v.true_difference(raw, sampled)
        hits += share.low <= before_true <= share.high
        hits_of_difference += difference.low <= now_true - before_true <= difference.high
    assert told > 450
    assert hits / told >= 0.93
    assert hits_of_difference / told >= 0.93


def test_4_5_the_verdict_is_read_from_what_truly_was_and_says_so():
    now, before = v.Share(168, 240), NOTHING_BEFORE
    raw = v.judge(now, before, 0.25)
    assert raw.word == v.Word.MOVING
    found = v.with_labels(raw, now, before, GOOD, 0.25)
    step = found.steps[-1]
    assert (step.code, step.is_met) == ("labels", True)
    assert step.values["raw"] == raw.difference and step.values["difference"] == found.difference
    assert found.difference > raw.difference
    assert found.difference == pytest.approx(step.values["true_now"] - step.values["true_before"])
    assert found.word == v.Word.MOVING


def test_4_5_a_small_difference_may_be_large_enough_once_it_is_put_right():
    now, before = v.Share(1600, 4000), v.Share(1440, 4000)
    noisy = v.Sampled(v.Coded(yes=200, true_yes=160, no=200, true_no=170), v.Share(16_000, 40_000))
    raw = v.judge(now, before, 0.065)
    found = v.with_labels(raw, now, before, noisy, 0.065)
    assert raw.reason_code == "above_but_below_least" and found.reason_code == "interval_above"


def test_4_5_labels_that_say_too_little_leave_no_figure():
    raw = v.judge(v.Share(168, 240), NOTHING_BEFORE, 0.04)
    assert raw.word == v.Word.MOVING and v.CLEARLY in raw.flags
    found = v.with_labels(raw, v.Share(168, 240), NOTHING_BEFORE, POOR, 0.04)
    assert (found.word, found.reason_code) == (v.Word.NOT_MEASURABLE, v.TOO_NOISY)
    assert (found.difference, found.low, found.high, found.flags) == (None, None, None, ())
    assert found.steps[:-1] == raw.steps and not found.steps[-1].is_met
    rate = v.Verdict(v.Word.MOVING, "interval_above", difference=1.2, low=1.1, high=1.3)
    assert v.with_usable_labels(rate, POOR).reason_code == v.TOO_NOISY
    assert v.with_usable_labels(rate, GOOD) is rate


def test_4_5_labels_that_are_always_right_change_no_figure_and_no_word():
    now, before = v.Share(168, 240), NOTHING_BEFORE
    raw = v.judge(now, before, 0.04)
    found = v.with_labels(raw, now, before, PERFECT, 0.04)
    assert (found.word, found.reason_code) == (raw.word, raw.reason_code)
    assert found.difference == pytest.approx(raw.difference)


def test_4_5_what_decided_the_word_otherwise_decides_it_still():
    now, before = v.Share(168, 240), NOTHING_BEFORE
    season = replace(v.judge(now, before, 0.04), word=v.Word.CANNOT_TELL, reason_code="season", flags=())
    found = v.with_labels(season, now, before, GOOD, 0.04)
    assert (found.word, found.reason_code) == (v.Word.CANNOT_TELL, "season")
    assert found.difference > season.difference
    early = v.judge(v.Share(3, 10), NOTHING_BEFORE, 0.04)
    told = v.with_labels(early, v.Share(3, 10), NOTHING_BEFORE, GOOD, 0.04)
    assert (told.word, told.difference) == (v.Word.TOO_EARLY, None)
    assert told.steps[-1].values["true_now"] is not None
    nothing = v.Sampled(v.Coded(0, 0, 50, 50), v.Share(300, 1000))
    assert v.with_labels(early, v.Share(3, 10), None, nothing, 0.04) is early
