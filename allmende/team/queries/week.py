"""A week of the rota as it is drawn: the hours that need somebody, then shifts by person or by the hours they care for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from allmende.domain.coverage import Concern, Gap, Stretch
from allmende.domain.service_hours import instant
from allmende.domain.weeks import monday_of
from allmende.team import states
from allmende.team.models import Absence, CoverageRequirement, Person, ServiceHours, Shift, Workspace
from allmende.team.queries.duty import Cover, Rota, RotaDay, RotaGap, rota_and_cover
from allmende.team.queries.fitness import fitness_in
from allmende.team.queries.hours import default_hours, hours_in
from allmende.team.queries.people import holders_of
from allmende.team.queries.rest_days import RestOwed, rest_around
from allmende.team.queries.served import Served, names_by_hours, served, unrequired

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
PEOPLE, HOURS = "people", "hours"
VIEWS = (PEOPLE, HOURS)
# The strip of a day shows at least these hours of the clock.
STRIP = (8, 18)
_OPEN_KEY = "open"

Part = tuple[str, str, str]


@dataclass
class Cell:
    """A row on one day. `strip`: who is there and what is missing, in per cent of the day's bar."""

    on: date
    is_today: bool
    shifts: list[Shift] = field(default_factory=list)
    gaps: list[RotaGap] = field(default_factory=list)
    away: Absence | None = None
    rests_for: date | None = None
    strip: Sequence[Part] = ()
    is_needed: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.shifts or self.gaps or self.away)


@dataclass
class WeekRow:
    """A person, a set of hours, or the shifts nobody has yet. `key` is what a drop on it names."""

    key: str
    name: str
    cells: list[Cell]
    person: Person | None = None
    requirement: CoverageRequirement | None = None
    channels: Sequence[str] = ()

    @property
    def planned(self) -> timedelta:
        """How long the shifts of the week are together."""
        return sum((shift.ends_at - shift.starts_at for cell in self.cells for shift in cell.shifts), timedelta())


@dataclass(frozen=True)
class Week:
    """The page: `care` the required hours, `rows` the shifts, `later` the weeks ahead that have gaps, with how many; `rest` the
    Sundays and holidays of the week, and those of other weeks for which something is to be written down still."""

    rota: Rota
    view: str
    care: Sequence[WeekRow]
    rows: Sequence[WeekRow]
    gaps: Sequence[RotaGap]
    later: Sequence[tuple[date, int]]
    unrequired: Sequence[Served] = ()
    rest: Sequence[RestOwed] = ()

    @property
    def concerns(self) -> Sequence[tuple[str, Concern]]:
        """What working time says of the week, save for the Sundays and holidays of which `rest` tells more."""
        return [(name, one) for name, one in self.rota.concerns if one.kind not in ("sunday", "holiday")]

    @property
    def monday(self) -> date:
        return self.rota.days[0].on

    @property
    def previous(self) -> date:
        return self.monday - WEEK

    @property
    def following(self) -> date:
        return self.monday + WEEK

    @property
    def is_empty(self) -> bool:
        return not self.rota.is_planned and not any(day.shifts for day in self.rota.days)


def week_of(workspace: Workspace, on: date, now: datetime, language: str, view: str = PEOPLE) -> Week:
    """The week `on` lies in as a page."""
    rota, cover = rota_and_cover(workspace, on, now, language)
    channels, sets = served(workspace), list(hours_in(workspace))
    names = names_by_hours(channels, next((one.pk for one in sets if one.is_default), None))
    care = [_care_row(one, cover, rota.days, workspace, names) for one in rota.requirements]
    rows = _by_hours(sets, rota.days, names) if view == HOURS else _by_person(workspace, rota.days)
    last = rota.days[-1].on
    this_week = [one for day in rota.days for one in day.gaps if one.gap.ends_at > now]
    later: dict[date, int] = {}
    for one in rota.ahead:
        at = workspace.day_at(one.gap.starts_at)
        if at > last:
            monday = monday_of(at)
            later[monday] = later.get(monday, 0) + 1
    lacking = unrequired(channels, rota.requirements)
    every = rest_around(workspace, rota.days[0].on, workspace.day_at(now))
    _mark_rest(rows, every)
    rest = [one for one in every if not one.is_settled or rota.days[0].on <= one.worked <= last]
    return Week(rota, view, care, rows, this_week, sorted(later.items()), lacking, rest)


def _mark_rest(rows: Sequence[WeekRow], rest: Sequence[RestOwed]) -> None:
    """On whose day of rest a cell lies, and for which day."""
    days = {(one.person.pk, one.row.rest_date): one.worked for one in rest if one.row}
    for row in rows:
        for cell in row.cells if row.person else ():
            cell.rests_for = days.get((row.person.pk, cell.on)) if row.person else None


def fit_for(person: Person, gaps: Sequence[RotaGap]) -> set[RotaGap]:
    """Which of these gaps a person may stand duty in: trained on its day, and briefed (S3-16, S4-15)."""
    if not gaps:
        return set()
    found = fitness_in([person], {one.requirement for one in gaps})
    return {one for one in gaps if found.has(person.pk, one.requirement.hours_id, one.day)}


