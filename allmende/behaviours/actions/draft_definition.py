"""Write a definition of one's own: begin it, change it, put it in force, take that back, put it away (`domain.md` 4.2)."""

from collections.abc import Mapping
from datetime import datetime
from itertools import chain, count
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allmende.behaviours import states
from allmende.behaviours.actions.adopt_definition import adopt_definition
from allmende.behaviours.audit import CHANGED, DISCARDED, DRAFTED, WITHDRAWN
from allmende.behaviours.models import (
    BehaviourDefinition,
    CohortCount,
    CountedFrom,
    GroupCount,
    LabelSample,
    Measurement,
    Verdict,
)
from allmende.ledger.shipped import SHIPPED
from allmende.team.access import require
from allmende.team.actions import StaleRevision, change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "behaviours.definition.edit"
LONGEST_KEY = 60
# Addresses of this room that are no keys.
RESERVED = ("drafts", "groups", "traits", "labels", "samples")


class CannotDraft(Exception):
    """Nothing was begun or changed; the message says why and what to do."""


@transaction.atomic
def begin_definition(*, person: Person, spec: Mapping[str, Any], name: str, now: datetime) -> BehaviourDefinition:
    """A draft of a new behaviour with the values of `spec`, whatever its key: the draft gets one of its own."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    return _create(person, _free_key(person, name), 1, spec, name.strip(), now)


@transaction.atomic
def revise_definition(*, person: Person, definition: BehaviourDefinition, now: datetime) -> BehaviourDefinition:
    """The open draft of this behaviour, else its next version: a copy of what is in force."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    versions = BehaviourDefinition.objects.filter(workspace=person.workspace, key=definition.key)
    if existing := versions.filter(state=states.DRAFT).first():
        return existing
    last = versions.order_by("-number").values_list("number", flat=True)[0]
    return _create(person, definition.key, last + 1, definition.spec, definition.name, now)


@transaction.atomic
def save_draft(
    *,
    person: Person,
    draft: BehaviourDefinition,
    spec: Mapping[str, Any],
    name: str,
    seen_revision: int | None,
    now: datetime,
) -> BehaviourDefinition:
    """Write name and values. Faults may stay until it comes into force. Raises CannotDraft and StaleRevision."""
    require(person, EDIT)
    found = _open(person, draft)
    values = {**spec, "key": found.key, "version": found.number}
    before = change_record(
        record=found, person=person, now=now, seen_revision=seen_revision, spec=values, name=name.strip()
    )
    record_audit(
        workspace=person.workspace, person=person, verb=CHANGED, target=found, now=now,
        before=before, after={"spec": values, "name": found.name},
    )  # fmt: skip
    return found


@transaction.atomic
def put_in_force(
    *, person: Person, draft: BehaviourDefinition, now: datetime
) -> tuple[BehaviourDefinition, UUID | None]:
    """Count by this draft from now on; the version before is superseded and stays, with what it counted. Returns the version
    in force and the one it replaced.

    Raises CannotAdopt for what defines no behaviour, such as pure activity (S1-14), CannotDraft where the draft is gone or
    says the same as the version in force, and StaleRevision where somebody wrote something else since `draft` was read.
    """
    require(person, EDIT)
    found = _open(person, draft)
    if found.revision != draft.revision:
        raise StaleRevision(found, {"spec": found.spec, "name": found.name})
    versions = BehaviourDefinition.objects.filter(workspace=person.workspace, key=found.key)
    before = versions.filter(state=states.IN_FORCE).first()
    BehaviourDefinition.objects.filter(pk=found.pk).delete()
    made = adopt_definition(workspace=person.workspace, spec=found.spec, person=person, now=now, name=found.name)
    if before and made.pk == before.pk:
        raise CannotDraft(
            _("Not put in force: version %(number)d, which is in force, counts exactly this already.")
            % {"number": made.number}
        )
    return made, before.pk if before else None


