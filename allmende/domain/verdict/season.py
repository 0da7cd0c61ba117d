"""The same weeks a year ago, and a start right after a bad month: what changes without anybody's doing (domain 4.4-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from allmende.domain.verdict.counts import Share
from allmende.domain.verdict.intervals import CONFIDENCE, newcombe
from allmende.domain.verdict.judgement import MINIMUM_UNITS, Better, Step, Value, Verdict, Word
from allmende.domain.verdict.mix import MOST_OF_IT
from allmende.domain.verdict.newest import Point, is_outside, limits_before_newest


def with_season(
    verdict: Verdict,
    now: Share,
    last_year: Share,
    confidence: float = CONFIDENCE,
    spread: float = 1.0,
) -> Verdict:
    """The verdict with a step about the same weeks of the year before; as it was where fewer than 30 units lie there.

    Where more than half of the change had come back with the season, and the rest may be chance, it cannot be told. `spread`:
    the design effect of now, taken for both years.
    """
    if verdict.difference is None or last_year.n / spread < MINIMUM_UNITS:
        return verdict
    change = newcombe(now.k / spread, now.n / spread, last_year.k / spread, last_year.n / spread, confidence)
    is_chance = change.low <= 0 <= change.high
    sign = -1 if verdict.difference < 0 else 1
    is_small = change.value * sign < MOST_OF_IT * abs(verdict.difference)
    is_blamed = verdict.word in (Word.MOVING, Word.WORSENING) and is_chance and is_small
    values: dict[str, Value] = {"share": last_year.value, "n": last_year.n}
    values |= {"difference": change.value, "low": change.low, "high": change.high}
    verdict = replace(verdict, steps=(*verdict.steps, Step("season", not is_blamed, values)))
    return replace(verdict, word=Word.CANNOT_TELL, reason_code="season", flags=()) if is_blamed else verdict


def is_started_after_bad_month(months: Sequence[Share]) -> bool:
    """Did it begin because the last month was worse than ordinary? Then what follows is ordinary again by itself.

    Held against the natural limits of the months before it; six of them are needed, else nobody can tell.
    """
    points = [Point(one.k / one.n, one.n) for one in months if one.n]
    limits = is_outside(points, is_share=True) if points else None
    return limits is not None and points[-1].value < limits.lower


def is_started_after_bad_period(values: Sequence[float], better: Better) -> bool:
    """The same of rates and medians of durations, period by period, against the XmR limits of those before: too seldom, or
    where less is better, too long.
    """
    limits = limits_before_newest([Point(value) for value in values]) if values else None
    if limits is None:
        return False
    return values[-1] > limits.upper if better == Better.LESS else values[-1] < limits.lower
