"""Reading a forum: what it notifies us of, the topics that its list of recent ones shows anew, and old ones again.

The list (/api/recent) is sorted by each topic's last post, the newest first; what lies before the last topic we read
through is read oldest first, so that every batch's cursor is a place to go on from.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.neutral import Batch, Item
from allmende.connectors.nodebb import read
from allmende.connectors.nodebb.door import Door
from allmende.connectors.nodebb.position import Watched, position_of, seconds
from allmende.connectors.nodebb.topics import UNREADABLE, Library, rows, unless_gone

WINDOW = 40
NOTICE_PAGES = 3
VISITS = 2
# Why a forum is asked later that are true of all it has, not of one topic.
_EVERYWHERE = frozenset({"too_many", "not_reached", "host_busy"})

Row = Mapping[str, Any]


class Ear:
    """One reading, from a cursor on. Every method that asks may raise TryLater, LoggedOut, Refused."""

    def __init__(self, door: Door, us: read.Us, cursor: str, since: datetime | None, now: datetime) -> None:
        self._door, self._us, self._now = door, us, now
        self._since = int(since.timestamp() * 1000) if since else 0
        self._position = position_of(cursor)
        self._library = Library(door, us, self._position, now)
        self._pages: dict[int, list[Row]] = {}
        self._page_count = 1

    def batches(self) -> Iterator[Batch]:
        """Notifications first: whom the forum does not know it shows what guests may see, and says nothing of it."""
        self._door.us()
        votes = self._votes()
        if votes:
            yield self._batch(votes)
        yield from self._topics()
        for topic_id in self._due():
            yield self._batch(self._visited(topic_id))

    def _topics(self) -> Iterator[Batch]:
        self._page(1)
        newest = list(self._pages[1])
        top = self._crossing()
        while True:
            first = max(1, top - WINDOW + 1)
            # From new to old: a topic that moves to the front meanwhile pushes others behind us, where we still come.
            found = {read.id_of(row, "tid"): row for number in range(first, top + 1) for row in self._page(number)}
            for row in sorted(found.values(), key=_age):
                if not self._is_fresh(row):
                    continue
                topic_id = read.id_of(row, "tid")
                items = self._visited(topic_id) if not self._is_unknown_and_gone(row) else []
                self._position.passed(topic_id, read.count_of(row, "lastposttime"))
                yield self._batch(items)
            if first == 1:
                break
            top = first
            self._pages.clear()
        for topic_id in self._vanished(newest):
            items = self._visited(topic_id)
            if topic_id in self._position.topics:
                self._position.topics[topic_id].is_unlisted = True
            yield self._batch(items)

    def _page(self, number: int) -> list[Row]:
        if number not in self._pages:
            answer = self._door.read("recent", {"page": str(number)})
            with answer.understood():
                told = answer.json()
                self._pages[number] = rows(told["topics"], "tid")
                paged = told.get("pagination")
                if isinstance(paged, Mapping):
                    self._page_count = max(read.count_of(paged, "pageCount"), 1)
        return self._pages[number]

    def _crossing(self) -> int:
        """The first page that reaches back to what was read already, or the last page there is."""
        low, high = 1, self._page_count
        while low < high:
            middle = (low + high) // 2
            page = self._page(middle)
            oldest = min((read.count_of(row, "lastposttime") for row in page), default=0)
            low, high = (low, middle) if oldest < max(self._position.mark, self._since) else (middle + 1, high)
        return low

    def _is_fresh(self, row: Row) -> bool:
        topic_id, last_at = read.id_of(row, "tid"), read.count_of(row, "lastposttime")
        watched = self._position.topics.get(topic_id)
        if watched is not None:
            is_told = read.is_set(row, "deleted") or watched.count != read.count_of(row, "postcount")
            return is_told or (watched.last_at != last_at and bool(last_at))
        if last_at < max(self._position.mark, self._since):
            return False
        return last_at > self._position.mark or topic_id not in self._position.edge

    def _is_unknown_and_gone(self, row: Row) -> bool:
        return read.is_set(row, "deleted") and read.id_of(row, "tid") not in self._position.topics

    def _vanished(self, newest: list[Row]) -> list[str]:
        """Watched topics that the first page should show and does not."""
        shown = {read.id_of(row, "tid") for row in newest}
        is_whole = self._page_count == 1
        oldest = 0 if is_whole else min((read.count_of(row, "lastposttime") for row in newest), default=0)
        return [
            topic_id
            for topic_id, watched in self._position.topics.items()
            if watched.last_at > oldest and topic_id not in shown and not watched.is_unlisted
        ]

    def _votes(self) -> list[Item]:
        """Upvotes for our posts; replies and mentions come with their topics."""
        items: list[Item] = []
        last = self._position.notice
        for page in range(1, NOTICE_PAGES + 1):
            answer = unless_gone(lambda page=page: self._door.read("notifications", {"page": str(page)}))
            if answer is None:
                break
            with answer.understood():
                listed = answer.json()["notifications"]
                found = [one for one in listed if isinstance(one, Mapping)]
                fresh = [
                    one for one in found if read.count_of(one, "datetime") > max(self._position.notice, self._since - 1)
                ]
            for one in fresh:
                last = max(last, read.count_of(one, "datetime"))
                try:
                    items += self._vote(one)
                except UNREADABLE as error:
                    self._library.refuse(one, error)
            if not fresh or len(fresh) < len(found):
                break
        self._position.notice = last
        return sorted(items, key=lambda item: item.occurred_at)

    def _vote(self, notice: Row) -> list[Item]:
        if notice.get("type") != "upvote" or not notice.get("pid"):
            return []
        native_id, told = read.id_of(notice, "pid"), notice.get("user")
        topic = self._position.topics.get(str(notice.get("tid") or ""))
        who = read.user(told if isinstance(told, Mapping) else {}, self._us, read.id_of(notice, "from"))
        return [read.upvote(native_id, topic.root if topic else "", who, read.moment(notice["datetime"]))]

    def _due(self) -> list[str]:
        now, topics = seconds(self._now), self._position.topics
        due = [topic_id for topic_id, watched in topics.items() if watched.due <= now]
        return sorted(due, key=lambda topic_id: (topics[topic_id].due, topic_id))[:VISITS]

    def _visited(self, topic_id: str) -> list[Item]:
        """A topic that cannot be read is left for later, or for good; the others have their turn all the same."""
        try:
            return self._library.visited(topic_id)
        except Refused:
            self._position.topics.pop(topic_id, None)
        except TryLater as error:
            if error.reason_code in _EVERYWHERE:
                raise
            watched = self._position.topics.setdefault(topic_id, Watched(active=seconds(self._now)))
            watched.due = seconds(self._now) + 3600
        return []

    def _batch(self, items: list[Item]) -> Batch:
        refused, self._library.refused = tuple(self._library.refused), []
        return Batch(items, self._position.written(), refused)


def _age(row: Row) -> tuple[int, int, str]:
    topic_id = read.id_of(row, "tid")
    return read.count_of(row, "lastposttime"), len(topic_id), topic_id
