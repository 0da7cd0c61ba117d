"""The homeserver's state: people, their log-ins, rooms as lists of events, and what each event has become since."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.networks.patience import SILENCE

NAME = "haus.test"
TRANSACTION_SECONDS = 1800.0


class Denied(Exception):
    """An answer with an errcode of Matrix."""

    def __init__(self, status: int, errcode: str, **more: Any) -> None:
        super().__init__(errcode)
        self.status, self.errcode, self.more = status, errcode, more


@dataclass
class LogIn:
    """One device's token; `ends` 0: it does not end."""

    user: str
    device: str
    refresh: str = ""
    ends: float = 0.0


@dataclass
class Room:
    """A room: its events in order, who is in it, and its furniture by (type, state key)."""

    native_id: str
    alias: str = ""
    is_closed: bool = False
    members: set[str] = field(default_factory=set)
    state: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Fault:
    """What happens at the next `left` requests of a verb; None: until it is cleared."""

    verb: str
    kind: str
    left: int | None
    wait: float


class Network:
    """Everything, behind one lock. Times are seconds since 1970 by `clock`."""

    def __init__(self) -> None:
        self.clock: Callable[[], float] = time.time
        self.lock = threading.RLock()
        self.position = 0
        self.people: dict[str, tuple[str, str]] = {}
        self.log_ins: dict[str, LogIn] = {}
        self.rooms: dict[str, Room] = {}
        self.direct: dict[str, dict[str, list[str]]] = {}
        self.transactions: dict[tuple[str, str, str], tuple[str, float]] = {}
        self.media: list[tuple[str, str, bytes]] = []
        self.visits: list[str] = []
        self.faults: list[Fault] = []
        self.postponed: list[tuple[float, Callable[[], Any]]] = []
        self.token_seconds = 0.0
        self.flows = ["m.login.password"]

    def enrol(self, local: str, name: str = "", password: str = "richtig") -> str:
        """A new account; its whole name."""
        user = f"@{local}:{NAME}"
        self.people[user] = (name, password)
        return user

    def log_in(self, user: str) -> dict[str, Any]:
        """A new device, as /login answers."""
        return self._granted(user, secrets.token_hex(5).upper())

    def renew(self, refresh: str) -> dict[str, Any]:
        """A new token for the same device; both the old ones are void from now on."""
        found = next(((token, one) for token, one in self.log_ins.items() if refresh and one.refresh == refresh), None)
        if found is None:
            raise Denied(401, "M_UNKNOWN_TOKEN", error="Invalid refresh token", soft_logout=False)
        del self.log_ins[found[0]]
        return self._granted(found[1].user, found[1].device)

    def who(self, token: str) -> LogIn:
        """Whose token it is."""
        one = self.log_ins.get(token)
        if one is None:
            raise Denied(
                401,
                "M_UNKNOWN_TOKEN" if token else "M_MISSING_TOKEN",
                error="Unrecognised access token",
                soft_logout=False,
            )
        if one.ends and one.ends <= self.clock():
            raise Denied(401, "M_UNKNOWN_TOKEN", error="Access token has expired", soft_logout=True)
        return one

    def make_room(self, local: str, by: str, members: tuple[str, ...] = (), *, is_open: bool = True, is_direct: bool = False, days_ago: float = 400.0) -> str:  # fmt: skip
        """A room in which the members are, made long ago."""
        room = Room(f"!{local}:{NAME}", f"#{local}:{NAME}", is_closed=not is_open)
        self.rooms[room.native_id] = room
        at = self.clock() - days_ago * 86_400
        furniture: list[tuple[str, dict[str, Any]]] = [
            ("m.room.create", {"room_version": "11"}),
            ("m.room.power_levels", {"users": {by: 100}, "redact": 50, "events_default": 0}),
            ("m.room.join_rules", {"join_rule": "public" if is_open else "invite"}),
            ("m.room.canonical_alias", {"alias": room.alias}),
            ("m.room.name", {"name": local.title()}),
        ]
        for kind, content in furniture:
            self.put(room.native_id, by, kind, content, state_key="", at=at)
        for user in (by, *members):
            self.join(room.native_id, user, at=at)
        if is_direct:
            for user in members:
                self.direct.setdefault(user, {}).setdefault(by, []).append(room.native_id)
        return room.native_id

    def join(self, room_id: str, user: str, at: float | None = None) -> None:
        """Come in, once."""
        room = self.rooms[room_id]
        if user not in room.members:
            room.members.add(user)
            self.put(room_id, user, "m.room.member", {"membership": "join", "displayname": self.people[user][0]}, state_key=user, at=at)  # fmt: skip

    def leave(self, room_id: str, user: str, by: str = "") -> None:
        """Go, or be thrown out."""
        room = self.rooms[room_id]
        self.put(room_id, by or user, "m.room.member", {"membership": "leave"}, state_key=user)
        room.members.discard(user)

    def named(self, name: str) -> Room:
        """The room of this id or alias."""
        found = next((room for room in self.rooms.values() if name in (room.native_id, room.alias)), None)
        if found is None:
            raise Denied(404, "M_NOT_FOUND", error="Room not found")
        return found

    def room_for(self, room_id: str, user: str) -> Room:
        """A room this person is in."""
        room = self.rooms.get(room_id)
        if room is None or user not in room.members:
            raise Denied(403, "M_FORBIDDEN", error=f"User {user} not in room {room_id}")
        return room

    def put(self, room_id: str, sender: str, kind: str, content: dict[str, Any], *, state_key: str | None = None, at: float | None = None, device: str = "", txn: str = "", redacts: str = "") -> str:  # fmt: skip
        """A new event; its id."""
        with self.lock:
            self.position += 1
            event: dict[str, Any] = {
                "event_id": f"${secrets.token_urlsafe(16)}", "type": kind, "sender": sender, "content": content,
                "origin_server_ts": int((self.clock() if at is None else at) * 1000), "position": self.position,
                "device": device, "txn": txn,
            }  # fmt: skip
            room = self.rooms[room_id]
            if state_key is not None:
                event["state_key"] = state_key
                event["before"] = room.state.get((kind, state_key), {}).get("content")
                room.state[kind, state_key] = event
            if redacts:
                event["redacts"] = redacts
            room.events.append(event)
            return str(event["event_id"])

    def say(self, room_id: str, sender: str, content: dict[str, Any], txn: str = "", device: str = "", kind: str = "m.room.message") -> str:  # fmt: skip
        """An event by a person: once per transaction and device, as long as it is remembered."""
        with self.lock:
            room = self.room_for(room_id, sender)
            key = (device, f"{room_id} {kind}", txn)
            known, at = self.transactions.get(key, ("", 0.0))
            if txn and known and self.clock() - at < TRANSACTION_SECONDS:
                return known
            if len(str(content)) > 60_000:
                raise Denied(413, "M_TOO_LARGE", error="event too large")
            related = content.get("m.relates_to") or {}
            if related.get("rel_type") == "m.thread" and not self._has(room, related.get("event_id")):
                raise Denied(400, "M_BAD_JSON", error="Can't send relation to unknown event")
            event_id = self.put(room_id, sender, kind, content, device=device, txn=txn)
            self.transactions[key] = (event_id, self.clock())
            return event_id

    def redact(self, room_id: str, by: str, event_id: str, txn: str = "", device: str = "") -> str:
        """Take an event's content away: one's own, or anybody's with power enough."""
        with self.lock:
            room = self.room_for(room_id, by)
            event = self.event(room, event_id)
            powers = room.state["m.room.power_levels", ""]["content"]
            if event["sender"] != by and powers["users"].get(by, 0) < powers["redact"]:
                raise Denied(403, "M_FORBIDDEN", error="You don't have permission to redact events")
            key = (device, f"{room_id} redact {event_id}", txn)
            if txn and key in self.transactions:
                return self.transactions[key][0]
            redaction = self.put(room_id, by, "m.room.redaction", {"redacts": event_id}, redacts=event_id, device=device, txn=txn)  # fmt: skip
            self.transactions[key] = (redaction, self.clock())
            event["redacted_by"] = redaction
            event["content"] = {}
            return redaction

    def event(self, room: Room, event_id: str) -> dict[str, Any]:
        """An event as it is kept."""
        found = next((one for one in room.events if one["event_id"] == event_id), None)
        if found is None:
            raise Denied(404, "M_NOT_FOUND", error="Event not found")
        return found

    def shown(self, room: Room, event: dict[str, Any], device: str) -> dict[str, Any]:
        """An event as a client sees it."""
        inner = ("position", "device", "txn", "before", "redacted_by")
        told = {name: value for name, value in event.items() if name not in inner}
        added: dict[str, Any] = {"age": 5}
        if event["txn"] and event["device"] == device:
            added["transaction_id"] = event["txn"]
        if event.get("before"):
            added["prev_content"] = event["before"]
        if event.get("redacted_by"):
            added["redacted_because"] = self.shown(room, self.event(room, event["redacted_by"]), "")
        edits = [one for one in self.related(room, event["event_id"], "m.replace") if one["sender"] == event["sender"]]
        if edits:
            added["m.relations"] = {"m.replace": self.shown(room, edits[-1], device)}
        return told | {"unsigned": added}

    def related(self, room: Room, event_id: str, kind: str) -> list[dict[str, Any]]:
        """The events that hang on one, oldest first."""
        wanted = {"rel_type": kind, "event_id": event_id}
        return [one for one in room.events if wanted.items() <= (one["content"].get("m.relates_to") or {}).items()]

    def bodies(self) -> list[str]:
        """Every message's words as they were first said, in order: the judge of what was doubled."""
        said = [one for room in self.rooms.values() for one in room.events if one["type"] == "m.room.message"]
        return [one["content"].get("body", "") for one in sorted(said, key=lambda one: one["position"])]

    def plant(self, verb: str, kind: str, *, times: int | None = None, wait: float = SILENCE) -> None:
        """Let `kind` happen at the next `times` requests of `verb`."""
        self.faults.append(Fault(verb, kind, times, wait))

    def draw(self, verb: str) -> tuple[str, float]:
        """The fault for this request, or ""."""
        with self.lock:
            for fault in self.faults:
                if fault.verb == verb and fault.left != 0:
                    fault.left = fault.left if fault.left is None else fault.left - 1
                    return fault.kind, fault.wait
            return "", 0.0

    def ripen(self) -> None:
        """Let happen what was accepted late and is due."""
        with self.lock:
            due = [one for one in self.postponed if one[0] <= self.clock()]
            self.postponed = [one for one in self.postponed if one[0] > self.clock()]
            for _, act in due:
                act()

    def _granted(self, user: str, device: str) -> dict[str, Any]:
        token, lasts = f"syt_{secrets.token_hex(8)}", self.token_seconds
        one = LogIn(
            user, device, f"syr_{secrets.token_hex(8)}" if lasts else "", self.clock() + lasts if lasts else 0.0
        )
        self.log_ins[token] = one
        told: dict[str, Any] = {"user_id": user, "access_token": token, "device_id": device}
        return told | ({"refresh_token": one.refresh, "expires_in_ms": int(lasts * 1000)} if lasts else {})

    def _has(self, room: Room, event_id: Any) -> bool:
        return any(one["event_id"] == event_id for one in room.events)
