"""Keep words to be inserted while writing, and put them away."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.models import Channel
from allmende.editorial import audit
from allmende.editorial.models import TextBlock
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotSaveBlock(Exception):
    """Nothing was saved; the message says why."""


@transaction.atomic
def save_block(
    *,
    person: Person,
    block: TextBlock | None,
    kind: str,
    name: str,
    text: str,
    channel: Channel | None = None,
    now: datetime,
    revision: int | None = None,
) -> TextBlock:
    """Add a text block, or change one. Raises CannotSaveBlock for a name that is taken, and StaleRevision."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    fields: dict[str, Any] = {"kind": kind, "name": name.strip(), "text": text.strip(), "channel": channel}
    twins = TextBlock.objects.filter(workspace=person.workspace, kind=kind, name=fields["name"], archived_at=None)
    if (twins.exclude(pk=block.pk) if block else twins).exists():
        raise CannotSaveBlock(_("Not saved. There is one of this kind and name already. Choose another name."))
    if block is None:
        saved = TextBlock.objects.create(
            workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, **fields
        )
    else:
        saved = TextBlock.objects.get(pk=block.pk, workspace=person.workspace)
        change_record(record=saved, person=person, now=now, seen_revision=revision, **fields)
    _audit(person, audit.BLOCK_SAVED, saved, now)
    return saved


@transaction.atomic
def archive_block(*, person: Person, block: TextBlock, now: datetime) -> TextBlock:
    """Put a text block away; what was written with it keeps its words."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    block = TextBlock.objects.get(pk=block.pk, workspace=person.workspace)
    change_record(record=block, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, audit.BLOCK_ARCHIVED, block, now)
    return block


def _audit(person: Person, verb: str, block: TextBlock, now: datetime) -> None:
    after = {"kind": block.kind, "name": block.name}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=block, now=now, after=after)
