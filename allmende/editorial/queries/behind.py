"""The item a conversation answers to, and what the channel says next (S2-03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allmende.channels.models import Channel
from allmende.editorial.models import Item
from allmende.editorial.queries.entries import PUBLISHED, Entry, Filters, dated_entries
from allmende.team.models import Workspace

SOON = timedelta(days=14)
MOST = 3


@dataclass(frozen=True)
class Behind:
    """`item` is None where no item of ours began it; `upcoming`: the next texts of the channel, by time."""

    item: Item | None
    upcoming: Sequence[Entry]


def behind(workspace: Workspace, item_id: UUID | None, channel: Channel, now: datetime) -> Behind:
    """In two queries, one where no item began it."""
    rows = Item.objects.select_related("core_message", "carer")
    item = rows.filter(workspace=workspace, pk=item_id).first() if item_id else None
    ahead = dated_entries(workspace, now, now + SOON, Filters(channel=channel.slug))
    return Behind(item, [entry for entry in ahead if entry.kind != PUBLISHED][:MOST])
