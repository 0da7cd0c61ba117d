"""What people have learnt, what they still need and why, and what they may not do before (S3-15, S3-16, S2-12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Exists, Prefetch, Q, QuerySet

from allmende.team import states
from allmende.team.access import may
from allmende.team.models import (
    BriefingReceipt,
    CoverageRequirement,
    Person,
    PersonSkill,
    ProfileHolder,
    RoleProfile,
    ServiceHours,
    TrainingException,
    TrainingRecord,
    TrainingUnit,
    Workspace,
)
from allmende.team.queries.people import people_of

# Which right each gate keeps, and by which column of a unit. Whoever may publish may speak in a crisis too.
GATE_RIGHTS = {
    states.DUTY_GATE: "team.duty.stand",
    states.MODERATION_GATE: "inbox.moderation.decide",
    states.PUBLISHING_GATE: "editorial.item.schedule",
    states.CRISIS_GATE: "editorial.item.schedule",
}
GATE_COLUMNS = {gate: f"gates_{gate}" for gate in states.GATES}


@dataclass(frozen=True)
class Need:
    """Something one person has to learn. `why`: a gate, "cover", "role", or "profile" with the skill; without `unit` nothing teaches it."""

    unit: TrainingUnit | None
    why: str
    skill: str = ""
    record: TrainingRecord | None = None

    @property
    def state(self) -> str:
        return self.record.state if self.record else states.REQUIRED


@dataclass(frozen=True)
class Learner:
    """One person with what is valid, what is on its way, and what is needed still."""

    person: Person
    needs: Sequence[Need]
    valid: Sequence[TrainingRecord]


@dataclass(frozen=True)
class Cell:
    """One skill of a profile and one person: the level asked for, and the one they say they have; None: nothing said."""

    skill: str
    required: int
    is_essential: bool
    has: int | None

    @property
    def is_met(self) -> bool:
        return self.has is not None and self.has >= self.required


@dataclass(frozen=True)
class Comparison:
    """A profile and the people measured against it, by name: no sum, no order of merit."""

    profile: RoleProfile
    rows: Sequence[tuple[Person, Sequence[Cell]]]
    passions: dict[UUID, Sequence[str]] = field(default_factory=dict)


def units_of_training(workspace: Workspace) -> QuerySet[TrainingUnit]:
    """What is learnt here, by name."""
    return TrainingUnit.objects.filter(workspace=workspace, archived_at__isnull=True)


def profiles_of(workspace: Workspace) -> QuerySet[RoleProfile]:
    """The role profiles with their competencies and holders, by name."""
    rows = RoleProfile.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.prefetch_related("competencies", Prefetch("holders", ProfileHolder.objects.select_related("person")))


def missing_for(person: Person, gate: str, day: date) -> list[TrainingUnit]:
    """The units this person lacks on that day for what the gate keeps, unless it makes an exception for them; one query."""
    return _missing(person, gate, Q(**{GATE_COLUMNS[gate]: True}), day)


def missing_for_duty(person: Person, hours: ServiceHours | None, day: date) -> list[TrainingUnit]:
    """The units this person lacks on that day for duty in these hours (None: in all), those of their cover too; one query."""
    asked = CoverageRequirement.objects.filter(workspace=person.workspace, archived_at__isnull=True)
    asked = asked.filter(hours=hours) if hours else asked
    gated = Q(gates_duty=True) | Q(pk__in=asked.filter(unit__isnull=False).values("unit"))
    return _missing(person, states.DUTY_GATE, gated, day)


def asked_by_cover(workspace: Workspace) -> dict[UUID, set[UUID]]:
    """Which unit the cover of which hours asks for."""
    rows = CoverageRequirement.objects.filter(
        workspace=workspace, archived_at__isnull=True, unit__archived_at__isnull=True, unit__isnull=False
    )
    found: dict[UUID, set[UUID]] = {}
    for hours_id, unit_id in rows.values_list("hours_id", "unit_id"):
        found.setdefault(hours_id, set()).add(unit_id)
    return found


def briefed(people: Iterable[Person]) -> set[UUID]:
    """Who of them may begin: colleagues, and who is from outside and has confirmed the briefing."""
    external = [one.pk for one in people if one.employment == "external"]
    confirmed = set(BriefingReceipt.objects.filter(person__in=external).values_list("person_id", flat=True))
    return {one.pk for one in people if one.employment != "external" or one.pk in confirmed}


def _missing(person: Person, gate: str, gated_by: Q, day: date) -> list[TrainingUnit]:
    valid = TrainingRecord.objects.filter(person=person, state=states.VALID, archived_at__isnull=True)
    valid = valid.filter(Q(valid_until_date__isnull=True) | Q(valid_until_date__gte=day))
    gated = units_of_training(person.workspace).filter(gated_by)
    excepted = TrainingException.objects.filter(person=person, gate=gate, until_date__gte=day, archived_at__isnull=True)
    return list(gated.exclude(pk__in=valid.values("unit")).exclude(Exists(excepted)))


def exceptions_of(workspace: Workspace) -> QuerySet[TrainingException]:
    """Who may do what without its training, until when and why; those that have ended stay until put away."""
    rows = TrainingException.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.select_related("person", "created_by")


def untrained_on(people: Iterable[Person], gate: str, day: date) -> set[UUID]:
    """Who of them lacks a unit for what the gate keeps."""
    return {one.pk for one in people if missing_for(one, gate, day)}


def is_briefed(person: Person) -> bool:
    """Somebody from outside has confirmed their briefing; colleagues need not."""
    return person.employment != "external" or BriefingReceipt.objects.filter(person=person).exists()


def last_briefing(person: Person) -> BriefingReceipt | None:
    """When somebody confirmed their briefing last."""
    return BriefingReceipt.objects.filter(person=person).first()


def learners(workspace: Workspace, only: Person | None = None) -> list[Learner]:
    """Everybody, or one, with what they need and why; six queries however many people there are."""
    people = [one for one in people_of(workspace) if only is None or one.pk == only.pk]
    units = list(units_of_training(workspace))
    records = TrainingRecord.objects.filter(
        workspace=workspace, archived_at__isnull=True, unit__archived_at__isnull=True
    )
    held: dict[UUID, dict[UUID, TrainingRecord]] = {}
    for record in records.select_related("unit"):
        held.setdefault(record.person_id, {})[record.unit_id] = record
    gaps, asked = _gaps(workspace), {unit for units in asked_by_cover(workspace).values() for unit in units}
    return [_learner(one, units, held.get(one.pk, {}), gaps.get(one.pk, []), asked) for one in people]


def compare(profile: RoleProfile) -> Comparison:
    """The people of a profile beside what it asks for; nothing is added up (S2-12)."""
    people = sorted((one.person for one in profile.holders.all()), key=lambda one: one.name.casefold())
    said = _skills(people)
    asked = list(profile.competencies.all())
    rows = [
        (
            one,
            [
                Cell(each.skill, each.level, each.is_essential, said.get((one.pk, each.skill.casefold())))
                for each in asked
            ],
        )
        for one in people
    ]
    liked: dict[UUID, list[str]] = {}
    for skill in PersonSkill.objects.filter(person__in=people, is_passion=True, archived_at__isnull=True):
        liked.setdefault(skill.person_id, []).append(skill.skill)
    return Comparison(profile, rows, dict(liked))


def skills_of(person: Person) -> list[PersonSkill]:
    """What somebody says they can and like."""
    return list(PersonSkill.objects.filter(person=person, archived_at__isnull=True))


def asked_skills(person: Person) -> list[str]:
    """The skills the profiles of this person name, for filling in."""
    rows = RoleProfile.objects.filter(holders__person=person, archived_at__isnull=True)
    return sorted({skill for skill in rows.values_list("competencies__skill", flat=True) if skill}, key=str.casefold)


def due_trainings(today: date) -> QuerySet[TrainingRecord]:
    """What was valid until a day that has passed."""
    rows = TrainingRecord.objects.filter(state=states.VALID, valid_until_date__lt=today, archived_at__isnull=True)
    return rows.select_related("person", "unit", "workspace")


def _learner(
    person: Person, units: Sequence[TrainingUnit], held: dict[UUID, TrainingRecord], gaps: Sequence[tuple[str, int]],
    asked: set[UUID],
) -> Learner:  # fmt: skip
    needs = [
        Need(unit, why, record=held.get(unit.pk))
        for unit in units
        if (why := _why(person, unit, held, asked)) and not _is_valid(held.get(unit.pk))
    ]
    known = {need.unit.pk for need in needs if need.unit}
    for skill, level in gaps:
        teaching = [one for one in units if one.skill.casefold() == skill.casefold() and one.level >= level]
        unit = teaching[0] if teaching else None
        if unit is None:
            needs.append(Need(None, "profile", skill))
        elif unit.pk not in known and not _is_valid(held.get(unit.pk)):
            needs.append(Need(unit, "profile", skill, held.get(unit.pk)))
            known.add(unit.pk)
    return Learner(person, needs, [one for one in held.values() if _is_valid(one)])


def _why(person: Person, unit: TrainingUnit, held: dict[UUID, TrainingRecord], asked: set[UUID]) -> str:
    for gate, column in GATE_COLUMNS.items():
        if getattr(unit, column) and may(person, GATE_RIGHTS[gate]):
            return gate
    if unit.pk in asked and may(person, GATE_RIGHTS[states.DUTY_GATE]):
        return "cover"
    if person.role in unit.roles:
        return "role"
    return "written" if unit.pk in held else ""


def _is_valid(record: TrainingRecord | None) -> bool:
    return record is not None and record.state == states.VALID


def _gaps(workspace: Workspace) -> dict[UUID, list[tuple[str, int]]]:
    """Per person the skills of their profiles they lack, with the level asked for."""
    holders = [(profile, one.person) for profile in profiles_of(workspace) for one in profile.holders.all()]
    said = _skills([person for _profile, person in holders])
    found: dict[UUID, list[tuple[str, int]]] = {}
    for profile, person in holders:
        for each in profile.competencies.all():
            if (said.get((person.pk, each.skill.casefold())) or 0) < each.level:
                found.setdefault(person.pk, []).append((each.skill, each.level))
    return found


def _skills(people: Iterable[Person]) -> dict[tuple[UUID, str], int]:
    rows = PersonSkill.objects.filter(person__in=list(people), archived_at__isnull=True)
    return {(one.person_id, one.skill.casefold()): one.level for one in rows}


def record_of(unit: TrainingUnit, person: Person) -> TrainingRecord | None:
    """How far somebody is with a unit."""
    return TrainingRecord.objects.filter(unit=unit, person=person, archived_at__isnull=True).first()
