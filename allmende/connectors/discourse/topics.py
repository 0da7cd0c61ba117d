"""Whole topics: asked for where a reply belongs to one we do not know, and looked at again for edits, deletions, solutions."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.discourse import read
from allmende.connectors.discourse.door import Door
from allmende.connectors.discourse.position import POSTS_OF_ONE, Position, Watched, seconds
from allmende.connectors.errors import Refused
from allmende.connectors.http import Answer
from allmende.connectors.neutral import Item, RefusedRow

CHUNK = 20
CHUNKS = 2
PROOFS = 5
RAW_LENGTH = 500
DAY = 86_400
UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

Post = Mapping[str, Any]


class Library:
    """What is known of the topics of one forum, in one reading. Whatever asks may raise TryLater, LoggedOut, Refused."""

    def __init__(self, door: Door, us: read.Us, position: Position, now: datetime) -> None:
        self._door, self._us, self._position, self._now = door, us, position, now
        self.refused: list[RefusedRow] = []

    def noted(self, place: read.Topic, posts: list[Post]) -> list[Item]:
        """The items of those posts that are new or changed; their topic is watched from now on."""
        watched = self._position.topics.setdefault(place.topic_id, Watched(due=seconds(self._now)))
        watched.is_private = watched.is_private or place.is_private
        items = []
        for post in posts:
            try:
                if not read.is_said(post):
                    continue
                post_id, seen = str(read.number_of(post, "id")), read.fingerprint(post)
                known = watched.posts.get(post_id)
                if known == seen or (known is None and seen.endswith("-")):
                    continue
                item = read.item(post, place, self._us)
            except UNREADABLE as error:
                self.refuse(post, error)
                continue
            if item.ref.native_id == read.name_of(place.topic_id, 1) and item.author:
                watched.root_author = item.author.native_id
            items.append(item)
            self._keep(watched, post_id, "" if item.deleted_at else seen, item)
        if items and not watched.plan(seconds(self._now)):
            watched.due = seconds(self._now)
        return items

    def met(self, topic_id: int) -> list[Item]:
        """A topic we do not know yet: how it begins. Refused where it is not for us."""
        place, shown, _ = self._topic(topic_id)
        items = self.noted(place, shown)
        return items + self._compared(place, shown)

    def visited(self, topic_id: int) -> list[Item]:
        """A topic looked at again: what is new, what was changed, what is gone, what solved it."""
        watched = self._position.topics[topic_id]
        try:
            place, shown, stream = self._topic(topic_id)
        except Refused as error:
            if error.reason_code != "not_found":
                raise
            return list(self._gone(topic_id, watched, list(watched.posts)))
        if place.is_deleted:
            return list(self._gone(topic_id, watched, list(watched.posts)))
        items = self.noted(place, shown)
        items += self._rest(place, watched, {str(read.number_or(post, "id")) for post in shown}, stream)
        items += self._missing(place, watched, stream)
        items += self._compared(place, shown)
        if not watched.plan(seconds(self._now)):
            self._position.topics.pop(topic_id, None)
        return items

    def refuse(self, row: object, error: Exception) -> None:
        """A row that nobody can read must not keep all that came after it from being heard."""
        self.refused.append(RefusedRow(0, "bad_value", {"field": type(error).__name__}, repr(row)[:RAW_LENGTH]))

    def _keep(self, watched: Watched, post_id: str, seen: str, item: Item) -> None:
        if not seen:
            if watched.posts.pop(post_id, None) is not None:
                watched.count = max(watched.count - 1, 0)
            return
        if post_id not in watched.posts:
            watched.count += 1
        watched.posts[post_id] = seen
        watched.shrink()
        # A clock in the future keeps nobody watched for longer.
        watched.active = max(watched.active, min(seconds(item.occurred_at), seconds(self._now)))

    def _topic(self, topic_id: int) -> tuple[read.Topic, list[Post], list[str]]:
        """The topic, its first posts, and the ids of all its posts, oldest first."""
        answer = self._door.read(f"t/{topic_id}.json", {"include_raw": "1"})
        with answer.understood():
            told = answer.json()
            place = read.topic(told)
            if place.topic_id != topic_id:
                raise ValueError("id")
            return (place, [], []) if place.is_deleted else (place, _posts(told), _stream(told))

    def _rest(self, place: read.Topic, watched: Watched, shown: set[str], stream: list[str]) -> list[Item]:
        """Posts behind the first page: those we do not know, then the newest of those we do."""
        recent = [one for one in stream[-POSTS_OF_ONE:] if one not in shown]
        unknown = [one for one in recent if one not in watched.posts]
        known = [one for one in reversed(recent) if one in watched.posts]
        wanted = (unknown + known)[: CHUNK * CHUNKS]
        items: list[Item] = []
        for start in range(0, len(wanted), CHUNK):
            items += self.noted(place, self._some(place.topic_id, wanted[start : start + CHUNK]))
        return items

    def _some(self, topic_id: int, post_ids: list[str]) -> list[Post]:
        asked = "&".join(f"post_ids[]={one}" for one in post_ids)
        answer = self._door.read(f"t/{topic_id}/posts.json?{asked}&include_raw=1")
        with answer.understood():
            return _posts(answer.json())

    def _missing(self, place: read.Topic, watched: Watched, stream: list[str]) -> Iterator[Item]:
        """Posts that a topic does not list any more: gone, moved, or hidden; only the post itself proves it."""
        missing = sorted(watched.posts.keys() - set(stream), key=int)
        for post_id in missing[-PROOFS:] if stream else []:
            number = watched.number_of(post_id)
            answer = unless_gone(lambda post_id=post_id: self._door.read(f"posts/{post_id}.json"))
            is_there = False
            if answer is not None:
                with answer.understood():
                    post = answer.json()
                    is_there = read.number_of(post, "topic_id") == place.topic_id and not post.get("deleted_at")
            if not is_there:
                del watched.posts[post_id]
                yield read.deletion(place.topic_id, number, self._now, place)

    def _gone(self, topic_id: int, watched: Watched, post_ids: list[str]) -> Iterator[Item]:
        place = read.Topic(topic_id, is_private=watched.is_private)
        self._position.topics.pop(topic_id, None)
        for post_id in sorted(post_ids, key=int):
            yield read.deletion(topic_id, watched.number_of(post_id), self._now, place)

    def _compared(self, place: read.Topic, shown: list[Post]) -> list[Item]:
        """What the topic itself tells: its number of posts, who opened it, which answer was accepted."""
        watched = self._position.topics[place.topic_id]
        watched.count = place.count
        watched.root_author = place.root_author or watched.root_author
        accepted = place.accepted or next(
            (read.number_or(post, "post_number") for post in shown if post.get("accepted_answer") is True), 0
        )
        before, watched.accepted = watched.accepted, accepted
        if before == accepted:
            return []
        items = [read.solution(place.topic_id, before, self._now, gone_at=self._now)] if before > 0 else []
        if accepted:
            # Where a topic was silent for long before we first looked, nobody tells when it was solved.
            is_known = before >= 0 or seconds(self._now) - watched.active < DAY
            at = self._now if is_known else datetime.fromtimestamp(watched.active, UTC)
            items.append(read.solution(place.topic_id, accepted, at, is_known=is_known))
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


def rows(listed: Any) -> list[Post]:
    """The rows that bear an id: nothing can be done with the others. Raises TypeError where nothing makes sense."""
    if not isinstance(listed, list):
        raise TypeError("rows")
    found = [one for one in listed if isinstance(one, Mapping) and type(one.get("id")) is int]
    if listed and not found:
        raise TypeError("rows")
    return found


def recent_since(row: Mapping[str, Any], field: str, horizon: datetime | None) -> bool:
    """Whether a row's time is inside what we want to hear."""
    return horizon is None or read.moment(row[field]).astimezone(UTC) >= horizon


def _posts(told: Mapping[str, Any]) -> list[Post]:
    return rows(told["post_stream"]["posts"])


def _stream(told: Mapping[str, Any]) -> list[str]:
    stream = told["post_stream"].get("stream")
    return [str(one) for one in stream if type(one) is int] if isinstance(stream, list) else []
