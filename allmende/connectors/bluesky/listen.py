"""Listen: our own posts wherever they were written, what the network notifies us of, and whole threads, again and again.

Notifications are not enough: a reply sent before its parent was indexed never yields one, an answer to an answer
neither, and nobody notifies a deletion.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.bluesky import read
from allmende.connectors.bluesky.door import Door
from allmende.connectors.bluesky.names import address_of
from allmende.connectors.bluesky.position import GAPS, Position, Reach, Thread, digest, position_of
from allmende.connectors.errors import Refused
from allmende.connectors.neutral import Batch, Item

PAGE, PAGES = 100, 10
VISITS, FETCHES, LOOKS = 10, 5, 20
WATCHED_SECONDS = 30 * 86_400.0
LONGEST_PAUSE_SECONDS = 86_400.0
# A thread is looked at again after a twentieth of its age.
PAUSE_SHARE = 1 / 20
# Below this share of the granted requests, words go before second looks.
ENOUGH_ROOM = 0.3
_BROKEN = (AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: when (seconds since 1970), its digest, what it is in our words, as the network shows it."""

    at: float
    name: str
    item: Item | None
    view: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk down a list found, oldest first, and the network's cursor where it was broken off ("": it was not)."""

    entries: Sequence[Entry]
    rest: str


PageOf = Callable[[str], tuple[list[Entry], str]]


