"""The times of the week at which a channel speaks: add one, take one out."""

from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.models import Channel
from allmende.editorial import audit
from allmende.editorial.models import PostingSlot
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotKeepSlot(Exception):
    """Nothing was saved; the message says why."""


@transaction.atomic
def add_slot(*, person: Person, channel: Channel, weekday: int, starts_at: time, now: datetime) -> PostingSlot:
    """Keep a weekly slot; one taken out before comes back. Raises CannotKeepSlot if it is there already."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    place = {"workspace": person.workspace, "channel": channel, "weekday": weekday, "starts_at": starts_at}
    fresh = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    slot, is_new = PostingSlot.objects.select_for_update(of=("self",)).get_or_create(**place, defaults=fresh)
    if not is_new:
        if slot.archived_at is None:
            raise CannotKeepSlot(_("Not added. This channel has that time already. Choose another day or time."))
        change_record(record=slot, person=person, now=now, seen_revision=None, archived_at=None)
    _audit(person, audit.SLOT_ADDED, slot, now)
    return slot


@transaction.atomic
def remove_slot(*, person: Person, slot: PostingSlot, now: datetime) -> PostingSlot:
    """Take a weekly slot out; texts that stand at it keep their time."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    slot = PostingSlot.objects.get(pk=slot.pk, workspace=person.workspace)
    change_record(record=slot, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, audit.SLOT_REMOVED, slot, now)
    return slot


def _audit(person: Person, verb: str, slot: PostingSlot, now: datetime) -> None:
    after = {"channel": slot.channel.slug, "weekday": slot.weekday, "time": f"{slot.starts_at:%H:%M}"}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=slot, now=now, after=after)
