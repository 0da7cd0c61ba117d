"""Who is accountable for what: now, and at any past moment (S4-17)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import Q, QuerySet

from allmende.team import states
from allmende.team.access import is_shown
from allmende.team.models import Person, ReleasedTime, Responsibility, ResponsibleUnit, Workspace
from allmende.team.queries.people import is_open_to


@dataclass(frozen=True)
class Thing:
    """Something of a room for which one unit must be accountable (I-01). `change_url`: where that is decided, when not here."""

    kind: str
    key: str
    label: str
    url: str
    change_url: str = ""


@dataclass(frozen=True)
class Held:
    """A thing and who is accountable; `is_ownerless` when nobody is, or whoever led the unit has left."""

    thing: Thing
    unit: ResponsibleUnit | None
    since: datetime | None
    is_ownerless: bool


@dataclass(frozen=True)
class Past:
    """Who was accountable for a thing on a day: `led_by` is who led a department or group then, `until` empty if still so."""

    kind: str
    label: str
    unit_name: str
    unit_kind: str
    led_by: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class Released:
    """The hours a week a person has on a day, who said so, and until when; `is_over` when the last word ran out."""

    hours: Decimal
    record: ReleasedTime | None
    is_over: bool


def units_of(workspace: Workspace) -> list[ResponsibleUnit]:
    """Departments, working groups and partners, by name, with lead and members."""
    rows = ResponsibleUnit.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(kind=states.PERSON)
    return list(rows.select_related("lead").prefetch_related("members__person").order_by("name"))


def led_units(workspace: Workspace) -> QuerySet[ResponsibleUnit]:
    """Departments and working groups with a lead who works here: they can own a plan."""
    rows = ResponsibleUnit.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(kind=states.PERSON)
    return rows.filter(lead__isnull=False, lead__left_at__isnull=True).select_related("lead").order_by("name")


def responsible_unit(workspace: Workspace, kind: str, key: str) -> ResponsibleUnit | None:
    """Who is accountable for a thing now."""
    rows = Responsibility.objects.filter(workspace=workspace, kind=kind, key=key, ends_at__isnull=True)
    line = rows.select_related("unit__lead").first()
    return line.unit if line else None


def people_in(unit: ResponsibleUnit) -> list[Person]:
    """The lead and the members of a unit, without those who left."""
    found = [*([unit.lead] if unit.lead else []), *(row.person for row in unit.members.all())]
    return [one for one in found if one.left_at is None]


def units_for(workspace: Workspace, kind: str) -> Mapping[str, ResponsibleUnit]:
    """Who is accountable for each thing of a kind, by key."""
    rows = Responsibility.objects.filter(workspace=workspace, kind=kind, ends_at__isnull=True)
    lines = rows.select_related("unit__lead").prefetch_related("unit__members__person")
    return {line.key: line.unit for line in lines}


def responsibilities(workspace: Workspace, today: date, reader: Person | None = None) -> list[Held]:
    """Everything that needs an accountable unit, those without first; the rooms say what they have (`accountable`).

    With a `reader` only what they may read of.
    """
    lines = Responsibility.objects.filter(workspace=workspace, ends_at__isnull=True).select_related("unit__lead")
    open_lines = {(line.kind, line.key): line for line in lines}
    found = [_held(thing, open_lines.get((thing.kind, thing.key)), today) for thing in _things(workspace)]
    found = [one for one in found if _reads_of(one.thing.kind, reader)]
    return sorted(found, key=lambda held: not held.is_ownerless)


def ownerless(workspace: Workspace, today: date) -> list[Held]:
    """What stands without anybody to answer for it: for the handover board (I-01)."""
    return [held for held in responsibilities(workspace, today) if held.is_ownerless]


def responsible_on(workspace: Workspace, day: date, reader: Person | None = None) -> list[Past]:
    """Who was accountable for what on that day, where the workspace is at home; a hand-over that day shows both. With a
    `reader` only what they may read of."""
    starts, ends = _bounds(workspace, day)
    still = Q(ends_at__isnull=True) | Q(ends_at__gt=starts)
    lines = list(
        Responsibility.objects.select_related("unit__lead").filter(still, workspace=workspace, starts_at__lt=ends)
    )
    led = {line.key: line.unit.name for line in lines if line.kind == "unit"}
    found = [
        Past(
            line.kind,
            line.label,
            line.unit.name,
            line.unit.kind,
            led.get(str(line.unit_id), ""),
            line.starts_at,
            line.ends_at,
        )
        for line in lines
        if line.ends_at is None or line.ends_at > line.starts_at
    ]
    for answer in asked_of_rooms("responsible_on"):
        found += answer(workspace, day)
    return [one for one in found if _reads_of(one.kind, reader)]


def _reads_of(kind: str, reader: Person | None) -> bool:
    return reader is None or kind not in states.READ_WITH or is_shown(reader, states.READ_WITH[kind])


def released_for(workspace: Workspace, people: Iterable[Person], today: date) -> dict[object, Released]:
    """The hours each person has today by their newest confirmation; none, or one that ran out, is no time at all."""
    rows = ReleasedTime.objects.filter(workspace=workspace, archived_at__isnull=True, confirmed_date__lte=today)
    newest: dict[object, ReleasedTime] = {}
    for row in rows.select_related("manager").order_by("-confirmed_date", "-created_at"):
        newest.setdefault(row.person_id, row)
    return {one.pk: _released(newest.get(one.pk), today) for one in people}


def _released(row: ReleasedTime | None, today: date) -> Released:
    is_over = row is not None and row.until_date < today
    return Released(Decimal(0) if row is None or is_over else row.hours, row, is_over)


def _held(thing: Thing, line: Responsibility | None, today: date) -> Held:
    if line is None:
        return Held(thing, None, None, True)
    has_left = line.unit.lead is not None and not is_open_to(line.unit.lead, today)
    return Held(thing, line.unit, line.starts_at, has_left)


def _things(workspace: Workspace) -> list[Thing]:
    return [thing for answer in asked_of_rooms("accountable") for thing in answer(workspace)]


def asked_of_rooms(name: str) -> list[Any]:
    """This answer of every room that has it, found by name: no room is imported by name here (as `audit` finds verbs)."""
    rooms = [config.name for config in apps.get_app_configs() if config.name.startswith("allmende.")]
    found = [
        import_module(f"{room}.queries") for room in rooms if room != "allmende.team" and find_spec(f"{room}.queries")
    ]
    return [getattr(module, name) for module in found if hasattr(module, name)]


def _bounds(workspace: Workspace, day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time.min, ZoneInfo(workspace.zone))
    return start, datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(workspace.zone))
