"""When we are here: service hours as the domain counts them, and the days without service."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from types import ModuleType
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateField, F, Field, QuerySet, SmallIntegerField, TimeField, Value
from django.utils import formats

from allmende.domain.service_hours import Hours, Span
from allmende.team import states
from allmende.team.catalogue import WEEKDAYS
from allmende.team.models import ServiceHours, Workspace
from allmende.team.models.prepared import Prepared

# What anybody is told of days without service
AHEAD, MOST_CLOSED = timedelta(weeks=4), 60


@dataclass(frozen=True)
class Holiday:
    """A day without service: its name, and the ClosedDay's id where somebody entered it."""

    on_date: date
    name: str
    closed_day_id: int | None = None


@dataclass(frozen=True)
class Place:
    """A country (ISO 3166) with a subdivision as the `holidays` library names it, and the name people know."""

    country: str
    subdivision: str
    name: str


def hours_of(hours: ServiceHours, years: Iterable[int]) -> Hours:
    """The service hours as the domain counts them: spans, zone, and the closed dates of `years`.

    Public holidays of the hours' country and subdivision are closed when the hours keep holidays; closed days always.
    Two queries, none when `spans` and `closed_days` were prefetched.
    """
    spans = tuple(Span(span.weekday, span.starts_at, span.ends_at) for span in hours.spans.all())
    closed = {day.on_date for day in hours.closed_days.all()}
    return Hours(spans, hours.zone, frozenset(closed | _days_off(hours, years)))


def hours_lines(hours: ServiceHours) -> list[str]:
    """The spans as people read them, a line each: "Montag 9:00 – 17:00"; no query when they were prefetched."""
    return [
        f"{WEEKDAYS[span.weekday]} {formats.time_format(span.starts_at)} – {formats.time_format(span.ends_at)}"
        for span in hours.spans.all()
    ]


def closed_lines(hours: ServiceHours, today: date, language: str) -> list[str]:
    """The days of the coming four weeks on which nobody is there though the week says so, for anybody to read: a public holiday
    with its name, a day somebody closed without the reason, which is ours. At most one query."""
    open_on = {span.weekday for span in hours.spans.all()}
    found: dict[date, str] = {}
    for day in next_holidays(hours, today, language, MOST_CLOSED):
        if day.on_date <= today + AHEAD and day.on_date.weekday() in open_on:
            public = f" ({day.name})" if day.closed_day_id is None else ""
            found[day.on_date] = public or found.get(day.on_date, "")
    return [f"{WEEKDAYS[on.weekday()]}, {formats.date_format(on, 'DATE_FORMAT')}{name}" for on, name in found.items()]


def hours_of_channel(workspace: Workspace, hours: ServiceHours | None) -> ServiceHours | None:
    """These hours, else the usual ones of the workspace, with their spans; None where there are none. One query or two."""
    rows = ServiceHours.objects.filter(workspace=workspace, archived_at__isnull=True).prefetch_related("spans")
    return (rows.filter(pk=hours.pk) if hours else rows.filter(is_default=True)).first()


def hours_by_id(workspace: Workspace, years: Sequence[int]) -> dict[UUID | None, Hours]:
    """All service hours of a workspace as the domain counts them, by id; the default also under None. One query."""
    known: dict[UUID | None, Hours] = {}
    for hours, week, closed in _read_hours(workspace):
        known[hours.pk] = Hours(week, hours.zone, frozenset(closed.keys() | _days_off(hours, years)))
        if hours.is_default:
            known[None] = known[hours.pk]
    return known


def usual_hours(workspace: Workspace, first: date, last: date, language: str) -> tuple[Hours, dict[date, str]]:
    """The default hours as the domain counts them from `first` to `last`, and the names of the days without service from
    `first` on: public holidays in `language` and closed days. One query."""
    hours, week, closed = next(found for found in _read_hours(workspace) if found[0].is_default)
    named = [(on, name) for on, names in closed.items() for name in names]
    if hours.keeps_holidays:
        for year in (first.year, first.year + 1):
            named += _holidays(hours.country, hours.subdivision, year, language).items()
    off = _days_off(hours, {first.year, last.year})
    ahead = dict(sorted(day for day in named if day[0] >= first))
    return Hours(week, hours.zone, frozenset(closed.keys() | off)), ahead


def public_holidays(workspace: Workspace, years: Iterable[int]) -> frozenset[date]:
    """The public holidays where the usual hours are at home, whether these hours keep them or not. One query."""
    rows = ServiceHours.objects.filter(workspace=workspace, is_default=True, archived_at__isnull=True)
    places = rows.values_list("country", "subdivision")
    return frozenset(day for place in places for year in years for day in _holidays(*place, year, ""))


