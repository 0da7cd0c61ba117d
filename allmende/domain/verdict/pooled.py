"""Several samples of what one definition counted, taken together (domain 4.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from allmende.domain.verdict.counts import Share
from allmende.domain.verdict.labels import Coded
from allmende.domain.verdict.sampled import Sampled


@dataclass(frozen=True, slots=True)
class Case:
    """A coded case that could be decided; `key` says which it is, in whichever sample it was drawn."""

    key: Hashable
    is_counted: bool
    is_true: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a sample found in its period [starts_at, ends_at), with the cases of it that are still known one by one."""

    sampled: Sampled
    starts_at: datetime
    ends_at: datetime
    cases: Sequence[Case] = ()


def do_overlap(samples: Sequence[Drawn]) -> bool:
    """Whether two of them were drawn from the same days, so that a case may stand in both."""
    ordered = sorted((one.starts_at, one.ends_at) for one in samples)
    return any(later[0] < earlier[1] for earlier, later in pairwise(ordered))


def each_once(samples: Sequence[Drawn]) -> list[Sampled]:
    """What each found, without telling anything twice: a case drawn by several counts as one, of which each tells its part, and so
    does a day from which several were drawn."""
    held = Counter(case.key for one in samples for case in one.cases)
    return [replace(_without_doubles(one, held), alone=_alone(one, samples)) for one in samples]


def pooled(samples: Sequence[Sampled]) -> Sampled | None:
    """What they found together; None without any.

    Each sample stands for the period it was drawn from: what was right in it weighs as much as was counted there, and what was
    missed as much as was not. Cases of unequal weight tell less than as many of equal weight, so by Kish
    ((sum w)^2 / sum(w^2 / n)) fewer of them count; `Coded.cases` says how many were looked at. Where periods overlap, see to
    `each_once` first.
    """
    if len(samples) < 2:
        return samples[0] if samples else None
    counted = [(one.alone * one.labelled.k, one.alone * (one.labelled.n - one.labelled.k)) for one in samples]
    labelled = Share(round(sum(k for k, _ in counted)), round(sum(sum(both) for both in counted)))
    told = list(zip(counted, (one.coded for one in samples), strict=True))
    yes, true_yes = _weighted([(weight, coded.yes, coded.true_yes) for (weight, _), coded in told])
    no, true_no = _weighted([(weight, coded.no, coded.true_no) for (_, weight), coded in told])
    cases = round(sum(one.coded.looked_at for one in samples))
    return Sampled(Coded(yes, true_yes, no, true_no, cases), labelled)


def _without_doubles(drawn: Drawn, held: Counter[Hashable]) -> Sampled:
    """Of a case that stands in so many samples, so much less than one is told here."""
    coded = drawn.sampled.coded
    told = {
        (is_counted, is_true): sum(
            1 - 1 / held[case.key] for case in drawn.cases if (case.is_counted, case.is_true) == (is_counted, is_true)
        )
        for is_counted in (True, False)
        for is_true in (True, False)
    }
    yes = coded.yes - told[True, True] - told[True, False]
    no = coded.no - told[False, True] - told[False, False]
    # Rounding must not confirm more than was coded.
    true_yes, true_no = min(yes, coded.true_yes - told[True, True]), min(no, coded.true_no - told[False, False])
    return replace(drawn.sampled, coded=Coded(yes, true_yes, no, true_no))


def _alone(drawn: Drawn, samples: Sequence[Drawn]) -> float:
    """How much of its period is its own, where days from which several were drawn are shared among them."""
    inside = {
        edge for one in samples for edge in (one.starts_at, one.ends_at) if drawn.starts_at < edge < drawn.ends_at
    }
    own = timedelta(0)
    for start, end in pairwise(sorted({drawn.starts_at, drawn.ends_at, *inside})):
        own += (end - start) / sum(one.starts_at <= start and end <= one.ends_at for one in samples)
    return own / (drawn.ends_at - drawn.starts_at)


def _weighted(parts: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """(weight, coded, confirmed) of each sample as (coded, confirmed) of all."""
    held = [(weight, coded, confirmed / coded) for weight, coded, confirmed in parts if weight and coded]
    if not held:
        return 0.0, 0.0
    whole = sum(weight for weight, _, _ in held)
    counts = whole**2 / sum(weight**2 / coded for weight, coded, _ in held)
    # Rounding must not confirm more than was coded.
    return counts, min(counts, counts * sum(weight * right for weight, _, right in held) / whole)
