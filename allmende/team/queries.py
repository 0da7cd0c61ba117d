"""Answers about the team: who is here, when, what they should know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from types import ModuleType
from typing import Any
from uuid import UUID

from django.db.models import DateField, F, Field, QuerySet, SmallIntegerField, TimeField, Value
from django.urls import reverse
from django.utils.translation import gettext

from allmende.domain.service_hours import Hours, Span
from allmende.team import states
from allmende.team.access import may
from allmende.team.audit import first_broken
from allmende.team.catalogue import ROLE_WORDS
from allmende.team.models import (
    AuditRow,
    GuestLink,
    Notice,
    Person,
    ServiceHours,
    Workspace,
)


@dataclass(frozen=True)
class Hit:
    """One thing a search found: `kind` in the reader's words, `title`, one line of `detail`, where it leads."""

    kind: str
    title: str
    detail: str
    url: str


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


@dataclass(frozen=True)
class AuditPage:
    """Lines of the audit book, newest first; `older_than` is the number to continue below, None at the beginning."""

    rows: tuple[AuditRow, ...]
    older_than: int | None


@dataclass(frozen=True)
class ChainCheck:
    """How many lines were read, and the number of the first that does not fit; None when the chain holds."""

    read: int
    broken_at: int | None


def hours_of(hours: ServiceHours, years: Iterable[int]) -> Hours:
    """The service hours as the domain counts them: spans, zone, and the closed dates of `years`.

    Public holidays of the hours' country and subdivision are closed when the hours keep holidays; closed days always.
    Two queries, none when `spans` and `closed_days` were prefetched.
    """
    spans = tuple(Span(span.weekday, span.starts_at, span.ends_at) for span in hours.spans.all())
    closed = {day.on_date for day in hours.closed_days.all()}
    return Hours(spans, hours.zone, frozenset(closed | _days_off(hours, years)))


def hours_by_id(workspace: Workspace, years: Sequence[int]) -> dict[UUID | None, Hours]:
    """All service hours of a workspace as the domain counts them, by id; the default also under None. One query."""
    rows = ServiceHours.objects.filter(workspace=workspace, archived_at__isnull=True).order_by()
    spans = rows.annotate(
        weekday=F("spans__weekday"), opens=F("spans__starts_at"), closes=F("spans__ends_at"), closed_on=_no(DateField())
    )
    days = rows.filter(closed_days__isnull=False).annotate(
        weekday=_no(SmallIntegerField()),
        opens=_no(TimeField()),
        closes=_no(TimeField()),
        closed_on=F("closed_days__on_date"),
    )
    times = ("weekday", "opens", "closes", "closed_on")
    fields = ("pk", "zone", "country", "subdivision", "keeps_holidays", "is_default")
    # One journey for spans and closed days: the inbox asks at every look.
    found = spans.values_list(*fields, *times).union(days.values_list(*fields, *times), all=True)
    known: dict[UUID | None, Hours] = {}
    for values, group in groupby(sorted(found, key=lambda row: row[0]), key=lambda row: row[: len(fields)]):
        hours = ServiceHours(**dict(zip(fields, values, strict=True)))
        lines = [row[len(fields) :] for row in group]
        week = sorted(Span(weekday, opens, closes) for weekday, opens, closes, _ in lines if weekday is not None)
        closed = {closed_on for *_, closed_on in lines if closed_on}
        known[hours.pk] = Hours(tuple(week), hours.zone, frozenset(closed | _days_off(hours, years)))
        if hours.is_default:
            known[None] = known[hours.pk]
    return known


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


def place_name(country: str, subdivision: str) -> str:
    """The name of a state or canton; empty for a whole country."""
    return next((p.name for p in _places_in(country) if subdivision and p.subdivision == subdivision), "")


def people_of(workspace: Workspace) -> QuerySet[Person]:
    """Everybody who works here and has not left, by name; those whose access ended count as left."""
    return Person.objects.filter(workspace=workspace, left_at__isnull=True).select_related("user").order_by("name")


def is_open_to(person: Person, today: date) -> bool:
    """Has this person access today? Not after leaving, nor after the last day of an external's access."""
    is_over = person.access_until_date is not None and person.access_until_date < today
    return person.left_at is None and not is_over


def holders_of(workspace: Workspace, verb: str) -> QuerySet[Person]:
    """The people who may do `verb` here: whom to tell when something needs that right."""
    return people_of(workspace).filter(role__in=states.RIGHTS[verb])


def unseen_notices(person: Person) -> QuerySet[Notice]:
    """What this person has not seen yet, newest first."""
    return Notice.objects.filter(person=person, seen_at__isnull=True).order_by("-created_at")


def notices_of(person: Person, limit: int = 100) -> QuerySet[Notice]:
    """The newest notices of a person, seen or not, unseen first."""
    return Notice.objects.filter(person=person).order_by(F("seen_at").asc(nulls_first=True), "-created_at")[:limit]


def open_guest_links(workspace: Workspace, now: datetime) -> QuerySet[GuestLink]:
    """Doors that are open to guests at this moment, the next to close first."""
    rows = GuestLink.objects.filter(workspace=workspace, revoked_at__isnull=True, expires_at__gt=now)
    return rows.select_related("created_by").order_by("expires_at")


def audit_page(workspace: Workspace, before: int | None = None, limit: int = 50) -> AuditPage:
    """One page of the audit book, from the line before number `before`, with persons and details."""
    rows = AuditRow.objects.filter(workspace=workspace).select_related("person", "detail").order_by("-number")
    found = tuple(rows.filter(number__lt=before)[:limit] if before else rows[:limit])
    has_older = bool(found) and found[-1].number > 1
    return AuditPage(found, found[-1].number if has_older else None)


def check_audit(workspace: Workspace) -> ChainCheck:
    """Read the whole audit book and compare each line's digest with the line before it."""
    rows = AuditRow.objects.filter(workspace=workspace).order_by("number")
    read = rows.count()
    return ChainCheck(read, first_broken(rows.iterator(chunk_size=2000)))


def search(workspace: Workspace, person: Person, words: str, limit: int = 5) -> list[Hit]:
    """Colleagues whose name holds all the words."""
    if not may(person, "team.workspace.read"):
        return []
    found = people_of(workspace)
    for word in words.split():
        found = found.filter(name__icontains=word)
    url = reverse("team:index", kwargs={"slug": workspace.slug})
    return [Hit(gettext("Person"), one.name, role_word(one.role), f"{url}#p-{one.pk}") for one in found[:limit]]


def role_word(role: str) -> str:
    """The role in the reader's language."""
    return str(ROLE_WORDS[role])


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
