"""Rates and durations: the mix, the season, and where it began first, against slow sums in plain Python (domain 4.4-7, 4.4-8)."""

from math import exp, log, sqrt
from random import Random

import pytest

from allmende.domain import verdict as v

Z = 1.959963984540054
# Two kinds of people: the busy do it four times a month, the others once, before and now; now there are more of the others.
BUSY = (v.Rate(200, 50.0), v.Rate(800, 200.0))
OTHERS = (v.Rate(200, 200.0), v.Rate(50, 50.0))


def judged_rates(*sides, least=1.2):
    now, before = (v.pooled_rate([pair[side] for pair in sides]) for side in (0, 1))
    return v.judge_rates(now, before, least)


def test_4_4_7_a_rate_that_fell_only_because_the_mix_changed_is_no_worsening():
    plain = judged_rates(BUSY, OTHERS)
    assert plain.word == v.Word.WORSENING
    mix = v.reweighted_rates([BUSY, OTHERS])
    assert (mix.raw, mix.kept.value, mix.weight) == (pytest.approx(1.6 / 3.4), pytest.approx(1.0), 1.0)
    found = v.with_mix(plain, mix)
    assert (found.word, found.reason_code) == (v.Word.CANNOT_TELL, "only_mix_changed")
    assert found.steps[-1].values["kept"] == pytest.approx(1.0)


def test_4_4_7_a_rate_in_the_mix_of_before_is_directly_standardised():
    sides = [
        (v.Rate(90, 60.0), v.Rate(70, 100.0)),
        (v.Rate(30, 90.0), v.Rate(12, 50.0)),
        (v.Rate(3, 2.0), v.Rate(9, 30.0)),
    ]
    mix = v.reweighted_rates(sides, dispersion=1.4)
    # The third had two person-months now: too few to be weighed.
    weights = [100 / 150, 50 / 150]
    now, before = weights[0] * 90 / 60 + weights[1] * 30 / 90, (70 + 12) / 150
    spread = ((weights[0] / 60) ** 2 * 90 + (weights[1] / 90) ** 2 * 30) / now**2
    spread += ((weights[0] / 100) ** 2 * 70 + (weights[1] / 50) ** 2 * 12) / before**2
    reach = Z * sqrt(1.4 * spread)
    assert mix.kept.value == pytest.approx(now / before)
    assert mix.kept.low == pytest.approx(now / before * exp(-reach))
    assert mix.kept.high == pytest.approx(now / before * exp(reach))
    assert mix.weight == pytest.approx(150 / 180)
    assert mix.raw == pytest.approx((123 / 152) / (91 / 180))


def test_4_4_7_a_rate_that_rose_in_every_part_stays_a_movement():
    sides = [(v.Rate(400, 50.0), v.Rate(800, 200.0)), (v.Rate(500, 300.0), v.Rate(50, 50.0))]
    mix = v.reweighted_rates(sides)
    assert mix.raw < 1 < mix.kept.low and mix.is_hidden and mix.is_against
    assert v.with_mix(judged_rates(*sides), mix).reason_code == "mix_against"
    up = [(v.Rate(400, 50.0), v.Rate(800, 200.0)), (v.Rate(25, 12.5), v.Rate(50, 50.0))]
    assert v.with_mix(judged_rates(*up), v.reweighted_rates(up)).word == v.Word.MOVING


def test_4_4_7_without_two_parts_or_any_event_no_rate_is_re_weighted():
    assert v.reweighted_rates([BUSY, (v.Rate(1, 4.0), v.Rate(9, 80.0))]) is None
    assert v.reweighted_rates([BUSY]) is None
    assert v.reweighted_rates([(v.Rate(0, 50.0), v.Rate(3, 50.0)), (v.Rate(0, 20.0), v.Rate(2, 50.0))]) is None


def slow_median(cases):
    """Kaplan-Meier of (time, has ended, weight), case by case."""
    left, still = sum(weight for _, _, weight in cases), 1.0
    for time, has_ended, weight in sorted(cases, key=lambda one: (one[0], not one[1])):
        if has_ended:
            still *= 1 - weight / left
            if still <= 0.5 + 1e-9:
                return time
        left -= weight
    return None


def drawn(generator, kind, n):
    """Waits in hours, about an eighth of them still open."""
    waits = [generator.lognormvariate(kind, 0.6) for _ in range(n)]
    cut = n // 8
    return v.Durations(tuple(waits[cut:]), tuple(waits[:cut]))


def cases_of(durations, weight=1.0):
    return [(one, True, weight) for one in durations.ended] + [(one, False, weight) for one in durations.open_since]


@pytest.fixture
def waits():
    """Quick and slow ones; before mostly quick, now mostly slow."""
    generator = Random(4471)
    return [
        (drawn(generator, 0.5, 80), drawn(generator, 0.5, 240)),
        (drawn(generator, 2.5, 240), drawn(generator, 2.5, 80)),
    ]


def test_4_4_7_a_median_in_the_mix_of_before_weighs_each_case_of_now(waits):
    mix = v.reweighted_durations(waits, seed=7)
    now = [one for here, before in waits for one in cases_of(here, before.n / here.n)]
    before = [one for _, there in waits for one in cases_of(there)]
    assert mix.kept.value == pytest.approx(slow_median(now) - slow_median(before))
    plain = [one for here, _ in waits for one in cases_of(here)]
    assert mix.raw == pytest.approx(slow_median(plain) - slow_median(before))
    assert mix.raw > 3 and abs(mix.kept.value) < 1
    verdict = v.judge_durations(*(v.pooled_durations([pair[side] for pair in waits]) for side in (0, 1)), 0.5)
    assert verdict.word == v.Word.WORSENING
    assert v.with_mix(verdict, mix).reason_code == "only_mix_changed"


