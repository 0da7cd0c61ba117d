"""Listening: one page of updates at a time, since asking for what follows makes Telegram forget what came before.

The cursor is JSON: `u` the last update that was told, `a` when that was (seconds since 1970); `t` the roots of the
newest answers, `c` the posts of which the discussion group got copies, both by native id.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.neutral import Batch, Item, RefusedRow
from allmende.connectors.telegram import read
from allmende.connectors.telegram.door import Door
from allmende.connectors.telegram.names import Place
from allmende.connectors.telegram.read import Message, Where

PAGE = 100
ROOTS = 500
RAW_LENGTH = 500
# After a week of silence the numbers of updates begin anew somewhere: then the last one says nothing any more.
NUMBERS_HOLD = timedelta(days=6)
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Ear:
    """One reading, from a cursor on. Raises TryLater, LoggedOut, Refused."""

    def __init__(self, door: Door, where: Where, cursor: str, now: datetime) -> None:
        self._door, self._where, self._now = door, where, now
        kept = _kept(cursor)
        self._last: int | None = kept.get("u")
        self._at: int = kept.get("a", 0)
        self._roots: dict[str, str] = dict(kept.get("t", {}))
        self._copies: dict[str, str] = dict(kept.get("c", {}))
        self._refused: list[RefusedRow] = []

    def batches(self) -> Iterator[Batch]:
        """At most one batch. Only what the given cursor already stands behind is confirmed by asking."""
        params = {"limit": str(PAGE), "timeout": "0", "allowed_updates": json.dumps(read.UPDATES)}
        is_holding = self._now - datetime.fromtimestamp(self._at, UTC) < NUMBERS_HOLD
        if self._last is not None and is_holding:
            params["offset"] = str(self._last + 1)
        told = self._door.read("getUpdates", params)
        updates = [one for one in told if _has_number(one)] if isinstance(told, list) else []
        if not updates:
            return
        items: list[Item] = []
        for update in updates:
            try:
                items += self._items(update)
            except _UNREADABLE as error:
                row = RefusedRow(0, "bad_value", {"field": type(error).__name__}, repr(update)[:RAW_LENGTH])
                self._refused.append(row)
        self._last, self._at = updates[-1]["update_id"], int(self._now.timestamp())
        roots, copies = (dict(list(one.items())[-ROOTS:]) for one in (self._roots, self._copies))
        kept = {"v": 1, "u": self._last, "a": self._at, "t": roots, "c": copies}
        yield Batch(items, json.dumps(kept, separators=(",", ":")), tuple(self._refused))

    def _items(self, update: Mapping[str, Any]) -> list[Item]:
        told = update.get(read.REACTION)
        if told is not None:
            if self._where.visibility_of(told["chat"]) is None:
                return []
            return [self._retargeted(one) for one in read.reactions(told, self._where, "")]
        kind = next((name for name in read.MESSAGES if update.get(name) is not None), "")
        if not kind or self._where.visibility_of(update[kind]["chat"]) is None:
            return []
        message = update[kind]
        gestures = read.comings_and_goings(message, self._where)
        if gestures or not read.has_words(message):
            return gestures
        parent, thread = self._stands(message)
        return [read.message(message, self._where, thread, parent)]

    def _retargeted(self, gesture: Item) -> Item:
        """A reaction below the copy of a post is one to the post."""
        target = self._copies.get(gesture.target, gesture.target)
        return replace(gesture, target=target, thread=self._roots.get(target, target))

    def _stands(self, message: Message) -> tuple[str, str]:
        """What a message answers ("" if nothing), and its thread's root, as native ids."""
        place = read.place_in(message)
        if message["chat"].get("type") == "private":
            return self._answered(message), str(place.chat)
        post = read.channel_post_of(message)
        if post:
            self._copies[str(place)] = str(post)
            return "", str(post)
        parent = self._answered(message)
        root = self._root(message, place, parent)
        if parent:
            self._roots[str(place)] = root
        return parent, root

    def _root(self, message: Message, place: Place, parent: str) -> str:
        """The top of what this belongs to: Telegram names it in a supergroup, save below the topics of a forum."""
        thread = message.get("message_thread_id")
        if isinstance(thread, int) and message.get("is_topic_message") is not True:
            top = str(Place(place.chat, thread))
            return self._copies.get(top, top)
        return self._roots.get(parent, parent) or str(place)

    def _answered(self, message: Message) -> str:
        """Native id of what a message answers; for the copy of a post, the post's."""
        answered = message.get("reply_to_message")
        if not isinstance(answered, Mapping) or answered.get("forum_topic_created") is not None:
            return ""
        place, post = read.place_in(answered), read.channel_post_of(answered)
        if post:
            self._copies[str(place)] = str(post)
        return self._copies.get(str(place), str(place))


def _has_number(update: Any) -> bool:
    number = update.get("update_id") if isinstance(update, Mapping) else None
    return isinstance(number, int) and not isinstance(number, bool)


def _kept(cursor: str) -> dict[str, Any]:
    """A cursor we do not understand is the beginning: whatever Telegram still has."""
    try:
        kept = json.loads(cursor or "{}")
        is_whole = (
            _has_number({"update_id": kept["u"]})
            and isinstance(kept["a"], int)
            and 0 <= kept["a"] < 4_102_444_800
            and all(isinstance(one, str) for name in ("t", "c") for pair in kept[name].items() for one in pair)
        )
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return {}
    return kept if is_whole else {}