@transaction.atomic
def take_out_of_force(*, person: Person, now: datetime, pk: str, before: str | None) -> None:
    """The undo of putting in force: a draft again, and the version it replaced is in force as it was. Raises CannotUndo."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    versions = BehaviourDefinition.objects.filter(workspace=person.workspace)
    found = versions.filter(pk=UUID(pk), state=states.IN_FORCE).first()
    if found is None or versions.filter(key=found.key, state=states.DRAFT).exists():
        raise stale_undo()
    for counted in (Measurement, Verdict, CohortCount, GroupCount, CountedFrom, LabelSample):
        counted.objects.filter(definition=found).delete()
    by: dict[str, Any] = {"person": person, "now": now, "seen_revision": None}
    change_record(record=found, **by, state=states.DRAFT, in_force_at=None)
    replaced = versions.filter(pk=UUID(before), state=states.SUPERSEDED).first() if before else None
    if replaced:
        change_record(record=replaced, **by, state=states.IN_FORCE, superseded_at=None)
    record_audit(workspace=person.workspace, person=person, verb=WITHDRAWN, target=found, now=now)


@transaction.atomic
def discard_draft(*, person: Person, draft: BehaviourDefinition, now: datetime) -> dict[str, Any]:
    """Put a draft away. Returns what an undo needs. Raises CannotDraft where it is gone already."""
    require(person, EDIT)
    found = _open(person, draft)
    held = {"key": found.key, "number": found.number, "name": found.name, "spec": found.spec}
    record_audit(workspace=person.workspace, person=person, verb=DISCARDED, target=found, now=now, before=held)
    found.delete()
    return held


@transaction.atomic
def drop_begun(*, person: Person, now: datetime, pk: str) -> None:
    """The undo of beginning. Raises CannotUndo where it came into force, or is gone."""
    try:
        discard_draft(person=person, draft=BehaviourDefinition(pk=UUID(pk)), now=now)
    except CannotDraft as refused:
        raise stale_undo() from refused


@transaction.atomic
def restore_draft(
    *, person: Person, now: datetime, key: str, number: int, name: str, spec: Mapping[str, Any]
) -> BehaviourDefinition:
    """The undo of putting a draft away. Raises CannotUndo where another was begun meanwhile."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    versions = BehaviourDefinition.objects.filter(workspace=person.workspace, key=key)
    if versions.filter(state=states.DRAFT).exists() or versions.filter(number=number).exists():
        raise stale_undo()
    return _create(person, key, number, spec, name, now)


def _open(person: Person, draft: BehaviourDefinition) -> BehaviourDefinition:
    """The draft as it stands now, and nobody else changes versions meanwhile."""
    lock_workspace(person.workspace_id)
    rows = BehaviourDefinition.objects.select_related("workspace").filter(workspace=person.workspace, pk=draft.pk)
    found = rows.filter(state=states.DRAFT).first()
    if found is None:
        raise CannotDraft(
            _("Nothing was changed: this draft was put in force or put away meanwhile. Look at the list of behaviours.")
        )
    return found


def _create(
    person: Person, key: str, number: int, spec: Mapping[str, Any], name: str, now: datetime
) -> BehaviourDefinition:
    made = BehaviourDefinition.objects.create(
        workspace=person.workspace,
        key=key,
        number=number,
        name=name,
        spec={**spec, "key": key, "version": number},
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    record_audit(
        workspace=person.workspace, person=person, verb=DRAFTED, target=made, now=now, after={"spec": made.spec}
    )
    return made


def _free_key(person: Person, name: str) -> str:
    taken = set(BehaviourDefinition.objects.filter(workspace=person.workspace).values_list("key", flat=True))
    taken |= {one.key for one in SHIPPED} | set(RESERVED)
    begin = slugify(name)[: LONGEST_KEY - 5].strip("-_") or "behaviour"
    return next(key for key in chain((begin,), (f"{begin}-{number}" for number in count(2))) if key not in taken)
