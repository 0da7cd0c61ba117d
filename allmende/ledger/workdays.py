"""Windows counted in working days: Mondays to Fridays that are no holidays, in a time zone (domain.md 4.7, example 12)."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from allmende.ledger.periods import in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

_DAY = timedelta(days=1)


class Day(NamedTuple):
    """One calendar day [start, end). What begins on it ends `later` after its own time; on a day off at the fixed
    `ends_at`, as if it had begun with the next working day."""

    start: datetime
    end: datetime
    later: timedelta | None
    ends_at: datetime | None


def days_between(first: datetime, last: datetime, length: int, zone: ZoneInfo, holidays: Collection[date]) -> list[Day]:
    """Each day from that of `first` to that of `last` (aware), with the end of `length` working days begun on it."""
    day, end = first.astimezone(zone).date(), last.astimezone(zone).date()
    found = []
    while day <= end:
        found.append(_day(day, length, zone, holidays))
        day += _DAY
    return found


def table_of(days: Collection[Day]) -> "ir.Table":
    """start, end, later (seconds or null), fixed (time or null)."""
    import ibis
    import pyarrow as pa

    instant = pa.timestamp("us", tz="UTC")
    return ibis.memtable(
        pa.table(
            {
                "start": pa.array([in_utc(one.start) for one in days], instant),
                "end": pa.array([in_utc(one.end) for one in days], instant),
                "later": pa.array([one.later and one.later // timedelta(seconds=1) for one in days], pa.int64()),
                "fixed": pa.array([one.ends_at and in_utc(one.ends_at) for one in days], instant),
            }
        )
    )


def _day(day: date, length: int, zone: ZoneInfo, holidays: Collection[date]) -> Day:
    start, end = _midnight(day, zone), _midnight(day + _DAY, zone)
    begins = _next_workday(day, holidays)
    target = begins
    for _ in range(length):
        target = _next_workday(target + _DAY, holidays)
    closes = _midnight(target, zone)
    if begins == day:
        return Day(start, end, in_utc(closes) - in_utc(start), None)
    return Day(start, end, None, closes)


def _next_workday(day: date, holidays: Collection[date]) -> date:
    while day.weekday() > 4 or day in holidays:
        day += _DAY
    return day


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
