"""Deliveries as golden pairs read and write them."""

import json
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.webhook import inbound, write

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def read_pair(native: list[dict[str, Any]]) -> list[Item]:
    return [item for delivery in native for item in inbound.items(json.dumps(delivery).encode())]


def write_pair(draft: Draft) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        write.written(write.said(draft, write.webhook_id("https://x.example/", "key-1"), AT))
    )
    return told
