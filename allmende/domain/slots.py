"""The calendar: what a wall-clock time means, which texts clash, where there is room (domain 3.11, S2-02, S4-23).

A slot is free when somebody is here for the whole care window after it and no other text of the same channel stands
within `apart` of it. All times are instants unless they are called wall.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule

from allmende.domain.service_hours import Hours, instant, service_time_between
from allmende.domain.weeks import monday_of

# Closer together than this, two texts of one channel push each other down.
APART = timedelta(hours=1)
_LOOK_AHEAD_DAYS = 60
# A day beyond these is a slip of the pen, and a week around it may leave the calendar.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)

ClockChange = Literal["", "missing", "twice"]
Step = Literal["daily", "weekly", "monthly", "yearly"]
_STEPS = {"daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY, "yearly": YEARLY}
# A month that has no 31st has at least this day.
_LAST_SURE_DAY = 28


def is_in_reach(on: date) -> bool:
    """Is this a day people can mean?"""
    return FIRST_DAY <= on <= LAST_DAY


@dataclass(frozen=True, slots=True)
class Slot:
    """What a wall-clock time in a zone means: the instant, and whether the clocks skip it or show it twice.

    Of a time that comes twice the first is meant; a skipped time means the instant at which the clocks would have shown it.
    """

    at: datetime
    change: ClockChange = ""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How something comes round on a clock at the wall: from `first` on, every so many days, weeks, months or years.

    The last is on `until` at the latest, or the one with the number `count`; without either it never ends.
    """

    first: datetime
    step: Step
    every: int = 1
    until: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A text in the calendar: its name for the caller, the channel it stands in, when it leaves."""

    key: str
    place: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """Two texts of one channel that stand closer than they should; `first` leaves first, or together with `second`."""

    first: Planned
    second: Planned

    @property
    def between(self) -> timedelta:
        """The time between the two."""
        return instant(self.second.at) - instant(self.first.at)


def slot_at(wall: datetime, zone: str) -> Slot:
    """The instant (UTC) a naive wall-clock time means. Raises ValueError for a time that carries a zone already."""
    if wall.tzinfo is not None:
        raise ValueError("A wall-clock time carries no zone.")
    place = ZoneInfo(zone)
    at = wall.replace(tzinfo=place).astimezone(UTC)
    if at.astimezone(place).replace(tzinfo=None) != wall:
        return Slot(at, "missing")
    is_twice = wall.replace(tzinfo=place, fold=1).utcoffset() != wall.replace(tzinfo=place).utcoffset()
    return Slot(at, "twice" if is_twice else "")


def shifted(at: datetime, zone: str, *, days: int = 0, hours: int = 0) -> datetime | None:
    """The wall-clock time in `zone` so many days and then hours after `at`; None if the clocks show no such time.

    A day later is the same time on the clock, even over a change of the clocks; an hour later is an hour that passes.
    None too for the second of a time that comes twice, since a wall-clock time means the first.
    """
    place = ZoneInfo(zone)
    moved = instant(at)
    if days:
        slot = slot_at(moved.astimezone(place).replace(tzinfo=None) + timedelta(days=days), zone)
        if slot.change == "missing":
            return None
        moved = slot.at
    moved += timedelta(hours=hours)
    wall = moved.astimezone(place).replace(tzinfo=None, fold=0)
    return wall if slot_at(wall, zone).at == moved else None


def comes_round(rhythm: Rhythm) -> Iterator[datetime]:
    """The naive wall-clock times of a rhythm; what they mean in a zone says `slot_at`, so that nine stays nine.

    Where a month lacks the day of the first, its last day takes the place: the 31st, then the 30th, then the 28th.
    """
    first = rhythm.first
    parts: dict[str, object] = {}
    if rhythm.step in ("monthly", "yearly") and first.day > _LAST_SURE_DAY:
        parts = {"bymonthday": tuple(range(_LAST_SURE_DAY, first.day + 1)), "bysetpos": -1}
        parts |= {"bymonth": first.month} if rhythm.step == "yearly" else {}
    until = datetime.combine(rhythm.until, time.max) if rhythm.until else None
    yield from rrule(
        _STEPS[rhythm.step], dtstart=first, interval=rhythm.every, until=until, count=rhythm.count, **parts
    )


def is_fresh(at: datetime, said: Iterable[datetime], zone: str, days: int) -> bool:
    """Do at least `days` days of the calendar in `zone` lie between `at` and every time the same words were said?"""
    on = _day_in(at, zone)
    return all(abs((on - _day_in(other, zone)).days) >= days for other in said)


def month_days(year: int, month: int) -> tuple[date, ...]:
    """The days of a month in whole weeks from Monday on: 28, 35 or 42 of them."""
    return tuple(Calendar().itermonthdates(year, month))


def week_days(on: date) -> tuple[date, ...]:
    """Monday to Sunday of the week `on` lies in."""
    monday = monday_of(on)
    return tuple(monday + timedelta(days=n) for n in range(7))


def clashes(planned: Iterable[Planned], apart: timedelta = APART) -> tuple[Clash, ...]:
    """Neighbours of one channel that stand closer than `apart`, by time; `apart` itself is far enough."""
    found = []
    latest: dict[str, Planned] = {}
    for text in sorted(planned, key=lambda one: (instant(one.at), one.key)):
        before = latest.get(text.place)
        if before is not None and instant(text.at) - instant(before.at) < apart:
            found.append(Clash(before, text))
        latest[text.place] = text
    return tuple(found)


def uncared(hours: Hours, at: datetime, care: timedelta) -> timedelta:
    """How much of the care window from `at` on passes with nobody here; zero when somebody is here throughout."""
    at = instant(at)
    return care - service_time_between(hours, at, at + care)


def free_slots(
    hours: Hours,
    taken: Sequence[datetime],
    start: datetime,
    care: timedelta,
    *,
    apart: timedelta = APART,
    number: int = 5,
    per_day: int = 2,
    has_cover: Callable[[datetime], bool] = lambda at: True,
) -> tuple[datetime, ...]:
    """The next free full hours after `start`, at most `per_day` of them a day, so that one can choose between days.

    `taken`: when other texts of the channel leave; `has_cover`: whether the rota has somebody for what leaves then. Fewer
    than `number` when sixty days hold no more.
    """
    start, busy = instant(start), [instant(at) for at in taken]
    found: list[datetime] = []
    first = start.astimezone(ZoneInfo(hours.zone)).date()
    for n in range(_LOOK_AHEAD_DAYS):
        on_day = [at for at in _full_hours(first + timedelta(days=n), hours.zone) if at > start]
        found += _some_of(hours, on_day, busy, care, apart, per_day, has_cover)
        if len(found) >= number:
            break
    return tuple(found[:number])


def next_weekly(
    weekly: Iterable[tuple[int, time]],
    zone: str,
    taken: Iterable[datetime],
    start: datetime,
    closed: Container[date] = (),
) -> Iterator[datetime]:
    """The instants after `start` at which a weekly slot comes round and is not taken, for sixty days, by time.

    `weekly`: weekday (0 = Monday) and wall-clock time in `zone`. A time the clocks skip is left out that day, of one that
    comes twice the first is meant. `taken`: when other texts of the channel leave; `closed`: days of a pause.
    """
    start, busy = instant(start), {_minute(instant(at)) for at in taken}
    kept = sorted(set(weekly))
    first = start.astimezone(ZoneInfo(zone)).date()
    for n in range(_LOOK_AHEAD_DAYS):
        on = first + timedelta(days=n)
        if on in closed:
            continue
        slots = [slot_at(datetime.combine(on, at), zone) for weekday, at in kept if weekday == on.weekday()]
        yield from (one.at for one in slots if one.change != "missing" and one.at > start and one.at not in busy)


def _day_in(at: datetime, zone: str) -> date:
    return instant(at).astimezone(ZoneInfo(zone)).date()


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _some_of(
    hours: Hours,
    candidates: Iterable[datetime],
    busy: Sequence[datetime],
    care: timedelta,
    apart: timedelta,
    most: int,
    has_cover: Callable[[datetime], bool],
) -> list[datetime]:
    """The first `most` of `candidates` that are free, each `apart` from the one before."""
    chosen: list[datetime] = []
    for at in candidates:
        is_crowded = any(abs(at - other) < apart for other in (*busy, *chosen))
        if not is_crowded and not uncared(hours, at, care) and has_cover(at):
            chosen.append(at)
        if len(chosen) == most:
            break
    return chosen


def _full_hours(on: date, zone: str) -> Iterator[datetime]:
    for hour in range(24):
        slot = slot_at(datetime.combine(on, time(hour)), zone)
        if slot.change != "missing":
            yield slot.at
