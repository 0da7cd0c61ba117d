"""Write what we want understood, and what makes us unmistakable (S4-28)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from allmende.guidelines.models import BrandRecord, CoreMessage
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Record

EDIT = "guidelines.plan.edit"


class CannotSaveMessage(Exception):
    """Nothing was saved; `field` names the field to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def save_message(
    *,
    person: Person,
    message: CoreMessage | None,
    sentence: str,
    proof_points: str,
    valid_from_date: date,
    valid_until_date: date | None,
    now: datetime,
    revision: int | None = None,
) -> CoreMessage:
    """Add a core message, or change one. Raises CannotSaveMessage, and StaleRevision when somebody changed it meanwhile."""
    require(person, EDIT)
    if valid_until_date and valid_until_date < valid_from_date:
        raise CannotSaveMessage(gettext("Not saved: the last day comes before the first."), "valid_until_date")
    fields = {
        "sentence": sentence.strip(),
        "proof_points": proof_points.strip(),
        "valid_from_date": valid_from_date,
        "valid_until_date": valid_until_date,
    }
    lock_workspace(person.workspace_id)
    if message is None:
        saved = CoreMessage.objects.create(workspace=person.workspace, **fields, **_by(person, now))
    else:
        saved = CoreMessage.objects.get(pk=message.pk, workspace=person.workspace)
        change_record(record=saved, person=person, now=now, seen_revision=revision, **fields)
    _audit(person, "guidelines.message.saved", saved, now, {"sentence": saved.sentence})
    return saved


@transaction.atomic
def serve_objective(*, person: Person, message: CoreMessage, key: str, does_serve: bool, now: datetime) -> CoreMessage:
    """Say that a core message helps the objective of this key, or no longer does (`domain.md` 3.10)."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    message = CoreMessage.objects.select_for_update().get(pk=message.pk, workspace=person.workspace)
    others = [one for one in message.serves_keys if one != key]
    keys = [*others, key] if does_serve else others
    change_record(record=message, person=person, now=now, seen_revision=None, serves_keys=keys)
    _audit(person, "guidelines.message.serves", message, now, {"key": key, "serves": does_serve})
    return message


@transaction.atomic
def archive_message(*, person: Person, message: CoreMessage, now: datetime) -> CoreMessage:
    """Put a core message away; what referred to it keeps its words."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    message = CoreMessage.objects.get(pk=message.pk, workspace=person.workspace)
    change_record(record=message, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, "guidelines.message.archived", message, now, {})
    return message


@transaction.atomic
def save_brand(
    *,
    person: Person,
    promise: str,
    difference: str,
    voice: str,
    never: str,
    now: datetime,
    revision: int | None = None,
) -> BrandRecord:
    """Write the workspace's one brand record. Raises StaleRevision when somebody changed it meanwhile."""
    require(person, EDIT)
    fields = {
        "promise": promise.strip(),
        "difference": difference.strip(),
        "voice": voice.strip(),
        "never": never.strip(),
    }
    lock_workspace(person.workspace_id)
    saved = BrandRecord.objects.filter(workspace=person.workspace).first()
    if saved is None:
        saved = BrandRecord.objects.create(workspace=person.workspace, **fields, **_by(person, now))
    else:
        change_record(record=saved, person=person, now=now, seen_revision=revision, archived_at=None, **fields)
    _audit(person, "guidelines.brand.saved", saved, now, fields)
    return saved


def _by(person: Person, now: datetime) -> dict[str, Any]:
    return {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}


def _audit(person: Person, verb: str, saved: Record, now: datetime, after: dict[str, Any]) -> None:
    record_audit(workspace=person.workspace, person=person, verb=verb, target=saved, now=now, after=after)
