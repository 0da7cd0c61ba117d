"""Other explanations of a change: the mix, what happened elsewhere too, many questions, labels that err (domain 4.4, 4.5)."""

from itertools import pairwise
from math import sqrt

import pytest

from allmende.domain import verdict as v

# Two kinds of askers: newcomers are answered in 30 of 100 cases, regulars in 70 of 100, before and now.
NEWCOMERS = v.Segment("new", v.Share(240, 800), v.Share(60, 200))
REGULARS = v.Segment("regular", v.Share(140, 200), v.Share(560, 800))


def of(*segments):
    now, before = (
        v.Share(sum(one.k for one in sides), sum(one.n for one in sides))
        for sides in ([one.now for one in segments], [one.before for one in segments])
    )
    return v.judge(now, before, 0.04)


def test_4_4_7_an_average_that_fell_only_because_the_mix_changed_is_no_worsening():
    plain = of(NEWCOMERS, REGULARS)
    assert (plain.word, plain.difference) == (v.Word.WORSENING, pytest.approx(-0.24))
    mix = v.reweighted([NEWCOMERS, REGULARS])
    assert (mix.raw, mix.kept.value, mix.weight) == (pytest.approx(-0.24), pytest.approx(0), 1.0)
    assert mix.is_only_mix
    verdict = v.with_mix(plain, mix)
    assert (verdict.word, verdict.reason_code) == (v.Word.CANNOT_TELL, "only_mix_changed")
    assert (verdict.steps[-1].code, verdict.steps[-1].is_met) == ("mix", False)
    assert verdict.difference == plain.difference


def test_4_4_7_the_interval_in_the_mix_before_is_put_together_from_the_segments():
    segments = [v.Segment("a", v.Share(60, 100), v.Share(40, 100)), v.Segment("b", v.Share(90, 300), v.Share(60, 300))]
    kept = v.reweighted(segments).kept
    a, b = v.newcombe(60, 100, 40, 100), v.newcombe(90, 300, 60, 300)
    assert kept.value == pytest.approx(0.25 * 0.2 + 0.75 * 0.1)
    assert kept.low == pytest.approx(
        kept.value - sqrt((0.25 * (a.value - a.low)) ** 2 + (0.75 * (b.value - b.low)) ** 2)
    )
    assert v.with_mix(of(*segments), v.reweighted(segments)).word == v.Word.MOVING
    assert kept.high - kept.low < (wide := v.reweighted(segments, spread=(4.0, 4.0)).kept).high - wide.low


def test_4_4_7_a_change_that_the_mix_hides_is_named():
    up = [
        v.Segment("new", v.Share(400, 1000), v.Share(60, 200)),
        v.Segment("regular", v.Share(160, 200), v.Share(560, 800)),
    ]
    mix = v.reweighted(up)
    assert mix.raw < 0 < mix.kept.low
    assert mix.is_hidden and mix.is_against and not mix.is_only_mix
    verdict = v.with_mix(of(*up), mix)
    assert (verdict.word, verdict.reason_code) == (v.Word.CANNOT_TELL, "mix_against")


def test_4_4_7_without_two_segments_on_both_sides_nothing_is_re_weighted():
    assert v.reweighted([NEWCOMERS, v.Segment("rare", v.Share(1, 4), v.Share(300, 900))]) is None
    assert v.with_mix(of(NEWCOMERS), None) == of(NEWCOMERS)
    early = v.judge(v.Share(3, 11), v.Share(2, 12), 0.04)
    assert v.with_mix(early, v.reweighted([NEWCOMERS, REGULARS])) == early


def test_4_4_8_what_rose_elsewhere_too_is_not_due_to_where_it_began():
    here = v.judge(v.Share(560, 1000), v.Share(500, 1000), 0.04)
    elsewhere = v.judge(v.Share(555, 1000), v.Share(500, 1000), 0.04)
    assert here.word == v.Word.MOVING
    found = v.compare(here, elsewhere, 0.04)
    assert found.word == v.Word.CANNOT_TELL
    assert found.effect.value == pytest.approx(0.005)


