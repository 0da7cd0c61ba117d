"""What the number of people rests on, as far as the team knows: seats, assumptions, usual values (S2-18)."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from allmende.domain.headcount import Figures
from allmende.domain.weeks import monday_of
from allmende.team import states
from allmende.team.models import StaffingAssumption, Workspace
from allmende.team.queries.duty import cover

# What is usual until somebody measures or says otherwise (domain 3.12); an hour of answering takes seven minutes a contact.
USUAL: Mapping[str, float] = {
    "seat_hours": 0,
    "contacts": 0,
    "handling_minutes": 7,
    "weekly_hours": 38.5,
    "shrinkage": 32,
    "utilisation": 75,
    "strategic_hours": 0,
    "reserve_hours": 0,
    "peak_contacts": 0,
    "answer_minutes": 2,
    "answer_share": 80,
}
PER_CENT = ("shrinkage", "utilisation", "answer_share")
WEEKS = 4


def seat_hours(workspace: Workspace, now: datetime) -> float | None:
    """Hours a week in which somebody has to be there, times how many: the mean of the coming four weeks, holidays as they
    fall. None where no duty is planned."""
    monday = monday_of(workspace.day_at(now)) + timedelta(weeks=1)
    begin = datetime.combine(monday, time(0), ZoneInfo(workspace.zone))
    found = cover(workspace, begin, begin + WEEKS * timedelta(weeks=1))
    if found is None:
        return None
    hours = sum(
        ((closes - opens) * one.seats for one in found.requirements for opens, closes in found.needed(one)), timedelta()
    )
    return hours / timedelta(hours=1) / WEEKS


def assumptions_of(workspace: Workspace) -> dict[str, StaffingAssumption]:
    """What the team assumes, by name."""
    rows = StaffingAssumption.objects.filter(workspace=workspace, archived_at__isnull=True).select_related("updated_by")
    return {one.name: one for one in rows}


def figures_of(values: Mapping[str, float]) -> Figures:
    """The figures of the calculation; shares stand in per cent here."""
    return Figures(**{name: values[name] / 100 if name in PER_CENT else values[name] for name in states.ASSUMED})
