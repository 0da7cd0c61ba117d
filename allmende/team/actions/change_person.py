"""Change a colleague's role or access, or end it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, ngettext

from allmende.team.access import require
from allmende.team.actions.ask_briefing import ask_who_stays, settle_briefing
from allmende.team.actions.change_record import change_record
from allmende.team.actions.follow_in_copy import come_back, follow_in_copy, leave_copy
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.undo_change import CannotUndo, restore_record, stale_undo
from allmende.team.models import Person
from allmende.team.queries import Thing, still_theirs
from allmende.team.states import EXTERNAL, OWNER


class CannotChange(Exception):
    """Role and access stay as they are; the text says why and what to do."""


@transaction.atomic
def change_person(
    *,
    person: Person,
    colleague: Person,
    name: str,
    role: str,
    now: datetime,
    access_until_date: date | None = None,
    seen_revision: int | None = None,
) -> Person:
    """Write name, role and last day of access of `colleague`, and hold to both in a copy that stands. Whoever gets a last day
    later is asked for their briefing too (S4-15).

    Raises CannotChange when nobody would own the workspace, StaleRevision when somebody else wrote meanwhile.
    """
    require(person, "team.person.edit")
    lock_workspace(person.workspace_id)
    if role != OWNER or access_until_date:
        _keep_an_owner(colleague)
    before = change_record(
        record=colleague,
        person=person,
        now=now,
        seen_revision=seen_revision,
        name=name,
        role=role,
        employment="external" if access_until_date else "internal",
        access_until_date=access_until_date,
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="team.person.changed",
        target=colleague,
        now=now,
        before={"name": before["name"], "role": before["role"], "until": str(before["access_until_date"] or "")},
        after={"name": name, "role": role, "until": str(access_until_date or "")},
    )
    _brief(colleague, before["employment"], now)
    follow_in_copy(person=person, colleague=colleague, is_other_role=before["role"] != role, now=now)
    return colleague


def _brief(colleague: Person, before: str, now: datetime) -> None:
    if colleague.employment != EXTERNAL:
        settle_briefing(colleague, now)
    elif before != EXTERNAL:
        ask_who_stays(colleague=colleague, now=now)


class StillTheirs(CannotChange):
    """Access stays, for `things` are still theirs and nobody said why those may stay open."""

    def __init__(self, colleague: Person, things: Sequence[Thing]) -> None:
        self.things = things
        super().__init__(
            ngettext(
                "Not ended. One thing is still in the hands of %(name)s. Give it to somebody else, or say why it may "
                "stay open.",
                "Not ended. %(count)s things are still in the hands of %(name)s. Give them to somebody else, or say why "
                "they may stay open.",
                len(things),
            )
            % {"name": colleague.name, "count": len(things)}
        )


@transaction.atomic
def end_access(*, person: Person, colleague: Person, now: datetime, reason: str = "") -> None:
    """`colleague` leaves: no way in from the next request on, nor into a copy. The Person stays, for who did what (S4-17).

    Raises CannotChange when nobody would own the workspace, StillTheirs when something is still in their hands and no
    `reason` says why it may stay open (I-01).
    """
    require(person, "team.person.edit")
    _keep_an_owner(colleague)
    things = still_theirs(colleague, now)
    if things and not reason.strip():
        raise StillTheirs(colleague, things)
    left_open = {"reason": reason.strip(), "left_open": ", ".join(f"{one.kind} {one.key}" for one in things)}
    change_record(record=colleague, person=person, now=now, seen_revision=None, left_at=now)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="team.person.left",
        target=colleague,
        now=now,
        after={"name": colleague.name, **(left_open if things else {})},
    )
    leave_copy(person=person, colleague=colleague, now=now)


def _keep_an_owner(colleague: Person) -> None:
    lock_workspace(colleague.workspace_id)
    others = Person.objects.filter(
        workspace_id=colleague.workspace_id, role=OWNER, left_at__isnull=True, access_until_date__isnull=True
    ).exclude(pk=colleague.pk)
    if colleague.role == OWNER and not others.exists():
        raise CannotChange(
            gettext(
                "Not changed. %(name)s is the only owner, and without an owner nobody could invite or change settings. "
                "Make somebody else an owner first."
            )
            % {"name": colleague.name}
        )


@transaction.atomic
def undo_change_person(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Give a colleague back the role and the access they had, or who left the way in. Raises CannotUndo."""
    require(person, "team.person.edit")
    lock_workspace(person.workspace_id)
    colleague = Person.objects.filter(workspace=person.workspace, pk=pk).first()
    if colleague is None:
        raise stale_undo()
    if before.get("role", OWNER) != OWNER:
        try:
            _keep_an_owner(colleague)
        except CannotChange as error:
            raise CannotUndo(str(error)) from error
    employment, role, left_at = colleague.employment, colleague.role, colleague.left_at
    restore_record(record=colleague, person=person, now=now, revision=revision, before=before)
    _brief(colleague, employment, now)
    if left_at and colleague.left_at is None:
        come_back(colleague=colleague, left_at=left_at, now=now)
    follow_in_copy(person=person, colleague=colleague, is_other_role=colleague.role != role, now=now)
    record_audit(
        workspace=person.workspace, person=person, verb="team.person.changed", target=colleague, now=now,
        after={"name": colleague.name, "role": colleague.role},
    )  # fmt: skip
