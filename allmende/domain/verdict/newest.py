"""Is the newest value of a series more than chance? Only the natural limits of the values before it say so (S0-05)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from allmende.domain.verdict.charts import Limits, is_scattered, p_limits, xmr_limits
from allmende.domain.verdict.counts import MINIMUM_BASELINE_PERIODS, Share

# "von 5", "out of 10", "/ 5": what a value is out of.
_OUT_OF = re.compile(r"(?:von|aus|(?:out )?of|/)\s*(\d+(?:[.,]\d+)?)(?:\s*\D*)?", re.IGNORECASE)
# Amounts of which there is never less than nothing; points are missing, for some scales of points go below zero.
_AMOUNTS = frozenset(
    "s sec sek sekunde sekunden second seconds min minute minuten minutes h std stunde stunden hour hours"
    " tag tage tagen day days woche wochen week weeks monat monate month months jahr jahre year years"
    " person personen people mitglied mitglieder member members mal times beiträge posts fragen questions"
    " antworten answers stimmen votes stück pieces".split()
)


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


def is_outside(points: Sequence[Point], unit: str = "", is_share: bool = False) -> Limits | None:
    """The limits that the newest point left, within what its unit can be; None while it lies within, or nobody can tell."""
    limits = limits_before_newest(points)
    if limits is None or limits.lower <= points[-1].value <= limits.upper:
        return None
    return within_scale(limits, [point.value for point in points], unit, is_share)


def scale_of(unit: str, is_share: bool = False) -> tuple[float, float]:
    """The least and the most a value of this unit can be, as far as its words say so; else without end."""
    if is_share:
        return 0.0, 1.0
    if unit.strip() == "%":
        return 0.0, 100.0
    if found := _OUT_OF.fullmatch(unit.strip()):
        return 0.0, float(found[1].replace(",", "."))
    return (0.0 if unit.strip().casefold().rstrip(".") in _AMOUNTS else -inf), inf


def within_scale(limits: Limits, values: Sequence[float], unit: str, is_share: bool = False) -> Limits:
    """The limits cut off where the scale ends: nobody reads "3.6 to 5.1 of 5".

    A value beyond the scale shows that the words mean something else; then nothing is cut off.
    """
    least, most = scale_of(unit, is_share)
    if not (unit.strip() or is_share) and all(float(value).is_integer() for value in values):
        least = 0.0  # counted, not measured
    if any(not least <= value <= most for value in values):
        return limits
    return Limits(limits.mean, max(limits.lower, least), min(limits.upper, most))