class Listener:
    """One collection. `me`: our DID; `web`: the network's public pages; `pace`: shortest seconds between two looks at
    a thread, 0: at every call."""

    def __init__(self, door: Door, me: str, web: str, pace: float) -> None:
        self._door, self._me, self._web, self._pace = door, me, web, pace
        self._now = datetime.now(UTC)
        self._position = Position()

    def batches(self, cursor: str) -> Iterator[Batch]:
        """Everything new after `cursor`; the last batch may be empty and only carry where we look next."""
        self._position = position_of(cursor)
        stored = self._position.written()
        for reach, page_of, meet in (
            (self._position.own, self._own_page, self._meet_own),
            (self._position.notices, self._notices_page, self._meet_notice),
        ):
            for batch in self._list(reach, page_of, meet):
                stored = batch.cursor
                yield batch
        for batch in self._revisit():
            stored = batch.cursor
            yield batch
        if self._position.written() != stored:
            yield Batch((), self._position.written())

    def _list(self, reach: Reach, page_of: PageOf, meet: Callable[[Entry], None]) -> Iterator[Batch]:
        """The new top of a list; with time to spare, the part an earlier walk left out."""
        floor, gaps = reach.floor, list(reach.gaps)
        walk = _walked(reach, page_of, "", floor)
        if walk.rest:
            # What lies below the oldest we found belongs to the gap, not to the next walk from the top.
            reach.gaps = [*gaps, (walk.rest, floor)][-GAPS:]
            reach.floor = max(floor, walk.entries[0].at if walk.entries else 0.0)
        yield from self._handed_out(reach, walk.entries, meet)
        if gaps and not walk.rest:
            begin, low = gaps[-1]
            older = _walked(reach, page_of, begin, low)
            left = [*gaps[:-1], *([(older.rest, low)] if older.rest else [])]
            yield from self._handed_out(reach, older.entries, meet, left)

    def _handed_out(
        self,
        reach: Reach,
        entries: Sequence[Entry],
        meet: Callable[[Entry], None],
        gaps_left: list[tuple[str, float]] | None = None,
    ) -> Iterator[Batch]:
        """Batches of these entries; `gaps_left` are in force with the last of them."""
        for first in range(0, len(entries), PAGE):
            part = entries[first : first + PAGE]
            reach.learn((entry.at, entry.name) for entry in part)
            for entry in part:
                meet(entry)
            if gaps_left is not None and first + PAGE >= len(entries):
                reach.gaps = gaps_left
            items = [entry.item for entry in part if entry.item]
            if items:
                yield Batch(items, self._position.written())
        if gaps_left is not None and not entries:
            reach.gaps = gaps_left

    def _own_page(self, cursor: str) -> tuple[list[Entry], str]:
        asked = {"actor": self._me, "limit": str(PAGE), "filter": "posts_with_replies"} | _at(cursor)
        answer = self._door.read("app.bsky.feed.getAuthorFeed", asked)
        with answer.understood():
            page = answer.json()
            said = [line["post"] for line in page["feed"] if "reason" not in line]
            return [self._entry(view, self._message) for view in said], str(page.get("cursor") or "")

    def _notices_page(self, cursor: str) -> tuple[list[Entry], str]:
        asked = {"limit": str(PAGE)} | _at(cursor)
        answer = self._door.read("app.bsky.notification.listNotifications", asked)
        with answer.understood():
            page = answer.json()
            return [self._entry(view, self._notice) for view in page["notifications"]], str(page.get("cursor") or "")

    def _entry(self, view: Mapping[str, Any], read_it: Callable[[Mapping[str, Any]], Item | None]) -> Entry:
        at = read.moment(view["indexedAt"]).timestamp()
        try:
            item = read_it(view)
        except _BROKEN:  # one record nobody can read must not deafen us to all others
            item = None
        return Entry(at, digest(view["uri"]), item, view)

    def _message(self, view: Mapping[str, Any]) -> Item:
        return read.message(view, me=self._me, web=self._web)

    def _notice(self, view: Mapping[str, Any]) -> Item | None:
        return self._message(view) if view["reason"] in read.WORDS else read.gesture(view, me=self._me)

    def _meet_own(self, entry: Entry) -> None:
        """Our own word: its thread is looked at from now on."""
        if entry.item is None:
            return
        address, born_at = entry.item.ref.native_id, entry.item.occurred_at.timestamp()
        root = self._position.threads.get(entry.item.thread)
        if root is not None:
            root.posts.setdefault(address, _version(entry.view))
        elif self._age(born_at) < WATCHED_SECONDS and address_of(address).did == self._me:
            self._position.watch(address, born_at, _version(entry.view), self._now.timestamp())

    def _meet_notice(self, entry: Entry) -> None:
        """Somebody spoke in a thread of ours: it is worth a look now."""
        if entry.item is None or entry.item.kind != "message":
            return
        thread = self._position.threads.get(entry.item.thread) or self._position.threads.get(entry.item.reply_to)
        if thread is not None:
            thread.posts.setdefault(entry.item.ref.native_id, _version(entry.view))
            thread.next_at = self._now.timestamp()

    def _revisit(self) -> Iterator[Batch]:
        threads, now = self._position.threads, self._now.timestamp()
        for address in [one for one, thread in threads.items() if self._age(thread.born_at) > WATCHED_SECONDS]:
            del threads[address]
        due = sorted((thread.next_at, address) for address, thread in threads.items() if thread.next_at <= now)
        for _, address in due[:VISITS]:
            if self._door.room < ENOUGH_ROOM:
                return
            if address not in threads:
                continue
            thread = threads[address]
            items = self._visited(address, thread)
            pause = max(self._pace, self._age(thread.born_at) * PAUSE_SHARE) if self._pace else 0.0
            thread.next_at = now + min(pause, LONGEST_PAUSE_SECONDS)
            if address not in thread.posts:
                del threads[address]
            self._position.make_room()
            if items:
                yield Batch(items, self._position.written())

    def _visited(self, address: str, thread: Thread) -> list[Item]:
        try:
            return self._visit(address, thread)
        except Refused:  # one thread the network will not show must not deafen us to the others
            return []

    def _visit(self, address: str, thread: Thread) -> list[Item]:
        """What is new, changed or gone in a thread."""
        views, hidden = self._tree(address)
        met = {name for reach in (self._position.own, self._position.notices) for _, name in reach.known}
        items = []
        for view in sorted(views, key=lambda view: str(view["indexedAt"])):
            uri, version = str(view["uri"]), _version(view)
            before = thread.posts.get(uri)
            thread.posts[uri] = version
            if before == version or (before is None and digest(uri) in met):
                continue
            try:
                item = self._message(view)
            except _BROKEN:
                continue
            items.append(item if before is None else read.edited(item, read.moment(view["indexedAt"])))
        there = {str(view["uri"]) for view in views} | hidden
        for uri in [uri for uri in thread.posts if uri not in there][:LOOKS]:
            if self._is_gone(uri):
                del thread.posts[uri]
                items.append(read.gone(uri, self._now, me=self._me, web=self._web))
        return items

    def _tree(self, address: str) -> tuple[list[Mapping[str, Any]], set[str]]:
        """The posts of a thread as the network shows them, and addresses that it only names: blocked ones."""
        views: list[Mapping[str, Any]] = []
        hidden: set[str] = set()
        anchors, fetched = [address], 0
        while anchors and fetched < FETCHES:
            fetched += 1
            anchor = anchors.pop()
            for node in self._nodes(anchor):
                if "post" in node:
                    views.append(node["post"])
                    is_cut = "replies" not in node and node["post"].get("replyCount") and node["post"]["uri"] != anchor
                    anchors += [node["post"]["uri"]] if is_cut else []
                elif node.get("blocked"):
                    hidden.add(str(node.get("uri")))
        return list({str(view["uri"]): view for view in views}.values()), hidden

    def _nodes(self, anchor: str) -> list[Mapping[str, Any]]:
        asked = {"uri": anchor, "depth": "1000", "parentHeight": "0"}
        try:
            answer = self._door.read("app.bsky.feed.getPostThread", asked)
        except Refused as error:
            if error.reason_code != "not_found":
                raise
            return []
        with answer.understood():
            nodes, open_ones = [], [answer.json()["thread"]]
            while open_ones:
                node = open_ones.pop()
                nodes.append(node)
                open_ones += node.get("replies") or []
            return nodes

    def _is_gone(self, uri: str) -> bool:
        place = address_of(uri)
        try:
            self._door.read(
                "com.atproto.repo.getRecord", {"repo": place.did, "collection": place.collection, "rkey": place.key}
            )
        except Refused as error:
            return error.reason_code == "not_found"
        return False

    def _age(self, born_at: float) -> float:
        return max(self._now.timestamp() - born_at, 0.0)


def _walked(reach: Reach, page_of: PageOf, cursor: str, floor: float) -> Walk:
    """Down the list from `cursor` to `floor`, at most so many pages."""
    found: dict[str, Entry] = {}
    for _ in range(PAGES):
        page, cursor = page_of(cursor)
        for entry in page:
            if reach.is_new(entry.at, entry.name, floor):
                found.setdefault(entry.name, entry)
        if not cursor or (page and page[-1].at < floor):
            cursor = ""
            break
    return Walk(sorted(found.values(), key=lambda entry: entry.at), cursor)


def _at(cursor: str) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


def _version(view: Mapping[str, Any]) -> str:
    return str(view.get("cid", ""))[-8:]
