"""Threads' answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.threads import read as threads_read
from allmende.connectors.threads import write as threads_write


def read_pair(native: dict[str, Any]) -> list[Item]:
    """What lists show, then what stands in a conversation."""
    us = threads_read.Us(*native["us"])
    listed = [threads_read.post(row, us) for row in native["listed"]]
    return listed + [threads_read.post(row, us, native["listed"][0]["id"]) for row in native["conversation"]]


def write_pair(draft: Draft) -> dict[str, Any]:
    return threads_write.container(draft)
