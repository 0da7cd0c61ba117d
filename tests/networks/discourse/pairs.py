"""Discourse's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.discourse import read, write
from allmende.connectors.neutral import Draft, Item


def read_pair(native: dict[str, Any]) -> list[Item]:
    us = read.Us(native["us"], native["server"], frozenset(native["closed"]))
    place = read.topic(native["topic"])
    items = [read.item(post, place, us) for post in native["topic"]["post_stream"]["posts"]]
    at = read.moment(native["seen_at"])
    return [*items, read.solution(place.topic_id, place.accepted, at)] if place.accepted else items


def write_pair(draft: Draft) -> dict[str, Any]:
    return write.post(draft, 5, "key-1", [])
