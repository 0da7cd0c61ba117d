"""Whole topics, read when a list shows them otherwise than we know them, and again for edits and deletions."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from allmende.connectors.errors import Refused
from allmende.connectors.http import Answer
from allmende.connectors.neutral import Item, RefusedRow
from allmende.connectors.nodebb import read
from allmende.connectors.nodebb.door import Door
from allmende.connectors.nodebb.position import Position, Watched, seconds

# Of a topic we do not know: its first page and its last ones. Of one we know: the pages with what is new, and its last.
LAST_PAGES, MOST_PAGES = 3, 10
PROOFS = 5
RAW_LENGTH = 500
DAY = 86_400
UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)

Post = Mapping[str, Any]


class Library:
    """What is known of the topics of one forum, in one reading. Whatever asks may raise TryLater, LoggedOut, Refused."""

    def __init__(self, door: Door, us: read.Us, position: Position, now: datetime) -> None:
        self._door, self._us, self._position, self._now = door, us, position, now
        self.refused: list[RefusedRow] = []

    def visited(self, topic_id: str) -> list[Item]:
        """What is new in a topic, what was changed, what is gone, what solved it; it is watched from now on.

        Refused "forbidden" where it is not for us any more."""
        known = self._position.topics.get(topic_id)
        answer = unless_gone(lambda: self._door.read(f"topic/{quote(topic_id, safe='')}", _page(1)))
        if answer is None:
            return list(self._gone(topic_id))
        with answer.understood():
            told = answer.json()
            place, posts = read.topic(told), rows(told["posts"], "pid")
            size = max(len(posts), 1)
        if place.topic_id != topic_id or place.is_deleted:
            return list(self._gone(topic_id))
        watched = self._position.topics.setdefault(topic_id, Watched(place.root))
        first = known.count // size + 1 if known else place.pages - LAST_PAGES + 1
        wanted = range(max(2, min(first, place.pages), place.pages - MOST_PAGES + 1), place.pages + 1)
        pages = [(1, posts), *((number, self._posts(topic_id, number)) for number in wanted)]
        items = self._noted(place, watched, [post for _, page in pages for post in page])
        if len(pages) == place.pages:
            items += self._missing(watched, {read.id_of(post, "pid") for _, page in pages for post in page})
        items += self._solved(place, watched)
        watched.root, watched.count, watched.last_at = place.root, place.count, place.last_at
        if not watched.plan(seconds(self._now)):
            self._position.topics.pop(topic_id, None)
        return items

    def refuse(self, row: object, error: Exception) -> None:
        """A row that nobody can read must not keep all that came after it from being heard."""
        self.refused.append(RefusedRow(0, "bad_value", {"field": type(error).__name__}, repr(row)[:RAW_LENGTH]))

    def _posts(self, topic_id: str, page: int) -> list[Post]:
        answer = unless_gone(lambda: self._door.read(f"topic/{quote(topic_id, safe='')}", _page(page)))
        if answer is None:
            return []
        with answer.understood():
            return rows(answer.json()["posts"], "pid")

    def _noted(self, place: read.Topic, watched: Watched, posts: list[Post]) -> list[Item]:
        """The items of those posts that are new or changed."""
        items = []
        for post in posts:
            try:
                post_id, seen = read.id_of(post, "pid"), read.fingerprint(post)
                known = watched.posts.get(post_id)
                if known == seen or (known is None and seen.endswith("-")):
                    continue
                is_gone = seen.endswith("-")
                item = read.deletion(post_id, place.root, self._now) if is_gone else read.item(post, place, self._us)
            except UNREADABLE as error:
                self.refuse(post, error)
                continue
            items.append(item)
            watched.posts[post_id] = seen
            # A clock in the future keeps nobody watched for longer.
            watched.active = max(watched.active, min(seconds(item.occurred_at), seconds(self._now)))
        return items

    def _missing(self, watched: Watched, shown: set[str]) -> Iterator[Item]:
        """Posts that a topic read whole does not show any more: purged, or moved to another one."""
        missing = [one for one in watched.posts if one not in shown]
        for post_id in missing[-PROOFS:]:
            was_there = not watched.posts.pop(post_id).endswith("-")
            answer = unless_gone(lambda post_id=post_id: self._door.read(f"v3/posts/{quote(post_id, safe='')}"))
            if answer is None and was_there:
                yield read.deletion(post_id, watched.root, self._now)

    def _gone(self, topic_id: str) -> Iterator[Item]:
        watched = self._position.topics.pop(topic_id, Watched())
        for post_id, seen in watched.posts.items():
            if not seen.endswith("-"):
                yield read.deletion(post_id, watched.root, self._now)

    def _solved(self, place: read.Topic, watched: Watched) -> list[Item]:
        before, watched.solved = watched.solved, place.solved
        if before == place.solved:
            return []
        items = [read.solution(before, place.root, self._now, gone_at=self._now)] if before else []
        if place.solved:
            # Where a topic was silent for long before we first looked, nobody tells when it was solved.
            is_known = before is not None or seconds(self._now) - watched.active < DAY
            at = self._now if is_known else datetime.fromtimestamp(watched.active, UTC)
            items.append(read.solution(place.solved, place.root, at, is_known=is_known))
        return items


def unless_gone(ask: Any) -> Answer | None:
    """The answer, or None if the forum says that there is no such thing."""
    try:
        answer: Answer = ask()
    except Refused as refused:
        if refused.reason_code != "not_found":
            raise
        return None
    return answer


def rows(listed: Any, name: str) -> list[Post]:
    """The rows that bear an id: nothing can be done with the others. Raises TypeError where nothing makes sense."""
    if not isinstance(listed, list):
        raise TypeError("rows")
    found: list[Post] = []
    for one in listed:
        try:
            _ = read.id_of(one, name)
        except UNREADABLE:
            continue
        found.append(one)
    if listed and not found:
        raise TypeError("rows")
    return found


def _page(number: int) -> dict[str, str]:
    return {"page": str(number), "sort": "oldest_to_newest"}
