"""The practice network's pages as golden pairs read and write them."""

from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.sandbox import read as sandbox_read
from allmende.connectors.sandbox import write as sandbox_write


def read_pair(native: dict[str, Any]) -> list[Item]:
    return [
        sandbox_read.item(change, url=native["url"], me=native["me"], place="forum") for change in native["changes"]
    ]


def write_pair(draft: Draft) -> Any:
    return sandbox_write.post(draft)
