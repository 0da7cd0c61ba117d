"""A verdict on what was counted, corrected for how often the counting is right (domain 4.5).

A sample is drawn by answer: so many of what was counted (`yes`) and so many of what was not (`no`). What people found gives
the predictive values; sensitivity and specificity follow with the share that was counted where the sample comes from
(`labels.accuracy`). Unlike the predictive values they do not depend on how common the behaviour is, so they are carried over to
other periods counted by the same definition. With Se and Sp from two samples of their own, as Lang and Reiczigel suppose
(Preventive Veterinary Medicine 113, 2014), one could take their interval; here both come from one sample and hang together, so
every part is varied by itself and what that changes is put together by square-and-add (Zou, Donner, 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

from allmende.domain.verdict.counts import Share
from allmende.domain.verdict.intervals import CONFIDENCE, Interval, wilson
from allmende.domain.verdict.judgement import CLEARLY, Step, Value, Verdict, Word, read_difference
from allmende.domain.verdict.labels import Accuracy, Coded, accuracy

LABELS = "labels"
TOO_NOISY = "labels_too_noisy"
_READ_FROM_INTERVAL = frozenset(
    {
        "interval_above", "above_but_below_least", "interval_below", "interval_within_least", "interval_too_wide",
        "no_least_relevant_difference",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sampled:
    """What a finished sample found, and the share that was counted in the period it was drawn from. `alone`: for so much of that
    period it stands when several samples are taken together (`pooled`)."""

    coded: Coded
    labelled: Share
    alone: float = 1.0

    @property
    def accuracy(self) -> Accuracy | None:
        """Sensitivity and specificity; None where one of the two kinds was not coded."""
        return accuracy(self.coded, self.labelled)

    @property
    def is_usable(self) -> bool:
        """Whether a figure may be corrected by it."""
        found = self.accuracy
        return found is not None and found.is_usable


def true_share(side: Share, sampled: Sampled, confidence: float = CONFIDENCE) -> Interval | None:
    """The share that truly was, in any period counted by the same definition, with what both the period and the sample leave
    open; None where nothing was counted or the labels are not usable.

    In the period the sample was drawn from it is the mean of what was found in both kinds; what was counted there is varied once.
    """
    if not side.n or not sampled.is_usable:
        return None
    effect = side.design_effect
    own = wilson(side.k / effect, side.n / effect, confidence) if side.n / effect >= 1 else Interval(0.5, 0.0, 1.0)
    own = replace(own, value=side.k / side.n)
    right, missed, labelled = _parts(sampled, confidence)
    if (side.k, side.n) == (sampled.labelled.k, sampled.labelled.n):
        return _varied(_mean, (right, missed, own))
    return _varied(_true, (own, right, missed, labelled))


def informedness(sampled: Sampled, confidence: float = CONFIDENCE) -> Interval | None:
    """Se + Sp - 1 with its range: by so much a true difference is made smaller in what is counted; None as above."""
    return _varied(_informed, _parts(sampled, confidence)) if sampled.is_usable else None


def true_difference(counted: Interval, sampled: Sampled, confidence: float = CONFIDENCE) -> Interval | None:
    """The true difference behind a counted one: it over Se + Sp - 1, with both ranges (MOVER-R: Donner and Zou, Statistical
    Methods in Medical Research 21, 2012). An end above or below 0 stays there: a sample can say how large a difference is, not
    which way it goes. Kept between -1 and 1; None where the labels are not usable."""
    scale = informedness(sampled, confidence)
    if scale is None:
        return None
    low = _bound(counted.value, counted.low, scale, scale.high if counted.low > 0 else scale.low, -1)
    high = _bound(counted.value, counted.high, scale, scale.low if counted.high > 0 else scale.high, 1)
    return Interval(*(min(1.0, max(-1.0, end)) for end in (counted.value / scale.value, low, high)))


def with_labels(
    verdict: Verdict,
    now: Share,
    before: Share | None,
    sampled: Sampled,
    least: float | None,
    confidence: float = CONFIDENCE,
) -> Verdict:
    """The verdict on what truly was, with a step that lays the sample open.

    Where the labels say too little nothing is measurable. Where something else decided the word (the mix, the season, too few
    cases), it stays, and the figures are corrected all the same.
    """
    found = sampled.accuracy
    if found is None:
        return verdict
    values = _laid_open(found, sampled)
    if not found.is_usable:
        return without_figures(verdict, values)
    sides = [true_share(side, sampled, confidence) if side else None for side in (now, before)]
    values |= {"now": now.value, "before": before.value if before else None}
    values |= {
        f"true_{name}": side.value if side else None for name, side in zip(("now", "before"), sides, strict=True)
    }
    difference = _difference(verdict, sides, sampled, confidence)
    if difference is None:
        return replace(verdict, steps=(*verdict.steps, Step(LABELS, True, values)))
    values |= {"raw": verdict.difference, "raw_low": verdict.low, "raw_high": verdict.high}
    values |= {"difference": difference.value, "low": difference.low, "high": difference.high}
    verdict = replace(
        verdict,
        difference=difference.value,
        low=difference.low,
        high=difference.high,
        steps=(*verdict.steps, Step(LABELS, True, values)),
    )
    if verdict.reason_code not in _READ_FROM_INTERVAL:
        return verdict
    word, reason, is_clear = read_difference(difference, least)
    others = tuple(flag for flag in verdict.flags if flag != CLEARLY)
    return replace(verdict, word=word, reason_code=reason, flags=(CLEARLY, *others) if is_clear else others)


def with_usable_labels(verdict: Verdict, sampled: Sampled) -> Verdict:
    """The verdict on a rate or a duration, which no share corrects: as it was, unless the labels say too little."""
    found = sampled.accuracy
    if found is None or found.is_usable:
        return verdict
    return without_figures(verdict, _laid_open(found, sampled))


def without_figures(verdict: Verdict, values: dict[str, Value]) -> Verdict:
    """Nothing is reported where labels are right so rarely (domain 4.5); what already could not be measured stays so."""
    steps = (*verdict.steps, Step(LABELS, False, values))
    if verdict.word == Word.NOT_MEASURABLE:
        return replace(verdict, steps=steps)
    return Verdict(Word.NOT_MEASURABLE, TOO_NOISY, steps=steps)


def _laid_open(found: Accuracy, sampled: Sampled) -> dict[str, Value]:
    coded = sampled.coded.looked_at
    return {"sensitivity": found.sensitivity, "specificity": found.specificity, "coded": coded}


def _difference(
    verdict: Verdict, sides: Sequence[Interval | None], sampled: Sampled, confidence: float
) -> Interval | None:
    """That of the two corrected shares, which are kept between 0 and 1, within the range of the difference."""
    now, before = sides
    if None in (verdict.difference, verdict.low, verdict.high) or now is None or before is None:
        return None
    counted = Interval(verdict.difference or 0.0, verdict.low or 0.0, verdict.high or 0.0)
    found = true_difference(counted, sampled, confidence)
    if found is None:
        return None
    value = now.value - before.value
    return Interval(value, min(value, found.low), max(value, found.high))


def _parts(sampled: Sampled, confidence: float) -> tuple[Interval, Interval, Interval]:
    """Of what was counted so much truly was; of what was not, so much was; so much was counted. Each with Wilson's range."""
    coded, labelled = sampled.coded, sampled.labelled
    return (
        wilson(coded.true_yes, coded.yes, confidence),
        wilson(coded.no - coded.true_no, coded.no, confidence),
        wilson(labelled.k, labelled.n, confidence),
    )


