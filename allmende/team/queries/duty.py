"""Who is on duty when: the week as a rota, its gaps, and whether somebody cares for what is published."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from allmende.domain.coverage import (
    Concern,
    Gap,
    Stretch,
    Watch,
    by_day,
    gaps,
    merged,
    needed_stretches,
    present,
    uncovered,
)
from allmende.domain.service_hours import Hours, instant, open_stretches
from allmende.domain.weeks import monday_of
from allmende.team import states
from allmende.team.models import Absence, AcceptedGap, CoverageRequirement, Person, Shift, Workspace
from allmende.team.queries.fitness import Fitness, fitness_in
from allmende.team.queries.hours import hours_by_id, usual_hours
from allmende.team.queries.working_time import away_of, concerns_of

DAY = timedelta(days=1)
# Gaps are shown so far ahead that somebody can still fill them.
AHEAD = timedelta(days=28)


@dataclass(frozen=True)
class RotaGap:
    """Hours nobody covers: of which channels, how many are missing, and who accepted that and why."""

    requirement: CoverageRequirement
    gap: Gap
    accepted: AcceptedGap | None = None

    @property
    def day(self) -> date:
        """The day whose training counts for it."""
        return self.requirement.workspace.day_at(self.gap.starts_at)


@dataclass
class RotaDay:
    """A day of the rota."""

    on: date
    is_today: bool
    day_off: str
    shifts: list[Shift] = field(default_factory=list)
    gaps: list[RotaGap] = field(default_factory=list)
    away: list[Absence] = field(default_factory=list)


@dataclass(frozen=True)
class Rota:
    """A week of duty. `ahead`: the open gaps of the next four weeks; `concerns`: what working time would say, by name."""

    days: Sequence[RotaDay]
    requirements: Sequence[CoverageRequirement]
    ahead: Sequence[RotaGap]
    absences: Sequence[Absence]
    concerns: Sequence[tuple[str, Concern]]

    @property
    def is_planned(self) -> bool:
        return bool(self.requirements)


@dataclass(frozen=True)
class Cover:
    """What the rota says from one instant to another: who is there, per set of hours, and when somebody has to be."""

    requirements: Sequence[CoverageRequirement]
    hours: dict[UUID | None, Hours]
    shifts: Sequence[Shift]
    absences: Sequence[Absence]
    accepted: Sequence[AcceptedGap]
    begin: datetime
    end: datetime
    deputies: Fitness | None = None
    _read: dict[UUID, tuple[tuple[Stretch, ...], tuple[Watch, ...]]] = field(default_factory=dict, compare=False)

    def gaps(self) -> list[RotaGap]:
        """All gaps by time, the accepted ones too; one longer than a day is told day by day, as shifts are planned."""
        found = [
            RotaGap(one, part, self._accepted(one, part))
            for one in self.requirements
            for gap in self._gaps(one)
            for part in by_day(gap, self.hours[one.hours_id].zone)
        ]
        return sorted(found, key=lambda one: one.gap.starts_at)

    def plans(self, hours_id: UUID | None, at: datetime) -> bool:
        """Does the rota decide by then who cares for the channels with these hours?"""
        found = self._of(hours_id)
        return found is not None and found.starts_date <= at.astimezone(self._zone(found)).date()

    def lacking(self, hours_id: UUID | None, at: datetime, care: timedelta, first: timedelta) -> tuple[Gap, ...]:
        """What the care for a post of a channel with these hours lacks; nothing where no duty is planned for them."""
        found = self._of(hours_id)
        if found is None or not self.plans(hours_id, at):
            return ()
        if found.pk not in self._read:
            self._read[found.pk] = self.needed(found), self._watches(found)
        needed, watches = self._read[found.pk]
        at = instant(at)
        near = [one for one in watches if one.starts_at < at + care and one.ends_at > at]
        return uncovered([one for one in needed if one[0] < at + care and one[1] > at], near, at, care, first)

    def idle_in(self, hours_id: UUID | None, gap: Gap) -> list[Shift]:
        """The shifts that do not fill this gap: open, not confirmed yet, or of somebody who is away."""
        found = self._of(hours_id)
        sets = (None, found.hours_id) if found else (None,)
        inside = [one for one in self.shifts if one.starts_at < gap.ends_at and one.ends_at > gap.starts_at]
        return [one for one in inside if one.hours_id in sets]

    def asked_for(self, hours_id: UUID | None) -> CoverageRequirement | None:
        """What is asked for in these service hours (None: the usual ones); None where it is nothing."""
        return self._of(hours_id)

    def kept(self, one: CoverageRequirement) -> tuple[Stretch, ...]:
        """When somebody will be there."""
        return merged((watch.starts_at, watch.ends_at) for watch in self._watches(one))

    def _of(self, hours_id: UUID | None) -> CoverageRequirement | None:
        usual = next((one for one in self.requirements if one.hours.is_default), None)
        return usual if hours_id is None else next((one for one in self.requirements if one.hours_id == hours_id), None)

    def _gaps(self, one: CoverageRequirement) -> tuple[Gap, ...]:
        return gaps(self.needed(one), self._watches(one), one.seats)

    def needed(self, one: CoverageRequirement) -> tuple[Stretch, ...]:
        """When somebody has to be there."""
        hours, zone = self.hours[one.hours_id], self._zone(one)
        begin = max(self.begin, datetime.combine(one.starts_date, time(0), zone))
        first, last = begin.astimezone(zone).date(), self.end.astimezone(zone).date()
        days = [first + n * DAY for n in range((last - first).days + 1)]
        weekend = None
        if one.weekend_starts_at is not None and one.weekend_ends_at is not None:
            weekend = (one.weekend_starts_at, one.weekend_ends_at)
        service = list(open_stretches(hours, begin, self.end)) if begin < self.end else []
        whole = needed_stretches(service, days, hours.zone, weekend, hours.closed_dates)
        cut = [(max(opens, begin), min(closes, self.end)) for opens, closes in whole]
        return tuple(stretch for stretch in cut if stretch[0] < stretch[1])

    def _watches(self, one: CoverageRequirement) -> tuple[Watch, ...]:
        taken = [
            shift for shift in self.shifts if shift.state in states.ACCEPTED and shift.hours_id in (None, one.hours_id)
        ]
        zone = self._zone(one)
        away = [(one, away_of(one, zone)) for one in self.absences if one.state != states.REQUESTED]
        kept: list[Watch] = []
        for shift in taken:
            day = one.workspace.day_at(shift.starts_at)
            fit = [there if self._may_stand_in(who, one, day) else replace(there, deputy=None) for who, there in away]
            kept += present([Watch(str(shift.person_id), shift.starts_at, shift.ends_at)], fit)
        return tuple(sorted(kept, key=lambda watch: (watch.starts_at, watch.person)))

    def _may_stand_in(self, absence: Absence, one: CoverageRequirement, day: date) -> bool:
        """A deputy without the training these hours need covers nothing, whatever they confirmed (S3-16)."""
        deputy = absence.deputy_id
        return deputy is None or self.deputies is None or self.deputies.has(deputy, one.hours_id, day)

    def _zone(self, one: CoverageRequirement) -> ZoneInfo:
        return ZoneInfo(self.hours[one.hours_id].zone)

    def _accepted(self, one: CoverageRequirement, gap: Gap) -> AcceptedGap | None:
        fits = (row for row in self.accepted if row.hours_id == one.hours_id)
        return next((row for row in fits if row.starts_at <= gap.starts_at and row.ends_at >= gap.ends_at), None)


def plans_duty(workspace: Workspace) -> bool:
    """Does this workspace plan who is on duty? Its first requirement turns that on."""
    rows = CoverageRequirement.objects.filter(workspace=workspace, archived_at__isnull=True)
    return workspace.shows(states.DUTY) and rows.exists()


def planning_workspaces() -> list[Workspace]:
    """The workspaces that plan duty and have not switched its module off."""
    rows = CoverageRequirement.objects.filter(archived_at__isnull=True).values("workspace")
    return [one for one in Workspace.objects.filter(pk__in=rows).order_by("pk") if one.shows(states.DUTY)]


def cover(workspace: Workspace, begin: datetime, end: datetime) -> Cover | None:
    """The rota between two instants; None where no duty is planned, after one query, or its module is switched off."""
    if not workspace.shows(states.DUTY):
        return None
    rows = CoverageRequirement.objects.filter(
        workspace=workspace, archived_at__isnull=True, hours__archived_at__isnull=True
    )
    requirements = list(rows.select_related("hours", "unit").order_by("-hours__is_default", "hours__name"))
    if not requirements:
        return None
    for one in requirements:
        one.workspace = workspace
    return _cover(workspace, requirements, begin, end)


def rota(workspace: Workspace, on: date, now: datetime, language: str) -> Rota:
    """The week `on` lies in, from Monday, with its gaps and those of the next four weeks."""
    return rota_and_cover(workspace, on, now, language)[0]


def rota_and_cover(workspace: Workspace, on: date, now: datetime, language: str) -> tuple[Rota, Cover]:
    """The same week, and what it was read from."""
    zone = ZoneInfo(workspace.zone)
    monday, today = monday_of(on), workspace.day_at(now)
    begin = datetime.combine(monday, time(0), zone)
    end = datetime.combine(monday + 7 * DAY, time(0), zone)
    far = max(end, now + AHEAD)
    found = cover(workspace, min(begin, now), far) or _cover(workspace, [], min(begin, now), far)
    days_off = usual_hours(workspace, monday, monday + 7 * DAY, language)[1]
    days = [RotaDay(day, day == today, days_off.get(day, "")) for day in (monday + n * DAY for n in range(7))]
    every = found.gaps()
    for day in days:
        day.shifts = [shift for shift in found.shifts if workspace.day_at(shift.starts_at) == day.on]
        day.gaps = [one for one in every if workspace.day_at(one.gap.starts_at) == day.on]
        day.away = [one for one in found.absences if one.starts_date <= day.on <= one.ends_date]
    ahead = [one for one in every if one.gap.ends_at > now and one.accepted is None]
    upcoming = [one for one in found.absences if one.ends_date >= min(today, monday)]
    return Rota(
        days, found.requirements, ahead, upcoming, concerns_of(workspace, found.shifts, found.absences, begin, end)
    ), found


def on_duty_at(workspace: Workspace, at: datetime) -> list[Person]:
    """Who stands duty at this instant, in all hours."""
    rows = Shift.objects.filter(workspace=workspace, archived_at__isnull=True, starts_at__lte=at, ends_at__gt=at)
    return [shift.person for shift in rows.filter(state__in=states.ACCEPTED).select_related("person") if shift.person]


def _cover(workspace: Workspace, requirements: Sequence[CoverageRequirement], begin: datetime, end: datetime) -> Cover:
    shifts = Shift.objects.filter(workspace=workspace, archived_at__isnull=True, starts_at__lt=end, ends_at__gt=begin)
    days = {"starts_date__lte": workspace.day_at(end), "ends_date__gte": workspace.day_at(begin)}
    absences = Absence.objects.filter(workspace=workspace, archived_at__isnull=True, **days)
    accepted = AcceptedGap.objects.filter(
        Q(starts_at__lt=end, ends_at__gt=begin), workspace=workspace, archived_at__isnull=True
    )
    away = list(absences.select_related("person", "deputy"))
    return Cover(
        requirements,
        hours_by_id(workspace, sorted({begin.year, end.year})),
        list(shifts.select_related("person", "hours", "updated_by")),
        away,
        list(accepted.select_related("created_by")),
        begin,
        end,
        _deputies(workspace, requirements, away),
    )


def _deputies(
    workspace: Workspace, requirements: Sequence[CoverageRequirement], away: Sequence[Absence]
) -> Fitness | None:
    found = {one.deputy.pk: one.deputy for one in away if one.deputy and one.deputy_confirmed_at}
    for deputy in found.values():
        deputy.workspace = workspace
    return fitness_in(list(found.values()), requirements) if found else None
