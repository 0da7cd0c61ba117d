"""The rooms a person names, entered, and what may be done there: as kept in the settings at log-in."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from allmende.connectors.errors import Refused
from allmende.connectors.http import Answer
from allmende.connectors.matrix.door import Door, in_room, nothing_seen, unless_gone

MOST_ROOMS = 20
LONGEST_ROOM_ID = 190
_OLD_VERSIONS = frozenset(str(number) for number in range(1, 12))
_NAME = re.compile(r"[#!][^\s,;]{1,250}")


def rooms_in(written: str) -> list[str]:
    """The rooms a person wrote: aliases, ids, addresses at matrix.to or of the scheme matrix:. Refused with detail "rooms"."""
    found = []
    for part in re.split(r"[\s,;]+", written.strip()):
        name = part.partition("/#/")[2].partition("?")[0] if "/#/" in part else part
        if part.startswith("matrix:"):
            kind, _, rest = part.removeprefix("matrix:").partition("?")[0].partition("/")
            name = {"r": "#", "roomid": "!"}.get(kind, "") + rest
        name = unquote(name)
        if not _NAME.fullmatch(name):
            raise Refused("bad_answer", "rooms")
        found.append(name)
    if not 0 < len(found) <= MOST_ROOMS:
        raise Refused("bad_answer", "rooms")
    return list(dict.fromkeys(found))


def entered(door: Door, name: str, us: str) -> dict[str, Any]:
    """A room we are in from now on: `id`, `name`, `alias`, `visibility`, `can_remove`. Refused with detail "rooms"."""
    try:
        answer = nothing_seen(lambda: door.speak("POST", f"join/{quote(name, safe='')}", {}))
    except Refused as error:
        known = {"forbidden": "room_closed", "not_found": "no_such_room"}
        raise Refused(known.get(error.reason_code, "no_such_room"), "rooms") from error
    with answer.understood():
        room = answer.json()["room_id"]
        if not isinstance(room, str) or not room.startswith("!"):
            raise TypeError("room_id")
    if len(room) > LONGEST_ROOM_ID:
        raise Refused("no_such_room", "rooms")
    if state(door, room, "m.room.encryption"):
        raise Refused("room_encrypted", "rooms")
    powers = state(door, room, "m.room.power_levels")
    creation = state(door, room, "m.room.create", {"format": "event"})
    if not permits(powers, creation, us, "m.room.message"):
        raise Refused("room_silent", "rooms")
    alias = state(door, room, "m.room.canonical_alias").get("alias")
    title = state(door, room, "m.room.name").get("name")
    is_open = (
        state(door, room, "m.room.join_rules").get("join_rule") == "public"
        or state(door, room, "m.room.history_visibility").get("history_visibility") == "world_readable"
    )
    return {
        "id": room,
        "name": title[:200] if isinstance(title, str) else "",
        "alias": alias[:255] if isinstance(alias, str) else "",
        "visibility": "public" if is_open else "members",
        "can_remove": permits(powers, creation, us, "redact"),
    }


def permits(powers: Mapping[str, Any], creation: Mapping[str, Any], us: str, act: str) -> bool:
    """Whether our power suffices in a room (spec, m.room.power_levels): to say something, or to take away what others said."""
    content = _part(creation, "content")
    creators = [creation.get("sender"), *_list(content, "additional_creators")]
    # From version 12 on whoever made a room can do everything there, and is not listed.
    if str(content.get("room_version") or "1") not in _OLD_VERSIONS and us in creators:
        return True
    users, events = _part(powers, "users"), _part(powers, "events")
    ours = _number(users, us, _number(powers, "users_default", 0))
    if act == "redact":
        return ours >= _number(powers, "redact", 50)
    return ours >= _number(events, act, _number(powers, "events_default", 0))


def state(door: Door, room: str, kind: str, params: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """A room's state of one kind; {} where it has none."""
    answer: Answer | None = unless_gone(lambda: door.read(in_room(room, "state", kind), params))
    if answer is None:
        return {}
    with answer.understood():
        found = answer.json()
        return found if isinstance(found, Mapping) else {}


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, Mapping) else {}


def _list(whole: Mapping[str, Any], name: str) -> list[Any]:
    part = whole.get(name)
    return part if isinstance(part, list) else []


def _number(whole: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = whole.get(name, otherwise)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
