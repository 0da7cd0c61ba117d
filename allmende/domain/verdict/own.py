"""What a figure's own range is, in its own unit: shares, rates and medians beside the difference (domain 4.3, 4.4)."""

from __future__ import annotations

from allmende.domain.verdict import resampling
from allmende.domain.verdict.change import DISPERSION_LIMIT, rests_on_few
from allmende.domain.verdict.counts import Durations, Rate, Share
from allmende.domain.verdict.intervals import CONFIDENCE, Interval, rate_interval, wilson
from allmende.domain.verdict.judgement import Counts


def own_interval(counts: Counts, *, seed: int, confidence: float = CONFIDENCE) -> Interval | None:
    """The figure with its interval: a fraction, times per unit of exposure, or the median in the unit of the durations.

    None where there is no figure: nothing was counted, or half has not ended yet. People are drawn where the verdict draws them
    (4.4, steps 4 to 6). A bound nobody can give is infinite.
    """
    if isinstance(counts, Share):
        return wilson(counts.k, counts.n, confidence) if counts.n else None
    if isinstance(counts, Durations):
        return resampling.own_median(counts, seed=seed, confidence=confidence, by_person=rests_on_few(counts.held))
    return _of_rate(counts, seed, confidence)


def _of_rate(rate: Rate, seed: int, confidence: float) -> Interval | None:
    if not rate.exposure:
        return None
    scatter = resampling.dispersion(rate) if rate.events_by_person is not None else 1.0
    if scatter > DISPERSION_LIMIT:
        return resampling.own_rate(rate, seed=seed, confidence=confidence)
    return rate_interval(rate.events, rate.exposure, confidence, scatter)
