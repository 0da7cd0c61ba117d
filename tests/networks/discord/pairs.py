"""Discord's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.discord import read, write
from allmende.connectors.discord.names import Place
from allmende.connectors.neutral import Draft, Item


def read_pair(native: dict[str, Any]) -> list[Item]:
    """What a channel shows, then what stands in a thread of it."""
    where = read.Where(*native["us"], native["names"])
    listed = [read.entry(row, where).item for row in native["listed"] if read.is_said(row)]
    return listed + [read.entry(row, where, native["root"]).item for row in native["thread"] if read.is_said(row)]


def write_pair(draft: Draft) -> dict[str, Any]:
    return write.message(draft, "key-1", Place("c1", draft.reply_to.native_id) if draft.reply_to else None)
