"""The calendar as month, week, day and by channel: days with their texts, service hours, care windows and days off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from allmende.channels.models import Channel
from allmende.domain.service_hours import Hours, instant, open_stretches
from allmende.domain.slots import Clash, Planned, clashes, month_days, slot_at, week_days
from allmende.editorial.models import Variant
from allmende.editorial.queries.care import cover_of, mark_care
from allmende.editorial.queries.entries import (
    DRAFT,
    PUBLISHED,
    REVIEW,
    Entry,
    Filters,
    dated_entries,
    undated_entries,
    with_codes,
    written_elsewhere,
)
from allmende.editorial.queries.lanes import Cell, Lane, by_hour, cells_of, lanes_of
from allmende.editorial.queries.rooms import midnight
from allmende.editorial.states import FEED_KIND
from allmende.plan.queries import Objectives, objectives_and_chips
from allmende.team.models import Workspace
from allmende.team.queries import Prepared, default_hours, hours_of, people_of, usual_hours

MONTH, WEEK, DAY, CHANNELS, LIST = "month", "week", "day", "channels", "list"
VIEWS = (MONTH, WEEK, DAY, CHANNELS, LIST)
USUAL_START, USUAL_END = 8, 18
Spans = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Day:
    """A day of the calendar. `care`, what of it `lacks` somebody on duty, and `service`: (start, width) in percent of the
    strip, as strings for SVG."""

    on: date
    entries: list[Entry]
    day_off: str = ""
    is_other: bool = False
    is_today: bool = False
    care: Spans = ()
    lacks: Spans = ()
    service: Spans = ()
    hours: str = ""
    cells: list[Cell] = field(default_factory=list)

    @property
    def iso(self) -> str:
        return self.on.isoformat()

    @property
    def number(self) -> str:
        return str(self.on.day)

    @property
    def is_weekend(self) -> bool:
        return self.on.weekday() > 4

    @property
    def is_uncared(self) -> bool:
        return any(entry.is_uncared for entry in self.entries)


@dataclass(frozen=True)
class CalendarPage:
    """All the calendar shows. `strip`: first and last hour of the strips under the days; `lanes`: a column per channel."""

    view: str
    on: date
    days: Sequence[Day]
    undated: Sequence[Entry]
    previous: date
    following: date
    strip: tuple[int, int]
    clashes: Sequence[tuple[Clash, Entry]]
    uncared: Sequence[Entry]
    count: int
    without_objective: int
    in_review: int
    hour_labels: Sequence[str] = ()
    lanes: Sequence[Lane] = ()

    @property
    def has_lacks(self) -> bool:
        return any(entry.lacks for day in self.days for entry in day.entries)

    @property
    def is_empty(self) -> bool:
        return not self.undated and not any(day.entries for day in self.days)


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel by its slug or a colleague by their id; `kind` of the channel's account, "" for a colleague."""

    key: str
    name: str
    kind: str = ""


@dataclass(frozen=True)
class Choices:
    """What one can filter by; two queries."""

    channels: tuple[Choice, ...]
    objectives: Objectives
    people: tuple[Choice, ...]


def choices_of(workspace: Workspace) -> Choices:
    """Channels that speak or for which something is written, objectives in force, colleagues."""
    found = _CHOICES(person_place=workspace.pk, channel_place=workspace.pk, today=workspace.day_at(timezone.now()))
    return Choices(
        tuple([Choice(key, name, kind or "") for key, name, kind, is_person in found if not is_person]),
        objectives_and_chips(workspace),
        tuple([Choice(str(UUID(key)), name) for key, name, _kind, is_person in found if is_person]),
    )


def _choices(person_place: UUID, channel_place: UUID, today: date) -> "QuerySet[Any, Any]":
    """Channels and people in one query: slug or id, name, kind of account, whether it is a person."""
    people = people_of(Workspace(pk=person_place), today).order_by()
    texts = Variant.objects.filter(channel=OuterRef("pk"), dropped_at__isnull=True, item__archived_at__isnull=True)
    channels = Channel.objects.filter(workspace=channel_place, archived_at__isnull=True)
    channels = channels.filter(Q(account__isnull=False) | Exists(texts)).exclude(account__kind=FEED_KIND)
    found = people.values_list(Cast("pk", CharField()), "name", Value(""), Value(1))
    speaking = channels.order_by().values_list(Cast("slug", CharField()), "name", "account__kind", Value(0))
    return found.union(speaking).order_by("name")


_CHOICES = Prepared(_choices)