def _by_person(workspace: Workspace, days: Sequence[RotaDay]) -> list[WeekRow]:
    people = {one.pk: one for one in holders_of(workspace, "team.duty.stand")}
    for shift in (shift for day in days for shift in day.shifts):
        if shift.person:
            people.setdefault(shift.person.pk, shift.person)
    rows = [WeekRow(_OPEN_KEY, "", [_cell(day, [s for s in day.shifts if s.person_id is None]) for day in days])]
    for person in people.values():
        cells = [_cell(day, [shift for shift in day.shifts if shift.person_id == person.pk]) for day in days]
        for cell, day in zip(cells, days, strict=True):
            cell.away = next((one for one in day.away if one.person_id == person.pk), None)
        rows.append(WeekRow(f"person:{person.pk}", person.name, cells, person=person))
    return rows


def _by_hours(
    sets: Sequence[ServiceHours], days: Sequence[RotaDay], names: Mapping[UUID | None, Sequence[str]]
) -> list[WeekRow]:
    rows = []
    for one in (None, *sets):
        pk = one.pk if one else None
        cells = [_cell(day, [shift for shift in day.shifts if shift.hours_id == pk]) for day in days]
        key = f"hours:{pk}" if one else "hours:"
        rows.append(WeekRow(key, one.name if one else "", cells, channels=names.get(pk, ()) if one else ()))
    return rows


def _cell(day: RotaDay, shifts: list[Shift]) -> Cell:
    return Cell(day.on, day.is_today, shifts)


def _care_row(
    one: CoverageRequirement,
    cover: Cover,
    days: Sequence[RotaDay],
    workspace: Workspace,
    names: Mapping[UUID | None, Sequence[str]],
) -> WeekRow:
    cells = []
    zone = ZoneInfo(workspace.zone)
    needed, here = cover.needed(one), cover.kept(one)
    first, last = _clock_span([*needed, *here], zone)
    for day in days:
        cell = _cell(day, [])
        cell.gaps = [gap for gap in day.gaps if gap.requirement.pk == one.pk]
        begin = instant(datetime.combine(day.on, time(0), zone) + first)
        end = instant(datetime.combine(day.on, time(0), zone) + last)
        missing = [gap.gap for gap in cell.gaps]
        cell.is_needed = any(opens < end and closes > begin for opens, closes in needed)
        cell.strip = [
            *_parts("on", here, begin, end),
            *_parts("gap", [(gap.starts_at, gap.ends_at) for gap in missing], begin, end),
        ]
        cells.append(cell)
    return WeekRow("", one.hours.name, cells, requirement=one, channels=names.get(one.hours_id, ()))


def _clock_span(stretches: Iterable[Stretch], zone: ZoneInfo) -> tuple[timedelta, timedelta]:
    """From which hour of the clock until which the strips reach, so that everything of the week lies within."""
    first, last = STRIP
    for opens, closes in stretches:
        begin, end = opens.astimezone(zone), closes.astimezone(zone)
        first = min(first, begin.hour)
        is_overnight = end.date() > begin.date()
        last = 24 if is_overnight else max(last, end.hour + bool(end.minute))
    return timedelta(hours=first), timedelta(hours=last)


def _parts(kind: str, stretches: Iterable[Stretch], begin: datetime, end: datetime) -> list[Part]:
    whole = end - begin
    cut = [(max(opens, begin), min(closes, end)) for opens, closes in stretches]
    return [
        (kind, f"{100 * ((opens - begin) / whole):.2f}", f"{100 * ((closes - opens) / whole):.2f}")
        for opens, closes in cut
        if opens < closes
    ]


def gap_at(hours: ServiceHours, starts_at: datetime, ends_at: datetime, cover: Cover | None) -> Gap | None:
    """The gap of these hours that holds this stretch, if it still is one."""
    found = cover.gaps() if cover else []
    return next(
        (
            one.gap
            for one in found
            if one.requirement.hours_id == hours.pk and one.gap.starts_at <= starts_at and one.gap.ends_at >= ends_at
        ),
        None,
    )


def next_moves(shift: Shift, person: Person, now: datetime, may_plan: bool) -> list[str]:
    """What this person can do with a shift now, in the order one is likely to want it."""
    is_own, found = shift.person_id == person.pk, list(states.SHIFT_MOVES[shift.state])
    if not is_own and not may_plan:
        found = [to for to in found if to == states.CONFIRMED and shift.state in (states.OPEN, states.SWAP_REQUESTED)]
    if now < shift.starts_at and states.ON_DUTY in found:
        found.remove(states.ON_DUTY)
    if not is_own and shift.state == states.SWAP_REQUESTED and states.OPEN in found:
        found.remove(states.OPEN)
    return [to for to in found if to != states.ASSIGNED]


def shift_before(shift: Shift) -> Shift | None:
    """The shift of the same hours that ended last before this one begins: its note is meant for this one."""
    rows = Shift.objects.filter(workspace=shift.workspace_id, archived_at__isnull=True, ends_at__lte=shift.starts_at)
    same = rows.filter(Q(hours=shift.hours_id) | Q(hours__isnull=True)).exclude(note="").select_related("person")
    return same.filter(ends_at__gte=shift.starts_at - 4 * DAY).order_by("-ends_at").first()


def requirement_of(hours: ServiceHours) -> CoverageRequirement | None:
    """How many people these hours need now."""
    return CoverageRequirement.objects.filter(hours=hours, archived_at__isnull=True).first()


def usual_shift(workspace: Workspace, on: date) -> dict[str, time]:
    """From when until when the usual hours of a day reach: what a new shift is proposed as."""
    spans = [span for span in default_hours(workspace).spans.all() if span.weekday == on.weekday()]
    if not spans:
        return {"starts_at": time(10), "ends_at": time(16)}
    return {"starts_at": spans[0].starts_at, "ends_at": spans[-1].ends_at}
