"""Feeds as golden pairs read them."""

from datetime import UTC, datetime
from typing import Any

from allmende.connectors.feed import read as feed_read
from allmende.connectors.feed.document import document_of
from allmende.connectors.neutral import Item


def read_pair(native: dict[str, Any]) -> list[Item]:
    document = document_of("\n".join(native["document"]).encode(), native["media_type"], native["url"])
    now = datetime(2026, 12, 1, tzinfo=UTC)
    return [
        feed_read.item(entry, native["url"], document.title, now) for entry in feed_read.oldest_first(document.entries)
    ]
