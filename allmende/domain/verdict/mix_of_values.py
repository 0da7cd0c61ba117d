"""Rates and durations in the mix of before: often or quick, or only others who are counted? (domain 4.4-7)."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt

from allmende.domain.verdict import resampling
from allmende.domain.verdict.change import RATIO, rests_on_few
from allmende.domain.verdict.counts import Durations, Rate, pooled_durations
from allmende.domain.verdict.intervals import CONFIDENCE, Interval, z_two_sided
from allmende.domain.verdict.mix import FEWEST_IN_SEGMENT, Mix

Rates = Sequence[tuple[Rate, Rate]]
Waits = Sequence[tuple[Durations, Durations]]


def reweighted_rates(sides: Rates, confidence: float = CONFIDENCE, dispersion: float = 1.0) -> Mix | None:
    """The ratio of two rates, (now, before) by segment, with now in the mix of exposure before.

    Segments need five units of exposure on both sides, two of them are needed, and an event on both sides. Directly
    standardised rates, the interval on the scale of logarithms, widened by the root of the `dispersion` (Breslow and Day,
    Statistical Methods in Cancer Research II, 1987, chapter 2).
    """
    usable = [(now, before) for now, before in sides if min(now.exposure, before.exposure) >= FEWEST_IN_SEGMENT]
    if len(usable) < 2:
        return None
    held = sum(before.exposure for _, before in usable)
    weights = [before.exposure / held for _, before in usable]
    (now, spread), (before, spread_before) = (
        _standardised([pair[side] for pair in usable], weights) for side in (0, 1)
    )
    raw = _raw_ratio(sides)
    if not now or not before or raw is None:
        return None
    reach = z_two_sided(confidence) * sqrt(max(1.0, dispersion) * (spread / now**2 + spread_before / before**2))
    ratio = now / before
    kept = Interval(ratio, exp(log(ratio) - reach), exp(log(ratio) + reach))
    return Mix(raw, kept, held / sum(before.exposure for _, before in sides), RATIO)


def reweighted_durations(sides: Waits, *, seed: int, confidence: float = CONFIDENCE) -> Mix | None:
    """The difference of two medians, (now, before) by segment, with the cases of now in the mix of before.

    Segments need five cases on both sides, two of them are needed; None as well where half has not ended. Cases are drawn
    anew, or people with all of theirs (4.4-4, 4.4-6).
    """
    usable = [(now, before) for now, before in sides if min(now.n, before.n) >= FEWEST_IN_SEGMENT]
    whole = [pooled_durations([pair[side] for pair in sides]) for side in (0, 1)]
    medians = [one.quantile(0.5) for one in whole]
    if len(usable) < 2 or medians[0] is None or medians[1] is None:
        return None
    kept = resampling.reweighted_median_difference(
        [now for now, _ in usable],
        [before for _, before in usable],
        seed=seed,
        confidence=confidence,
        by_person=any(rests_on_few(one.held) for one in whole),
    )
    weight = sum(before.n for _, before in usable) / whole[1].n
    return Mix(medians[0] - medians[1], kept, weight) if kept else None


def _standardised(rates: Sequence[Rate], weights: Sequence[float]) -> tuple[float, float]:
    """The weighted rate, and its variance if events came by chance alone."""
    pairs = list(zip(weights, rates, strict=True))
    value = sum(weight * one.value for weight, one in pairs)
    return value, sum((weight / one.exposure) ** 2 * one.events for weight, one in pairs)


def _raw_ratio(sides: Rates) -> float | None:
    now, before = (
        (sum(pair[side].events for pair in sides), sum(pair[side].exposure for pair in sides)) for side in (0, 1)
    )
    return (now[0] / now[1]) / (before[0] / before[1]) if now[0] and before[0] else None
