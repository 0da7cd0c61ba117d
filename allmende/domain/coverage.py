"""Who is on duty when, which hours nobody covers, and what working-time law would say (domain 3.12, S2-02, S2-19, S2-20).

Duty counts once the person accepted it. Whoever is absent covers nothing, unless a deputy confirmed to stand in. The
tool warns about rest and long days; it gives no legal clearance.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from allmende.domain.service_hours import instant

Stretch = tuple[datetime, datetime]
Warned = Literal["rest", "long", "too_long", "sunday", "holiday", "sundays", "rest_day"]
RestState = Literal["missing", "overdue", "worked", "no_workday", "outside", "double", "planned", "taken"]
SUNDAY = 6
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Watch:
    """One accepted duty of one person, from then until then."""

    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is absent; `deputy` confirmed to stand in, or is None."""

    person: str
    starts_at: datetime
    ends_at: datetime
    deputy: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which fewer people are on duty than needed; `missing` so many."""

    starts_at: datetime
    ends_at: datetime
    missing: int


@dataclass(frozen=True, slots=True)
class RestRules:
    """Working time as a country or an agreement has it; Germany's is the default. Hours in full.

    `free_sundays`: so many Sundays of a year stay free. `…_rest_weeks`: a day of rest stands in for a Sunday, or for a
    holiday, within so many weeks that include it (§ 11 ArbZG).
    """

    rest_hours: int = 11
    usual_hours: int = 8
    longest_hours: int = 10
    free_sundays: int = 15
    warns_sundays: bool = True
    warns_holidays: bool = True
    sunday_rest_weeks: int = 2
    holiday_rest_weeks: int = 8


@dataclass(frozen=True, slots=True)
class Concern:
    """What one person's duties break: `kind`, on which day, and how many hours there are (`sundays`: free Sundays). `about`:
    the last day on which a day of rest can stand in for it, or for which day this one was to be a day of rest."""

    kind: Warned
    on: date
    hours: float = 0
    about: date | None = None


def needed_stretches(
    service: Iterable[Stretch],
    days: Iterable[date],
    zone: str,
    weekend: tuple[time, time] | None = None,
    closed: Container[date] = (),
) -> tuple[Stretch, ...]:
    """When somebody has to be here: the service hours and, with `weekend`, its span on Saturdays, Sundays and `closed`
    days. Merged and by time; an end of 0:00 is the midnight that ends the day."""
    found = list(service)
    for on in days if weekend else ():
        if weekend and (on.weekday() >= 5 or on in closed):
            place = ZoneInfo(zone)
            ends_on = on + timedelta(days=1) if weekend[1] == time(0) else on
            opens, closes = datetime.combine(on, weekend[0], place), datetime.combine(ends_on, weekend[1], place)
            found.append((instant(opens), instant(closes)))
    return merged(found)


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same time without overlaps, in order; stretches that touch become one."""
    found: list[Stretch] = []
    for opens, closes in sorted((instant(opens), instant(closes)) for opens, closes in stretches):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        elif opens < closes:
            found.append((opens, closes))
    return tuple(found)


def present(watches: Iterable[Watch], away: Sequence[Away]) -> tuple[Watch, ...]:
    """The duties as they will be kept: an absent person's hours fall to the deputy who confirmed, else to nobody.

    A deputy who is away too covers nothing; nobody stands in for a deputy.
    """
    kept: list[Watch] = []
    for watch in watches:
        absences = [one for one in away if one.person == watch.person]
        kept += _cut(watch, [(one.starts_at, one.ends_at) for one in absences])
        for one in absences:
            begin, end = max(watch.starts_at, one.starts_at), min(watch.ends_at, one.ends_at)
            if one.deputy and begin < end:
                theirs = [(other.starts_at, other.ends_at) for other in away if other.person == one.deputy]
                kept += _cut(Watch(one.deputy, begin, end), theirs)
    return tuple(sorted(kept, key=lambda watch: (watch.starts_at, watch.person)))


def gaps(needed: Iterable[Stretch], watches: Sequence[Watch], seats: int = 1) -> tuple[Gap, ...]:
    """The parts of `needed` with fewer than `seats` people on duty, by time; one person counts once."""
    found: list[Gap] = []
    for opens, closes in merged(needed):
        inside = {opens, closes}
        for watch in watches:
            inside |= {instant(edge) for edge in (watch.starts_at, watch.ends_at) if opens < edge < closes}
        for begin, end in pairwise(sorted(inside)):
            here = {watch.person for watch in watches if watch.starts_at <= begin and watch.ends_at >= end}
            if len(here) < seats:
                _append(found, Gap(begin, end, seats - len(here)))
    return tuple(found)


def by_day(gap: Gap, zone: str) -> tuple[Gap, ...]:
    """A gap longer than a day, cut at the midnights of `zone`; a shorter one whole."""
    if gap.ends_at - gap.starts_at <= DAY:
        return (gap,)
    place, edges = ZoneInfo(zone), [gap.starts_at]
    while edges[-1] < gap.ends_at:
        next_day = _day(edges[-1], place) + DAY
        edges.append(min(instant(datetime.combine(next_day, time(0), place)), gap.ends_at))
    return tuple(Gap(begin, end, gap.missing) for begin, end in pairwise(edges))


