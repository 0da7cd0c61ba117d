"""Bluesky's views as golden pairs read and write them."""

from datetime import UTC, datetime
from typing import Any

from allmende.connectors.bluesky import read as bluesky_read
from allmende.connectors.bluesky import write as bluesky_write
from allmende.connectors.neutral import Draft, Item


def read_pair(native: dict[str, Any]) -> list[Item]:
    """Posts as a thread shows them, then notifications."""
    me, web = native["me"], native["web"]
    said = [bluesky_read.message(view, me=me, web=web) for view in native["posts"]]
    told = [
        bluesky_read.gesture(one, me=me) or bluesky_read.message(one, me=me, web=web) for one in native["notifications"]
    ]
    return said + told


def write_pair(draft: Draft) -> dict[str, Any]:
    known = {"mia.example": "did:plc:ewvi7nxzyoun6zhxrhs64oiz"}
    ends = (
        {"root": {"uri": draft.thread, "cid": "c1"}, "parent": {"uri": "p2", "cid": "c2"}} if draft.reply_to else None
    )
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    return bluesky_write.post(draft, at=noon, resolve=lambda handle: known.get(handle, ""), reply=ends)
