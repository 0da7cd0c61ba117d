"""How far a forum was read, as the cursor keeps it.

JSON: `p` the last post id of the stream, `n` the last notification id, `k` whether the private messages of the past were
looked at, `t` the topics that are watched: per topic the known posts ("number.version", by post id: `i`), the last activity
(`a`) and the next visit (`d`) in seconds since 1970, the number of posts (`c`), the number of the accepted answer (`x`, -1: not
looked yet), who opened it (`u`), whether it is private (`m`) and whether lists leave it out (`h`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

THREADS = 150
POSTS = 4_000
POSTS_OF_ONE = 200
# How long after the last activity a topic is looked at how often; the list of latest topics tells of most changes before.
PACES = (
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(minutes=30)),
    (timedelta(days=7), timedelta(hours=3)),
    (timedelta(days=30), timedelta(days=1)),
)


@dataclass(slots=True)
class Watched:
    """One topic that is looked at again; times in seconds since 1970."""

    posts: dict[str, str] = field(default_factory=dict)
    active: int = 0
    due: int = 0
    count: int = 0
    accepted: int = -1
    root_author: str = ""
    is_private: bool = False
    is_unlisted: bool = False

    def plan(self, now: int) -> bool:
        """When to look again. False: it has been silent for long, and need not be looked at any more."""
        pace = next((pace for limit, pace in PACES if now - self.active < limit.total_seconds()), None)
        self.due = now + int((pace or PACES[-1][1]).total_seconds())
        return pace is not None

    def shrink(self) -> None:
        """Keep the newest posts; who answers an older one is still heard."""
        for post_id in sorted(self.posts, key=int)[:-POSTS_OF_ONE]:
            del self.posts[post_id]

    def number_of(self, post_id: str) -> int:
        """Where a known post stands in its topic."""
        return int(self.posts[post_id].partition(".")[0])


@dataclass(slots=True)
class Position:
    """The whole cursor."""

    post: int = 0
    notice: int = 0
    knows_private: bool = False
    topics: dict[int, Watched] = field(default_factory=dict)

    def written(self) -> str:
        """As it is stored; bounded: the longest silent topics are let go first."""
        self._shrink()
        topics = {
            str(topic_id): {
                "i": one.posts, "a": one.active, "d": one.due, "c": one.count, "x": one.accepted, "u": one.root_author,
                "m": int(one.is_private), "h": int(one.is_unlisted),
            }
            for topic_id, one in self.topics.items()
        }  # fmt: skip
        kept = {"v": 1, "p": self.post, "n": self.notice, "k": int(self.knows_private), "t": topics}
        return json.dumps(kept, separators=(",", ":"))

    def _shrink(self) -> None:
        number, total = 0, 0
        for topic_id in sorted(self.topics, key=lambda one: -self.topics[one].active):
            number, total = number + 1, total + len(self.topics[topic_id].posts)
            if number > THREADS or (total > POSTS and number > 1):
                del self.topics[topic_id]


def position_of(cursor: str) -> Position:
    """A cursor we do not understand is the beginning: repetition at most."""
    try:
        kept = json.loads(cursor or "{}")
        topics = {int(name): _watched(one) for name, one in (kept.get("t") or {}).items()}
        return Position(_number(kept, "p"), _number(kept, "n"), kept.get("k") == 1, topics)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return Position()


def seconds(moment: datetime) -> int:
    """A moment as the cursor writes it."""
    return int(moment.timestamp())


def _watched(kept: Mapping[str, Any]) -> Watched:
    posts = {str(int(name)): str(value) for name, value in kept["i"].items()}
    for value in posts.values():
        int(value.partition(".")[0])
    return Watched(
        posts, _number(kept, "a"), _number(kept, "d"), _number(kept, "c"), _number(kept, "x", -1), str(kept.get("u") or ""),
        kept.get("m") == 1, kept.get("h") == 1,
    )  # fmt: skip


def _number(kept: Mapping[str, Any], name: str, least: int = 0) -> int:
    value = kept.get(name, least)
    if type(value) is not int or value < least:
        raise TypeError(name)
    return value
