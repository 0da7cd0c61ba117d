"""Figures of domain 4.3, 4.4 and 4.7 and their oracles: intervals, resampling, charts, detectability,
concentration.
"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.domain import verdict as v
from allmende.domain.verdict import intervals, resampling

# domain 4.7: now, baseline, difference and 95 % interval in percentage points, as printed.
ROWS = {
    "vector of 4.4": ((56, 70), (48, 80), (20.00, 5.24, 33.39)),
    "1 newcomers answer": ((37, 412), (119, 1986), (3.0, 0.3, 6.3)),
    "2 reply to a first post": ((301, 338), (1210, 1604), (13.6, 9.3, 17.2)),
    "3 second post": ((131, 254), (402, 960), (9.7, 2.8, 16.5)),
    "4 surviving newcomer": ((88, 412), (371, 1986), (2.7, -1.4, 7.2)),
    "5 organic response": ((512, 905), (2103, 4310), (7.8, 4.2, 11.3)),
    "6 confirmed solved": ((398, 905), (1767, 4310), (3.0, -0.6, 6.6)),
    "8 breadth of helping": ((14, 75), (8, 75), (8.0, -3.5, 19.5)),
    "10 newcomer becomes regular": ((46, 498), (97, 1402), (2.3, -0.4, 5.4)),
    "11 detailed report": ((31, 120), (22, 118), (7.2, -3.4, 17.6)),
    "12 another department": ((164, 420), (118, 402), (9.7, 3.2, 16.1)),
    "extra prospects": ((23, 184), (61, 702), (3.8, -0.8, 9.7)),
    "small numbers": ((3, 11), (2, 12), (10.6, -22.5, 42.3)),
}

counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("now", "before", "printed"), ROWS.values(), ids=ROWS.keys())
def test_4_7_differences_and_intervals(now, before, printed):
    interval = v.newcombe(*now, *before)
    figures = (interval.value * 100, interval.low * 100, interval.high * 100)
    assert figures == pytest.approx(printed, abs=0.06)


def test_4_7_row_11_rate_ratio():
    interval = v.rate_ratio(96, 180, 61, 176)
    assert (interval.value, interval.low, interval.high) == pytest.approx((1.54, 1.12, 2.12), abs=0.006)


def test_4_7_row_9_contributor_absence_factor():
    assert v.contributor_absence_factor([1000, 433, 343, 332, 202, 90, 42, 33]) == 2
    assert v.contributor_absence_factor([]) == v.contributor_absence_factor([0, 0]) == 0
    assert v.contributor_absence_factor([5, 5]) == 1
    figure = v.concentration([[3, 3, 3], [9, 1], []])
    assert (figure.factors, figure.low, figure.high) == ((2, 1), 1, 2)


@pytest.mark.parametrize(
    ("before", "wanted", "units"),
    [(0.06, 0.09, 1209), (0.06, 0.12, 356), (0.44, 0.56, 272), (0.09, 0.06, 1209)],
)
def test_4_3_detectability(before, wanted, units):
    assert v.units_needed(before, wanted) == units


def test_4_3_detectability_says_what_else_to_do():
    far = v.detectability(0.06, 0.03, units_per_period=40)
    assert not far.is_within_reach
    assert far.periods_needed == pytest.approx(30.2, abs=0.1)
    assert far.ways_out
    near = v.detectability(0.06, 0.03, units_per_period=200)
    assert near.is_within_reach
    assert near.ways_out == ()
    assert v.detectability(0.06, 0.03, units_per_period=0).periods_needed == math.inf
    with pytest.raises(ValueError, match="two different shares"):
        v.units_needed(0.5, 0.5)


def test_4_3_xmr_chart():
    limits = v.xmr_limits([41, 38, 45, 40, 43, 39, 44, 42, 37, 46])
    assert limits.values.mean == pytest.approx(41.5)
    assert limits.mean_range == pytest.approx(4.78, abs=0.005)
    assert (limits.values.lower, limits.values.upper) == pytest.approx((28.8, 54.2), abs=0.05)
    assert limits.range_limit == pytest.approx(15.6, abs=0.05)
    assert v.signals([50], limits.values) == ()
    assert v.signals([58], limits.values) == (v.Signal(0, "outside"),)


def test_4_3_p_chart_steps_with_the_size():
    narrow, wide, none = v.p_limits(922, 1886, [1500, 150, 0])
    assert narrow.mean == pytest.approx(0.489, abs=0.0005)
    assert (wide.lower, wide.upper) == pytest.approx((0.366, 0.611), abs=0.0006)
    assert narrow.upper - narrow.lower < wide.upper - wide.lower
    assert (none.lower, none.upper) == (0.0, 1.0)


def test_4_3_signals_of_runs_and_of_outer_points():
    band = v.Limits(mean=10, lower=4, upper=16)
    assert [s.code for s in v.signals([11] * 7, band)] == []
    assert v.signals([9] + [11] * 9, band) == (v.Signal(8, "run_of_eight"), v.Signal(9, "run_of_eight"))
    assert v.signals([11] * 7 + [10] + [11], band) == ()
    assert v.signals([14, 10, 14, 14], band) == (v.Signal(3, "three_of_four"),)
    assert v.signals([14, 10, 6, 14], band) == ()
    with pytest.raises(ValueError, match="argument"):
        v.signals([1, 2], [band])


def test_4_3_scattered_shares_ask_for_an_xmr_chart():
    assert not v.is_scattered([v.Share(20, 40), v.Share(22, 40), v.Share(18, 40)])
    assert v.is_scattered([v.Share(5, 40), v.Share(35, 40), v.Share(20, 40)])
    assert not v.is_scattered([v.Share(0, 40), v.Share(0, 0)])


def test_4_3_baseline_is_the_sum_and_provisional_below_six_periods():
    months = [v.Share(2, 3, {"a": (1, 1), "b": (1, 2)}), v.Share(1, 2, {"a": (1, 2)})]
    base = v.baseline(months)
    assert (base.share.k, base.share.n, base.is_provisional) == (3, 5, True)
    assert base.share.units_by_person == {"a": (2, 3), "b": (1, 2)}
    assert not v.baseline([v.Share(1, 10)] * 6).is_provisional


@given(now=counted, before=counted)
@settings(max_examples=40, deadline=None)
def test_4_4_intervals_agree_with_statsmodels(now, before):
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    ours = v.wilson(*now)
    assert (ours.low, ours.high) == pytest.approx(proportion_confint(*now, method="wilson"), abs=1e-9)
    difference = v.newcombe(*now, *before)
    theirs = confint_proportions_2indep(*now, *before, method="newcomb", compare="diff")
    assert (difference.low, difference.high) == pytest.approx(theirs, abs=1e-9)


@given(now=counted, before=counted)
@settings(max_examples=40, deadline=None)
def test_4_4_newcombe_holds_the_difference_and_mirrors(now, before):
    there, back = v.newcombe(*now, *before), v.newcombe(*before, *now)
    assert -1 - 1e-9 <= there.low <= there.value + 1e-12
    assert there.value <= there.high + 1e-12 <= 1 + 1e-9
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-9)


def test_4_4_person_bootstrap_agrees_with_newcombe_when_everyone_is_one_unit():
    now = v.Share(131, 254, [(1, 1)] * 131 + [(0, 1)] * 123)
    before = v.Share(402, 960, [(1, 1)] * 402 + [(0, 1)] * 558)
    drawn, closed = resampling.share_difference(now, before, seed=1), v.newcombe(131, 254, 402, 960)
    assert (drawn.low, drawn.high) == pytest.approx((closed.low, closed.high), abs=0.012)


def test_4_4_person_bootstrap_is_wider_when_few_people_hold_the_units():
    now, before = v.Share(300, 600, [(30, 30), (0, 30)] * 10), v.Share(300, 600, [(15, 30)] * 20)
    drawn, closed = resampling.share_difference(now, before, seed=1), v.newcombe(300, 600, 300, 600)
    assert drawn.high - drawn.low > 2 * (closed.high - closed.low)


def test_4_4_person_bootstrap_repeats_with_its_seed_and_ignores_order():
    people = {f"p{i}": (i % 4, 4 + i) for i in range(40)}
    shuffled = dict(sorted(people.items(), reverse=True))
    now = [v.Share(sum(k for k, _ in p.values()), 940, list(p.values())) for p in (people, shuffled)]
    before = v.Share(40, 160, [(1, 4)] * 40)
    first, second = (resampling.share_difference(share, before, seed=7) for share in now)
    assert first == second != resampling.share_difference(now[0], before, seed=8)


def test_4_4_same_people_are_compared_in_pairs():
    before = {f"p{i}": (i % 9, 10) for i in range(50)}
    now = {person: (k + 1, n) for person, (k, n) in before.items()}
    shares = [v.Share(sum(k for k, _ in p.values()), 500, p) for p in (now, before)]
    apart = [v.Share(s.k, s.n, list(s.units_by_person.values())) for s in shares]
    paired, unpaired = (
        resampling.share_difference(*shares, seed=1),
        resampling.share_difference(*apart, seed=1),
    )
    assert paired.low == pytest.approx(0.1) == paired.high
    assert unpaired.high - unpaired.low > 0.1


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=30),
    st.lists(st.integers(0, 20), max_size=10),
    st.sampled_from((0.5, 0.9)),
)
@settings(max_examples=40, deadline=None)
def test_4_2_open_cases_enter_by_kaplan_meier(ended, still_open, part):
    from statsmodels.duration.survfunc import SurvfuncRight

    ours = v.Durations(tuple(ended), tuple(still_open)).quantile(part)
    theirs = SurvfuncRight(ended + still_open, [1] * len(ended) + [0] * len(still_open))
    reached = [t for t, s in zip(theirs.surv_times, theirs.surv_prob, strict=True) if s <= 1 - part + 1e-9]
    assert ours == (reached[0] if reached else None)


def test_4_4_median_difference_by_resampling():
    before, now = v.Durations(tuple(range(60, 160))), v.Durations(tuple(range(10, 110)))
    interval = resampling.median_difference(now, before, seed=3)
    assert interval.value == -50
    assert -70 < interval.low < -50 < interval.high < -30
    unfinished = v.Durations((1, 2, 3), tuple(range(4, 40)))
    assert resampling.median_difference(unfinished, before, seed=3) is None


@pytest.mark.parametrize("wrong", [(5, 3), (-1, 3)])
def test_a_share_refuses_impossible_counts(wrong):
    with pytest.raises(ValueError, match="0 <= k <= n"):
        v.Share(*wrong)
    with pytest.raises(ValueError, match="add up"):
        v.Share(1, 3, [(1, 2)])


def test_4_4_a_students_quantile_agrees_with_scipy():
    from scipy.stats import t

    for freedom, within in ((3, 0.005), (7.5, 0.001), (19, 0.0001), (400, 1e-6)):
        assert intervals.student_quantile(0.975, freedom) == pytest.approx(t.ppf(0.975, freedom), abs=within)


def test_4_4_percentiles_go_further_out_the_fewer_carry_the_units():
    assert resampling.expanded_tail(10_000) == pytest.approx(0.025, abs=1e-4)
    assert resampling.expanded_tail(20) == pytest.approx(0.0159, abs=1e-4)
    assert resampling.expanded_tail(2) == resampling.expanded_tail(4) > 0
    assert resampling.effective_people([5] * 30) == pytest.approx(30)
    assert resampling.effective_people([400, *[1] * 600]) == pytest.approx(6.2, abs=0.1)
    assert resampling.effective_people([]) == 0


def test_4_4_one_account_with_two_fifths_of_all_moves_nothing_alone():
    before = v.Share(150, 300, [(1, 2)] * 150)
    now = v.Share(260, 400, [(160, 160), *[(1, 2)] * 60, *[(1, 3)] * 40])
    assert v.newcombe(260, 400, 150, 300).low > 0
    assert v.judge(now, before, 0.05).word == v.Word.CANNOT_TELL


def test_4_4_few_units_a_person_widen_the_interval_by_their_likeness():
    alike = v.Share(100, 200, [(2, 2)] * 50 + [(0, 2)] * 50)
    even = v.Share(100, 200, [(1, 2)] * 100)
    assert alike.design_effect == pytest.approx(2.0, abs=0.03)
    assert (
        even.design_effect
        == v.Share(1, 2).design_effect
        == v.Share(2, 4, [(1, 1)] * 2 + [(0, 1)] * 2).design_effect
        == 1
    )
    verdicts = [v.judge(share, v.Share(400, 1000), 0.05) for share in (alike, even)]
    assert [one.method for one in verdicts] == ["newcombe", "newcombe"]
    assert [one.word for one in verdicts] == ["cannot_tell", "moving"]
    assert verdicts[0].difference == pytest.approx(verdicts[1].difference)


def test_4_4_events_that_scatter_a_little_widen_the_ratio_a_little():
    plain, scattered = v.rate_ratio(96, 180, 61, 176), v.rate_ratio(96, 180, 61, 176, dispersion=1.4)
    assert scattered.value == plain.value
    assert scattered.low < plain.low < plain.high < scattered.high
    assert v.rate_ratio(96, 180, 61, 176, dispersion=0.3) == plain


def test_4_3_detectability_promises_nothing_a_verdict_would_call_too_early():
    """Of 45 expect 13.05 to do it in both periods together, and ten must: Phi((13.05 - 9.5) / 3.12) = 0.87. The formula's 30
    would expect 8.7, and be too early more often than not."""
    assert v.units_needed(0.02, 0.27) == 30
    assert v.detectability(0.02, 0.25, units_per_period=10).units_needed == 45
    assert v.detectability(0.3, 0.6, units_per_period=10).units_needed == 30
