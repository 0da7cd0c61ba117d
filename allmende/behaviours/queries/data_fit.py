"""Are the data of two periods the same kind of data? Gaps, deleted words, words by nobody known (`domain.md` 4.4, step 1)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from allmende.domain import verdict as domain
from allmende.ledger.fitness import DayFound

# Below half a year of days a baseline counts as provisional: six complete months (`domain.md` 4.3).
FULL_BASELINE = timedelta(days=181)
Span = tuple[datetime, datetime]


def fit_of(fit: domain.DataFit, days: Sequence[DayFound], spans: Sequence[Span]) -> domain.DataFit:
    """`fit` with what the days say about these spans; of several the worst counts."""
    within = [[one for one in days if _begin(one.day) < end and start < _begin(one.day, 1)] for start, end in spans]
    gaps = [(_begin(silence.start), _begin(silence.end)) for silence in _silences(days)]
    return replace(
        fit,
        has_connector_gap=any(first < end and start < last for first, last in gaps for start, end in spans),
        deleted_share=max((_deleted(part) for part in within), default=0.0),
        unknown_actor_share=max((_unknown(part) for part in within), default=0.0),
    )


def begins_again(days: Sequence[DayFound], cut: datetime) -> datetime | None:
    """The end of the last gap, where half a year without one lies between it and the cut: the baseline begins there."""
    ends = [_begin(silence.end) for silence in _silences(days)]
    newest = max((end for end in ends if end <= cut), default=None)
    return newest if newest and cut - newest >= FULL_BASELINE else None


def _silences(days: Sequence[DayFound]) -> list[domain.Silence]:
    said: dict[str, dict[date, int]] = defaultdict(dict)
    for one in days:
        said[one.channel][one.day] = one.rows
    return [silence for channel in said.values() for silence in domain.silences(channel)]


def _deleted(days: Sequence[DayFound]) -> float:
    told = sum(one.told for one in days)
    return sum(one.deleted for one in days) / told if told else 0.0


def _unknown(days: Sequence[DayFound]) -> float:
    left = sum(one.told - one.deleted for one in days)
    return sum(one.unknown for one in days) / left if left else 0.0


def _begin(day: date, later: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=later), time(), UTC)
