"""Slack's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.slack import read, write


def read_pair(native: dict[str, Any]) -> list[Item]:
    """The messages of a conversation with the reactions to each."""
    where = read.Where(*native["us"])
    rows = [{**row, "channel": native["channel"]} for row in native["messages"] if read.is_said(row)]
    return [read.entry(one, where).item for row in rows for one in read.entries_in(row)]


def write_pair(draft: Draft) -> dict[str, Any]:
    thread = draft.reply_to.native_id if draft.reply_to else ""
    return write.message(draft, "key-1", "C0123456789", thread)
