"""The range of a figure itself, in its own unit: held against slow computations and against a truth that is known."""

import random
from math import exp, inf, log, sqrt
from statistics import median, quantiles

import pytest

from allmende.domain.verdict import Durations, Interval, Rate, Share, own_interval, rate_interval, wilson

Z = 1.959963985


def test_a_share_has_wilsons_interval_and_nothing_counted_has_none():
    assert own_interval(Share(56, 70), seed=1) == wilson(56, 70)
    assert own_interval(Share(0, 0), seed=1) is None
    assert own_interval(Rate(0, 0.0), seed=1) is None
    assert own_interval(Durations(()), seed=1) is None


def test_a_rate_by_hand():
    found = own_interval(Rate(96, 180.0), seed=1)
    assert found.value == pytest.approx(96 / 180)
    assert found.low == pytest.approx(exp(log(96 / 180) - Z * sqrt(1 / 96)))
    assert found.high == pytest.approx(exp(log(96 / 180) + Z * sqrt(1 / 96)))
    wider = rate_interval(96, 180.0, dispersion=1.44)
    assert log(wider.high / wider.value) == pytest.approx(1.2 * log(found.high / found.value))


def test_a_rate_without_any_event_has_an_upper_bound():
    found = own_interval(Rate(0, 100.0), seed=1)
    assert (found.value, found.low) == (0, 0)
    assert exp(-found.high * 100) == pytest.approx(0.025)
    with pytest.raises(ValueError, match="exposure"):
        rate_interval(3, 0.0)


def test_people_who_differ_much_are_drawn_as_people():
    held = {number: (9 if number % 5 == 0 else 0, 1.0) for number in range(100)}
    uneven = own_interval(Rate(180, 100.0, held), seed=3)
    even = own_interval(Rate(180, 100.0), seed=3)
    assert uneven.high - uneven.low > 2 * (even.high - even.low)
    slow = _slow_bootstrap(list(held.values()))
    step = 9 / 100  # one person more or less
    assert (uneven.low, uneven.high) == (pytest.approx(slow[0], abs=1.1 * step), pytest.approx(slow[1], abs=1.1 * step))


def _slow_bootstrap(pairs):
    draw = random.Random(11)
    rates = []
    for _ in range(4_000):
        drawn = [draw.choice(pairs) for _ in pairs]
        rates.append(sum(events for events, _ in drawn) / sum(time for _, time in drawn))
    cut = quantiles(rates, n=40)
    return cut[0], cut[-1]


def test_a_median_holds_what_is_open_and_says_where_no_bound_can_be_given():
    ended = tuple(float(number) for number in range(1, 41))
    found = own_interval(Durations(ended), seed=5)
    assert found.value == 20
    slow = random.Random(2)
    medians = sorted(sorted(slow.choices(ended, k=40))[19] for _ in range(4_000))
    assert (found.low, found.high) == (pytest.approx(medians[100], abs=1), pytest.approx(medians[-100], abs=1))
    half_open = own_interval(Durations(ended[:21], (40.0,) * 19), seed=5)
    assert half_open.value == 20
    assert half_open.high == inf
    assert own_interval(Durations(ended[:15], (40.0,) * 25), seed=5) is None


def test_a_median_of_few_has_no_bound():
    """Of six the shortest and the longest hold the median 31 times of 32, of five only 15 times of 16."""
    assert own_interval(Durations((6.0,)), seed=1) == Interval(6.0, 0.0, inf)
    assert own_interval(Durations((1.0, 2.0, 3.0, 4.0, 5.0)), seed=1) == Interval(3.0, 0.0, inf)
    assert own_interval(Durations((1.0, 2.0, 3.0, 4.0, 5.0, 6.0)), seed=1).high < inf
    assert own_interval(Durations(tuple(map(float, range(1, 11))), (), ("a",) * 10), seed=1) == Interval(5.0, 0.0, inf)


def test_whoever_ended_many_is_drawn_with_all_of_them():
    ended, by = [], []
    for person in range(24):
        ended += [float(1 + person)] * 10
        by += [person] * 10
    by_person = own_interval(Durations(tuple(ended), (), tuple(by)), seed=1)
    alone = own_interval(Durations(tuple(ended)), seed=1)
    assert by_person.high - by_person.low > 2 * (alone.high - alone.low)


@pytest.mark.parametrize("truth", [0.2, 1.0])
def test_the_ranges_hold_the_truth_about_as_often_as_they_say(truth):
    draw, held_rate, held_median, runs = random.Random(17), 0, 0, 300
    for run in range(runs):
        people = {number: (_poisson(draw, truth), 1.0) for number in range(120)}
        events = sum(times for times, _ in people.values())
        rate = own_interval(Rate(events, 120.0, people), seed=run)
        held_rate += rate.low <= truth <= rate.high
        waits = tuple(draw.expovariate(log(2) / truth) for _ in range(60))
        wait = own_interval(Durations(waits), seed=run)
        held_median += wait.low <= truth <= wait.high
        assert wait.value == pytest.approx(median(waits), rel=0.2)
    assert held_rate / runs > 0.92
    assert held_median / runs > 0.92


def _poisson(draw, mean):
    count, product = 0, draw.random()
    while product > exp(-mean):
        count, product = count + 1, product * draw.random()
    return count
