"""Write down words that answers may begin with (S2-24)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.inbox import audit
from allmende.inbox.models import TextPattern
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

RIGHT = "inbox.reply.send"


class CannotSavePattern(Exception):
    """Nothing was saved; the message says why."""


@transaction.atomic
def save_pattern(
    *,
    person: Person,
    pattern: TextPattern | None,
    name: str,
    text: str,
    situation: int | None,
    now: datetime,
    revision: int | None = None,
) -> TextPattern:
    """Add a pattern or change one. Raises CannotSavePattern for a name that is taken, and StaleRevision."""
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    rows = TextPattern.objects.filter(workspace=person.workspace)
    others = rows.filter(name=name.strip(), archived_at__isnull=True)
    if (others.exclude(pk=pattern.pk) if pattern else others).exists():
        raise CannotSavePattern(_("Not saved: there is a pattern of this name already. Choose another name."))
    fields = {"name": name.strip(), "text": text.strip(), "situation": situation}
    if pattern is None:
        by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
        saved = TextPattern.objects.create(workspace=person.workspace, **fields, **by)
    else:
        saved = rows.get(pk=pattern.pk)
        change_record(record=saved, person=person, now=now, seen_revision=revision, **fields)
    _audit(person, audit.PATTERN_SAVED, saved, now)
    return saved


@transaction.atomic
def archive_pattern(*, person: Person, pattern: TextPattern, now: datetime) -> TextPattern:
    """Put a pattern away; answers that began with it stay as they are."""
    require(person, RIGHT)
    lock_workspace(person.workspace_id)
    saved = TextPattern.objects.get(pk=pattern.pk, workspace=person.workspace)
    change_record(record=saved, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, audit.PATTERN_ARCHIVED, saved, now)
    return saved


def _audit(person: Person, verb: str, saved: TextPattern, now: datetime) -> None:
    after = {"name": saved.name}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=saved, now=now, after=after)
