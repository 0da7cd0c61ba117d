"""Intervals by resampling people or cases (domain 4.4, steps 4 to 6). The seed is handed in; equal input
gives equal output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from allmende.domain.verdict.counts import Durations, Rate, Share, pooled_durations
from allmende.domain.verdict.intervals import CONFIDENCE, Interval, student_quantile

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]

DRAWS = 2000
# Below, a quantile of Student's means nothing any more.
FEWEST_EFFECTIVE = 4.0
_CELLS_AT_ONCE = 2_000_000


def share_difference(
    now: Share, before: Share, *, seed: int, draws: int = DRAWS, confidence: float = CONFIDENCE
) -> Interval:
    """Difference of shares, now minus before, resampling people instead of units (domain 4.4-4).

    People who stand in both periods (mappings with common keys) are drawn together, so that the comparison
    is paired.
    Both shares need `units_by_person`; raises ValueError without people.
    The percentiles are expanded for few or very unequal people (`expanded_tail`).
    """
    difference = now.k / now.n - before.k / before.n
    drawn = _drawn_quotients(_tables(now.units_by_person, before.units_by_person), seed, draws)
    people = min(effective_people([n for _, n in side.person_pairs()]) for side in (now, before))
    return _percentiles(difference, drawn[0] - drawn[1], expanded_tail(people, confidence))


def ratio_of_rates(
    now: Rate, before: Rate, *, seed: int, draws: int = DRAWS, confidence: float = CONFIDENCE
) -> Interval:
    """Ratio of rates, now over before, resampling people (domain 4.4-5); for counts more scattered than
    Poisson.
    """
    drawn = _drawn_quotients(_tables(now.events_by_person, before.events_by_person), seed, draws)
    people = min(effective_people([time for _, time in side.person_pairs()]) for side in (now, before))
    return _percentiles(now.value / before.value, _divide(drawn[0], drawn[1]), expanded_tail(people, confidence))


def median_difference(
    now: Durations,
    before: Durations,
    *,
    seed: int,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
    by_person: bool = False,
) -> Interval | None:
    """Difference of medians, now minus before, in the unit of the durations (domain 4.4-6).

    Open cases count through Kaplan-Meier. None when half of the cases has not ended on one side. With `by_person` whoever
    ended several is drawn with all of them (4.4-4), and the percentiles are expanded (`expanded_tail`).
    """
    median_now, median_before = now.quantile(0.5), before.quantile(0.5)
    if median_now is None or median_before is None:
        return None
    import numpy as np

    generator = np.random.default_rng(seed)
    with np.errstate(invalid="ignore"):
        drawn_now, drawn_before = (_drawn_medians(side, generator, draws, by_person) for side in (now, before))
        drawn = drawn_now - drawn_before
    people = min(effective_people(side.held) for side in (now, before))
    tail = expanded_tail(people, confidence) if by_person else (1 - confidence) / 2
    return _percentiles(median_now - median_before, drawn, tail)


def reweighted_median_difference(
    now: Sequence[Durations],
    before: Sequence[Durations],
    *,
    seed: int,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
    by_person: bool = False,
) -> Interval | None:
    """Difference of medians, now minus before, with each part of `now` weighing as much as the same part of `before`.

    The parts are in one order; each needs a case on both sides. None where half has not ended on one side. In every draw each
    part has its weight again, however many of it were drawn (post-stratification).
    """
    import numpy as np

    weights = [float(part.n) for part in before]
    whole_now, whole_before = pooled_durations(now), pooled_durations(before)
    median_before = whole_before.quantile(0.5)
    cases = _cases(whole_now, _strata(now))
    median_now = float(_medians(cases, _weighted(np.ones((1, whole_now.n)), cases, weights))[0])
    if median_before is None or np.isinf(median_now):
        return None
    generator = np.random.default_rng(seed)
    with np.errstate(invalid="ignore"):
        drawn_now = _drawn_medians(whole_now, generator, draws, by_person, (_strata(now), weights))
        drawn = drawn_now - _drawn_medians(whole_before, generator, draws, by_person)
    people = min(effective_people(side.held) for side in (whole_now, whole_before))
    tail = expanded_tail(people, confidence) if by_person else (1 - confidence) / 2
    return _percentiles(median_now - median_before, drawn, tail)


def own_rate(rate: Rate, *, seed: int, draws: int = DRAWS, confidence: float = CONFIDENCE) -> Interval:
    """A rate with its range, resampling people; for counts more scattered than Poisson. Raises ValueError without people."""
    pairs = rate.person_pairs()
    (drawn,) = _drawn_quotients([pairs], seed, draws)
    people = effective_people([time for _, time in pairs])
    return _percentiles(rate.value, drawn, expanded_tail(people, confidence))


def own_median(
    durations: Durations, *, seed: int, draws: int = DRAWS, confidence: float = CONFIDENCE, by_person: bool = False
) -> Interval | None:
    """The median with its range, in the unit of the durations; open cases count through Kaplan-Meier. None where half of the
    cases has not ended.

    The shortest and the longest of n leave the median out with a chance of 2 / 2^n. Where that is more than the confidence
    allows (of fewer than six cases, or people), no bound can be given.
    """
    median = durations.quantile(0.5)
    if median is None:
        return None
    drawn_from = len(set(_groups(durations))) if by_person else durations.n
    if 2 * 0.5**drawn_from > 1 - confidence:
        return Interval(median, 0.0, inf)
    import numpy as np

    drawn = _drawn_medians(durations, np.random.default_rng(seed), draws, by_person)
    tail = expanded_tail(effective_people(durations.held), confidence) if by_person else (1 - confidence) / 2
    return _percentiles(median, drawn, tail)


def effective_people(held: Sequence[float]) -> float:
    """How many people who hold equally much would carry as much as these: (sum n)^2 / sum n^2 (Kish, Survey Sampling, 1965)."""
    squares = sum(one * one for one in held)
    return sum(held) ** 2 / squares if squares else 0.0


def expanded_tail(people: float, confidence: float = CONFIDENCE) -> float:
    """What to cut off on each side of the draws, so that few people still give the promised coverage.

    Percentiles of a bootstrap are too narrow for few: the draws lack the factor sqrt(n/(n-1)), and the normal quantile stands
    where Student's belongs. Both are put back by taking percentiles further out (Hesterberg, What Teachers Should Know About
    the Bootstrap, The American Statistician 69, 2015, section 5.3), with the effective number of people for n where some hold
    much more than others (Carter, Schnepel and Steigerwald, Review of Economics and Statistics 99, 2017).
    """
    from statistics import NormalDist

    people = max(people, FEWEST_EFFECTIVE)
    reach = student_quantile((1 + confidence) / 2, people - 1) * (people / (people - 1)) ** 0.5
    return NormalDist().cdf(-reach)


def dispersion(rate: Rate) -> float:
    """Pearson's statistic over its degrees of freedom: 1 when people's events scatter like Poisson (domain
    4.4-5).

    1.0 when fewer than two people are known.
    """
    pairs = rate.person_pairs()
    if len(pairs) < 2 or not rate.events:
        return 1.0
    mean = sum(events for events, _ in pairs) / sum(exposure for _, exposure in pairs)
    total = sum((events - mean * exposure) ** 2 / (mean * exposure) for events, exposure in pairs)
    return total / (len(pairs) - 1)


def is_paired(now: object, before: object) -> bool:
    """True when both sides name people by key and somebody stands in both."""
    return isinstance(now, Mapping) and isinstance(before, Mapping) and not now.keys().isdisjoint(before.keys())


def _tables(now: Any, before: Any) -> Sequence[Sequence[tuple[float, ...]]]:
    """Rows to draw from: one table of (k, n, k, n) for paired people, else one table of (k, n) per period."""
    if is_paired(now, before):
        people = now.keys() | before.keys()
        rows = [(*now.get(person, (0, 0)), *before.get(person, (0, 0))) for person in people]
        return ([row for row in rows if row[1] or row[3]],)
    sides = [list(side.values()) if isinstance(side, Mapping) else list(side or ()) for side in (now, before)]
    return [[(k, n) for k, n in side if n] for side in sides]


def _drawn_quotients(tables: Sequence[Sequence[tuple[float, ...]]], seed: int, draws: int) -> list[Floats]:
    import numpy as np

    generator = np.random.default_rng(seed)
    quotients = []
    for table in tables:
        if not table:
            raise ValueError("Resampling people needs people on both sides.")
        sums = _drawn_sums(np.asarray(table, dtype=np.float64), generator, draws)
        quotients += [_divide(sums[:, at], sums[:, at + 1]) for at in range(0, sums.shape[1], 2)]
    return quotients


def _drawn_sums(table: Floats, generator: np.random.Generator, draws: int) -> Floats:
    """Column sums of `draws` samples of the rows. Equal rows are drawn as one kind: same law, independent
    of order.
    """
    import numpy as np

    kinds, counts = np.unique(table, axis=0, return_counts=True)
    people = int(counts.sum())
    parts = [generator.multinomial(people, counts / people, size=size) @ kinds for size in _blocks(draws, len(kinds))]
    return np.concatenate(parts)


def _drawn_medians(
    durations: Durations,
    generator: np.random.Generator,
    draws: int,
    by_person: bool,
    parts: tuple[Sequence[int], Sequence[float]] | None = None,
) -> Floats:
    """`parts`: to which part each case belongs, ended ones first, and what each part weighs."""
    import numpy as np

    groups = np.asarray(_groups(durations) if by_person else range(durations.n))
    cases = _cases(durations, parts[0] if parts else [0] * durations.n)
    groups = groups[cases.order]
    drawn_from = int(groups.max()) + 1
    medians = []
    for size in _blocks(draws, durations.n):
        weight = generator.multinomial(drawn_from, np.full(drawn_from, 1 / drawn_from), size=size)[:, groups]
        medians.append(_medians(cases, _weighted(weight, cases, parts[1]) if parts else weight))
    return np.concatenate(medians)


class _Cases(NamedTuple):
    """Cases in the order of their times, the ended before the open of the same time, with the part each belongs to."""

    order: Any
    times: Any
    has_ended: Any
    part: Any


def _cases(durations: Durations, part: Sequence[int]) -> _Cases:
    import numpy as np

    times = np.array(durations.ended + durations.open_since, dtype=np.float64)
    is_open = np.array([False] * len(durations.ended) + [True] * len(durations.open_since))
    order = np.lexsort((is_open, times))
    return _Cases(order, times[order], ~is_open[order], np.asarray(part)[order])


def _medians(cases: _Cases, weight: Any) -> Floats:
    """The Kaplan-Meier median of each row of weights; infinite where it is not reached."""
    import numpy as np

    at_risk = weight[:, ::-1].cumsum(axis=1)[:, ::-1]
    still_open = np.cumprod(1 - weight * cases.has_ended / np.where(at_risk > 0, at_risk, 1), axis=1)
    reached = still_open <= 0.5 + 1e-12
    found: Floats = np.where(reached.any(axis=1), cases.times[reached.argmax(axis=1)], np.inf)
    return found


def _weighted(weight: Any, cases: _Cases, wanted: Sequence[float]) -> Any:
    """Each row of weights with every part as heavy as wanted; a part of which nothing was drawn stays out."""
    import numpy as np

    weight = weight.astype(np.float64)
    for part, heavy in enumerate(wanted):
        here = cases.part == part
        drawn = weight[:, here].sum(axis=1, keepdims=True)
        weight[:, here] *= np.divide(heavy, drawn, out=np.zeros_like(drawn), where=drawn > 0)
    return weight


def _strata(parts: Sequence[Durations]) -> list[int]:
    """The number of the part of each case of all together: those that ended, then the open ones."""
    ended = [number for number, one in enumerate(parts) for _ in one.ended]
    return ended + [number for number, one in enumerate(parts) for _ in one.open_since]


def _groups(durations: Durations) -> list[int]:
    """A number for each case: the same for those one person ended, one of its own for the others and the open ones."""
    found: dict[object, int] = {}
    keys = durations.ended_by or (None,) * len(durations.ended)
    alone = (
        (place, None) if key is None else key for place, key in enumerate((*keys, *(None,) * len(durations.open_since)))
    )
    return [found.setdefault(key, len(found)) for key in alone]


def _blocks(draws: int, width: int) -> Iterator[int]:
    block = max(1, _CELLS_AT_ONCE // width)
    for start in range(0, draws, block):
        yield min(block, draws - start)


def _divide(above: Floats, below: Floats) -> Floats:
    import numpy as np

    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _percentiles(value: float, drawn: Floats, tail: float) -> Interval:
    """The draws without `tail` of them on each side; a draw without a value (nobody drawn, median not reached)
    widens the range.
    """
    import numpy as np

    has_none = np.isnan(drawn)
    low = float(np.quantile(np.where(has_none, -np.inf, drawn), tail, method="inverted_cdf"))
    high = float(np.quantile(np.where(has_none, np.inf, drawn), 1 - tail, method="inverted_cdf"))
    return Interval(value, low, high)
