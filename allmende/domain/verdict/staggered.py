"""It began here and not there: what rose in both places was not brought about by it (domain 4.4-8)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from allmende.domain.verdict.intervals import Interval
from allmende.domain.verdict.judgement import Verdict, Word


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is due to where it began: (after - before) there, minus (after - before) elsewhere, with its interval.

    `word` is one of moving, worsening, not moving, cannot tell, or why nothing can be compared: too early, not measurable.
    """

    word: Word
    effect: Interval | None
    treated: Verdict
    untreated: Verdict


def compare(treated: Verdict, untreated: Verdict, least: float | None) -> Comparison:
    """Compare two verdicts over the same days: of the places where it began, and of those where it did not.

    Differences of shares; they are independent, so their intervals are put together by square-and-add (Zou and Donner,
    Statistics in Medicine 27, 2008).
    """
    effect = _effect(treated, untreated)
    if effect is None:
        blocked = treated if treated.low is None else untreated
        return Comparison(blocked.word, None, treated, untreated)
    return Comparison(_word(effect, least), effect, treated, untreated)


def _effect(treated: Verdict, untreated: Verdict) -> Interval | None:
    ends = (treated.difference, treated.low, treated.high, untreated.difference, untreated.low, untreated.high)
    d, low, high, d_else, low_else, high_else = ends
    if d is None or low is None or high is None or d_else is None or low_else is None or high_else is None:
        return None
    value = d - d_else
    below = sqrt((d - low) ** 2 + (high_else - d_else) ** 2)
    above = sqrt((high - d) ** 2 + (d_else - low_else) ** 2)
    return Interval(value, value - below, value + above)


def _word(effect: Interval, least: float | None) -> Word:
    if effect.low > 0:
        return Word.MOVING
    if effect.high < 0:
        return Word.WORSENING
    if least is not None and -least <= effect.low and effect.high <= least:
        return Word.NOT_MOVING
    return Word.CANNOT_TELL
