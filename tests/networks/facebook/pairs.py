"""Facebook's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.facebook import read as facebook_read
from allmende.connectors.facebook import write as facebook_write
from allmende.connectors.neutral import Draft, Item


def read_pair(native: dict[str, Any]) -> list[Item]:
    """A post, then what stands below it."""
    page, root = native["page"], native["post"]["id"]
    post = facebook_read.message(native["post"], page)
    return [post, *(facebook_read.message(row, page, root) for row in native["comments"])]


def write_pair(draft: Draft) -> dict[str, Any]:
    if draft.reply_to is None:
        return facebook_write.post(draft, ["900", "901"])
    return facebook_write.comment(draft, ["900"])
