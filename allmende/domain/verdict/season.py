"""The same weeks a year ago, and a start right after a bad month: what changes without anybody's doing (domain 4.4-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from allmende.domain.verdict.change import from_nothing, ratio_of, shift_of
from allmende.domain.verdict.counts import Durations, Rate, Share
from allmende.domain.verdict.intervals import CONFIDENCE, Interval, newcombe
from allmende.domain.verdict.judgement import MINIMUM_EXPECTED, MINIMUM_UNITS, Better, Step, Value, Verdict, Word
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


def with_season_of_values(
    verdict: Verdict, now: Rate | Durations, last_year: Rate | Durations, *, seed: int, confidence: float = CONFIDENCE
) -> Verdict:
    """The same of rates and durations: held against the same weeks of the year before by their ratio or their medians.

    As it was where fewer than five times, or 30 cases, lie there, or half of them never ended.
    """
    found = _against(now, last_year, seed, confidence)
    if verdict.difference is None or found is None:
        return verdict
    method, change = found
    low, value, high, whole = (
        from_nothing(one, method) for one in (change.low, change.value, change.high, verdict.difference)
    )
    sign = -1 if whole < 0 else 1
    is_blamed = low <= 0 <= high and value * sign < MOST_OF_IT * abs(whole)
    is_blamed = is_blamed and verdict.word in (Word.MOVING, Word.WORSENING)
    values: dict[str, Value] = (
        {"value": last_year.value, "n": last_year.events}
        if isinstance(last_year, Rate)
        else {"value": last_year.quantile(0.5), "n": last_year.n}
    )
    values |= {"difference": change.value, "low": change.low, "high": change.high}
    verdict = replace(verdict, steps=(*verdict.steps, Step("season", not is_blamed, values)))
    return replace(verdict, word=Word.CANNOT_TELL, reason_code="season", flags=()) if is_blamed else verdict


def _against(
    now: Rate | Durations, last_year: Rate | Durations, seed: int, confidence: float
) -> tuple[str, Interval] | None:
    if isinstance(now, Rate) and isinstance(last_year, Rate):
        is_enough = min(now.events, last_year.events) >= MINIMUM_EXPECTED
        return ratio_of(now, last_year, seed=seed, confidence=confidence) if is_enough else None
    if isinstance(now, Durations) and isinstance(last_year, Durations):
        is_enough = min(now.n, last_year.n) >= MINIMUM_UNITS
        return shift_of(now, last_year, seed=seed, confidence=confidence) if is_enough else None
    return None


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
