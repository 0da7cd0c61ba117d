"""An average can move only because the mix of those counted changed: the same figures in the mix before (domain 4.4-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from allmende.domain.verdict.change import from_nothing
from allmende.domain.verdict.counts import Share
from allmende.domain.verdict.intervals import CONFIDENCE, Interval, newcombe
from allmende.domain.verdict.judgement import Step, Verdict, Word

# A tenth of the difference and more is gone in the mix before, and what is left may be chance: then nobody can say that it
# was not the mix. With a laxer bound every sixth change by the mix alone would have been called a movement.
LEFT_OF_IT = 0.9
MOST_OF_IT = 0.5
FEWEST_IN_SEGMENT = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of those counted (a channel, a stage of membership), now and before."""

    name: str
    now: Share
    before: Share


@dataclass(frozen=True, slots=True)
class Mix:
    """The difference as it would be had the mix stayed as it was before: `kept`. `raw` is the one of the averages.

    `weight` is the share of all units before that lie in segments found on both sides. Of rates both are ratios, as `method`
    says; compared with nothing they are taken as logarithms.
    """

    raw: float
    kept: Interval
    weight: float
    method: str = ""

    @property
    def is_only_mix(self) -> bool:
        """The average moved, its parts did not certainly: some of the difference comes from the mix, the rest may be chance."""
        return not self._is_certain and self._kept * _sign(self._raw) < LEFT_OF_IT * abs(self._raw)

    @property
    def is_hidden(self) -> bool:
        """The other way round: the parts moved certainly, and the mix hides more than half of it."""
        return self._is_certain and self._raw * _sign(self._kept) < MOST_OF_IT * abs(self._kept)

    @property
    def is_against(self) -> bool:
        """The parts moved certainly one way, the average the other."""
        return self._is_certain and self._raw * self._kept < 0

    @property
    def _raw(self) -> float:
        return from_nothing(self.raw, self.method)

    @property
    def _kept(self) -> float:
        return from_nothing(self.kept.value, self.method)

    @property
    def _is_certain(self) -> bool:
        return from_nothing(self.kept.low, self.method) > 0 or from_nothing(self.kept.high, self.method) < 0


def reweighted(
    segments: Sequence[Segment], confidence: float = CONFIDENCE, spread: tuple[float, float] = (1.0, 1.0)
) -> Mix | None:
    """The difference re-weighted to the mix before; None where fewer than two segments hold five units on both sides.

    `spread`: the design effects of now and before; units that depend on one another count as their effective number.
    Each segment's difference with Newcombe's interval, put together by square-and-add (Zou and Donner, Construction of
    Confidence Limits about Effect Measures: A General Approach, Statistics in Medicine 27, 2008).
    """
    usable = [one for one in segments if min(one.now.n / spread[0], one.before.n / spread[1]) >= FEWEST_IN_SEGMENT]
    if len(usable) < 2:
        return None
    held, total = sum(one.before.n for one in usable), sum(one.before.n for one in segments)
    parts = [(one.before.n / held, _difference(one, confidence, spread)) for one in usable]
    value = sum(weight * part.value for weight, part in parts)
    below = sqrt(sum((weight * (part.value - part.low)) ** 2 for weight, part in parts))
    above = sqrt(sum((weight * (part.high - part.value)) ** 2 for weight, part in parts))
    return Mix(_raw(segments), Interval(value, value - below, value + above), held / total)


def with_mix(verdict: Verdict, mix: Mix | None) -> Verdict:
    """The verdict with a step about the mix. Where the average moved and its parts did not, or the other way, it says nothing
    about what people do: then it cannot be told.
    """
    if mix is None or verdict.difference is None:
        return verdict
    has_moved = verdict.word in (Word.MOVING, Word.WORSENING)
    is_blamed = has_moved and (mix.is_only_mix or mix.is_against)
    values = {"raw": mix.raw, "kept": mix.kept.value, "low": mix.kept.low, "high": mix.kept.high, "weight": mix.weight}
    step = Step("mix", not is_blamed, values | {"is_hidden": mix.is_hidden})
    verdict = replace(verdict, steps=(*verdict.steps, step))
    if not is_blamed:
        return verdict
    reason = "mix_against" if mix.is_against else "only_mix_changed"
    return replace(verdict, word=Word.CANNOT_TELL, reason_code=reason, flags=())


def _difference(segment: Segment, confidence: float, spread: tuple[float, float]) -> Interval:
    now, before = segment.now, segment.before
    return newcombe(now.k / spread[0], now.n / spread[0], before.k / spread[1], before.n / spread[1], confidence)


def _raw(segments: Sequence[Segment]) -> float:
    now, before = (
        (sum(side.k for side in sides), sum(side.n for side in sides))
        for sides in ([one.now for one in segments], [one.before for one in segments])
    )
    return now[0] / now[1] - before[0] / before[1]


def _sign(value: float) -> int:
    return -1 if value < 0 else 1
