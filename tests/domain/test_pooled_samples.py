"""Several samples together (domain 4.5)."""

import pytest

from allmende.domain.verdict import Coded, Sampled, Share, accuracy, pooled


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
