"""What a visitor sent -> a neutral item."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.neutral import Author, Item, Ref

LONGEST_NAME, LONGEST_COMMENT = 60, 5_000


def comment(told: Mapping[str, Any]) -> Item:
    """`told`: `id`, `visitor` (both random, ours), `name`, `text`, `at` and perhaps `deleted_at` (aware, ISO 8601), `post` (id of
    the post it stands under), `reply_to` (of what it answers: the post or a comment), `page` (its address).

    Nobody is recognised: each comment is somebody's first, unless they say who they are in it.
    """
    deleted_at = _moment(told["deleted_at"]) if told.get("deleted_at") else None
    return Item(
        Ref(told["id"], f"{told['page']}{told['post']}/#{told['id']}"),
        "message",
        "commented",
        Author(told["visitor"], "", told["name"][:LONGEST_NAME]),
        _moment(told["at"]),
        told["post"],
        reply_to=told["reply_to"],
        text="" if deleted_at else told["text"][:LONGEST_COMMENT],
        deleted_at=deleted_at,
    )


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)
