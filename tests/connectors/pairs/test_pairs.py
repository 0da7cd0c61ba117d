"""Golden pairs, found by name: `<case>.<kind>.json` (as the network writes) beside `<case>.neutral.json`.

Reading cases hold a list of items, writing cases (`say_*`) one draft. Defaults are left out of the neutral side.
"""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from allmende.connectors.abilities import Counting
from allmende.connectors.archive.jsonl import told_of
from allmende.connectors.archive.read import Reader
from allmende.connectors.bluesky import read as bluesky_read
from allmende.connectors.bluesky import write as bluesky_write
from allmende.connectors.mastodon import read as mastodon_read
from allmende.connectors.mastodon import write as mastodon_write
from allmende.connectors.neutral import Draft, Item, Ref
from allmende.connectors.register import KINDS
from allmende.connectors.sandbox import read, write

HERE = Path(__file__).parent
PAIRS = sorted(path for path in HERE.glob("*.*.json") if not path.name.endswith(".neutral.json"))


def read_archive(native: list[dict[str, Any]]) -> list[Item]:
    reader = Reader(bots=["bot_*"], staff=["team"])
    told = [told_of(row, 100, {}) for row in native]
    for number, one in enumerate(told, 1):
        reader.note(number, one)
    return [item for number, one in enumerate(told, 1) for item in reader.items(number, one)]


def read_sandbox(native: dict[str, Any]) -> list[Item]:
    return [read.item(change, url=native["url"], me=native["me"], place="forum") for change in native["changes"]]


def read_bluesky(native: dict[str, Any]) -> list[Item]:
    """Posts as a thread shows them, then notifications."""
    me, web = native["me"], native["web"]
    said = [bluesky_read.message(view, me=me, web=web) for view in native["posts"]]
    told = [
        bluesky_read.gesture(one, me=me) or bluesky_read.message(one, me=me, web=web) for one in native["notifications"]
    ]
    return said + told


def write_bluesky(draft: Draft) -> dict[str, Any]:
    known = {"mia.example": "did:plc:ewvi7nxzyoun6zhxrhs64oiz"}
    ends = (
        {"root": {"uri": draft.thread, "cid": "c1"}, "parent": {"uri": "p2", "cid": "c2"}} if draft.reply_to else None
    )
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    return bluesky_write.post(draft, at=noon, resolve=lambda handle: known.get(handle, ""), reply=ends)


def read_mastodon(native: dict[str, Any]) -> list[Item]:
    us = mastodon_read.Us(native["us"], native["host"])
    messages = [mastodon_read.item(status, us, native["root"]) for status in native["statuses"]]
    return messages + [mastodon_read.gesture(one, us, native["root"]) for one in native["notifications"]]


def write_mastodon(draft: Draft) -> dict[str, Any]:
    counting = Counting("graphemes", 500, 23, short_mentions=True)
    answered = (
        {"id": draft.reply_to.native_id, "visibility": "unlisted", "account": {"id": "7", "acct": "mia@fern.example"}}
        if draft.reply_to
        else None
    )
    return mastodon_write.status(draft, answered, "1", [], counting)


READ: dict[str, Callable[[Any], list[Item]]] = {
    "archive": read_archive,
    "bluesky": read_bluesky,
    "mastodon": read_mastodon,
    "sandbox": read_sandbox,
}
WRITE: dict[str, Callable[[Draft], Any]] = {
    "bluesky": write_bluesky,
    "mastodon": write_mastodon,
    "sandbox": write.post,
}


def plain(value: Any) -> Any:
    """A neutral value as JSON holds it, without what is at its default."""
    if isinstance(value, datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        shown = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {name: part for name, part in shown.items() if part not in ("", b"", None, False, [], {}, "public")}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return dict(value) if hasattr(value, "keys") else value


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_pair(path: Path) -> None:
    case, kind, _ = path.name.split(".")
    native = json.loads(path.read_text("utf-8"))
    neutral = json.loads((HERE / f"{case}.neutral.json").read_text("utf-8"))
    if case.startswith("say_"):
        reply_to = Ref(neutral.pop("reply_to")) if "reply_to" in neutral else None
        assert WRITE[kind](Draft(**neutral, reply_to=reply_to)) == native
    else:
        assert plain(READ[kind](native)) == neutral


def test_each_kind_has_pairs_and_each_file_its_other_half() -> None:
    assert {path.name.split(".")[1] for path in PAIRS} == set(KINDS)
    cases = {path.name.split(".")[0] for path in PAIRS}
    assert {path.name.split(".")[0] for path in HERE.glob("*.neutral.json")} == cases
