"""How many units a change needs to be seen at all; asked before starting, not afterwards (domain 4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, sqrt
from statistics import NormalDist

from allmende.domain.verdict.intervals import CONFIDENCE, z_two_sided
from allmende.domain.verdict.judgement import MINIMUM_EXPECTED, MINIMUM_UNITS

POWER = 0.80
# What the tool proposes when the community cannot deliver the units in time; wording belongs to the screens.
WAYS_OUT = ("larger_window", "more_frequent_behaviour", "qualitative_evidence")


@dataclass(frozen=True, slots=True)
class Detectability:
    """Units needed per period, how many of the community's periods that takes, and the ways out if it
    takes too long.
    """

    units_needed: int
    periods_needed: float
    is_within_reach: bool
    ways_out: tuple[str, ...]


def units_needed(
    share_before: float, share_wanted: float, *, power: float = POWER, confidence: float = CONFIDENCE
) -> int:
    """Units per group that show a change from one share to the other, rounded up (domain 4.3).

    Raises ValueError when a share lies outside 0..1 or both are equal (no number of units shows no
    difference).
    """
    if not (0 <= share_before <= 1 and 0 <= share_wanted <= 1) or share_before == share_wanted:
        raise ValueError("Detectability needs two different shares between 0 and 1.")
    mean = (share_before + share_wanted) / 2
    spread = share_before * (1 - share_before) + share_wanted * (1 - share_wanted)
    reach = z_two_sided(confidence) * sqrt(2 * mean * (1 - mean)) + NormalDist().inv_cdf(power) * sqrt(spread)
    return ceil(reach**2 / (share_wanted - share_before) ** 2)


def detectability(
    share_before: float,
    least_relevant_difference: float,
    *,
    units_per_period: float,
    periods_allowed: float = 12,
) -> Detectability:
    """Can this community show this change in time? `periods_allowed` is a year of months unless told
    otherwise.

    The wanted share is the share before plus the least relevant difference, kept between 0 and 1. Never fewer units than
    a verdict asks for (4.4-2), however large the change.
    """
    wanted = min(1.0, max(0.0, share_before + least_relevant_difference))
    needed = max(units_needed(share_before, wanted), _fewest_judged((share_before + wanted) / 2))
    periods = needed / units_per_period if units_per_period > 0 else inf
    is_within_reach = periods <= periods_allowed
    return Detectability(needed, periods, is_within_reach, () if is_within_reach else WAYS_OUT)


def _fewest_judged(pooled: float) -> int:
    return max(MINIMUM_UNITS, ceil(MINIMUM_EXPECTED / min(pooled, 1 - pooled)))
