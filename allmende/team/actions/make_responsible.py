"""Hand responsibility over: lines are appended and closed, never changed (I-02)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import require
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.undo_change import stale_undo
from allmende.team.models import Person, Responsibility, ResponsibleUnit, Workspace


class CannotMakeResponsible(Exception):
    """Responsibility stays where it is; says why and what to do."""


@transaction.atomic
def make_responsible(
    *,
    person: Person,
    kind: str,
    key: str,
    label: str,
    unit: ResponsibleUnit,
    now: datetime,
    starts_at: datetime | None = None,
) -> Responsibility:
    """From `starts_at` (now) on `unit` alone is accountable for the thing; the line before ends there (I-01, I-02).

    Raises CannotMakeResponsible for a unit whose lead has left, for a day ahead, and for one before the line in force.
    """
    require(person, "team.unit.edit")
    lock_workspace(person.workspace_id)
    unit = ResponsibleUnit.objects.select_related("lead").get(pk=unit.pk, workspace=person.workspace)
    if unit.archived_at or (unit.lead and not _works_here(unit.lead, now)):
        raise CannotMakeResponsible(
            _("Not changed: nobody leads %(name)s any more. Choose somebody who works here.") % {"name": unit.name}
        )
    starts_at = starts_at or now
    if starts_at > now:
        raise CannotMakeResponsible(_("Not changed: this day lies ahead. Enter the hand-over on the day it happens."))
    lines = Responsibility.objects.select_related("unit").filter(workspace=person.workspace, kind=kind, key=key)
    current = lines.filter(ends_at__isnull=True).first()
    if current and current.unit_id == unit.pk:
        return current
    last = lines.order_by("-starts_at", "-id").first()
    if last and starts_at < max(last.starts_at, last.ends_at or last.starts_at):
        raise CannotMakeResponsible(
            _(
                "Not changed: on that day %(name)s had not taken over yet, and what was recorded stays. Choose a later day."
            )
            % {"name": last.unit.name}
        )
    if current:
        Responsibility.objects.filter(pk=current.pk).update(ends_at=starts_at)
    line = Responsibility.objects.create(
        workspace=person.workspace,
        kind=kind,
        key=key,
        label=label[:200],
        unit=unit,
        starts_at=starts_at,
        recorded_at=now,
        recorded_by=person,
    )
    record_audit(
        workspace=person.workspace, person=person, verb="team.responsibility.given", target=line, now=now,
        before={"unit": current.unit.name if current else ""}, after={"unit": unit.name, "thing": line.label},
    )  # fmt: skip
    return line


@transaction.atomic
def end_responsibility(*, workspace: Workspace, person: Person | None, kind: str, key: str, now: datetime) -> None:
    """Close the open line of a thing: nobody is accountable for it from now on. `person` is None for the worker."""
    if person:
        require(person, "team.unit.edit")
    lock_workspace(workspace.pk)
    open_lines = Responsibility.objects.filter(workspace=workspace, kind=kind, key=key, ends_at__isnull=True)
    line = open_lines.select_related("unit").first()
    if line is None:
        return
    open_lines.update(ends_at=max(now, line.starts_at))
    record_audit(
        workspace=workspace, person=person, verb="team.responsibility.ended", target=line, now=now,
        before={"unit": line.unit.name, "thing": line.label},
    )  # fmt: skip


@transaction.atomic
def undo_responsible(*, person: Person, now: datetime, line: int, before: str) -> None:
    """Give a thing back to the unit `before` ("": to nobody). The history keeps what happened in between."""
    require(person, "team.unit.edit")
    lock_workspace(person.workspace_id)
    given = Responsibility.objects.filter(workspace=person.workspace, pk=line, ends_at__isnull=True).first()
    unit = ResponsibleUnit.objects.filter(workspace=person.workspace, pk=before).first() if before else None
    if given is None or (before and unit is None):
        raise stale_undo()
    if unit is None:
        end_responsibility(workspace=person.workspace, person=person, kind=given.kind, key=given.key, now=now)
        return
    try:
        make_responsible(person=person, kind=given.kind, key=given.key, label=given.label, unit=unit, now=now)
    except CannotMakeResponsible as error:
        raise stale_undo() from error


def unit_of_person(*, colleague: Person, now: datetime, person: Person | None = None) -> ResponsibleUnit:
    """The unit that is just this person; made when it is first needed."""
    unit, _made = ResponsibleUnit.objects.get_or_create(
        workspace_id=colleague.workspace_id,
        kind=states.PERSON,
        lead=colleague,
        defaults={
            "name": colleague.name,
            "created_at": now,
            "created_by": person,
            "updated_at": now,
            "updated_by": person,
        },
    )
    return unit


def _works_here(lead: Person, now: datetime) -> bool:
    is_over = lead.access_until_date is not None and lead.access_until_date < lead.workspace.day_at(now)
    return lead.left_at is None and not is_over
