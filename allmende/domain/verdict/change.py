"""How much two rates or two sets of durations differ: the interval, and by which method it was found (domain 4.4, 5 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log

from allmende.domain.verdict import resampling
from allmende.domain.verdict.counts import Durations, Rate
from allmende.domain.verdict.intervals import CONFIDENCE, Interval, rate_ratio

LARGEST_PERSON_SHARE = 0.05
MOST_UNITS_PER_PERSON = 2
DISPERSION_LIMIT = 1.5
RATIO = "ratio"


def ratio_of(now: Rate, before: Rate, *, seed: int, confidence: float = CONFIDENCE) -> tuple[str, Interval]:
    """The ratio of two rates with its interval; people are drawn where they scatter much more than chance (4.4-5).

    Raises ValueError without at least one event on both sides.
    """
    scatter = scatter_of(now, before)
    if scatter > DISPERSION_LIMIT:
        return "ratio_person_bootstrap", resampling.ratio_of_rates(now, before, seed=seed, confidence=confidence)
    sides = (now.events, now.exposure, before.events, before.exposure)
    return RATIO, rate_ratio(*sides, confidence=confidence, dispersion=scatter)


def shift_of(
    now: Durations, before: Durations, *, seed: int, confidence: float = CONFIDENCE
) -> tuple[str, Interval] | None:
    """The difference of two medians with its interval; None where half has not ended on one side (4.4-6)."""
    by_person = any(rests_on_few(side.held) for side in (now, before))
    interval = resampling.median_difference(now, before, seed=seed, confidence=confidence, by_person=by_person)
    return ("median_person_bootstrap" if by_person else "median_bootstrap", interval) if interval else None


def scatter_of(now: Rate, before: Rate) -> float:
    """How much more than chance people scatter, on the side where it is more; 1 where nobody is known."""
    if now.events_by_person is None or before.events_by_person is None:
        return 1.0
    return max(resampling.dispersion(now), resampling.dispersion(before))


def rests_on_few(held: Sequence[int]) -> bool:
    """Does one person hold more than a twentieth of these, or do people hold more than two each on average?"""
    if not held:
        return False
    return max(held) > LARGEST_PERSON_SHARE * sum(held) or sum(held) > MOST_UNITS_PER_PERSON * len(held)


def is_ratio(method: str) -> bool:
    """Whether what was found by this method is a ratio, in which 1 is no change."""
    return method.startswith(RATIO)


def from_nothing(value: float, method: str) -> float:
    """A change on a scale on which nothing is 0: a ratio as its logarithm."""
    if not is_ratio(method):
        return value
    return log(value) if value > 0 else -inf
