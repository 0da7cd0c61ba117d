"""Messages by their words."""

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models import Q

from allmende.channels.models import Channel, Message
from allmende.team.models import Workspace

_WORD = re.compile(r"\w+")


def search(workspace: Workspace, words: str, limit: int = 20) -> list[Message]:
    """Messages that hold all the words (each may go on), the newest first; deleted ones never."""
    wanted = _WORD.findall(words)
    if not wanted:
        return []
    found = _found_ids(workspace, wanted, limit)
    rows = Message.objects.filter(pk__in=found).select_related("channel", "identity", "person")
    return sorted(rows, key=lambda message: message.pk, reverse=True)


def _found_ids(workspace: Workspace, wanted: Sequence[str], limit: int) -> list[int]:
    channels = list(Channel.objects.filter(workspace=workspace).values_list("pk", flat=True))
    rows = Message.objects.filter(Q(channel__in=channels), deleted_at__isnull=True)
    if connection.vendor == "sqlite":
        condition = (
            "channels_message.id IN (SELECT rowid FROM channels_message_fts WHERE channels_message_fts MATCH %s)"
        )
        asked = " ".join(f'"{word}"*' for word in wanted)
    else:
        condition = "channels_message.search @@ to_tsquery('simple', %s)"
        asked = " & ".join(f"{word}:*" for word in wanted)
    matching = rows.extra(where=[condition], params=[asked])  # noqa: S610 - the words are parameters
    return list(matching.order_by("-pk").values_list("pk", flat=True)[:limit])
