"""Write down departments, working groups and partners outside."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.make_responsible import make_responsible, unit_of_person
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.undo_change import restore_record, stale_undo
from allmende.team.models import Person, Responsibility, ResponsibleUnit, UnitMember

LED = "unit"


class CannotSaveUnit(Exception):
    """The unit was not saved; `field` is the name of the field to mend."""

    def __init__(self, sentence: str, field: str) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def save_unit(
    *,
    person: Person,
    unit: ResponsibleUnit | None,
    kind: str,
    name: str,
    lead: Person | None,
    members: Iterable[Person],
    now: datetime,
    seen_revision: int | None = None,
) -> ResponsibleUnit:
    """Create or change a unit. Who leads it stands in the history too, so that its lead at a past moment can be told.

    Raises CannotSaveUnit without exactly one lead or for a name taken, StaleRevision when somebody else wrote meanwhile.
    """
    require(person, "team.unit.edit")
    lock_workspace(person.workspace_id)
    members = list(members)
    _check(person, unit, kind, name, lead, members)
    values = {"kind": kind, "name": name.strip(), "lead": lead}
    if unit is None:
        unit = ResponsibleUnit.objects.create(
            workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, **values
        )
    else:
        change_record(record=unit, person=person, now=now, seen_revision=seen_revision, **values)
    _write_members(unit, members)
    _record_lead(person, unit, now)
    record_audit(
        workspace=person.workspace, person=person, verb="team.unit.saved", target=unit, now=now,
        after={"name": name, "kind": kind, "lead": str(lead.pk) if lead else "", "members": [str(one.pk) for one in members]},
    )  # fmt: skip
    return unit


@transaction.atomic
def archive_unit(*, person: Person, unit: ResponsibleUnit, now: datetime) -> None:
    """Take a unit off the lists; the history keeps it. Raises CannotSaveUnit while it is accountable for something."""
    require(person, "team.unit.edit")
    lock_workspace(person.workspace_id)
    held = Responsibility.objects.filter(unit=unit, ends_at__isnull=True).first()
    if held:
        raise CannotSaveUnit(
            _("Not put away: %(name)s is responsible for “%(thing)s”. Hand that over first.")
            % {"name": unit.name, "thing": held.label},
            "name",
        )
    change_record(record=unit, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb="team.unit.archived", target=unit, now=now)


@transaction.atomic
def undo_unit(
    *,
    person: Person,
    now: datetime,
    pk: str,
    revision: int,
    before: Mapping[str, Any],
    members: list[str] | None = None,
) -> None:
    """Write back what a unit was. An empty `before` takes a new one off the lists again."""
    require(person, "team.unit.edit")
    lock_workspace(person.workspace_id)
    unit = ResponsibleUnit.objects.filter(workspace=person.workspace, pk=pk).first()
    if unit is None:
        raise stale_undo()
    restore_record(
        record=unit, person=person, now=now, revision=revision, before=before or {"archived_at": now.isoformat()}
    )
    if members is not None:
        _write_members(unit, Person.objects.filter(workspace=person.workspace, pk__in=members))
    _record_lead(person, unit, now)
    record_audit(workspace=person.workspace, person=person, verb="team.unit.saved", target=unit, now=now)


def _check(
    person: Person, unit: ResponsibleUnit | None, kind: str, name: str, lead: Person | None, members: list[Person]
) -> None:
    if kind not in states.UNIT_KINDS or kind == states.PERSON:
        raise CannotSaveUnit(_("Not saved: choose department, working group or partner outside."), "kind")
    if not name.strip():
        raise CannotSaveUnit(_("Not saved: give it a name."), "name")
    if lead is None and kind != states.EXTERNAL:
        raise CannotSaveUnit(_("Not saved: exactly one person leads it. Choose who answers for what it does."), "lead")
    if any(one.workspace_id != person.workspace_id or one.left_at for one in (*([lead] if lead else []), *members)):
        raise CannotSaveUnit(_("Not saved: whoever leads or belongs to it must work here."), "lead")
    twins = ResponsibleUnit.objects.filter(workspace=person.workspace, name=name.strip(), archived_at__isnull=True)
    if twins.exclude(kind=states.PERSON).exclude(pk__in=[unit.pk] if unit else []).exists():
        raise CannotSaveUnit(_("Not saved: there is one of this name already. Choose another name."), "name")


def _write_members(unit: ResponsibleUnit, members: Iterable[Person]) -> None:
    UnitMember.objects.filter(unit=unit).delete()
    chosen = {one.pk for one in members} - {unit.lead_id}
    UnitMember.objects.bulk_create(UnitMember(unit=unit, person_id=pk) for pk in sorted(chosen, key=str))


def _record_lead(person: Person, unit: ResponsibleUnit, now: datetime) -> None:
    if unit.lead:
        alone = unit_of_person(colleague=unit.lead, now=now, person=person)
        make_responsible(person=person, kind=LED, key=str(unit.pk), label=unit.name, unit=alone, now=now)
