"""Waiting: the server holds /sync open until something is new (client-server API, Syncing, long polling). What it was is read by `listen`."""

import json
from typing import Any

from allmende.connectors.matrix import read
from allmende.connectors.matrix.door import Door

# How long the server may hold a question open; less than any proxy between us cuts.
HELD_MILLISECONDS = 25_000


def place_now(door: Door, us: str) -> str:
    """The server's place in its stream as it is now, to wait from. Raises TryLater, LoggedOut, Refused."""
    return _synced(door, us, {})[0]


def wait_from(door: Door, us: str, since: str) -> tuple[str, bool]:
    """The next place, and whether somebody else said or did something until then."""
    return _synced(door, us, {"since": since, "timeout": str(HELD_MILLISECONDS)})


def _synced(door: Door, us: str, asked: dict[str, str]) -> tuple[str, bool]:
    answer = door.read("sync", {"filter": _filter(us), "set_presence": "offline"} | asked)
    with answer.understood():
        told = answer.json()
        rooms: dict[str, Any] = told.get("rooms", {})
        return str(told["next_batch"])[:500], bool(rooms.get("join") or rooms.get("invite"))


def _filter(us: str) -> str:
    nothing: dict[str, list[str]] = {"types": []}
    timeline = {"limit": 1, "types": list(read.TYPES), "not_senders": [us]}
    room = {"timeline": timeline, "state": nothing, "ephemeral": nothing, "account_data": nothing}
    return json.dumps({"room": room, "presence": nothing, "account_data": nothing}, separators=(",", ":"))
