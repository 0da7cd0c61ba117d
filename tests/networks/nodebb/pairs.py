"""NodeBB's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.nodebb import read, write


def read_pair(native: dict[str, Any]) -> list[Item]:
    us = read.Us(native["us"], native["server"])
    place = read.topic(native["topic"])
    items = [read.item(post, place, us) for post in native["topic"]["posts"]]
    if place.solved:
        items.append(read.solution(place.solved, place.root, read.moment(native["seen_at"])))
    return items


def write_pair(draft: Draft) -> dict[str, Any]:
    return write.reply(draft) if draft.reply_to else write.topic(draft, 5)
