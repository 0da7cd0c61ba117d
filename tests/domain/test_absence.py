"""How many people may be missing: small teams one can count on paper."""

import pytest

from allmende.domain.absence import absence_factor

CASES = [
    ([], 0),
    ([{"jana"}], 1),
    ([set(), set(), {"jana"}], 0),
    ([{"jana"}, {"jana"}, {"emre"}], 1),
    ([{"jana", "emre"}, {"jana", "emre"}], 2),
    ([{"jana"}, {"emre"}, {"lea"}, {"tom"}], 3),
]


@pytest.mark.parametrize(("things", "factor"), CASES)
def test_the_factor_is_the_unlucky_week(things, factor):
    assert absence_factor(frozenset(one) for one in things) == factor
