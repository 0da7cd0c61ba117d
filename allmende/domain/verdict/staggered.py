"""It began here and not there: what rose in both places was not brought about by it (domain 4.4-8)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, log

from allmende.domain.verdict.change import from_nothing, is_ratio
from allmende.domain.verdict.intervals import Interval
from allmende.domain.verdict.judgement import Better, Verdict, Word


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is due to where it began: (after - before) there, minus (after - before) elsewhere, with its interval.

    `word` is one of moving, worsening, not moving, cannot tell, or why nothing can be compared: too early, not measurable.
    """

    word: Word
    effect: Interval | None
    treated: Verdict
    untreated: Verdict


def compare(treated: Verdict, untreated: Verdict, least: float | None, better: Better = Better.MORE) -> Comparison:
    """Compare two verdicts over the same days: of the places where it began, and of those where it did not.

    Differences of shares or medians, or ratios of rates; they are independent, so their intervals are put together by
    square-and-add (Zou and Donner, Statistics in Medicine 27, 2008), of ratios on the scale of logarithms. `least` is as
    `judge_counts` wants it: a difference, or a ratio above 1.
    """
    effect = _effect(treated, untreated)
    if effect is None:
        blocked = treated if treated.low is None else untreated
        return Comparison(blocked.word, None, treated, untreated)
    if is_ratio(treated.method):
        word = _word(effect, log(least) if least else None, better)
        return Comparison(word, Interval(exp(effect.value), exp(effect.low), exp(effect.high)), treated, untreated)
    return Comparison(_word(effect, least, better), effect, treated, untreated)


def _effect(treated: Verdict, untreated: Verdict) -> Interval | None:
    """On a scale on which nothing is 0."""
    ends = (treated.difference, treated.low, treated.high, untreated.difference, untreated.low, untreated.high)
    known = [one for one in ends if one is not None]
    if len(known) < len(ends):
        return None
    d, low, high, d_else, low_else, high_else = (from_nothing(one, treated.method) for one in known)
    value = d - d_else
    below = hypot(d - low, high_else - d_else)
    above = hypot(high - d, d_else - low_else)
    return Interval(value, value - below, value + above)


def _word(effect: Interval, least: float | None, better: Better) -> Word:
    above, below = (Word.MOVING, Word.WORSENING) if better == Better.MORE else (Word.WORSENING, Word.MOVING)
    if effect.low > 0:
        return above
    if effect.high < 0:
        return below
    if least is not None and -least <= effect.low and effect.high <= least:
        return Word.NOT_MOVING
    return Word.CANNOT_TELL