def calendar_page(
    workspace: Workspace, *, view: str, on: date, filters: Filters, choices: Choices, now: datetime, language: str
) -> CalendarPage:
    """The month, week or day around `on`; six queries, five more where duty is planned, however many texts there are."""
    shown = _shown(view, on)
    start, end = midnight(shown[0], workspace.zone), midnight(shown[-1] + timedelta(days=1), workspace.zone)
    hours, off = usual_hours(workspace, shown[0], shown[-1], language)
    entries = dated_entries(workspace, start, end, filters) + written_elsewhere(workspace, start, end, filters)
    entries.sort(key=lambda entry: (entry.at or start, entry.title))
    undated = undated_entries(workspace, filters)
    with_codes([*entries, *undated], {key: chip.code for key, chip in choices.objectives.chips.items()})
    ahead = _ahead(entries, now)
    mark_care(workspace, ahead, {None: hours}, cover_of(workspace, ahead))
    strip = _strip(hours)
    today = timezone.localdate(now)
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        if entry.at:
            by_day.setdefault(entry.at.date(), []).append(entry)
    days = [_day(one, by_day.get(one, []), hours, strip, off, today) for one in shown]
    for day in days:
        day.is_other = view == MONTH and day.on.month != on.month
        if view == WEEK:
            day.cells = cells_of(day.on, day.entries, hours)
    ours = [entry for day in days if not day.is_other for entry in day.entries]
    previous, following = _neighbours(view, on)
    lanes: Sequence[Lane] = ()
    if view in (DAY, CHANNELS):
        open_lanes = [one for one in choices.channels if filters.channel in ("", one.key)]
        lanes = lanes_of([(one.name, one.kind) for one in open_lanes], [(day.on, day.entries) for day in days])
        if view == DAY:
            lanes = by_hour(lanes, on, hours)
    return CalendarPage(
        view=view,
        on=on,
        days=days,
        undated=undated,
        previous=previous,
        following=following,
        strip=strip,
        clashes=_clashes(ahead),
        uncared=[entry for entry in ahead if entry.is_uncared],
        count=len(ours),
        without_objective=sum(1 for entry in ours if not entry.serves_key),
        in_review=sum(1 for entry in ours if entry.kind == REVIEW),
        hour_labels=[cell.label for cell in (lanes[0].cells if lanes else days[0].cells)],
        lanes=lanes,
    )


def care_day(
    workspace: Workspace, at: datetime, care: timedelta, entry: Entry | None = None
) -> tuple[Day, tuple[int, int]]:
    """The day a text leaves with its care window and the service hours, and the hours the strips span; three queries.

    `entry`: the text as it was marked already.
    """
    local = at.astimezone(ZoneInfo(workspace.zone))
    hours = hours_of(default_hours(workspace), {local.year})
    entry = entry or Entry(local, "", PUBLISHED, variant_id=UUID(int=0), care=care)
    strip = _strip(hours)
    return _day(local.date(), [entry], hours, strip, {}, local.date()), strip


def _shown(view: str, on: date) -> Sequence[date]:
    if view == DAY:
        return (on,)
    return month_days(on.year, on.month) if view == MONTH else week_days(on)


def _neighbours(view: str, on: date) -> tuple[date, date]:
    if view == DAY:
        return on - timedelta(days=1), on + timedelta(days=1)
    if view in (WEEK, CHANNELS):
        return on - timedelta(days=7), on + timedelta(days=7)
    first = on.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)


def _ahead(entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """The entries that still lie ahead; those that came too late are marked."""
    for entry in entries:
        entry.is_late = entry.kind in (DRAFT, REVIEW) and entry.at is not None and entry.at <= now
    return [entry for entry in entries if entry.variant_id and entry.kind != PUBLISHED and entry.at and entry.at > now]


def _clashes(ahead: Sequence[Entry]) -> list[tuple[Clash, Entry]]:
    by_key: dict[str, Entry] = {str(entry.variant_id): entry for entry in ahead}
    planned = [Planned(key, str(entry.channel_id), entry.at) for key, entry in by_key.items() if entry.at]
    return [(clash, by_key[clash.second.key]) for clash in clashes(planned)]


def _strip(hours: Hours) -> tuple[int, int]:
    starts = [span.starts_at.hour for span in hours.spans]
    ends = [
        24 if span.ends_at == time(0) else -(-(span.ends_at.hour * 60 + span.ends_at.minute) // 60)
        for span in hours.spans
    ]
    return min([USUAL_START, *starts]), max([USUAL_END, *ends])


def _day(
    on: date, entries: list[Entry], hours: Hours, strip: tuple[int, int], off: dict[date, str], today: date
) -> Day:
    begin, end = (_at_hour(on, hour, hours.zone) for hour in strip)
    service = list(open_stretches(hours, begin, end))
    care = [
        (instant(entry.at), instant(entry.until)) for entry in entries if entry.at and entry.until and entry.variant_id
    ]
    zone = ZoneInfo(hours.zone)
    lacking = [(instant(lack.starts_at), instant(lack.ends_at)) for entry in entries for lack in entry.lacks]
    spoken = ", ".join(f"{_clock(opens, zone)}–{_clock(closes, zone)}" for opens, closes in service)
    return Day(
        on=on,
        entries=entries,
        day_off=off.get(on, ""),
        is_today=on == today,
        care=_spans(_merged(care), begin, end),
        lacks=_spans(_merged(lacking), begin, end),
        service=_spans(service, begin, end),
        hours=spoken,
    )


def _at_hour(on: date, hour: int, zone: str) -> datetime:
    """The instant at which the clocks show this full hour of the day, also when they change that night; 24 is its end."""
    return slot_at(datetime.combine(on, time(0)) + timedelta(hours=hour), zone).at


def _clock(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.hour}:{local:%M}"


def _merged(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(stretches):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _spans(stretches: Iterable[tuple[datetime, datetime]], begin: datetime, end: datetime) -> Spans:
    whole = end - begin
    cut = ((max(opens, begin), min(closes, end)) for opens, closes in stretches)
    return tuple(
        (f"{100 * ((opens - begin) / whole):.3g}", f"{100 * ((closes - opens) / whole):.3g}")
        for opens, closes in cut
        if opens < closes
    )
