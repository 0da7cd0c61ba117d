"""A proposal who could fill the open gaps of the coming weeks; a person accepts it, or parts of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from allmende.domain.coverage import Away
from allmende.domain.roster import Slot, Worker, propose, slots_of
from allmende.domain.weeks import monday_of
from allmende.team.models import Person, ServiceHours, Workspace
from allmende.team.queries.duty import Cover, RotaGap, cover
from allmende.team.queries.fitness import Fitness, fitness_in
from allmende.team.queries.people import holders_of, is_open_to
from allmende.team.queries.staffing import USUAL, assumptions_of
from allmende.team.queries.working_time import away_of, rest_kept, rules_of

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
    standing = [one for one in holders_of(workspace, "team.duty.stand") if is_open_to(one, today)]
    fitness = fitness_in(standing, {one.requirement for one in gaps})
    slots = [slot for one in gaps for slot in _slots(one, rules.usual_hours, fitness)]
    people = {str(one.pk): one for one in standing if one.pk in fitness.briefed}
    skills = {key: _skills(one, fitness) for key, one in people.items()}
    resting = rest_kept(workspace, today, end.date())
    takes = propose(slots, _workers(workspace, skills, found, resting), workspace.zone, rules).takes
    shifts = [
        Proposed(slot, sets[slot.key], people[who] if who else None) for slot, who in zip(slots, takes, strict=True)
    ]
    hours: dict[str, float] = {}
    for one in shifts:
        if one.person:
            hours[one.person.name] = hours.get(one.person.name, 0) + one.slot.hours
    return ProposalPage(sorted(shifts, key=lambda one: one.slot.starts_at), sorted(hours.items()))


def _slots(one: RotaGap, usual_hours: float, fitness: Fitness) -> list[Slot]:
    """Whoever takes one has the training its cover asks for on its day (S3-16)."""
    hours_id = one.requirement.hours_id
    needs = frozenset(str(unit) for unit in fitness.needed.get(hours_id, ()))
    return [replace(slot, needs=needs) for slot in slots_of(one.gap, usual_hours, str(hours_id))]


def _skills(person: Person, fitness: Fitness) -> dict[str, date]:
    """The units this person has, each with its last day; who is excepted from the gate of duty needs none until then."""
    excepted = fitness.excepted.get(person.pk, date.min)
    asked = {unit for units in fitness.needed.values() for unit in units}
    return {str(unit): max(excepted, fitness.until.get((person.pk, unit), date.min)) for unit in asked}


def _workers(
    workspace: Workspace, skills: Mapping[str, Mapping[str, date]], found: Cover,
    resting: Sequence[tuple[str, date, date]],
) -> list[Worker]:  # fmt: skip
    zone = ZoneInfo(workspace.zone)
    assumed = assumptions_of(workspace).get("weekly_hours")
    most = float(assumed.value) if assumed else USUAL["weekly_hours"]
    away = [away_of(one, zone) for one in found.absences] + _resting(resting, zone)
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


def _resting(resting: Sequence[tuple[str, date, date]], zone: ZoneInfo) -> list[Away]:
    """The days of rest that stand in for Sundays and holidays: nobody is proposed on theirs."""
    days = [(person, datetime.combine(rest, time(0), zone)) for person, rest, _worked in resting]
    return [Away(person, begin, begin + DAY) for person, begin in days]
