"""Calendar periods in a time zone, as instants: the engine compares times and never needs to know the
zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from allmende.domain.weeks import monday_of

PeriodKind = Literal["week", "month", "quarter", "all"]
PERIOD_KINDS: tuple[str, ...] = ("week", "month", "quarter", "all")


class Period(NamedTuple):
    """Half open: `start` <= time < `end`. Both are midnights of the zone asked for."""

    start: datetime
    end: datetime


class Around(NamedTuple):
    """Before and since a cut, both aware: what was anchored before it, from it until `until`, and what came after.

    `since`: what was anchored earlier is left out, because data are missing before it. `pause`: what was anchored from here
    to the cut is a period of its own and belongs to neither side.
    """

    cut: datetime
    until: datetime
    since: datetime | None = None
    pause: datetime | None = None


class Spans(NamedTuple):
    """What was anchored between one of these aware, ascending instants and the next; the first period lies before all of
    them, the last after."""

    edges: tuple[datetime, ...]


def periods_in_spans(first: datetime, last: datetime, spans: Spans) -> tuple[Period, ...]:
    """The period before the edges, those between them, and the one after; without gap."""
    begin, end = min(first, spans.edges[0]), max(last, spans.edges[-1])
    return tuple(Period(*pair) for pair in pairwise((begin, *spans.edges, end)))


def periods_around(first: datetime, last: datetime, around: Around, zone: str) -> tuple[Period, ...]:
    """Periods without gap: before the cut (or the pause, which comes next), from the cut to `until`, after. The first begins
    with the day of `first`, at the latest a day before its end; the last ends with the day of `last`."""
    place = ZoneInfo(zone)
    edge = around.pause or around.cut
    begin = min(_midnight(first.astimezone(place).date(), place), edge - timedelta(days=1))
    end = max(_midnight(last.astimezone(place).date() + timedelta(days=1), place), around.until)
    pause = (Period(edge, around.cut),) if around.pause else ()
    return (Period(begin, edge), *pause, Period(around.cut, around.until), Period(around.until, end))


def periods_between(first: datetime, last: datetime, kind: PeriodKind, zone: str) -> tuple[Period, ...]:
    """The periods without gap from the one that holds `first` to the one that holds `last` (aware times,
    first <= last).

    Weeks begin on Monday. `all` is one period from the day of `first` to the end of the day of `last`.
    """
    if kind not in PERIOD_KINDS:
        raise ValueError(f"{kind!r} is no period; use one of {', '.join(PERIOD_KINDS)}.")
    place = ZoneInfo(zone)
    begin, end = first.astimezone(place).date(), last.astimezone(place).date()
    if kind == "all":
        return (Period(_midnight(begin, place), _midnight(end + timedelta(days=1), place)),)
    days = tuple(_starts(begin, end, kind))
    midnights = [_midnight(day, place) for day in days]
    return tuple(Period(*pair) for pair in pairwise(midnights))


def _starts(begin: date, end: date, kind: PeriodKind) -> Iterator[date]:
    """First days of the periods that touch [begin, end], and the first day after them."""
    day = _first_day(begin, kind)
    while day <= end:
        yield day
        day = _next_first_day(day, kind)
    yield day


def _first_day(day: date, kind: PeriodKind) -> date:
    if kind == "week":
        return monday_of(day)
    month = day.month if kind == "month" else (day.month - 1) // 3 * 3 + 1
    return date(day.year, month, 1)


def _next_first_day(day: date, kind: PeriodKind) -> date:
    if kind == "week":
        return day + timedelta(days=7)
    months = day.month - 1 + (1 if kind == "month" else 3)
    return date(day.year + months // 12, months % 12 + 1, 1)


def _midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=place)


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC: sums of aware times in another zone would count wall time."""
    return moment.astimezone(UTC)
