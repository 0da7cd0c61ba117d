"""Who may stand duty in which hours on which day: trained for them, and briefed who is from outside (S3-16, S4-15)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from allmende.team import states
from allmende.team.models import CoverageRequirement, Person, ServiceHours, TrainingException, TrainingRecord
from allmende.team.queries.training import asked_by_cover, briefed, units_of_training

EVER = date.max


@dataclass(frozen=True)
class Fitness:
    """`needed`: the units each set of hours asks for (None: all of them at once); `until`: the last day each person has a unit;
    `excepted`: the last day on which somebody needs none."""

    needed: dict[UUID | None, frozenset[UUID]]
    until: dict[tuple[UUID, UUID], date]
    excepted: dict[UUID, date]
    briefed: frozenset[UUID]

    def has(self, person_id: UUID, hours_id: UUID | None, day: date) -> bool:
        """May this person stand duty in these hours on that day?"""
        if person_id not in self.briefed:
            return False
        if self.excepted.get(person_id, date.min) >= day:
            return True
        return all(self.until.get((person_id, unit), date.min) >= day for unit in self.needed.get(hours_id, ()))


def fitness_in(people: Sequence[Person], requirements: Iterable[CoverageRequirement]) -> Fitness:
    """Of these people in the hours of these requirements, which come with their units, on any day; as many queries however many
    there are of all of them."""
    asked: dict[UUID, set[UUID]] = {}
    for one in requirements:
        units = {one.unit.pk} if one.unit and one.unit.archived_at is None else set()
        asked.setdefault(one.hours_id, set()).update(units)
    return _fitness(people, asked)


def fitness_of(people: Sequence[Person], sets: Iterable[ServiceHours | None]) -> Fitness:
    """Of these people in these hours."""
    asked = asked_by_cover(people[0].workspace) if people else {}
    return _fitness(people, {one.pk: set() for one in sets if one} | asked)


def _fitness(people: Sequence[Person], asked: Mapping[UUID, set[UUID]]) -> Fitness:
    if not people:
        return Fitness({}, {}, {}, frozenset())
    workspace = people[0].workspace
    everywhere = frozenset(units_of_training(workspace).filter(gates_duty=True).values_list("pk", flat=True))
    needed: dict[UUID | None, frozenset[UUID]] = {None: everywhere.union(*asked.values())}
    needed |= {pk: everywhere | units for pk, units in asked.items()}
    rows = TrainingRecord.objects.filter(person__in=people, state=states.VALID, archived_at__isnull=True)
    until = {
        (who, unit): last or EVER for who, unit, last in rows.values_list("person_id", "unit_id", "valid_until_date")
    }
    exceptions = TrainingException.objects.filter(person__in=people, gate=states.DUTY_GATE, archived_at__isnull=True)
    excepted: dict[UUID, date] = {}
    for who, last in exceptions.values_list("person_id", "until_date"):
        excepted[who] = max(last, excepted.get(who, last))
    return Fitness(needed, until, excepted, frozenset(briefed(people)))
