"""Several samples together (domain 4.5)."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.domain.verdict import (
    Case,
    Coded,
    Drawn,
    Sampled,
    Share,
    accuracy,
    do_overlap,
    each_once,
    pooled,
    true_share,
)

JULY = datetime(2026, 7, 1, tzinfo=UTC)
ONE = Sampled(Coded(4, 3, 2, 2), Share(40, 60))
# Four counted of which three truly were, and two that were rightly not counted.
CASES = [Case(key, key < 4, key < 3) for key in range(6)]


def drawn(starts: int, ends: int, cases=(), sampled: Sampled = ONE) -> Drawn:
    """From one day of the month to another."""
    return Drawn(sampled, JULY + timedelta(days=starts), JULY + timedelta(days=ends), cases)


def test_samples_of_equal_periods_are_added_up() -> None:
    found = pooled([Sampled(Coded(50, 44, 50, 46), Share(100, 200)), Sampled(Coded(50, 48, 50, 42), Share(100, 200))])
    assert found is not None and found.labelled == Share(200, 400)
    coded = (found.coded.yes, found.coded.true_yes, found.coded.no, found.coded.true_no, found.coded.looked_at)
    assert coded == pytest.approx((100, 92, 100, 88, 200))


def test_a_sample_weighs_as_much_as_was_counted_in_its_period() -> None:
    """300 counted, of which 90 % truly were; 100 counted, of which 50 %: 80 % of 400."""
    samples = [Sampled(Coded(50, 45, 50, 50), Share(300, 600)), Sampled(Coded(50, 25, 50, 50), Share(100, 400))]
    found = pooled(samples)
    assert found is not None
    assert found.coded.true_yes / found.coded.yes == pytest.approx(0.8)
    assert found.coded.yes == pytest.approx(400**2 / (300**2 / 50 + 100**2 / 50)) and found.coded.looked_at == 200
    assert found.accuracy == accuracy(found.coded, Share(400, 1000))


def test_one_stays_as_it_is_and_none_is_none() -> None:
    one = Sampled(Coded(50, 44, 50, 46), Share(154, 220))
    assert pooled([one]) is one and pooled([]) is None


def test_a_kind_that_nobody_coded_says_nothing() -> None:
    one = Sampled(Coded(0, 0, 50, 46), Share(0, 220))
    found = pooled([one, one])
    assert found is not None and found.accuracy is None


def test_the_same_cases_drawn_twice_tell_no_more_than_once() -> None:
    """Else the range would be narrower the more often somebody draws from the same weeks."""
    twice = [drawn(0, 30, CASES), drawn(0, 30, CASES)]
    assert do_overlap(twice)
    found = pooled(each_once(twice))
    assert found is not None and found.coded.looked_at == 6 and found.labelled == ONE.labelled
    counts = (found.coded.yes, found.coded.true_yes, found.coded.no, found.coded.true_no)
    assert counts == pytest.approx((4, 3, 2, 2))
    together, alone = (true_share(Share(50, 80), one) for one in (found, ONE))
    assert together and alone and (together.low, together.high) == pytest.approx((alone.low, alone.high))


def test_a_case_told_differently_twice_counts_half_each_way() -> None:
    again = [Case(0, True, False), Case(9, True, True), *(Case(key, False, False) for key in (7, 8))]
    found = each_once([drawn(0, 30, CASES), drawn(0, 30, again, Sampled(Coded(2, 1, 2, 2), Share(40, 60)))])
    assert [(one.coded.yes, one.coded.true_yes) for one in found] == [(3.5, 2.5), (1.5, 1)]
    assert [(one.coded.no, one.coded.true_no) for one in found] == [(2, 2), (2, 2)]


def test_days_from_which_two_were_drawn_are_shared_among_them() -> None:
    """The first thirty days, then the last ten of them and twenty more: 25 and 25 of 50 days."""
    first, second = each_once([drawn(0, 30, CASES), drawn(20, 50)])
    assert (first.alone, second.alone) == pytest.approx((25 / 30, 25 / 30))
    found = pooled([first, second])
    assert found is not None and found.labelled == Share(67, 100)
    inside, around = each_once([drawn(10, 20), drawn(0, 30)])
    assert (inside.alone, around.alone) == pytest.approx((0.5, 25 / 30))


def test_periods_that_only_touch_do_not_overlap() -> None:
    assert not do_overlap([drawn(30, 60), drawn(0, 30)])
    assert do_overlap([drawn(0, 60), drawn(70, 80), drawn(50, 55)])
    assert [one.alone for one in each_once([drawn(0, 30), drawn(30, 60)])] == [1, 1]
