"""Reddit's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.reddit import read as reddit_read
from allmende.connectors.reddit import write as reddit_write


def read_pair(native: dict[str, Any]) -> list[Item]:
    """A listing, then a tree of comments, then our inbox."""
    us = reddit_read.Us(*native["us"])
    listed, _ = reddit_read.rows_of(native["new"])
    below, _ = reddit_read.in_one_list(native["tree"])
    inbox, _ = reddit_read.rows_of(native["inbox"])
    return [reddit_read.message(row, us) for row in (*listed, *below, *inbox)]


def write_pair(draft: Draft) -> dict[str, Any]:
    return reddit_write.comment(draft) if draft.reply_to else reddit_write.post(draft, "HausAmSee")