def uncovered(
    needed: Sequence[Stretch], watches: Sequence[Watch], at: datetime, care: timedelta, first: timedelta
) -> tuple[Gap, ...]:
    """What is missing of the care for a post that leaves `at` (S2-02, I-19).

    In its `first` part somebody is on duty whatever the hours; in the rest of the care window while `needed` says so:
    its tail may reach into the evening.
    """
    at = instant(at)
    inside = [(max(opens, at), min(closes, at + care)) for opens, closes in needed]
    wanted = [stretch for stretch in inside if stretch[0] < stretch[1]]
    return gaps([(at, at + min(first, care)), *wanted], watches) if care else ()


def warnings(
    duties: Iterable[Stretch], zone: str, closed: Container[date] = (), rules: RestRules | None = None
) -> tuple[Concern, ...]:
    """What the duties of one person break, by day: too little rest, long days, Sundays and holidays."""
    rules, place = rules or RestRules(), ZoneInfo(zone)
    kept = merged(duties)
    found = [
        Concern("rest", after.astimezone(place).date(), _hours(after - before))
        for (start, before), (after, _end) in pairwise(kept)
        if after - before < timedelta(hours=rules.rest_hours) and _day(start, place) != _day(after, place)
    ]
    for on, group in groupby(kept, key=lambda stretch: _day(stretch[0], place)):
        hours = sum(_hours(closes - opens) for opens, closes in group)
        if hours > rules.usual_hours:
            found.append(Concern("too_long" if hours > rules.longest_hours else "long", on, hours))
    for on in days_of_rest_worked(kept, zone, closed, rules):
        kind: Warned = "sunday" if on.weekday() == SUNDAY else "holiday"
        found.append(Concern(kind, on, about=rest_period(on, rules)[1]))
    return tuple(sorted(found, key=lambda one: (one.on, one.kind)))


def days_of_rest_worked(
    duties: Iterable[Stretch], zone: str, closed: Container[date] = (), rules: RestRules | None = None
) -> list[date]:
    """The Sundays and holidays (`closed`) these duties touch, as far as the rules warn of them; a duty from Saturday night into
    Sunday is work on Sunday."""
    rules = rules or RestRules()
    touched = sorted({on for stretch in duties for on in days_touched(stretch, zone)})
    return [
        on
        for on in touched
        if (rules.warns_sundays if on.weekday() == SUNDAY else rules.warns_holidays and on in closed)
    ]


def days_touched(stretch: Stretch, zone: str) -> list[date]:
    """The days on which there is some of it; the midnight that ends it is none."""
    place, tick = ZoneInfo(zone), timedelta(microseconds=1)
    first, last = _day(stretch[0], place), _day(stretch[1] - tick, place)
    return [first + n * DAY for n in range((last - first).days + 1)]


def rest_period(worked: date, rules: RestRules) -> tuple[date, date]:
    """The first and last day on which a day of rest stands in for this Sunday or holiday: whoever rests before it has rested."""
    weeks = rules.sunday_rest_weeks if worked.weekday() == SUNDAY else rules.holiday_rest_weeks
    reach = weeks * timedelta(weeks=1) - DAY
    return worked - reach, worked + reach


def rest_state(
    worked: date, rest: date | None, today: date, rules: RestRules, busy: Container[date], closed: Container[date],
    spent: Container[date] = (),
) -> RestState:  # fmt: skip
    """How it stands with the day of rest for a Sunday or holiday: `overdue` once its last day has passed, `worked` when there is
    duty on it, `no_workday` when it would be free anyway, `outside` when it lies too early or too late, `double` when it
    stands in for another day (`spent`): each has its own."""
    first, last = rest_period(worked, rules)
    if rest is None:
        return "overdue" if last < today else "missing"
    if rest in busy:
        return "worked"
    if rest.weekday() == SUNDAY or rest in closed:
        return "no_workday"
    if not first <= rest <= last:
        return "outside"
    if rest in spent:
        return "double"
    return "taken" if rest < today else "planned"


def sundays_left(worked: Iterable[date], on: date, rules: RestRules | None = None) -> Concern | None:
    """Says so when fewer Sundays of the year stay free than the rules ask for; `worked` are days with duty."""
    rules, first = rules or RestRules(), date(on.year, 1, 1)
    every = sum((first + n * DAY).weekday() == SUNDAY for n in range((date(on.year + 1, 1, 1) - first).days))
    spent = {day for day in worked if day.weekday() == SUNDAY and day.year == on.year}
    free = every - len(spent)
    return Concern("sundays", on, free) if on in spent and free < rules.free_sundays else None


def _cut(watch: Watch, out: Iterable[Stretch]) -> list[Watch]:
    """What is left of a duty without these stretches."""
    left: list[Watch] = []
    begin = watch.starts_at
    for opens, closes in merged(out):
        if begin < min(opens, watch.ends_at):
            left.append(Watch(watch.person, begin, min(opens, watch.ends_at)))
        begin = max(begin, closes)
    if begin < watch.ends_at:
        left.append(Watch(watch.person, begin, watch.ends_at))
    return left


def _append(found: list[Gap], gap: Gap) -> None:
    if found and found[-1].ends_at == gap.starts_at and found[-1].missing == gap.missing:
        gap = Gap(found.pop().starts_at, gap.ends_at, gap.missing)
    found.append(gap)


def _hours(duration: timedelta) -> float:
    return duration / timedelta(hours=1)


def _day(at: datetime, place: ZoneInfo) -> date:
    return at.astimezone(place).date()
