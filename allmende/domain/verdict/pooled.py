"""Several samples of what one definition counted, taken together (domain 4.5)."""

from __future__ import annotations

from collections.abc import Sequence

from allmende.domain.verdict.counts import Share
from allmende.domain.verdict.labels import Coded
from allmende.domain.verdict.sampled import Sampled


def pooled(samples: Sequence[Sampled]) -> Sampled | None:
    """What they found together; None without any.

    Each sample stands for the period it was drawn from: what was right in it weighs as much as was counted there, and what was
    missed as much as was not. Cases of unequal weight tell less than as many of equal weight, so by Kish
    ((sum w)^2 / sum(w^2 / n)) fewer of them count; `Coded.cases` says how many were looked at.
    """
    if len(samples) < 2:
        return samples[0] if samples else None
    labelled = Share(sum(one.labelled.k for one in samples), sum(one.labelled.n for one in samples))
    yes, true_yes = _weighted([(one.labelled.k, one.coded.yes, one.coded.true_yes) for one in samples])
    no, true_no = _weighted([(one.labelled.n - one.labelled.k, one.coded.no, one.coded.true_no) for one in samples])
    cases = sum(one.coded.looked_at for one in samples)
    return Sampled(Coded(yes, true_yes, no, true_no, cases), labelled)


def _weighted(parts: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """(weight, coded, confirmed) of each sample as (coded, confirmed) of all."""
    held = [(weight, coded, confirmed / coded) for weight, coded, confirmed in parts if weight and coded]
    if not held:
        return 0.0, 0.0
    whole = sum(weight for weight, _, _ in held)
    counts = whole**2 / sum(weight**2 / coded for weight, coded, _ in held)
    # Rounding must not confirm more than was coded.
    return counts, min(counts, counts * sum(weight * right for weight, _, right in held) / whole)