def _mean(right: float, missed: float, share: float) -> float:
    """What truly was where so much was counted, of it so much was right, and of the rest so much was missed."""
    return share * right + (1 - share) * missed


def _informed(right: float, missed: float, share: float) -> float:
    """Se + Sp - 1 from the predictive values: s (1 - s) (a - b) / (t (1 - t)), t = s a + (1 - s) b being what truly was."""
    truly = _mean(right, missed, share)
    spread = truly * (1 - truly)
    return share * (1 - share) * (right - missed) / spread if spread > 0 else 0.0


def _true(observed: float, right: float, missed: float, share: float) -> float:
    """(p_obs + Sp - 1) / (Se + Sp - 1), kept between 0 and 1 (Rogan and Gladen, American Journal of Epidemiology 107, 1978)."""
    truly = _mean(right, missed, share)
    alarms = share * (1 - right) / (1 - truly) if truly < 1 else 1.0
    scale = _informed(right, missed, share)
    if scale <= 0:
        return 1.0 if observed > alarms else 0.0
    return min(1.0, max(0.0, (observed - alarms) / scale))


def _varied(figure: Callable[..., float], parts: Sequence[Interval]) -> Interval:
    """The figure at all values; how far each part's ends move it, put together by square-and-add."""
    values = [part.value for part in parts]
    value = figure(*values)
    below, above = [0.0], [0.0]
    for place, part in enumerate(parts):
        moved = [figure(*values[:place], end, *values[place + 1 :]) - value for end in (part.low, part.high)]
        below.append(min(0.0, *moved))
        above.append(max(0.0, *moved))
    low, high = value - _together(below), value + _together(above)
    return Interval(value, max(0.0, low), min(1.0, high))


def _bound(value: float, end: float, scale: Interval, scale_end: float, side: int) -> float:
    """Where value - R * scale, with both ranges put together, reaches 0: one end of the ratio R; infinite where the scale may
    be nothing."""
    below = scale_end * (2 * scale.value - scale_end)
    if below <= 0:
        return side * inf
    root = (value * scale.value) ** 2 - end * (2 * value - end) * below
    return (value * scale.value + side * sqrt(max(0.0, root))) / below


def _together(parts: Sequence[float]) -> float:
    return sqrt(sum(part * part for part in parts))
