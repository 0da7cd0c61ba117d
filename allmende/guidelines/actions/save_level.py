"""Say in calm times what we do when it burns: the levels of the scale, and whom each calls (S2-22)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from allmende.guidelines.models import EscalationContact, EscalationLevel
from allmende.guidelines.states import HOLDING_LEVEL
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "guidelines.plan.edit"


class CannotSaveLevel(Exception):
    """Nothing was saved; `field` names the field to mend."""

    def __init__(self, sentence: str, field: str) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def adopt_levels(*, person: Person, proposals: Sequence[Mapping[str, Any]], now: datetime) -> bool:
    """Write the proposed levels down as this workspace's own, to be edited; False when they stand already.

    It asks for no right of its own: whoever may declare must not be stopped because nobody prepared anything.
    """
    lock_workspace(person.workspace_id)
    if EscalationLevel.objects.filter(workspace=person.workspace).exists():
        return False
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    EscalationLevel.objects.bulk_create(
        EscalationLevel(workspace=person.workspace, **proposal, **by) for proposal in proposals
    )
    record_audit(
        workspace=person.workspace, person=person, verb="guidelines.levels.adopted", target=person.workspace, now=now
    )
    return True


@transaction.atomic
def save_level(
    *, person: Person, level: EscalationLevel, revision: int | None, now: datetime, **fields: Any
) -> EscalationLevel:
    """Change what a level says. Raises CannotSaveLevel and StaleRevision."""
    require(person, EDIT)
    if not fields["name"].strip():
        raise CannotSaveLevel(gettext("Not saved. Give the level a name people can say aloud."), "name")
    if level.number >= HOLDING_LEVEL and not fields["holds_posts"]:
        said = gettext("Not saved. From level %(number)s on posts are always held, so that nothing cheerful goes out.")
        raise CannotSaveLevel(said % {"number": HOLDING_LEVEL}, "holds_posts")
    lock_workspace(person.workspace_id)
    level = EscalationLevel.objects.get(pk=level.pk, workspace=person.workspace)
    change_record(record=level, person=person, now=now, seen_revision=revision, **fields)
    record_audit(workspace=person.workspace, person=person, verb="guidelines.level.saved", target=level, now=now)
    return level


@transaction.atomic
def save_contact(
    *,
    person: Person,
    level: EscalationLevel,
    colleague: Person | None,
    name: str,
    email: str,
    phone: str,
    now: datetime,
) -> EscalationContact:
    """Let a level call a colleague, or somebody by mail or telephone. Raises CannotSaveLevel."""
    require(person, EDIT)
    if colleague is None and not name.strip():
        raise CannotSaveLevel(gettext("Not saved. Choose a colleague, or write down who is called."), "name")
    if colleague is None and not (email or phone.strip()):
        raise CannotSaveLevel(gettext("Not saved. Without an address or a number nobody can be called."), "email")
    given = {"name": "" if colleague else name.strip(), "email": "" if colleague else email}
    given["phone"] = "" if colleague else phone.strip()
    lock_workspace(person.workspace_id)
    same = EscalationContact.objects.filter(level=level, person=colleague, **given).first()
    if same:  # put away before, or pressed twice
        change_record(record=same, person=person, now=now, seen_revision=None, archived_at=None)
        return _told(person, same, now)
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    made = EscalationContact.objects.create(workspace=person.workspace, level=level, person=colleague, **given, **by)
    return _told(person, made, now)


@transaction.atomic
def archive_contact(*, person: Person, contact: EscalationContact, now: datetime) -> EscalationContact:
    """A level calls somebody no longer."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    contact = EscalationContact.objects.get(pk=contact.pk, workspace=person.workspace)
    change_record(record=contact, person=person, now=now, seen_revision=None, archived_at=now)
    return _told(person, contact, now)


def _told(person: Person, contact: EscalationContact, now: datetime) -> EscalationContact:
    record_audit(workspace=person.workspace, person=person, verb="guidelines.contact.saved", target=contact, now=now)
    return contact
