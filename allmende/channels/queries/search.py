"""Messages by their words."""

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from allmende.channels.models import Message
from allmende.team.models import Workspace

_WORD = re.compile(r"\w+")
# CROSS JOIN keeps SQLite at reading the index from its newest end and stopping at the limit; it would sort every match first.
NEWEST_FIRST = {
    "sqlite": """SELECT message.id FROM channels_message_fts AS found
        CROSS JOIN channels_message AS message ON message.id = found.rowid
        WHERE found.channels_message_fts MATCH %s AND message.deleted_at IS NULL
        AND message.channel_id IN (SELECT id FROM channels_channel WHERE workspace_id = %s)
        ORDER BY found.rowid DESC LIMIT %s""",
    "postgresql": """SELECT message.id FROM channels_message AS message
        WHERE message.search @@ to_tsquery('simple', %s) AND message.deleted_at IS NULL
        AND message.channel_id IN (SELECT id FROM channels_channel WHERE workspace_id = %s)
        ORDER BY message.id DESC LIMIT %s""",
}


def search(workspace: Workspace, words: str, limit: int = 20) -> list[Message]:
    """Messages that hold all the words (each may go on), the newest first; deleted ones never."""
    wanted = _WORD.findall(words)
    if not wanted:
        return []
    rows = Message.objects.filter(pk__in=_found(workspace, wanted, limit))
    return list(rows.select_related("channel", "identity", "person").order_by("-pk"))


def found_ids(workspace: Workspace, words: str, limit: int) -> RawSQL | list[int]:
    """The ids of the messages `search` finds, as the right-hand side of an `__in`: a part of the query they narrow."""
    wanted = _WORD.findall(words)
    return _found(workspace, wanted, limit) if wanted else []


def _found(workspace: Workspace, wanted: Sequence[str], limit: int) -> RawSQL:
    is_sqlite = connection.vendor == "sqlite"
    asked = " ".join(f'"{word}"*' for word in wanted) if is_sqlite else " & ".join(f"{word}:*" for word in wanted)
    place = workspace.pk.hex if is_sqlite else workspace.pk
    return RawSQL(NEWEST_FIRST[connection.vendor], [asked, place, limit])  # noqa: S611 - the words are parameters
