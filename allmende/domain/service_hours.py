"""When we are here: service time between two instants, safe across clock changes (S2-17, domain 3.8).

An instant is service time when the clock on the wall of the hours' zone shows a time within a span of that
day. So a
repeated hour counts twice, a missing hour not at all, and a skipped day holds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Ten years without one open minute: whoever asks has closed for good.
_HORIZON_DAYS = 3660


class NeverOpen(ValueError):
    """No service time lies ahead: there are no spans, or every day is closed."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One span of a weekday (0 = Monday) in wall-clock time; an end of 00:00 is the midnight that ends the
    day.

    Raises ValueError for an unknown weekday or an end that is not after the start.
    """

    weekday: int
    starts_at: time
    ends_at: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError("A weekday is a number from 0 (Monday) to 6 (Sunday).")
        if self.ends_at != time(0) and self.ends_at <= self.starts_at:
            raise ValueError("A span of service hours ends after it starts.")


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly spans in an IANA zone, without the closed dates (holidays are handed in as dates).

    Raises zoneinfo.ZoneInfoNotFoundError for an unknown zone.
    """

    spans: tuple[Span, ...]
    zone: str
    closed_dates: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)

    @property
    def is_ever_open(self) -> bool:
        """True when there is at least one span."""
        return bool(self.spans)

    def is_open(self, at: datetime) -> bool:
        """Is this instant service time?"""
        return next((start <= at for start, _ in _open_from(self, instant(at))), False)


def always_open(zone: str = "UTC") -> Hours:
    """Hours without a pause."""
    return Hours(tuple(Span(day, time(0), time(0)) for day in range(7)), zone)


def add_service_time(hours: Hours, start: datetime, duration: timedelta) -> datetime:
    """The earliest instant (UTC) at which `duration` of service time has passed since `start`.

    Raises NeverOpen without service time ahead, ValueError for a time without zone or a negative duration.
    """
    if duration < timedelta(0):
        raise ValueError("Service time is counted forwards only.")
    start = instant(start)
    if not duration:
        return start
    for opens, closes in _open_from(hours, start):
        if duration <= closes - opens:
            return opens + duration
        duration -= closes - opens
    raise NeverOpen("No service time lies ahead.")


def service_time_between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """Service time from `start` to `end`; zero when `end` lies before `start`. ValueError for a time
    without zone.
    """
    return sum((closes - opens for opens, closes in open_stretches(hours, start, end)), timedelta(0))


def open_stretches(hours: Hours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of service time between two instants, in order, cut at both ends. ValueError without a zone."""
    start, end = instant(start), instant(end)
    for opens, closes in _open_from(hours, start, until=end):
        yield opens, min(closes, end)


def instant(at: datetime) -> datetime:
    """The same instant in UTC, where arithmetic is safe. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("A time without a zone is no instant.")
    return at.astimezone(UTC)


def _open_from(hours: Hours, start: datetime, until: datetime | None = None) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of service time after `start`, in order, the first one cut at `start`."""
    if not hours.spans:
        return
    # One day earlier than the wall shows: a zone may skip a date or repeat one.
    on = start.astimezone(ZoneInfo(hours.zone)).date() - timedelta(days=1)
    done, barren_days = start, 0
    while barren_days < _HORIZON_DAYS:
        barren_days += 1
        for opens, closes in _day(hours, on):
            if until is not None and max(opens, done) >= until:
                return
            if closes > done:
                yield max(opens, done), closes
                done, barren_days = closes, 0
        on += timedelta(days=1)


@lru_cache(maxsize=4096)
def _day(hours: Hours, on: date) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches of one local date as instants, in order and without overlap."""
    if on in hours.closed_dates:
        return ()
    zone = ZoneInfo(hours.zone)
    pieces = sorted(piece for span in hours.spans if span.weekday == on.weekday() for piece in _pieces(span, on, zone))
    merged: list[tuple[datetime, datetime]] = []
    for opens, closes in pieces:
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)


def _pieces(span: Span, on: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    starts = datetime.combine(on, span.starts_at)
    ends_on = on + timedelta(days=1) if span.ends_at == time(0) else on
    ends = datetime.combine(ends_on, span.ends_at)
    offsets = {_offset(wall, zone, fold) for wall in (starts, ends) for fold in (0, 1)}
    if len(offsets) == 1:
        shift = offsets.pop()
        return [((starts - shift).replace(tzinfo=UTC), (ends - shift).replace(tzinfo=UTC))]
    low, high = starts - max(offsets), ends - min(offsets)
    low, high = low.replace(tzinfo=UTC), high.replace(tzinfo=UTC)
    change = _change_of_clock(low, high, zone)
    before, after = _offset_at(low, zone), _offset_at(high, zone)
    pieces = [
        ((starts - before).replace(tzinfo=UTC), min(change, (ends - before).replace(tzinfo=UTC))),
        (max(change, (starts - after).replace(tzinfo=UTC)), (ends - after).replace(tzinfo=UTC)),
    ]
    return [(opens, closes) for opens, closes in pieces if opens < closes]


def _offset(wall: datetime, zone: ZoneInfo, fold: int) -> timedelta:
    return wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0)


def _offset_at(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _change_of_clock(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first instant with the offset of `high`, to the second."""
    after = _offset_at(high, zone)
    below, above = 0, int((high - low).total_seconds())
    while above - below > 1:
        middle = (below + above) // 2
        if _offset_at(low + timedelta(seconds=middle), zone) == after:
            above = middle
        else:
            below = middle
    return low + timedelta(seconds=above)
