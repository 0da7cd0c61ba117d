"""What stands in the conversations of a bot: each newest first, the threads below, and who the people are."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from allmende.connectors.errors import Refused
from allmende.connectors.fields import part_of, rows_of, text_of
from allmende.connectors.neutral import Author, Item
from allmende.connectors.slack import read
from allmende.connectors.slack.door import Door, unless_gone
from allmende.connectors.slack.names import Place, place_of
from allmende.connectors.watching import UNREADABLE, Entry

KINDS = "public_channel,private_channel,im"
LIMIT, CHANNEL_PAGES, EMPTY_PAGES = "100", 5, 50
# Of a call. Whom it does not reach keeps the id as a name.
MOST_NAMES = 40

Row = Mapping[str, Any]


class BotSource:
    """A bot's conversations as `watching` listens to them: each is a list."""

    dies_together = False
    is_scarce = False

    def __init__(self, door: Door, where: read.Where, lists: Sequence[str]) -> None:
        self._door = door
        self._where = where
        self.lists = tuple(lists)

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        asked = {"channel": name, "limit": LIMIT} | ({"latest": f"{until}.999999"} if until else {})
        # A page of nothing but what Slack itself says must not end the walk.
        for _ in range(EMPTY_PAGES):
            try:
                told = self._door.read("conversations.history", asked | ({"cursor": after} if after else {}))
            except Refused:
                # We were taken out of it just now; the others are heard all the same.
                return [], ""
            rows, after = rows_in(told, name)
            if rows or not after:
                break
        return [one for row in rows for one in reversed([*read.entries_in(row)])], after

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        place = place_of(root)
        asked = {"channel": place.channel, "ts": place.ts, "limit": LIMIT} | ({"cursor": after} if after else {})
        told = unless_gone(lambda: self._door.read("conversations.replies", asked))
        if told is None:
            return [], ""
        rows, after = rows_in(told, place.channel)
        return [one for row in rows for one in read.entries_in(row)], after

    def single(self, native_id: str) -> Row | None:
        """A message, or a reaction below one."""
        written, _, reaction = native_id.partition("#")
        row = message_at(self._door, place_of(written))
        if row is None or not reaction:
            return row
        name, _, user = reaction.rpartition("/")
        below = [one for one in read.entries_in(row) if "reaction" in one]
        return next((one for one in below if (str(one["reaction"])[:60], one["by"]) == (name, user)), None)

    def entry(self, row: Row, root: str) -> Entry:
        return read.entry(row, self._where)


class Directory:
    """Who people are (users.info), asked for those only whose words are told."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._names: dict[str, tuple[str, str, bool]] = {}

    def named(self, item: Item) -> Item:
        """An item with the names of its author and of whom it mentions; what is gone of a reaction is one."""
        if "#" in item.ref.native_id and item.kind == "message":
            target = item.ref.native_id.partition("#")[0]
            item = replace(item, kind="gesture", act="voted", target=target)
        author, text = item.author, item.text
        if author is not None and author.native_id[:1] in "UW" and author.name == author.native_id:
            handle, name, is_bot = self._known(author.native_id)
            author = Author(author.native_id, handle, name, author.is_us, author.is_bot or is_bot)
        for mentioned in item.extra.get("mentions", ()):
            text = text.replace(f"@{mentioned}", f"@{self._known(mentioned)[1]}")
        return replace(item, author=author, text=text)

    def _known(self, user: str) -> tuple[str, str, bool]:
        if user not in self._names:
            if len(self._names) >= MOST_NAMES:
                return user, user, False
            told = None
            with suppress(Refused):
                told = unless_gone(lambda: self._door.read("users.info", {"user": user}))
            self._names[user] = _person(part_of(told or {}, "user"), user)
        return self._names[user]


def message_at(door: Door, place: Place) -> Row | None:
    """One message, wherever in a thread it stands; None if it is not there any more."""
    window = {"oldest": place.ts, "latest": place.ts, "inclusive": "true", "limit": "2"}
    asked = {"channel": place.channel, "ts": place.ts, "include_all_metadata": "true", **window}
    told = unless_gone(lambda: door.read("conversations.replies", asked))
    rows = rows_in(told, place.channel)[0] if told is not None else []
    return next((row for row in rows if row.get("ts") == place.ts), None)


def rows_in(told: Mapping[str, Any], channel: str) -> tuple[list[dict[str, Any]], str]:
    """The messages of a page that somebody said, each with its conversation, and the cursor of the next page."""
    rows = [{**row, "channel": channel} for row in rows_of(told, "messages") if read.is_said(row)]
    return rows, text_of(part_of(told, "response_metadata"), "next_cursor")


def conversations(door: Door) -> list[dict[str, Any]]:
    """The conversations the bot belongs to. TryLater, LoggedOut, Refused."""
    found: list[dict[str, Any]] = []
    after = ""
    for _ in range(CHANNEL_PAGES):
        asked = {"types": KINDS, "exclude_archived": "true", "limit": "200"} | ({"cursor": after} if after else {})
        told = door.read("users.conversations", asked)
        found += [dict(one) for one in rows_of(told, "channels") if _is_named(one)]
        after = text_of(part_of(told, "response_metadata"), "next_cursor")
        if not after:
            break
    return found


def _is_named(one: Row) -> bool:
    try:
        return bool(place_of(f"{text_of(one, 'id')}/0.0"))
    except UNREADABLE:
        return False


def _person(told: Row, user: str) -> tuple[str, str, bool]:
    profile = part_of(told, "profile")
    handle = text_of(told, "name") or user
    name = text_of(profile, "display_name") or text_of(profile, "real_name") or text_of(told, "real_name") or handle
    return handle[:200], name[:200], told.get("is_bot") is True
