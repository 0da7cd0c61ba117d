"""Golden pairs: what a visitor sent, and where our words stand."""

from typing import Any

from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Item
from allmende.connectors.page import read
from allmende.connectors.page.connector import Page
from tests.networks.page.stage import SETTINGS


def read_pair(native: list[dict[str, Any]]) -> list[Item]:
    return [read.comment(told) for told in native]


def write_pair(draft: Draft) -> dict[str, Any]:
    ref = Page(SETTINGS, None, Client()).send(draft, "key-1").ref
    return {"id": ref.native_id, "url": ref.url}
