"""An archive's rows as golden pairs read them."""

from typing import Any

from allmende.connectors.archive.jsonl import told_of
from allmende.connectors.archive.read import Reader
from allmende.connectors.neutral import Item


def read_pair(native: list[dict[str, Any]]) -> list[Item]:
    reader = Reader(bots=["bot_*"], staff=["team"])
    told = [told_of(row, 100, {}) for row in native]
    for number, one in enumerate(told, 1):
        reader.note(number, one)
    return [item for number, one in enumerate(told, 1) for item in reader.items(number, one)]