def test_4_4_8_the_effect_is_the_difference_of_the_differences_with_its_interval():
    here, elsewhere = (
        v.judge(v.Share(640, 1000), v.Share(500, 1000), 0.04),
        v.judge(v.Share(510, 1000), v.Share(500, 1000), 0.04),
    )
    one, other = v.newcombe(640, 1000, 500, 1000), v.newcombe(510, 1000, 500, 1000)
    found = v.compare(here, elsewhere, 0.04)
    assert (found.word, found.effect.value) == (v.Word.MOVING, pytest.approx(0.13))
    assert found.effect.low == pytest.approx(0.13 - sqrt((0.14 - one.low) ** 2 + (other.high - 0.01) ** 2))
    assert found.effect.high == pytest.approx(0.13 + sqrt((one.high - 0.14) ** 2 + (0.01 - other.low) ** 2))
    assert v.compare(elsewhere, here, 0.04).word == v.Word.WORSENING
    many = v.judge(v.Share(20_000, 40_000), v.Share(20_000, 40_000), 0.04)
    assert v.compare(many, many, 0.04).word == v.Word.NOT_MOVING


def test_4_4_8_where_one_side_cannot_be_judged_nothing_is_compared():
    here, few = v.judge(v.Share(560, 1000), v.Share(500, 1000), 0.04), v.judge(v.Share(3, 11), v.Share(500, 1000), 0.04)
    found = v.compare(here, few, 0.04)
    assert (found.word, found.effect) == (v.Word.TOO_EARLY, None)


def test_4_4_7_what_comes_back_every_year_is_no_movement():
    summer = v.judge(v.Share(140, 200), v.Share(1000, 2000), 0.04)
    assert summer.word == v.Word.MOVING
    verdict = v.with_season(summer, v.Share(140, 200), v.Share(136, 200))
    assert (verdict.word, verdict.reason_code, verdict.steps[-1].is_met) == (v.Word.CANNOT_TELL, "season", False)
    change = v.newcombe(140, 200, 136, 200)
    assert (verdict.steps[-1].values["low"], verdict.steps[-1].values["high"]) == (change.low, change.high)


def test_4_4_7_what_was_otherwise_a_year_ago_stays_a_movement():
    verdict = v.judge(v.Share(140, 200), v.Share(1000, 2000), 0.04)
    kept = v.with_season(verdict, v.Share(140, 200), v.Share(100, 200))
    assert (kept.word, kept.steps[-1].code, kept.steps[-1].is_met) == (v.Word.MOVING, "season", True)
    assert v.with_season(verdict, v.Share(140, 200), v.Share(10, 29)) == verdict
    assert v.with_season(verdict, v.Share(140, 200), v.Share(100, 200), spread=8.0) == verdict


def test_4_4_7_a_start_right_after_an_extremely_bad_month_is_seen():
    ordinary = [v.Share(k, 200) for k in (98, 104, 101, 96, 103, 99, 100)]
    assert not v.is_started_after_bad_month([*ordinary, v.Share(90, 200)])
    assert v.is_started_after_bad_month([*ordinary, v.Share(60, 200)])
    assert not v.is_started_after_bad_month([*ordinary, v.Share(150, 200)])
    assert not v.is_started_after_bad_month([])
    assert not v.is_started_after_bad_month([*ordinary[:5], v.Share(60, 200)])


def asked(k, n=1000, before=500):
    def at(confidence):
        return v.judge(v.Share(k, n), v.Share(before, n), 0.04, v.Circumstances(confidence=confidence))

    return at


def p_value(ask):
    """The smallest error at which a change is still shown, by halving."""
    low, high = 1e-12, 1 - 1e-9
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if ask(1 - middle).word in (v.Word.MOVING, v.Word.WORSENING) else (middle, high)
    return high


def test_4_4_9_up_to_three_questions_on_one_day_are_asked_as_ever():
    found = v.holm({name: asked(545) for name in "abc"})
    assert {verdict.word for verdict in found.values()} == {v.Word.MOVING}
    assert found["a"] == asked(545)(0.95)


def test_4_4_9_beyond_three_holm_corrects():
    ks = (500, 520, 545, 546, 552, 556, 570, 600, 430)
    questions = {str(k): asked(k) for k in ks}
    found = v.holm(questions)
    ps = sorted((p_value(ask), k) for k, ask in questions.items())
    expected, m = set(), len(ps)
    for place, (p, k) in enumerate(ps):
        if p > 0.05 / (m - place):
            break
        expected.add(int(k))
    assert {int(k) for k, one in found.items() if one.word in (v.Word.MOVING, v.Word.WORSENING)} == expected
    assert 545 not in expected and asked(545)(0.95).word == v.Word.MOVING and {600, 430} <= expected
    assert list(found) == list(questions)
    assert found["545"].steps[-1].code == "many_questions"
    assert found["545"].steps[-1].values["questions"] == 9