def test_4_4_7_its_range_is_that_of_cases_drawn_anew_one_by_one(waits):
    """The same bootstrap, written as it is told: draw the cases, weigh the parts as before, take the medians."""
    mix = v.reweighted_durations(waits, seed=7)
    generator, found = Random(99), []
    now = [(part, one) for part, (here, _) in enumerate(waits) for one in cases_of(here)]
    before = [one for _, there in waits for one in cases_of(there)]
    for _ in range(600):
        sample = generator.choices(now, k=len(now))
        sizes = [sum(1 for part, _ in sample if part == number) for number in (0, 1)]
        weighted = [(time, ended, waits[part][1].n / sizes[part]) for part, (time, ended, _) in sample]
        found.append(slow_median(weighted) - slow_median(generator.choices(before, k=len(before))))
    found.sort()
    assert mix.kept.low == pytest.approx(found[15], abs=0.12)
    assert mix.kept.high == pytest.approx(found[-16], abs=0.12)


def test_4_4_7_without_two_parts_no_median_is_re_weighted(waits):
    assert v.reweighted_durations(waits[:1], seed=1) is None
    never = (v.Durations((1.0, 2.0), tuple([9.0] * 30)), v.Durations((1.0, 2.0), tuple([9.0] * 30)))
    assert v.reweighted_durations([never, never], seed=1) is None


def test_4_4_7_a_rate_that_comes_back_every_year_is_no_movement():
    summer = v.judge_rates(v.Rate(300, 200.0), v.Rate(2000, 2000.0), 1.2)
    assert summer.word == v.Word.MOVING
    found = v.with_season_of_values(summer, v.Rate(300, 200.0), v.Rate(290, 200.0), seed=1)
    assert (found.word, found.reason_code) == (v.Word.CANNOT_TELL, "season")
    reach = Z * sqrt(1 / 300 + 1 / 290)
    told = found.steps[-1].values
    assert (told["value"], told["n"]) == (1.45, 290)
    assert told["low"] == pytest.approx(300 / 290 * exp(-reach)) and told["high"] == pytest.approx(
        300 / 290 * exp(reach)
    )
    other = v.with_season_of_values(summer, v.Rate(300, 200.0), v.Rate(190, 200.0), seed=1)
    assert (other.word, other.steps[-1].is_met) == (v.Word.MOVING, True)
    assert v.with_season_of_values(summer, v.Rate(300, 200.0), v.Rate(4, 200.0), seed=1) == summer


def test_4_4_7_a_wait_that_is_short_every_summer_is_no_movement():
    generator = Random(12)
    quick, as_quick, slow = drawn(generator, 0.5, 200), drawn(generator, 0.5, 200), drawn(generator, 1.2, 800)
    verdict = v.judge_durations(quick, slow, 0.5)
    assert verdict.word == v.Word.MOVING
    found = v.with_season_of_values(verdict, quick, as_quick, seed=3)
    assert (found.word, found.reason_code) == (v.Word.CANNOT_TELL, "season")
    assert found.steps[-1].values["value"] == pytest.approx(slow_median(cases_of(as_quick)))
    kept = v.with_season_of_values(verdict, quick, drawn(generator, 1.2, 200), seed=3)
    assert (kept.word, kept.steps[-1].code) == (v.Word.MOVING, "season")
    few = v.Durations(tuple(as_quick.ended[:20]))
    assert v.with_season_of_values(verdict, quick, few, seed=3) == verdict


def test_4_4_8_of_rates_one_ratio_is_held_against_the_other():
    here = v.judge_rates(v.Rate(600, 400.0), v.Rate(800, 800.0), 1.2)
    elsewhere = v.judge_rates(v.Rate(500, 500.0), v.Rate(700, 700.0), 1.2)
    found = v.compare(here, elsewhere, 1.2)
    reach = sqrt((Z**2) * (1 / 600 + 1 / 800) + (Z**2) * (1 / 500 + 1 / 700))
    assert (found.word, found.effect.value) == (v.Word.MOVING, pytest.approx(1.5))
    assert log(found.effect.low) == pytest.approx(log(1.5) - reach)
    assert log(found.effect.high) == pytest.approx(log(1.5) + reach)
    assert v.compare(elsewhere, here, 1.2).word == v.Word.WORSENING
    many = v.judge_rates(v.Rate(40_000, 400.0), v.Rate(80_000, 800.0), 1.2)
    assert v.compare(many, many, 1.2).word == v.Word.NOT_MOVING


def test_4_4_8_of_durations_less_is_better():
    generator = Random(5)
    slow = [drawn(generator, 2.0, 300) for _ in range(3)]
    quicker = v.judge_durations(drawn(generator, 1.0, 300), slow[0], 0.5)
    same = v.judge_durations(slow[1], slow[2], 0.5)
    found = v.compare(quicker, same, 0.5, v.Better.LESS)
    assert found.word == v.Word.MOVING
    assert found.effect.value == pytest.approx(quicker.difference - same.difference)
    assert v.compare(same, quicker, 0.5, v.Better.LESS).word == v.Word.WORSENING
