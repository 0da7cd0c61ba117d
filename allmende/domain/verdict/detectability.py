"""How many units a change needs to be seen at all; asked before starting, not afterwards (domain 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf, log, pi, sqrt
from statistics import NormalDist

from allmende.domain.verdict.change import DISPERSION_LIMIT
from allmende.domain.verdict.intervals import CONFIDENCE, student_quantile, z_two_sided
from allmende.domain.verdict.judgement import MINIMUM_EXPECTED, MINIMUM_PEOPLE, MINIMUM_UNITS

POWER = 0.80
# A chance below the power by less than this is no shortage: the formula of 4.3 stands wherever enough is counted anyway.
_CLOSE = 0.001
# Mean of the largest of 0 and two standard normal numbers: the integral of 1 - phi(x)^2 over x > 0.
_LARGEST_OF_TWO = 0.681
# No community can show a smaller difference, and its square would vanish while reckoning.
SMALLEST = 1e-6
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


def detectability_of(
    form: str,
    before: float | None,
    p90: float | None,
    least: float,
    per_period: float,
    dispersion: float = 1.0,
    people: float | None = None,
) -> Detectability | None:
    """What shows that `before` differs by `least`, in the unit of its form (F1 to F6); None where that cannot be said.

    `least` is in points of a share, else a fraction of what was before. Needed are cases, of a rate (F3) member-months;
    `per_period` says how many of them a period brings. Of a duration (F4) `p90` tells how lopsided it is, of a rate
    `dispersion` how much more than chance people differ, and `people` how many they are.
    """
    if before is None or least < SMALLEST or per_period <= 0 or form == "F6":
        return None
    if form == "F3":
        told = {"exposure_per_period": per_period, "dispersion": dispersion}
        return rate_detectability(before, 1 + least, people=people, **told) if before > 0 else None
    if form == "F4":
        is_known = p90 is not None and 0 < before < p90 and least < 1
        return (
            duration_detectability(before, p90 or 0.0, least * before, cases_per_period=per_period)
            if is_known
            else None
        )
    return detectability(before, least, units_per_period=per_period) if min(1.0, before + least) > before else None


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
    `units_needed`, and so many that both together are as likely as promised: that a verdict is given at all (4.4-2 asks for
    30 units and five expected of each outcome, which a rare one misses by chance), and that it shows the change.
    """
    wanted = min(1.0, max(0.0, share_before + least_relevant_difference))
    change, pooled = abs(wanted - share_before), (share_before + wanted) / 2
    spread = share_before * (1 - share_before) + wanted * (1 - wanted)
    under_none, rarer = z_two_sided(CONFIDENCE) * sqrt(2 * pooled * (1 - pooled)), 2 * min(pooled, 1 - pooled)

    def chance(units: int) -> float:
        is_shown = _below((change * sqrt(units) - under_none) / sqrt(spread)) if spread else 1.0
        return is_shown * _reaches(2 * MINIMUM_EXPECTED, units * rarer, units * spread)

    needed = _smallest(chance, max(units_needed(share_before, wanted), MINIMUM_UNITS))
    return _reached(needed, units_per_period, periods_allowed)


