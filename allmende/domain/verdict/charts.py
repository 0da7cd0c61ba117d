"""Process-behaviour charts for constant watching: what is noise, what is a signal (domain 4.3). No arrows,
no verdicts.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from allmende.domain.verdict.counts import Share

MEAN_RANGE_TO_LIMIT = 2.66
MEAN_RANGE_TO_RANGE_LIMIT = 3.27
RUN_LENGTH = 8
DISPERSION_LIMIT = 1.5


@dataclass(frozen=True, slots=True)
class Limits:
    """Natural limits of one point, in the unit of the values (shares: 0 to 1)."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class XmrLimits:
    """Limits of single values and of the moving range between neighbours."""

    values: Limits
    mean_range: float
    range_limit: float


@dataclass(frozen=True, slots=True)
class Signal:
    """At which point (index, the last one of a run) which rule spoke.

    Codes: outside, run_of_eight, three_of_four.
    """

    index: int
    code: str


def xmr_limits(values: Sequence[float]) -> XmrLimits:
    """Mean +- 2.66 mean moving ranges, range limit 3.27 mean moving ranges. Raises ValueError below two
    values.
    """
    if len(values) < 2:
        raise ValueError("An XmR chart needs at least two values.")
    mean = fmean(values)
    mean_range = fmean(abs(b - a) for a, b in itertools.pairwise(values))
    reach = MEAN_RANGE_TO_LIMIT * mean_range
    return XmrLimits(Limits(mean, mean - reach, mean + reach), mean_range, MEAN_RANGE_TO_RANGE_LIMIT * mean_range)


def p_limits(k: int, n: int, sizes: Sequence[int]) -> tuple[Limits, ...]:
    """Limits of a p-chart, stepped by the size of each period: p +- 3 sqrt(p(1-p)/n_t), kept between 0 and 1.

    k of n is the baseline. A period without units has no limits of its own: 0 to 1.
    Raises ValueError when the baseline is empty.
    """
    if n < 1 or not 0 <= k <= n:
        raise ValueError(f"A p-chart needs a baseline with 0 <= k <= n and n >= 1; got {k} of {n}.")
    p = k / n
    reaches = (3 * sqrt(p * (1 - p) / size) if size else 1.0 for size in sizes)
    return tuple(Limits(p, max(0.0, p - reach), min(1.0, p + reach)) for reach in reaches)


def is_scattered(periods: Sequence[Share]) -> bool:
    """True when shares scatter clearly more than chance allows (dispersion > 1.5): then an XmR chart, not
    a p-chart.
    """
    counted = [period for period in periods if period.n]
    k, n = sum(period.k for period in counted), sum(period.n for period in counted)
    if len(counted) < 2 or not 0 < k < n:
        return False
    p = k / n
    total = sum((period.k - period.n * p) ** 2 / (period.n * p * (1 - p)) for period in counted)
    return total / (len(counted) - 1) > DISPERSION_LIMIT


def signals(values: Sequence[float], limits: Limits | Sequence[Limits]) -> tuple[Signal, ...]:
    """Signals in the order of their points: outside the limits, eight in a row on one side of the mean,
    three of four nearer to the same limit than to the mean.

    `limits` is one for all values, or one per value (p-chart); a ValueError tells that the numbers differ.
    """
    each = [limits] * len(values) if isinstance(limits, Limits) else list(limits)
    points = list(zip(values, each, strict=True))
    found = [Signal(i, "outside") for i, (v, band) in enumerate(points) if not band.lower <= v <= band.upper]
    sides = [_sign(v - band.mean) for v, band in points]
    found += [Signal(i, "run_of_eight") for i in _ends_of_runs(sides)]
    zones = [_outer_zone(v, band) for v, band in points]
    found += [Signal(i, "three_of_four") for i in range(3, len(zones)) if _has_three(zones[i - 3 : i + 1])]
    return tuple(sorted(found, key=lambda signal: (signal.index, signal.code)))


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _ends_of_runs(sides: Sequence[int]) -> list[int]:
    ends, length = [], 0
    for index, side in enumerate(sides):
        is_going_on = side != 0 and index > 0 and sides[index - 1] == side
        length = length + 1 if is_going_on else abs(side)
        if length >= RUN_LENGTH:
            ends.append(index)
    return ends


def _outer_zone(value: float, band: Limits) -> int:
    if value > (band.mean + band.upper) / 2:
        return 1
    return -1 if value < (band.mean + band.lower) / 2 else 0


def _has_three(zones: Sequence[int]) -> bool:
    return zones.count(1) >= 3 or zones.count(-1) >= 3
