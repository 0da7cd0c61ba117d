"""Mastodon's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.abilities import Counting
from allmende.connectors.mastodon import read as mastodon_read
from allmende.connectors.mastodon import write as mastodon_write
from allmende.connectors.neutral import Draft, Item


def read_pair(native: dict[str, Any]) -> list[Item]:
    us = mastodon_read.Us(native["us"], native["host"])
    messages = [mastodon_read.item(status, us, native["root"]) for status in native["statuses"]]
    return messages + [mastodon_read.gesture(one, us, native["root"]) for one in native["notifications"]]


def write_pair(draft: Draft) -> dict[str, Any]:
    counting = Counting("graphemes", 500, 23, short_mentions=True)
    answered = (
        {"id": draft.reply_to.native_id, "visibility": "unlisted", "account": {"id": "7", "acct": "mia@fern.example"}}
        if draft.reply_to
        else None
    )
    return mastodon_write.status(draft, answered, "1", [], counting)
