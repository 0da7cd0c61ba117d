"""LinkedIn's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.linkedin import read as linkedin_read
from allmende.connectors.linkedin import write as linkedin_write
from allmende.connectors.neutral import Draft, Item


def read_pair(native: dict[str, Any]) -> list[Item]:
    """A post, what stands below it, and what notifications tell."""
    us, root = native["us"], native["post"]["id"]
    post = linkedin_read.post(native["post"], us)
    below = [linkedin_read.comment(row, us, root) for row in native["comments"]]
    return [post, *below, *(linkedin_read.notice(row, us) for row in native["notices"])]


def write_pair(draft: Draft) -> dict[str, Any]:
    us = "urn:li:organization:5583111"
    if draft.reply_to is None:
        return linkedin_write.post(draft, us, [f"urn:li:image:C{turn}" for turn, _ in enumerate(draft.media)])
    return linkedin_write.comment(draft, us, "urn:li:activity:7001", draft.reply_to.native_id)
