"""Messages by their words."""

import re
from collections.abc import Sequence

from django.db import connection

from allmende.channels.models import Message
from allmende.team.models import Workspace

_WORD = re.compile(r"\w+")
# CROSS JOIN keeps SQLite at reading the index from its newest end and stopping at the limit; it would sort every match first.
NEWEST_FIRST = """
    SELECT message.id FROM channels_message_fts AS found CROSS JOIN channels_message AS message ON message.id = found.rowid
    WHERE found.channels_message_fts MATCH %s AND message.deleted_at IS NULL
    AND message.channel_id IN (SELECT id FROM channels_channel WHERE workspace_id = %s)
    ORDER BY found.rowid DESC LIMIT %s
"""


def search(workspace: Workspace, words: str, limit: int = 20) -> list[Message]:
    """Messages that hold all the words (each may go on), the newest first; deleted ones never."""
    wanted = _WORD.findall(words)
    if not wanted:
        return []
    found = _found_ids(workspace, wanted, limit)
    rows = Message.objects.filter(pk__in=found).select_related("channel", "identity", "person")
    return sorted(rows, key=lambda message: message.pk, reverse=True)


def _found_ids(workspace: Workspace, wanted: Sequence[str], limit: int) -> list[int]:
    if connection.vendor == "sqlite":
        asked = " ".join(f'"{word}"*' for word in wanted)
        with connection.cursor() as cursor:
            cursor.execute(NEWEST_FIRST, [asked, workspace.pk.hex, limit])
            return [row[0] for row in cursor.fetchall()]
    asked = " & ".join(f"{word}:*" for word in wanted)
    rows = Message.objects.filter(channel__workspace=workspace, deleted_at__isnull=True)
    matching = rows.extra(where=["channels_message.search @@ to_tsquery('simple', %s)"], params=[asked])
    return list(matching.order_by("-pk").values_list("pk", flat=True)[:limit])
