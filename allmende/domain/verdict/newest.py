"""Is the newest value of a series more than chance? Only the natural limits of the values before it say so (S0-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmende.domain.verdict.charts import Limits, is_scattered, p_limits, xmr_limits
from allmende.domain.verdict.counts import MINIMUM_BASELINE_PERIODS, Share


@dataclass(frozen=True, slots=True)
class Point:
    """A value of one period; `n` is what a share is out of."""

    value: float
    n: int | None = None


def limits_before_newest(points: Sequence[Point]) -> Limits | None:
    """The natural limits for the newest point, from those before it; None with fewer than six before.

    Shares whose n is known are held against a p-chart, unless they scatter more than chance allows; everything else
    against an XmR chart. `points` are in the order of time, the newest last.
    """
    before = points[:-1]
    if len(before) < MINIMUM_BASELINE_PERIODS:
        return None
    newest = points[-1]
    sizes = [point.n for point in points]
    if all(size and 0 <= point.value <= 1 for size, point in zip(sizes, points, strict=True)) and newest.n:
        shares = [Share(round(point.value * (point.n or 0)), point.n or 0) for point in before]
        if not is_scattered(shares):
            return p_limits(sum(one.k for one in shares), sum(one.n for one in shares), [newest.n])[0]
    return xmr_limits([point.value for point in before]).values


def is_outside(points: Sequence[Point]) -> Limits | None:
    """The limits that the newest point left; None while it lies within, or nobody can tell."""
    limits = limits_before_newest(points)
    if limits is None or limits.lower <= points[-1].value <= limits.upper:
        return None
    return limits
