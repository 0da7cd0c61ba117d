"""Find messages without an entry, and conversations whose words changed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from allmende.channels.models import Message
from allmende.inbox.actions import file_messages
from allmende.inbox.models import FilingMark
from allmende.jobs.actions import Job

BATCH = 500
# Transactions end in another order than they began: look back a little, filing twice changes nothing.
OVERLAP = timedelta(minutes=5)


def file_new(now: datetime) -> int:
    """File what arrived, was sent, edited or deleted since the last look; returns how many messages were looked at."""
    with transaction.atomic():
        mark, _ = FilingMark.objects.select_for_update().get_or_create(name="messages")
        found = Message.objects.select_related("channel").filter(_is_unread())
        if mark.changed_until:
            found = found.filter(changed_at__gte=mark.changed_until - OVERLAP)
        batch = list(found.order_by("changed_at", "pk")[:BATCH])
        file_messages(messages=batch, now=now)
        if batch:
            mark.changed_until = batch[-1].changed_at
            mark.save(update_fields=["changed_until"])
    return len(batch)


def _is_unread() -> Q:
    """Spoken but unfiled, or changed since its conversation was folded. An import files its own rows, all at once."""
    is_unfiled = Q(entry__isnull=True, import_run__isnull=True) & (Q(native_id__isnull=False) | ~Q(thread_native_id=""))
    return is_unfiled | Q(entry__conversation__folded_until__lt=F("changed_at"))


JOBS = (Job("inbox.file_new", file_new, timedelta(seconds=1), "listen"),)