def rate_detectability(
    rate_before: float,
    least_relevant_ratio: float,
    *,
    exposure_per_period: float,
    dispersion: float = 1.0,
    people: float | None = None,
    periods_allowed: float = 12,
) -> Detectability:
    """How much exposure shows this ratio of rates (form F3); `units_needed` is in the unit of the exposure.

    The events before are (z + z')^2 (1 + 1/ratio) / ln(ratio)^2: the variance of a log ratio of two counts. People who differ
    more than chance (`dispersion` above 1) scatter the more the more they do: 1 + (dispersion - 1) ratio afterwards, as
    gamma-distributed rates have it. `people` is how many there are, each for one unit of exposure at least; the
    verdict estimates their scatter and widens by it, more so with few. None: nobody knows them, and it does not (4.4-5).
    As likely as promised are both together: five events on each side and a shown change. Raises ValueError without a rate,
    or where the ratio is 1 or not above 0.
    """
    if rate_before <= 0 or least_relevant_ratio <= 0 or least_relevant_ratio == 1:
        raise ValueError("Detectability needs a rate above 0 and a ratio above 0 that is not 1.")
    before = max(1.0, dispersion)
    now = 1 + (before - 1) * least_relevant_ratio
    spread = before + now / least_relevant_ratio
    rarer, scatter = (rate_before, before) if least_relevant_ratio > 1 else (rate_before * least_relevant_ratio, now)

    def chance(exposure: int) -> float:
        wider = 1.0 if people is None else _widened(max(MINIMUM_PEOPLE, min(people, exposure)), before)
        apart = abs(log(least_relevant_ratio)) * sqrt(rate_before * exposure / spread)
        is_shown = _below(apart - wider * z_two_sided(CONFIDENCE))
        return is_shown * _reaches(MINIMUM_EXPECTED, rarer * exposure, scatter * rarer * exposure)

    events = _reach() ** 2 * spread / log(least_relevant_ratio) ** 2
    fewest = max(events, MINIMUM_EXPECTED, MINIMUM_EXPECTED / least_relevant_ratio)
    needed = _smallest(chance, max(ceil(fewest / rate_before), 1 if people is None else MINIMUM_PEOPLE))
    return _reached(needed, exposure_per_period, periods_allowed)


def duration_detectability(
    median: float,
    p90: float,
    least_relevant_difference: float,
    *,
    cases_per_period: float,
    periods_allowed: float = 12,
) -> Detectability:
    """How many cases show that half are done so much sooner (form F4); all times in one unit.

    Times to an answer are lopsided like a log-normal law, whose spread median and 90th percentile tell: sigma = ln(p90 /
    median) / 1.28. A median of n logarithms varies by pi/2 sigma^2 / n. Raises ValueError unless 0 < difference < median < p90.
    """
    if not 0 < least_relevant_difference < median < p90:
        raise ValueError("Detectability of a duration needs 0 < difference < median < 90th percentile.")
    spread = log(p90 / median) / NormalDist().inv_cdf(0.9)
    change = log(1 - least_relevant_difference / median)
    needed = ceil(pi * spread**2 * _reach() ** 2 / change**2)
    return _reached(max(needed, MINIMUM_UNITS), cases_per_period, periods_allowed)


def _reach() -> float:
    return z_two_sided(CONFIDENCE) + NormalDist().inv_cdf(POWER)


def _reached(needed: int, units_per_period: float, periods_allowed: float) -> Detectability:
    periods = needed / units_per_period if units_per_period > 0 else inf
    is_within_reach = periods <= periods_allowed
    return Detectability(needed, periods, is_within_reach, () if is_within_reach else WAYS_OUT)


def _smallest(chance: Callable[[int], float], at_least: int) -> int:
    """From which number on the chance, which grows with it, is as large as promised; the ranges are too long for `bisect`."""
    below, found = at_least - 1, at_least
    while chance(found) < POWER - _CLOSE:
        below, found = found, 2 * found
    while found - below > 1:
        middle = (below + found) // 2
        below, found = (middle, found) if chance(middle) < POWER - _CLOSE else (below, middle)
    return found


def _below(reach: float) -> float:
    return NormalDist().cdf(reach)


def _reaches(least: float, expected: float, variance: float) -> float:
    """How likely a count with this mean and variance is at least so large; half a one allows for counts being whole."""
    return _below((expected - least + 0.5) / sqrt(variance)) if variance else float(expected >= least)


def _widened(people: float, dispersion: float) -> float:
    """How much longer than the normal one the reach of a ratio's interval is, as `change.ratio_of` finds it.

    Up to the limit by the root of the largest of 1 and both sides' estimated scatter, whose variance is 2 / (people - 1)
    where nothing but chance is at work; the root grows half as fast. Beyond, people are drawn, with Student's quantile.
    """
    if dispersion <= DISPERSION_LIMIT:
        return 1 + _LARGEST_OF_TWO / 2 * sqrt(2 / (people - 1))
    few = student_quantile((1 + CONFIDENCE) / 2, people - 1) * sqrt(people / (people - 1))
    return few / z_two_sided(CONFIDENCE)
