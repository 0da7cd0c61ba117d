"""How far a forum was read, as the cursor keeps it.

JSON: `t` the time of the newest topic that was read through and `e` the topics of that very moment, `n` the time of the last
notification (all in milliseconds, as the forum writes them), `w` the topics that are watched: per topic the known posts
with their fingerprints (`i`), the last activity (`a`) and the next visit (`d`) in seconds since 1970, the number of posts
(`c`) and the time of the last (`l`), the post that solved it (`x`, null: not looked yet), its first post (`m`) and whether
lists leave it out (`h`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

THREADS = 150
POSTS = 4_000
POSTS_OF_ONE = 200
EDGE = 200
# How long after the last activity a topic is looked at how often. What the list of topics tells is seen at once; an edit
# or a deleted answer only here.
PACES = (
    (timedelta(hours=1), timedelta(minutes=2)),
    (timedelta(days=1), timedelta(minutes=15)),
    (timedelta(days=7), timedelta(hours=2)),
    (timedelta(days=30), timedelta(days=1)),
)


@dataclass(slots=True)
class Watched:
    """One topic that is looked at again."""

    root: str = ""
    posts: dict[str, str] = field(default_factory=dict)
    active: int = 0
    due: int = 0
    count: int = 0
    last_at: int = 0
    solved: str | None = None
    is_unlisted: bool = False

    def plan(self, now: int) -> bool:
        """When to look again. False: it has been silent for long, and need not be looked at any more."""
        pace = next((pace for limit, pace in PACES if now - self.active < limit.total_seconds()), None)
        self.due = now + int((pace or PACES[-1][1]).total_seconds())
        return pace is not None


@dataclass(slots=True)
class Position:
    """The whole cursor."""

    mark: int = 0
    edge: list[str] = field(default_factory=list)
    notice: int = 0
    topics: dict[str, Watched] = field(default_factory=dict)

    def passed(self, topic_id: str, last_at: int) -> None:
        """A topic was read through."""
        if last_at > self.mark:
            self.mark, self.edge = last_at, []
        if last_at == self.mark and topic_id not in self.edge:
            self.edge = [*self.edge, topic_id][-EDGE:]

    def written(self) -> str:
        """As it is stored; bounded: the longest silent topics are let go first."""
        self._shrink()
        watched = {
            topic_id: {
                "i": one.posts, "a": one.active, "d": one.due, "c": one.count, "l": one.last_at, "x": one.solved,
                "m": one.root, "h": int(one.is_unlisted),
            }
            for topic_id, one in self.topics.items()
        }  # fmt: skip
        kept = {"v": 1, "t": self.mark, "e": self.edge, "n": self.notice, "w": watched}
        return json.dumps(kept, separators=(",", ":"))

    def _shrink(self) -> None:
        number, total = 0, 0
        for topic_id in sorted(self.topics, key=lambda one: -self.topics[one].active):
            watched = self.topics[topic_id]
            for old in list(watched.posts)[:-POSTS_OF_ONE]:
                del watched.posts[old]
            number, total = number + 1, total + len(watched.posts)
            if number > THREADS or (total > POSTS and number > 1):
                del self.topics[topic_id]


def position_of(cursor: str) -> Position:
    """A cursor we do not understand is the beginning: repetition at most."""
    try:
        kept = json.loads(cursor or "{}")
        topics = {str(name): _watched(one) for name, one in (kept.get("w") or {}).items()}
        edge = [str(one) for one in kept.get("e") or []]
        return Position(_number(kept, "t"), edge, _number(kept, "n"), topics)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return Position()


def seconds(moment: datetime) -> int:
    """A moment as the cursor writes it."""
    return int(moment.timestamp())


def _watched(kept: Mapping[str, Any]) -> Watched:
    posts = {str(name): str(value) for name, value in kept["i"].items()}
    solved = kept.get("x")
    return Watched(
        str(kept["m"]), posts, _number(kept, "a"), _number(kept, "d"), _number(kept, "c"), _number(kept, "l"),
        solved if isinstance(solved, str) else None, kept.get("h") == 1,
    )  # fmt: skip


def _number(kept: Mapping[str, Any], name: str) -> int:
    value = kept.get(name, 0)
    if type(value) is not int or value < 0:
        raise TypeError(name)
    return value
