"""Hours a week people were given, against what is planned for them (S3-11, S3-12)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import PlanVersion, Step, StepProgress, StrategicPlan, Tactic
from allmende.plan.queries.published_steps import steps_of
from allmende.plan.queries.standings import standing_tactics
from allmende.plan.queries.steps import progress_of
from allmende.team.models import Person, ResponsibleUnit, Workspace
from allmende.team.queries import Released, people_in, people_of, released_for, responsible_unit, units_for


@dataclass(frozen=True)
class Load:
    """One piece of a person's planned week; `key` names the element, "" for daily work."""

    name: str
    hours: Decimal
    key: str = ""


@dataclass(frozen=True)
class PersonHours:
    """What a person was given and what is planned for them, hours a week."""

    person: Person
    released: Released
    loads: tuple[Load, ...]

    @property
    def planned(self) -> Decimal:
        return sum((load.hours for load in self.loads), Decimal(0))

    @property
    def over(self) -> Decimal:
        """How far the plan goes beyond what was set free; 0 within it."""
        return max(Decimal(0), self.planned - self.released.hours)

    @property
    def is_on_top(self) -> bool:
        """Work without any released time: done beside everything else (S3-12)."""
        return self.planned > 0 and self.released.hours == 0


@dataclass(frozen=True)
class HoursPage:
    """Everybody with released time or planned work; `confirmed`: those whose hours the reader confirmed."""

    rows: tuple[PersonHours, ...]
    confirmed: tuple[PersonHours, ...]

    @property
    def on_top(self) -> tuple[PersonHours, ...]:
        return tuple(row for row in self.rows if row.is_on_top)


@dataclass(frozen=True)
class InForce:
    """The plan in force, where a page has read it already: its version with its plan, tactics as they stand, steps and
    progress by step key."""

    version: PlanVersion
    tactics: Collection[Tactic]
    steps: Sequence[Step]
    progress: Mapping[str, StepProgress]


def hours_page(reader: Person, today: date, read: InForce | None = None) -> HoursPage:
    """A tactic's hours fall to the unit accountable for it, else to whoever has its open steps, else to the plan's owner;
    daily work falls to the unit accountable for the plan. Several people share in equal parts."""
    workspace = reader.workspace
    people = list(people_of(workspace))
    loads = _loads(workspace, {one.pk for one in people}, read)
    released = released_for(workspace, people, today)
    rows = [PersonHours(one, released[one.pk], tuple(loads.get(one.pk, ()))) for one in people]
    shown = tuple(row for row in rows if row.loads or row.released.record)
    ours = tuple(row for row in shown if row.released.record and row.released.record.manager_id == reader.pk)
    return HoursPage(tuple(sorted(shown, key=lambda row: -row.over)), ours)


def _loads(workspace: Workspace, here: set[UUID], read: InForce | None) -> dict[UUID, list[Load]]:
    plan = (
        read.version.plan
        if read
        else StrategicPlan.objects.filter(workspace=workspace).exclude(state=states.CLOSED).first()
    )
    found: dict[UUID, list[Load]] = defaultdict(list)
    if plan is None:
        return found
    unit = responsible_unit(workspace, "plan", str(plan.pk))
    owners = _ids(unit, here) or ([plan.owner_id] if plan.owner_id in here else [])
    _share(found, owners, _("Daily work"), plan.routine_hours, "")
    in_force = read or _read(plan, workspace)
    if in_force is None:
        return found
    units, doers = units_for(workspace, "tactic"), _doers(in_force, here)
    for tactic in in_force.tactics:
        if tactic.state == states.RUNNING:
            whose = _ids(units.get(tactic.key), here) or doers.get(tactic.pk) or owners
            _share(found, whose, f"{tactic.code} {tactic.name}", tactic.effort_hours, tactic.key)
    return found


def _read(plan: StrategicPlan, workspace: Workspace) -> InForce | None:
    version = PlanVersion.objects.filter(plan=plan, state=states.PUBLISHED).first()
    if version is None:
        return None
    return InForce(version, standing_tactics(version), steps_of([version]), progress_of(workspace))


def _doers(read: InForce, here: set[UUID]) -> dict[int, list[UUID]]:
    doers: dict[int, list[UUID]] = defaultdict(list)
    for step in read.steps:
        known = read.progress.get(step.key)
        is_open = (known.state if known else states.PLANNED) in states.OPEN_STEP_STATES
        if is_open and step.owner_id in here and step.owner_id not in doers[step.tactic_id]:
            doers[step.tactic_id].append(step.owner_id)
    return doers


def _ids(unit: ResponsibleUnit | None, here: set[UUID]) -> list[UUID]:
    return [one.pk for one in people_in(unit) if one.pk in here] if unit else []


def _share(found: dict[UUID, list[Load]], whose: list[UUID], name: str, hours: Decimal, key: str) -> None:
    for pk in whose:
        if hours:
            found[pk].append(Load(name, (hours / len(whose)).quantize(Decimal("0.1")), key))
