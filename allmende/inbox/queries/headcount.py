"""How many people the care needs, from the inbox's own arrivals, the rota and the plan (S2-18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import ExtractHour, TruncDay

from allmende.domain.headcount import Headcount, headcount
from allmende.domain.weeks import monday_of
from allmende.inbox.models import Wait
from allmende.plan.queries import hours_page
from allmende.team import states
from allmende.team.models import Person, StaffingAssumption, Workspace
from allmende.team.queries import PER_CENT, USUAL, assumptions_of, figures_of, seat_hours

WEEKS = 8
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Input:
    """One figure of the calculation. `source`: measured, assumed by the team, or usual; `measured` stands beside what is
    assumed instead."""

    name: str
    value: float
    source: str
    measured: float | None
    assumption: StaffingAssumption | None

    @property
    def is_share(self) -> bool:
        return self.name in PER_CENT


@dataclass(frozen=True)
class Arrivals:
    """What came in: the middle of the last whole weeks, and the busiest hour of the clock, on average over its days."""

    weeks: Sequence[int]
    peak_hour: int | None
    peak: float

    @property
    def usual(self) -> float | None:
        return float(median(self.weeks)) if self.weeks else None


@dataclass(frozen=True)
class HeadcountPage:
    """The number, every figure it rests on, and what came in."""

    result: Headcount | None
    inputs: Sequence[Input]
    arrivals: Arrivals


def arrivals(workspace: Workspace, now: datetime) -> Arrivals:
    """How often members wrote so that it was our turn, in the last eight whole weeks; the one in which it began is none."""
    place = ZoneInfo(workspace.zone)
    today = workspace.day_at(now)
    end = datetime.combine(monday_of(today), time(0), place)
    rows = Wait.objects.filter(
        conversation__workspace=workspace, clock="our_response", started_at__lt=end, started_at__gte=end - WEEKS * WEEK
    )
    by_hour = rows.annotate(day=TruncDay("started_at", tzinfo=place), hour=ExtractHour("started_at", tzinfo=place))
    counted = list(by_hour.values_list("day", "hour").annotate(number=Count("pk")).order_by("day", "hour"))
    if not counted:
        return Arrivals((), None, 0)
    begin = _first_week(workspace, [row[0].date() for row in counted], end)
    counted = [row for row in counted if row[0].date() >= begin]
    weeks = [0] * ((end.date() - begin).days // 7)
    hours: dict[int, int] = {}
    for day, hour, number in counted:
        weeks[(day.date() - begin).days // 7] += number
        hours[hour] = hours.get(hour, 0) + number
    busiest = max(hours, key=lambda hour: hours[hour])
    days = len({day for day, _hour, _number in counted})
    return Arrivals(tuple(weeks), busiest, hours[busiest] / days)


def _first_week(workspace: Workspace, days: Sequence[date], end: datetime) -> date:
    """The Monday to count from. Where nothing was before, the first week is no whole one; it counts if there is no other."""
    monday = monday_of(days[0])
    earlier = Wait.objects.filter(conversation__workspace=workspace, started_at__lt=end - WEEKS * WEEK)
    if days[0] == monday or days[-1] < monday + WEEK or earlier.exists():
        return monday
    return monday + WEEK


def headcount_page(person: Person, now: datetime) -> HeadcountPage:
    """All models side by side over what is measured, assumed and usual."""
    workspace = person.workspace
    came = arrivals(workspace, now)
    planned = sum(row.planned for row in hours_page(person, workspace.day_at(now)).rows)
    measured: Mapping[str, float | None] = {
        "seat_hours": seat_hours(workspace, now),
        "contacts": came.usual,
        "peak_contacts": came.peak or None,
        "strategic_hours": float(planned) or None,
    }
    assumed = assumptions_of(workspace)
    inputs = [_input(name, measured.get(name), assumed.get(name)) for name in states.ASSUMED]
    return HeadcountPage(headcount(figures_of({one.name: one.value for one in inputs})), inputs, came)


def _input(name: str, measured: float | None, assumption: StaffingAssumption | None) -> Input:
    if assumption is not None:
        return Input(name, float(assumption.value), "assumed", measured, assumption)
    if measured is not None:
        return Input(name, measured, "measured", measured, None)
    return Input(name, USUAL[name], "usual", None, None)
