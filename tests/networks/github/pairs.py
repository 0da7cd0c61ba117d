"""GitHub's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.github import read, write
from allmende.connectors.neutral import Draft, Item


def read_pair(native: dict[str, Any]) -> list[Item]:
    """A discussion, what stands below it, and the mark of its answer."""
    return [read.entry(row, read.Where(native["us"])).item for row in native["rows"]]


def write_pair(draft: Draft) -> dict[str, Any]:
    if draft.reply_to:
        return write.comment(draft, draft.thread, draft.reply_to.native_id)
    return write.discussion(draft, "R_1", "DIC_1")
