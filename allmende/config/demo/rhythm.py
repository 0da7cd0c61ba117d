"""When people write: working days, evenings, the peak around month-end, quiet weeks in summer and at Christmas."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from allmende.domain.weeks import monday_of

# Monday to Sunday.
_WEEKDAYS = (1.1, 1.08, 1.0, 0.98, 0.82, 0.24, 0.28)
_OPENS, _CLOSES = time(8), time(18)


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("DE", subdiv="SH", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, no public holiday of Schleswig-Holstein."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def weight_of(day: date) -> float:
    """How much is written on a day, an ordinary working day being about 1."""
    weight = _WEEKDAYS[day.weekday()]
    if day in _holidays(day.year):
        weight = 0.2
    if day.day >= 27 or day.day <= 10:  # month-end, and the VAT return due on the tenth
        weight *= 1.35
    if (day.month, day.day) >= (7, 15) and (day.month, day.day) <= (8, 25):
        weight *= 0.72
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3):
        weight *= 0.35
    return weight


def moments(dice: random.Random, begin: datetime, end: datetime, number: int) -> list[datetime]:
    """`number` moments in [begin, end), ascending, by the rhythm of the days. Both local midnights or later, aware."""
    zone = begin.tzinfo
    days = [begin.date() + timedelta(days=n) for n in range((end.date() - begin.date()).days + 1)]
    found: list[datetime] = []
    while len(found) < number:
        missing = number - len(found)
        for day in dice.choices(days, [weight_of(day) for day in days], k=missing):
            at = datetime.combine(day, time(), zone) + timedelta(minutes=_minute(dice), seconds=dice.randrange(60))
            if begin <= at < end:
                found.append(at)
    return sorted(found)


def _minute(dice: random.Random) -> float:
    if dice.random() < 0.17:  # in the evening, when the shop is closed
        return dice.uniform(18.5 * 60, 22.7 * 60)
    return dice.triangular(7 * 60, 19 * 60, 10.3 * 60)


def while_awake(dice: random.Random, at: datetime) -> datetime:
    """The moment itself by day; what would fall into the night happens after breakfast."""
    if 6 <= at.hour < 23:
        return at
    day = at.date() if at.hour < 6 else at.date() + timedelta(days=1)
    return datetime.combine(day, time(7), at.tzinfo) + timedelta(minutes=dice.uniform(2, 95))


def in_service(asked_at: datetime, hours: float) -> datetime:
    """The moment so many service hours after another: Monday to Friday 8 to 18, never on a holiday."""
    at, left = asked_at, timedelta(hours=hours)
    while True:
        opens, closes = (datetime.combine(at.date(), edge, at.tzinfo) for edge in (_OPENS, _CLOSES))
        begins = max(at, opens)
        if is_working_day(at.date()) and begins + left < closes:
            return begins + left
        if is_working_day(at.date()) and begins < closes:
            left -= closes - begins
        at = datetime.combine(at.date() + timedelta(days=1), time(), at.tzinfo)


def service_ago(now: datetime, hours: float) -> datetime:
    """The moment so many service hours before `now`."""
    at, left = now, timedelta(hours=hours)
    while True:
        opens, closes = (datetime.combine(at.date(), edge, at.tzinfo) for edge in (_OPENS, _CLOSES))
        ends = min(at, closes)
        if is_working_day(at.date()) and ends - left > opens:
            return ends - left
        if is_working_day(at.date()) and ends > opens:
            left -= ends - opens
        at = datetime.combine(at.date(), time(), at.tzinfo) - timedelta(minutes=1)


def local_midnight(day: date, zone: str) -> datetime:
    """The beginning of a day."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def last_monday(now: datetime, zone: str) -> date:
    """The Monday of `now`'s week in `zone`."""
    return monday_of(now.astimezone(ZoneInfo(zone)).date())


def sample(dice: random.Random, things: Sequence[int], number: int) -> frozenset[int]:
    """So many of these, each as likely as the other."""
    return frozenset(dice.sample(things, min(number, len(things))))
