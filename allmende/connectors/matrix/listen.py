"""Listening: what came since the last time (/sync), what a server left out of it (/messages), and what hangs on what.

The cursor is JSON: `s` the network's own place in its stream; `k` the rooms that were read from their beginning; `g` gaps
still to be filled, each [room, token to walk back from ("": the end), token to walk back to ("": the horizon)]; `t` the
roots of the newest answers: event id of the answer -> event id of the root.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from allmende.connectors.errors import Refused
from allmende.connectors.matrix import read
from allmende.connectors.matrix.door import Door, in_room, unless_gone
from allmende.connectors.matrix.names import id_of
from allmende.connectors.matrix.read import Event, Where
from allmende.connectors.neutral import Batch, Item, RefusedRow, Visibility

PAGE = 100
# Of a call: answers of /sync, pages walked back for one batch, batches of gaps, looks at single events.
SYNCS, PAGES, FILLS, LOOKS = 20, 10, 3, 200
CLIMB = 20
ROOTS, GAPS_OF_A_ROOM, DIRECT_ROOMS = 400, 4, 100
RAW_LENGTH = 500
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

Gap = tuple[str, str, str]


class Ear:
    """One reading, from a cursor on. `rooms`: visibility by id of the rooms that were chosen; `horizon`: what is older is
    not heard. Every method that asks may raise TryLater, LoggedOut, Refused."""

    def __init__(
        self, door: Door, us: str, rooms: Mapping[str, Visibility], cursor: str, horizon: datetime | None
    ) -> None:
        self._door, self._us, self._horizon = door, us, horizon
        self._rooms: dict[str, Visibility] = dict(rooms)
        kept = _kept(cursor)
        self._since: str = kept.get("s", "")
        self._known: set[str] = set(kept.get("k", ()))
        self._gaps: list[Gap] = [(one[0], one[1], one[2]) for one in kept.get("g", ())]
        self._roots: dict[str, str] = dict(kept.get("t", {}))
        self._events: dict[str, Event | None] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._looks, self._pages = LOOKS, PAGES
        self._refused: list[RefusedRow] = []

    def batches(self) -> Iterator[Batch]:
        """What is new, with its gap; then older gaps; last, whether a chosen room has thrown us out."""
        chosen = list(self._rooms)
        joined = self._joined()
        self._rooms |= dict.fromkeys(self._direct(joined), "direct")
        wanted = [room for room in self._rooms if room in joined]
        if wanted:
            yield from self._news(wanted)
        for _ in range(FILLS):
            if not self._gaps:
                break
            yield self._batch(self._filled(self._gaps.pop(0)))
        missing = next((room for room in chosen if room not in joined), "")
        if missing:
            raise Refused("not_in_room", missing)

    def _news(self, wanted: Sequence[str]) -> Iterator[Batch]:
        """One answer of /sync after the other, until nothing is new."""
        is_first = not self._since
        fresh = [room for room in wanted if room not in self._known]
        if not is_first:
            self._gaps += [(room, self._since, "") for room in fresh]
        self._known = set(wanted) if is_first else (self._known | set(fresh)) & set(self._rooms)
        for _ in range(SYNCS):
            answer = self._door.read("sync", self._asked(wanted))
            with answer.understood():
                told = answer.json()
                parts = told.get("rooms", {}).get("join", {})
                items = [item for room in wanted if room in parts for item in self._room(room, parts[room])]
                before, self._since = self._since, _token(told["next_batch"])
            if items or self._refused or before == "":
                yield self._batch(items)
            if not parts or before == self._since:
                return
            self._events.clear()

    def _asked(self, wanted: Sequence[str]) -> dict[str, str]:
        nothing: dict[str, list[str]] = {"types": []}
        room = {
            "rooms": list(wanted),
            "timeline": {"limit": PAGE, "types": list(read.TYPES), "lazy_load_members": True},
            "state": {"types": [read.MEMBER], "lazy_load_members": True, "include_redundant_members": True},
            "ephemeral": nothing,
            "account_data": nothing,
        }
        told = json.dumps({"room": room, "presence": nothing, "account_data": nothing}, separators=(",", ":"))
        return {"filter": told, "timeout": "0", "set_presence": "offline"} | (
            {"since": self._since} if self._since else {}
        )

    def _room(self, room: str, part: Mapping[str, Any]) -> list[Item]:
        """The news of one room, oldest first; what the server left out is walked for at once, as far as that goes."""
        timeline = part["timeline"]
        events, older = list(timeline.get("events") or []), []
        self._note_names(room, [*((part.get("state") or {}).get("events") or []), *events])
        if timeline.get("limited") and timeline.get("prev_batch"):
            older = self._walked((room, _token(timeline["prev_batch"]), self._since))
        return self._items(room, [*older, *events])

    def _filled(self, gap: Gap) -> list[Item]:
        return self._items(gap[0], self._walked(gap)) if gap[0] in self._rooms else []

    def _walked(self, gap: Gap) -> list[Event]:
        """The events of a gap, oldest first; what is still missing after so many pages becomes a gap of its own."""
        room, start, end = gap
        found: list[Event] = []
        while self._pages > 0:
            self._pages -= 1
            page, start = self._page(room, start, end)
            found += page
            is_old = bool(page) and self._is_old(page[-1])
            if not start or is_old:
                return found[::-1]
        self._leave((room, start, end))
        return found[::-1]

    def _leave(self, gap: Gap) -> None:
        """A gap for later. Of a room with many the whole past is one: repetition, never loss."""
        of_room = [one for one in self._gaps if one[0] == gap[0]]
        if len(of_room) >= GAPS_OF_A_ROOM:
            self._gaps = [one for one in self._gaps if one[0] != gap[0]]
            gap = (gap[0], "", "")
        self._gaps.append(gap)

    def _page(self, room: str, start: str, end: str) -> tuple[list[Event], str]:
        """A page back in time, newest first, and where the next one begins ("": there is none)."""
        wanted = {"types": list(read.TYPES), "lazy_load_members": True, "include_redundant_members": True}
        params = {"dir": "b", "limit": str(PAGE), "filter": json.dumps(wanted, separators=(",", ":"))}
        params |= ({"from": start} if start else {}) | ({"to": end} if end else {})
        answer = unless_gone(lambda: self._door.read(in_room(room, "messages"), params))
        if answer is None:
            return [], ""
        with answer.understood():
            told = answer.json()
            events = [one for one in told["chunk"] if isinstance(one, Mapping)]
            self._note_names(room, [*(told.get("state") or []), *events])
            following = told.get("end")
            return events, following if isinstance(following, str) and following not in (start, end) else ""

    def _items(self, room: str, events: Sequence[Any]) -> list[Item]:
        """What the events are in our words. One that nobody can read must not keep the others from being heard."""
        where = Where(room, self._us, self._rooms[room], self._names.get(room, {}))
        readable = [one for one in events if isinstance(one, Mapping) and isinstance(one.get("event_id"), str)]
        self._events |= {one["event_id"]: one for one in readable}
        items = []
        for event in readable:
            try:
                item = None if self._is_old(event) else self._item(event, where)
            except _UNREADABLE as error:
                row = RefusedRow(0, "bad_value", {"field": type(error).__name__}, repr(event)[:RAW_LENGTH])
                self._refused.append(row)
                continue
            items += [item] if item else []
        return items

    def _item(self, event: Event, where: Where) -> Item | None:
        kind = event.get("type")
        if kind == read.REDACTION:
            return self._taken_away(event, where)
        if kind == read.REACTION:
            related = read.text_of(read.relation_of(event), "event_id")
            return read.reaction(event, where, self._thread(where, related) if related else "")
        if kind == read.MEMBER and "state_key" in event:
            return read.coming_or_going(event, where)
        if kind not in read.MESSAGES or "state_key" in event:
            return None
        if read.is_edit(event):
            return self._edited(event, where)
        return read.message(event, where, self._thread(where, event["event_id"]))

    def _edited(self, edit: Event, where: Where) -> Item | None:
        """The message that an edit changes, with its new words; nothing of an edit that was itself taken away."""
        original = self._event(where.room, read.text_of(read.relation_of(edit), "event_id"))
        if original is None or read.redacted_at(edit):
            return None
        try:
            whole = read.edited(original, edit)
        except ValueError:
            return None
        return read.message(whole, where, self._thread(where, original["event_id"]))

    def _taken_away(self, event: Event, where: Where) -> Item | None:
        """What a redaction took away: words, or an act; an edit's going changes nothing that we can tell."""
        gone = read.text_of(event, "redacts") or read.text_of(event.get("content") or {}, "redacts")
        if not gone or read.redacted_at(event):
            return None
        kind, native_id = self._kind(where.room, gone), id_of(where.room, gone)
        if kind == read.REACTION:
            return read.deletion(native_id, read.moment(event), where, is_gesture=True)
        if kind not in read.MESSAGES:
            return None
        root = self._roots.get(gone, "")
        return read.deletion(native_id, read.moment(event), where, id_of(where.room, root) if root else "")

    def _kind(self, room: str, event_id: str) -> str:
        """The type of an event; "" of an edit, or of what we cannot see."""
        event = self._event(room, event_id)
        return "" if event is None or read.is_edit(event) else read.text_of(event, "type")

    def _thread(self, where: Where, event_id: str) -> str:
        """Native id of the root above an event: its thread's, or the top of a chain of answers; between two, the room."""
        if where.is_direct:
            return where.room
        path: list[str] = []
        root = event_id
        while root not in path and len(path) < CLIMB:
            if root in self._roots:
                root = self._roots[root]
                break
            path.append(root)
            event = self._event(where.room, root)
            above = (read.thread_of(event) or read.parent_of(event)) if event is not None else ""
            if not above:
                break
            root = above
        for answer in path:
            if answer != root:
                self._roots[answer] = root
        return id_of(where.room, root)

    def _event(self, room: str, event_id: str) -> Event | None:
        """One event, as it was told or as the network has it; None if it is not to be had."""
        if event_id not in self._events and self._looks > 0 and event_id:
            self._looks -= 1
            answer = unless_gone(lambda: self._door.read(in_room(room, "event", event_id)))
            found = None
            if answer is not None:
                with answer.understood():
                    found = dict(answer.json())
            self._events[event_id] = found
        return self._events.get(event_id)

    def _joined(self) -> set[str]:
        answer = self._door.read("joined_rooms")
        with answer.understood():
            return {room for room in answer.json()["joined_rooms"] if isinstance(room, str)}

    def _direct(self, joined: set[str]) -> list[str]:
        """The rooms in which somebody speaks with us alone, as far as our account marks them so."""
        path = f"user/{quote(self._us, safe='')}/account_data/m.direct"
        answer = unless_gone(lambda: self._door.read(path))
        if answer is None:
            return []
        with answer.understood():
            told = [room for rooms in dict(answer.json()).values() if isinstance(rooms, list) for room in rooms]
        found = [room for room in told if isinstance(room, str) and room in joined and room not in self._rooms]
        return list(dict.fromkeys(found))[:DIRECT_ROOMS]

    def _note_names(self, room: str, events: list[Any]) -> None:
        self._names.setdefault(room, {}).update(read.names_in(events))

    def _is_old(self, event: Event) -> bool:
        try:
            return self._horizon is not None and read.moment(event) < self._horizon
        except _UNREADABLE:
            return False

    def _batch(self, items: Sequence[Item]) -> Batch:
        self._roots = dict(list(self._roots.items())[-ROOTS:])
        kept = {"v": 1, "s": self._since, "k": sorted(self._known), "g": self._gaps, "t": self._roots}
        refused, self._refused, self._pages = tuple(self._refused), [], PAGES
        return Batch(items, json.dumps(kept, separators=(",", ":")), refused)


def _token(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("token")
    return value


def _kept(cursor: str) -> dict[str, Any]:
    """A cursor we do not understand is the beginning: repetition at most."""
    try:
        kept = json.loads(cursor or "{}")
        is_whole = (
            isinstance(kept["s"], str)
            and all(isinstance(room, str) for room in kept["k"])
            and all(len(one) == 3 and all(isinstance(part, str) for part in one) for one in kept["g"])
            and all(isinstance(one, str) and isinstance(root, str) for one, root in kept["t"].items())
        )
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return {}
    return kept if is_whole else {}
