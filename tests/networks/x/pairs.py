"""X's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.x import listen, read, write


def read_pair(native: dict[str, Any]) -> list[Item]:
    """A page of a list."""
    return [read.post(row, read.Us(*native["us"])) for row in listen.dressed(native["told"], native["told"]["data"])]


def write_pair(draft: Draft) -> dict[str, Any]:
    return write.post(draft)