def test_4_5_labels_that_say_too_little_are_not_reported():
    poor = v.Coded(yes=50, true_yes=26, no=50, true_no=26)
    found = v.accuracy(poor, v.Share(300, 1000))
    assert not found.is_usable
    assert v.true_share(v.Share(300, 1000), v.Sampled(poor, v.Share(300, 1000))) is None
    assert v.accuracy(v.Coded(0, 0, 50, 50), v.Share(300, 1000)) is None


def test_4_5_a_sample_of_both_kinds_gives_sensitivity_and_specificity_of_the_whole_period():
    """900 of 1,000 labels "yes" in a period; a quarter of the yes are wrong, a tenth of the no."""
    found = v.accuracy(v.Coded(yes=48, true_yes=36, no=50, true_no=45), v.Share(400, 1000))
    hits, misses, rejects, alarms = 400 * 0.75, 600 * 0.1, 600 * 0.9, 400 * 0.25
    assert found.sensitivity == pytest.approx(hits / (hits + misses))
    assert found.specificity == pytest.approx(rejects / (rejects + alarms))
    labelled = v.Share(400, 1000)
    interval = v.true_share(labelled, v.Sampled(v.Coded(48, 36, 50, 45), labelled))
    assert interval.value == pytest.approx((hits + misses) / 1000)
    assert interval.low < interval.value < interval.high
    assert interval.high - interval.low > v.wilson(360, 1000).high - v.wilson(360, 1000).low


def test_4_5_kappa_is_agreement_beyond_chance():
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert v.kappa(pairs) == pytest.approx(0.4)
    assert v.kappa([(True, True)] * 20) == 1.0
    assert v.kappa([]) is None


def test_4_4_counts_of_every_form_are_judged_by_their_own_procedure():
    rates = v.judge_counts(v.Rate(96, 180), v.Rate(61, 176), 1.2)
    assert (rates.method, round(rates.difference, 2), round(rates.low, 2), round(rates.high, 2)) == (
        "ratio",
        1.54,
        1.12,
        2.12,
    )
    waits = v.judge_counts(
        v.Durations(tuple(range(1, 61))),
        v.Durations(tuple(range(30, 150, 2))),
        1.0,
        v.Circumstances(better=v.Better.LESS),
    )
    assert (waits.method, waits.word) == ("median_bootstrap", v.Word.MOVING)
    assert v.judge_counts(v.Share(56, 70), v.Share(48, 80), 0.04) == v.judge(v.Share(56, 70), v.Share(48, 80), 0.04)
    with pytest.raises(TypeError, match="one form"):
        v.judge_counts(v.Share(56, 70), v.Rate(3, 4), 0.04)


def test_4_4_9_the_more_questions_the_wider_every_interval():
    widths = [(one := asked(530)(1 - 0.05 / m)).high - one.low for m in (1, 2, 4, 8)]
    assert all(narrow < wide for narrow, wide in pairwise(widths))


@pytest.mark.parametrize(
    ("newest", "better", "is_bad"),
    [
        (9.0, v.Better.LESS, True),
        (9.0, v.Better.MORE, False),
        (1.0, v.Better.LESS, False),
        (1.0, v.Better.MORE, True),
        (5.6, v.Better.LESS, False),
    ],
)
def test_4_4_7_a_rate_or_time_out_of_the_ordinary_the_wrong_way_is_a_bad_start(newest, better, is_bad):
    """Mean 5, mean moving range 0.8: the natural limits are 5 ± 2.66 * 0.8, so 2.87 to 7.13."""
    ordinary = [4.6, 5.4, 4.6, 5.4, 4.6, 5.4]
    assert v.is_started_after_bad_period([*ordinary, newest], better) == is_bad


def test_4_4_7_with_fewer_than_six_periods_before_nobody_can_tell():
    assert not v.is_started_after_bad_period([5.0, 5.4, 4.6, 5.0, 5.2, 99.0], v.Better.LESS)
    assert not v.is_started_after_bad_period([], v.Better.MORE)
