"""What stands in a server's channels and forums: each newest first, the threads below, and what hangs on what."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from allmende.connectors.discord import read
from allmende.connectors.discord.door import Door, unless_gone
from allmende.connectors.discord.names import Place, id_of, number, number_at, place_of
from allmende.connectors.errors import Refused
from allmende.connectors.fields import part_of, rows_of, text_of
from allmende.connectors.neutral import Item
from allmende.connectors.watching import UNREADABLE, Entry

LIMIT, EMPTY_PAGES = 100, 50
# Of a forum's posts each first message is asked for by itself: few at every look, more on a long walk.
FORUM_PAGE, LONG_PAGE = 10, 50
# Of a call: messages asked for to find out where a chain of answers begins, and of one chain.
LOOKS, CLIMB = 40, 20

Row = Mapping[str, Any]


class GuildSource:
    """A server's channels as `watching` listens to them: each is a list; `forums` are those whose rows are threads."""

    dies_together = False
    is_scarce = False

    def __init__(self, door: Door, where: read.Where, lists: Sequence[str], forums: frozenset[str]) -> None:
        self._door, self._where, self._forums = door, where, forums
        self.lists = tuple(lists)
        self._owners: dict[str, str] = {}
        self._threads: set[str] = set()
        self._pools: dict[str, tuple[list[dict[str, Any]], str]] = {}
        self.parents: dict[str, str] = {}
        self._looks = LOOKS

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        try:
            return self._posts(name, after, until) if name in self._forums else self._messages(name, after, until)
        except Refused:
            # It was closed to us; the others are heard all the same.
            return [], ""

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        place = place_of(root)
        if not place.is_forum_post and root not in self._threads:
            return [], ""
        rows, after = messages_after(self._door, place.message, after or "0")
        return [row for row in rows if read.is_said(row) and row["id"] != place.message], after

    def single(self, native_id: str) -> Row | None:
        place = place_of(native_id)
        if not place.is_forum_post:
            return message_at(self._door, place)
        answer = unless_gone(lambda: self._door.read(f"channels/{place.channel}"))
        if answer is None:
            return None
        with answer.understood():
            return self._opened(dict(answer.json()))

    def entry(self, row: Row, root: str) -> Entry:
        found = read.entry(row, self._where, root, self._owners.get(root, ""))
        native_id = found.native_id
        self.parents[native_id] = read.parent_of(row)
        above = part_of(row, "referenced_message")
        if above and self.parents[native_id]:
            self.parents.setdefault(self.parents[native_id], read.parent_of(above))
        if row.get("thread"):
            self._threads.add(native_id)
        if row.get("post") and found.item.author:
            self._owners[native_id] = found.item.author.native_id
        return found

    def rooted(self, item: Item) -> Item:
        """An item with the root of its chain of answers as its thread. A parent nobody can see any more is the root."""
        if not item.reply_to or item.thread != item.reply_to:
            return item
        root, path = item.reply_to, {item.ref.native_id}
        while root not in path and len(path) < CLIMB:
            path.add(root)
            parent = self._parent(root)
            if not parent:
                break
            root = parent
        return replace(item, thread=root)

    def _parent(self, native_id: str) -> str:
        if native_id not in self.parents and self._looks > 0:
            self._looks -= 1
            row = None
            try:
                row = message_at(self._door, place_of(native_id))
                self.parents[native_id] = read.parent_of(row) if row else ""
            except (Refused, *UNREADABLE):
                self.parents[native_id] = ""
        return self.parents.get(native_id, "")

    def _messages(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        before = after or (str(number_at(until + 1)) if until else "")
        rows: list[dict[str, Any]] = []
        # A page of nothing but what Discord itself says must not end the walk.
        for _ in range(EMPTY_PAGES):
            asked = {"limit": str(LIMIT)} | ({"before": before} if before else {})
            answer = self._door.read(f"channels/{name}/messages", asked)
            with answer.understood():
                told = _messages_in(answer.json())
                before = number(told[-1]["id"]) if len(told) == LIMIT else ""
                rows = [row for row in told if read.is_said(row)]
            if rows or not before:
                break
        return rows, before

    def _posts(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        """Threads by their number: the active ones with those put away last, then the older ones page by page."""
        if not after or name not in self._pools:
            pool = [*active_in(self._door, self._where.guild, name)]
            older, following = archived_in(self._door, name, "")
            self._pools[name] = _sorted([*pool, *older]), following
        pool, following = self._pools[name]
        start, most = int(after or 0), LONG_PAGE if after else FORUM_PAGE
        while start >= len(pool) and following:
            older, following = archived_in(self._door, name, following)
            known = {one["id"] for one in pool}
            pool = pool + _sorted([one for one in older if one["id"] not in known])
            self._pools[name] = pool, following
        high = number_at(until + 1) if until else 1 << 63
        rows: list[Row] = []
        while start < len(pool) and len(rows) < most:
            if int(pool[start]["id"]) < high:
                row = self._opened(pool[start])
                rows += [row] if row else []
            start += 1
        return rows, str(start) if start < len(pool) or following else ""

    def _opened(self, post: dict[str, Any]) -> dict[str, Any] | None:
        """The message that opens a forum's post, with the post; None where it is gone."""
        row = message_at(self._door, Place(number(post["id"]), number(post["id"])))
        return None if row is None else {**row, "post": post}


def message_at(door: Door, place: Place) -> dict[str, Any] | None:
    """One message; None if it is not there any more."""
    answer = unless_gone(lambda: door.read(f"channels/{place.channel}/messages/{place.message}"))
    if answer is None:
        return None
    with answer.understood():
        row = dict(answer.json())
        _ = id_of(row["channel_id"], row["id"])
        return row


def messages_after(door: Door, channel: str, after: str) -> tuple[list[dict[str, Any]], str]:
    """A page of a channel's messages, oldest first, and the number to go on after ("": there are no more)."""
    answer = unless_gone(lambda: door.read(f"channels/{channel}/messages", {"limit": str(LIMIT), "after": after}))
    if answer is None:
        return [], ""
    with answer.understood():
        rows = sorted(_messages_in(answer.json()), key=lambda row: int(row["id"]))
        return rows, number(rows[-1]["id"]) if len(rows) == LIMIT else ""


def active_in(door: Door, guild: str, forum: str) -> list[dict[str, Any]]:
    """The threads of a forum that are not put away (resources/guild, List Active Guild Threads)."""
    answer = door.read(f"guilds/{guild}/threads/active")
    with answer.understood():
        return [
            dict(one) for one in rows_of(answer.json(), "threads") if one.get("parent_id") == forum and _is_named(one)
        ]


def archived_in(door: Door, forum: str, before: str) -> tuple[list[dict[str, Any]], str]:
    """Threads that were put away, the latest first, and the time to go on before (List Public Archived Threads)."""
    asked = {"limit": str(LIMIT)} | ({"before": before} if before else {})
    answer = unless_gone(lambda: door.read(f"channels/{quote(forum, safe='')}/threads/archived/public", asked))
    if answer is None:
        return [], ""
    with answer.understood():
        told = answer.json()
        rows = [dict(one) for one in rows_of(told, "threads") if _is_named(one)]
        last = text_of(part_of(rows[-1], "thread_metadata"), "archive_timestamp") if rows else ""
        return rows, last if told.get("has_more") is True and last != before else ""


def _messages_in(told: Any) -> list[dict[str, Any]]:
    if not isinstance(told, list):
        raise TypeError("messages")
    return [dict(one) for one in told if isinstance(one, Mapping) and _is_named(one)]


def _is_named(one: Row) -> bool:
    try:
        return bool(number(one.get("id")))
    except UNREADABLE:
        return False


def _sorted(threads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Newest first, each once."""
    return [one for _, one in sorted({int(one["id"]): one for one in threads}.items(), reverse=True)]
