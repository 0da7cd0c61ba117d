"""Reading a forum: the stream of all posts by their ids, what it notifies us of, and the topics of both.

The stream (/posts.json) holds what was said in every category we may see, the words as they were written. Whether the
forum takes `before` as "below" or as "up to", and a page as fifty posts or as fifty ids, differs with its age: the steps
taken here miss nothing either way.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from allmende.connectors.discourse import read
from allmende.connectors.discourse.door import Door
from allmende.connectors.discourse.position import Watched, position_of, seconds
from allmende.connectors.discourse.topics import UNREADABLE, Library, Post, recent_since, rows, unless_gone
from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.neutral import Batch, Item

STEP = 49
# Per call, which comes every few seconds: sixty requests a minute is what a forum allows a key, and speaking needs some.
PAGES = 10
MEETINGS = 8
LIKES = 4
VISITS = 1
NOTICE_PAGES = 3
LIKED, PRIVATE, INVITED = 5, 6, 7
# Why a forum is asked later that are true of all it has, not of one topic.
_EVERYWHERE = frozenset({"too_many", "not_reached", "host_busy"})


class Ear:
    """One reading, from a cursor on. Every method that asks may raise TryLater, LoggedOut, Refused."""

    def __init__(self, door: Door, us: read.Us, cursor: str, since: datetime | None, now: datetime) -> None:
        self._door, self._us, self._since, self._now = door, us, since, now
        self._position = position_of(cursor)
        self._library = Library(door, us, self._position, now)
        self._meetings = MEETINGS

    def batches(self) -> Iterator[Batch]:
        """The stream first: most of what others tell of is said in it."""
        yield from self._stream()
        yield from self._notices()
        self._compare()
        for topic_id in self._due():
            yield self._batch(self._visited(topic_id))

    def _stream(self) -> Iterator[Batch]:
        """Up to the newest post, oldest first, page by page."""
        newest = self._page(None)
        if not newest:
            return
        position, top = self._position, _id(newest[-1])
        if position.post == 0 and self._since is not None and not recent_since(newest[0], "created_at", self._since):
            position.post = max(_id(newest[0]) - 1, 0)
        elif position.post == 0 and self._since is not None:
            position.post = self._beginning(_id(newest[0]))
        for _ in range(PAGES):
            if top <= position.post:
                return
            is_last = _id(newest[0]) <= position.post + 1
            below = newest if is_last else self._page(position.post + STEP + 1)
            end = top if is_last else position.post + STEP
            fresh = [post for post in below if position.post < _id(post) <= end]
            items, heard_to = self._heard(fresh, end)
            position.post = heard_to
            yield self._batch(items)
            if heard_to < end:
                return

    def _heard(self, posts: list[Post], end: int) -> tuple[list[Item], int]:
        """The items of these posts, and up to which id they were heard: a topic nobody knows yet is asked for first, so
        many in one call."""
        items: list[Item] = []
        for post in posts:
            try:
                if not read.is_said(post) or not recent_since(post, "created_at", self._since):
                    continue
                topic_id, number = read.number_of(post, "topic_id"), read.number_of(post, "post_number")
                if topic_id not in self._position.topics and number != 1:
                    if self._meetings == 0:
                        return items, _id(post) - 1
                    self._meetings -= 1
                    items += self._met(topic_id)
                watched = self._position.topics.get(topic_id)
                opener = watched.root_author if watched else ""
                items += self._library.noted(read.topic_beside(post, opener), [post])
            except UNREADABLE as error:
                self._library.refuse(post, error)
        return items, end

    def _met(self, topic_id: int) -> list[Item]:
        """How the topic of a post begins. Where it cannot be read, the post itself was shown to us all the same."""
        try:
            return self._library.met(topic_id)
        except Refused:
            return []
        except TryLater as error:
            if error.reason_code in _EVERYWHERE:
                raise
            return []

    def _page(self, before: int | None) -> list[Post]:
        answer = self._door.read("posts.json", {"before": str(before)} if before else {})
        with answer.understood():
            told = answer.json()
            return sorted(rows(told["latest_posts"]), key=_id)

    def _beginning(self, high: int) -> int:
        """The id below which all posts are older than we want to hear."""
        low = 0
        while high - low > 4 * STEP:
            middle = (low + high) // 2
            page = self._page(middle)
            is_older = bool(page) and not recent_since(page[-1], "created_at", self._since)
            low, high = (middle, high) if is_older else (low, middle)
        return low

    def _notices(self) -> Iterator[Batch]:
        """What the forum tells us alone: likes, and private messages, whose topics are then looked at."""
        position = self._position
        if not position.knows_private:
            self._look_for_letters()
        found, likes = self._fresh_notices(), 0
        items: list[Item] = []
        for notice in found:
            kind = notice.get("notification_type")
            if kind == LIKED and likes == LIKES:
                break
            try:
                if kind == LIKED:
                    likes += 1
                    items += self._liked(notice)
                elif kind in (PRIVATE, INVITED) or read.number_or(notice, "topic_id") in position.topics:
                    self._expect(read.number_of(notice, "topic_id"))
            except UNREADABLE as error:
                self._library.refuse(notice, error)
            position.notice = max(position.notice, _id(notice))
        if found or not position.knows_private:
            position.knows_private = True
            yield self._batch(items)

    def _fresh_notices(self) -> list[Post]:
        """Those after the last one, oldest first; old ones are left where they are."""
        found: list[Post] = []
        for page in range(NOTICE_PAGES):
            answer = self._door.read("notifications.json", {"offset": str(page * 60)} if page else {})
            with answer.understood():
                listed = answer.json()["notifications"]
                fresh = [one for one in rows(listed) if _id(one) > self._position.notice]
                found += [one for one in fresh if recent_since(one, "created_at", self._since)]
            if not fresh or len(fresh) < len(listed) or len(listed) < 60:
                break
        return sorted({_id(one): one for one in found}.values(), key=_id)

    def _look_for_letters(self) -> None:
        """The private messages of the past, once; later ones are notified."""
        name = quote(self._door.username, safe="")
        for box in ("private-messages", "private-messages-sent"):
            answer = unless_gone(lambda box=box: self._door.read(f"topics/{box}/{name}.json"))
            if answer is None:
                continue
            with answer.understood():
                for topic in rows(answer.json()["topic_list"]["topics"]):
                    if recent_since(
                        topic, "last_posted_at" if topic.get("last_posted_at") else "created_at", self._since
                    ):
                        self._expect(_id(topic))

    def _expect(self, topic_id: int) -> None:
        watched = self._position.topics.setdefault(topic_id, Watched(active=seconds(self._now)))
        watched.due = min(watched.due, seconds(self._now))

    def _liked(self, notice: Mapping[str, Any]) -> list[Item]:
        """Everybody who likes the post by now: of several the forum names only one or two."""
        topic_id, number = read.number_of(notice, "topic_id"), read.number_of(notice, "post_number")
        told = notice["data"]
        at, username = read.moment(notice["created_at"]), str(told.get("original_username") or told["display_username"])
        post_id = told.get("original_post_id")
        try:
            users = self._likers(int(post_id))
        except (Refused, TypeError, ValueError):
            return [read.like(topic_id, number, None, username, at)]
        return [
            read.like(topic_id, number, read.user(one, self._us.user_id), str(one["username"]), at) for one in users
        ]

    def _likers(self, post_id: int) -> list[Post]:
        asked = {"id": str(post_id), "post_action_type_id": str(read.LIKE)}
        answer = self._door.read("post_action_users.json", asked)
        with answer.understood():
            return rows(answer.json()["post_action_users"])

    def _compare(self) -> None:
        """Which topics the list of the latest shows otherwise than we know them: those are visited at once."""
        if not self._position.topics:
            return
        answer = self._door.read("latest.json")
        with answer.understood():
            told = answer.json()["topic_list"]
            listed = {_id(one): one for one in rows(told["topics"])}
            has_more = bool(told.get("more_topics_url"))
        unpinned = [one for one in listed.values() if not one.get("pinned") and not one.get("pinned_globally")]
        oldest = min((_at(one, "bumped_at") for one in unpinned), default=0) if has_more else 0
        for topic_id, watched in self._position.topics.items():
            shown = listed.get(topic_id)
            if shown is None:
                is_due = watched.active > oldest and not watched.is_private and not watched.is_unlisted
                watched.is_unlisted = watched.is_unlisted or is_due
            else:
                watched.is_unlisted = False
                is_due = read.number_or(shown, "posts_count", watched.count) != watched.count or (
                    "has_accepted_answer" in shown and bool(shown["has_accepted_answer"]) != (watched.accepted > 0)
                )
            if is_due:
                watched.due = min(watched.due, seconds(self._now))

    def _due(self) -> list[int]:
        now, topics = seconds(self._now), self._position.topics
        due = [topic_id for topic_id, watched in topics.items() if watched.due <= now]
        return sorted(due, key=lambda topic_id: (topics[topic_id].due, topic_id))[:VISITS]

    def _visited(self, topic_id: int) -> list[Item]:
        """A topic that cannot be read is left for later, or for good; the others have their turn all the same."""
        try:
            return self._library.visited(topic_id)
        except Refused:
            self._position.topics.pop(topic_id, None)
        except TryLater as error:
            if error.reason_code in _EVERYWHERE:
                raise
            self._position.topics[topic_id].due = seconds(self._now) + 3600
        return []

    def _batch(self, items: list[Item]) -> Batch:
        refused, self._library.refused = tuple(self._library.refused), []
        return Batch(items, self._position.written(), refused)


def _id(row: Mapping[str, Any]) -> int:
    return read.number_of(row, "id")


def _at(row: Mapping[str, Any], name: str) -> int:
    try:
        return seconds(read.moment(row[name]))
    except UNREADABLE:
        return 0
