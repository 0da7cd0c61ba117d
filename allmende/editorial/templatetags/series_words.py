"""Words for what comes again."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import formats
from django.utils.translation import get_language, gettext, ngettext, npgettext

from allmende.editorial.catalogue import SERIES_STATES
from allmende.editorial.models import Series
from allmende.editorial.queries.series_pages import Clock
from allmende.team.catalogue import WEEKDAYS

register = template.Library()
NBSP = "\N{NO-BREAK SPACE}"
_LAST_SURE_DAY = 28


@register.filter
def rhythm_words(series: Series) -> str:
    """How it comes again: "every 2 weeks on Friday, 9:00"."""
    if series.is_evergreen or series.starts_at is None:
        return gettext("evergreen, into free weekly slots")
    at = f"{series.starts_at.hour}:{series.starts_at:%M}"
    return gettext("%(rhythm)s, %(time)s") % {"rhythm": _rhythm(series), "time": at}


def _rhythm(series: Series) -> str:
    first, number = series.starts_date, series.every
    told = {"number": number, "weekday": WEEKDAYS[first.weekday()], "day": first.day, "date": _day_of_year(first)}
    if series.step == "daily":
        return ngettext("every day", "every %(number)s days", number) % told
    if series.step == "weekly":
        words = ngettext("every week on %(weekday)s", "every %(number)s weeks on %(weekday)s", number)
        return words % told
    if series.step == "monthly":
        words = ngettext("every month on day %(day)s", "every %(number)s months on day %(day)s", number) % told
        return _or_last(words) if first.day > _LAST_SURE_DAY else words
    words = ngettext("every year on %(date)s", "every %(number)s years on %(date)s", number) % told
    return _or_last(words) if (first.month, first.day) == (2, 29) else words


def _or_last(words: str) -> str:
    return gettext("%(rhythm)s or the month's last") % {"rhythm": words}


def _day_of_year(on: date) -> str:
    is_german = (get_language() or "").startswith("de")
    return formats.date_format(on, "j. F" if is_german else "j F").replace(" ", NBSP)


@register.filter
def end_words(series: Series) -> str:
    """Until when: "until 31 December 2026", "10 times"."""
    if series.ends_after:
        words = npgettext("series", "once", "%(number)s times", series.ends_after)
        return words % {"number": series.ends_after}
    return gettext("until %(day)s") % {"day": wall_day(series.ends_date) if series.ends_date else ""}


@register.filter
def rest_words(series: Series) -> str:
    """How long the same words rest in a channel, "" if they need none."""
    if not series.cool_down_days:
        return ""
    words = ngettext(
        "the same words rest %(number)s day in a channel", "the same words rest %(number)s days in a channel",
        series.cool_down_days,
    )  # fmt: skip
    return words % {"number": series.cool_down_days}


@register.filter
def series_state(state: str) -> str:
    """Where a series stands."""
    return str(SERIES_STATES[state])


@register.filter
def wall_words(at: datetime) -> str:
    """Friday, 9 October 2026, 9:00, on the clock the time was read from."""
    is_german = (get_language() or "").startswith("de")
    day = formats.date_format(at.date(), "l, j. F Y" if is_german else "l, j F Y")
    return f"{day}, {at.hour}:{at:%M}"


@register.filter
def wall_day(at: datetime | date) -> str:
    """9 October 2026."""
    is_german = (get_language() or "").startswith("de")
    return formats.date_format(at, "j. F Y" if is_german else "j F Y").replace(" ", NBSP)


@register.filter
def zone_words(clock: Clock) -> str:
    """Europe/Berlin (UTC+2)."""
    off = clock.at.utcoffset() or timedelta(0)
    hours, minutes = divmod(abs(int(off.total_seconds())) // 60, 60)
    sign = "\N{MINUS SIGN}" if off < timedelta(0) else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


@register.filter
def clock_note(clock: Clock) -> str:
    """What the clocks do to this date, "" if nothing."""
    if clock.change == "missing":
        return gettext("The clocks skip this time that night; it comes when they show %(time)s.") % {
            "time": f"{clock.at.hour}:{clock.at:%M}"
        }
    if clock.change == "twice":
        return gettext("The clocks show this time twice that night; the first one is meant.")
    if clock.turned == "forward":
        return gettext("The clocks have gone forward an hour; the time on the clock stays.")
    return gettext("The clocks have gone back an hour; the time on the clock stays.") if clock.turned else ""
