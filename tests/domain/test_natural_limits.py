"""The limits a newest value left, cut off where its scale ends (S0-05)."""

from math import inf

import pytest

from allmende.domain.verdict import Point, is_outside, scale_of

SCALES = [
    ("von 5", False, 0, 5),
    ("of 5", False, 0, 5),
    ("out of 10 points", False, 0, 10),
    ("/ 5", False, 0, 5),
    ("von 4,5", False, 0, 4.5),
    ("%", False, 0, 100),
    ("", True, 0, 1),
    ("Stunden", False, 0, inf),
    ("Std.", False, 0, inf),
    ("Punkte", False, -inf, inf),
    ("Euro", False, -inf, inf),
    ("von Hand", False, -inf, inf),
]
# values, unit, is it a share, lower and upper limit: mean of all but the newest, plus and minus 2.66 mean steps, cut off.
VECTORS = [
    ((4.2, 4.6, 4.1, 4.5, 4.2, 4.6, 2.1), "von 5", False, 3.303, 5),
    ((4.2, 4.6, 4.1, 4.5, 4.2, 4.6, 2.1), "Punkte", False, 3.303, 5.431),
    ((0.9, 1, 0.8, 1, 0.85, 0.95, 0.1), "", True, 0.518, 1),
    ((90, 98, 88, 97, 89, 99, 20), "%", False, 69.56, 100),
    ((3, 1, 6, 2, 4, 1, 40), "", False, 0, 11.345),
    ((3, 1, 6, 2, 4, 1, 40), "Beiträge", False, 0, 11.345),
    ((3, 0, 6, 2, 4, 1, -20), "", False, -6.909, 12.243),
    ((2, 0.5, 3, 1, 2.5, 0.5, 24), "Stunden", False, 0, 6.637),
    ((2, 0.5, 3, 1, 2.5, 0.5, 24), "", False, -3.471, 6.637),
    ((4.2, 5.6, 4.1, 5.5, 4.2, 5.6, 1), "von 5", False, 1.143, 8.591),
]


@pytest.mark.parametrize(("unit", "is_share", "least", "most"), SCALES)
def test_a_unit_says_how_far_its_scale_reaches(unit, is_share, least, most):
    assert scale_of(unit, is_share) == (least, most)


@pytest.mark.parametrize(("values", "unit", "is_share", "lower", "upper"), VECTORS)
def test_s0_05_natural_limits_end_where_the_scale_ends(values, unit, is_share, lower, upper):
    limits = is_outside([Point(value) for value in values], unit, is_share)
    assert limits is not None
    assert (limits.lower, limits.upper) == (pytest.approx(lower, abs=0.005), pytest.approx(upper, abs=0.005))


def test_s0_05_a_value_at_the_end_of_the_scale_lies_within():
    assert is_outside([Point(value) for value in (4.2, 4.9, 3.8, 4.7, 4.1, 4.6, 5.0)], "von 5") is None
