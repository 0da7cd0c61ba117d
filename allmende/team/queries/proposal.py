"""A proposal who could fill the open gaps of the coming weeks; a person accepts it, or parts of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from allmende.domain.roster import Slot, Worker, propose, slots_of
from allmende.domain.weeks import monday_of
from allmende.team.models import Person, ServiceHours, Workspace
from allmende.team.queries.duty import Cover, RotaGap, cover
from allmende.team.queries.people import holders_of, is_open_to
from allmende.team.queries.staffing import USUAL, assumptions_of
from allmende.team.queries.training import is_briefed, untrained_on, valid_units
from allmende.team.queries.working_time import away_of, rules_of
from allmende.team.states import DUTY_GATE

DAY = timedelta(days=1)
WEEKS = 4


@dataclass(frozen=True)
class Proposed:
    """One shift of the proposal; without `person` nobody can take it without breaking a rule."""

    slot: Slot
    hours: ServiceHours
    person: Person | None

    @property
    def value(self) -> str:
        """What a tick says, as `ProposalForm` reads it."""
        times = f"{int(self.slot.starts_at.timestamp())}|{int(self.slot.ends_at.timestamp())}"
        return f"{self.person.pk}|{self.hours.pk}|{times}" if self.person else ""


@dataclass(frozen=True)
class ProposalPage:
    """The proposal by time, and the hours it gives each person."""

    shifts: Sequence[Proposed]
    hours: Sequence[tuple[str, float]]

    @property
    def filled(self) -> Sequence[Proposed]:
        return [one for one in self.shifts if one.person]

    @property
    def open(self) -> Sequence[Proposed]:
        return [one for one in self.shifts if not one.person]


def proposal(workspace: Workspace, now: datetime) -> ProposalPage:
    """Every open gap of the next four whole weeks, filled as the workspace's rules allow, hours as even as can be."""
    today = workspace.day_at(now)
    monday = monday_of(today)
    end = datetime.combine(monday + WEEKS * 7 * DAY + 7 * DAY, time(0), ZoneInfo(workspace.zone))
    found = cover(workspace, now - 2 * DAY, end)
    gaps = [one for one in found.gaps() if one.accepted is None and one.gap.starts_at > now] if found else []
    if found is None or not gaps:
        return ProposalPage((), ())
    rules = rules_of(workspace)
    sets = {str(one.requirement.hours_id): one.requirement.hours for one in gaps}
    slots = [slot for one in gaps for slot in _slots(one, rules.usual_hours)]
    standing = [one for one in holders_of(workspace, "team.duty.stand") if is_open_to(one, today) and is_briefed(one)]
    unfit = untrained_on(standing, DUTY_GATE, end.date())
    people = {str(one.pk): one for one in standing if one.pk not in unfit}
    skills = {str(pk): units for pk, units in valid_units(people.values(), end.date()).items()}
    takes = propose(slots, _workers(workspace, skills, found), workspace.zone, rules).takes
    shifts = [
        Proposed(slot, sets[slot.key], people[who] if who else None) for slot, who in zip(slots, takes, strict=True)
    ]
    hours: dict[str, float] = {}
    for one in shifts:
        if one.person:
            hours[one.person.name] = hours.get(one.person.name, 0) + one.slot.hours
    return ProposalPage(sorted(shifts, key=lambda one: one.slot.starts_at), sorted(hours.items()))


def _slots(one: RotaGap, usual_hours: float) -> list[Slot]:
    """Whoever takes one has the training its cover asks for."""
    unit = one.requirement.unit
    needs = frozenset({str(unit.pk)} if unit and unit.archived_at is None else ())
    return [replace(slot, needs=needs) for slot in slots_of(one.gap, usual_hours, str(one.requirement.hours_id))]


def _workers(workspace: Workspace, skills: Mapping[str, frozenset[str]], found: Cover) -> list[Worker]:
    zone = ZoneInfo(workspace.zone)
    assumed = assumptions_of(workspace).get("weekly_hours")
    most = float(assumed.value) if assumed else USUAL["weekly_hours"]
    away = [away_of(one, zone) for one in found.absences]
    return [
        Worker(
            key,
            skills=units,
            has=tuple((one.starts_at, one.ends_at) for one in found.shifts if str(one.person_id) == key),
            away=tuple((one.starts_at, one.ends_at) for one in away if one.person == key),
            most_hours=most,
        )
        for key, units in skills.items()
    ]