def _read_hours(workspace: Workspace) -> Iterator[tuple[ServiceHours, tuple[Span, ...], dict[date, list[str]]]]:
    """All service hours of a workspace, each with its week and its closed days by date."""
    found = sorted(_SPANS_AND_DAYS(workspace_id=workspace.pk), key=lambda row: row[0])
    for values, group in groupby(found, key=lambda row: row[: len(_OWN)]):
        week: list[Span] = []
        closed: dict[date, list[str]] = {}
        for weekday, opens, closes, closed_on, name in (row[len(_OWN) :] for row in group):
            if weekday is not None:
                week.append(Span(weekday, opens, closes))
            if closed_on:
                closed.setdefault(closed_on, []).append(name)
        yield ServiceHours(**dict(zip(_OWN, values, strict=True))), tuple(sorted(week)), closed


def _spans_and_days(workspace_id: UUID) -> "QuerySet[Any, Any]":
    """A line per span and a line per closed day: one journey, because the inbox asks at every look."""
    rows = ServiceHours.objects.filter(workspace=workspace_id, archived_at__isnull=True).order_by()
    spans = rows.annotate(
        weekday=F("spans__weekday"),
        opens=F("spans__starts_at"),
        closes=F("spans__ends_at"),
        closed_on=_no(DateField()),
        why=_no(CharField()),
    )
    days = rows.filter(closed_days__isnull=False).annotate(
        weekday=_no(SmallIntegerField()),
        opens=_no(TimeField()),
        closes=_no(TimeField()),
        closed_on=F("closed_days__on_date"),
        why=F("closed_days__name"),
    )
    times = ("weekday", "opens", "closes", "closed_on", "why")
    return spans.values_list(*_OWN, *times).union(days.values_list(*_OWN, *times), all=True)


_OWN = ("pk", "zone", "country", "subdivision", "keeps_holidays", "is_default")
_SPANS_AND_DAYS = Prepared(_spans_and_days)


def _no(kind: "Field[Any, Any]") -> Value:
    return Value(None, output_field=kind)


def _days_off(hours: ServiceHours, years: Iterable[int]) -> set[date]:
    if not hours.keeps_holidays:
        return set()
    return {day for year in years for day in _holidays(hours.country, hours.subdivision, year, "")}


def default_hours(workspace: Workspace) -> ServiceHours:
    """The workspace's own service hours, which a channel without hours of its own keeps too; spans and days prefetched."""
    return hours_in(workspace).get(is_default=True)


def hours_in(workspace: Workspace) -> QuerySet[ServiceHours]:
    """All service hours of a workspace, the default first."""
    rows = ServiceHours.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.order_by("-is_default", "name").prefetch_related("spans", "closed_days")


def next_holidays(hours: ServiceHours, today: date, language: str, limit: int = 6) -> list[Holiday]:
    """The next days without service: public holidays in `language` ("de", "en") and closed days, in order."""
    days = [Holiday(day.on_date, day.name, day.pk) for day in hours.closed_days.all()]
    if hours.keeps_holidays:
        for year in (today.year, today.year + 1):
            named = _holidays(hours.country, hours.subdivision, year, language)
            days += [Holiday(on_date, name) for on_date, name in named.items()]
    ahead = sorted((day for day in days if day.on_date >= today), key=lambda day: (day.on_date, day.name))
    return ahead[:limit]


def places() -> tuple[Place, ...]:
    """Germany, Austria and Switzerland with their states and cantons, by the names people know, country first."""
    return tuple(place for country in states.COUNTRIES for place in _places_in(country))


def load_holidays() -> None:
    """Load the library of holidays now. Its first use may take half a second, which nobody may spend while the database
    is locked."""
    for country in states.COUNTRIES:
        _library().country_holidays(country)


def place_name(country: str, subdivision: str) -> str:
    """The name of a state or canton; empty for a whole country."""
    return next((p.name for p in _places_in(country) if subdivision and p.subdivision == subdivision), "")


@lru_cache(maxsize=512)
def _holidays(country: str, subdivision: str, year: int, language: str) -> dict[date, str]:
    library = _library()
    wanted = {"en": "en_US"}.get(language, language) or None
    return dict(library.country_holidays(country, subdiv=subdivision or None, years=[year], language=wanted))


@lru_cache(maxsize=8)
def _places_in(country: str) -> tuple[Place, ...]:
    calendar = getattr(_library(), country)
    first_names: dict[str, str] = {}
    for name, code in calendar.subdivisions_aliases.items():
        if code in calendar.subdivisions and len(code) <= 2:
            first_names.setdefault(code, name)
    named = sorted(first_names.items(), key=lambda item: _sortable(item[1]))
    return (Place(country, "", ""), *(Place(country, code, name) for code, name in named))


def _sortable(name: str) -> str:
    return name.lower().translate(str.maketrans("äöüéè", "aouee"))


def _library() -> ModuleType:
    """The holidays library; loaded on first use, it takes 0.1 s."""
    import holidays

    return holidays
