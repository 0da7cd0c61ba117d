"""How far we have read, as one JSON string: two lists that show the newest first, and the threads we look at again.

A list is read from its top down to what is known; a walk that grows too long is broken off, and the gap remembered, so
that a later call closes it. What is known is kept as digests of the newest entries, since an entry may appear
below the top: the network sorts by its author's clock.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

VERSION = 1
KNOWN = 300
OVERLAP_SECONDS = 3600.0
GAPS = 20
THREADS, POSTS_IN_THREADS = 200, 2000


def digest(address: str) -> str:
    """A short name for an entry of a list."""
    return hashlib.sha256(address.encode()).hexdigest()[:12]


@dataclass
class Reach:
    """What is known of one list: (seconds since 1970, digest) of its newest entries, oldest first; what is older than
    `floor` is known too, save in the gaps: (network's cursor, floor)."""

    known: list[tuple[float, str]] = field(default_factory=list)
    floor: float = 0.0
    gaps: list[tuple[str, float]] = field(default_factory=list)

    def is_new(self, at: float, name: str, floor: float) -> bool:
        """Whether an entry was not met yet. `floor`: the one of the walk."""
        return at >= floor and (at, name) not in self.known

    def learn(self, entries: Iterable[tuple[float, str]]) -> None:
        """Entries that were handed out, oldest first."""
        self.known = sorted({*self.known, *entries})
        if not self.known:
            return
        floor = self.known[-1][0] - OVERLAP_SECONDS
        if len(self.known) > KNOWN:
            self.known = self.known[-KNOWN:]
            floor = max(floor, self.known[0][0])
        self.floor = max(self.floor, floor)
        self.known = [one for one in self.known if one[0] >= self.floor]


@dataclass
class Thread:
    """A thread we look at again: when next, since when (seconds since 1970), its posts and their versions."""

    next_at: float
    born_at: float
    posts: dict[str, str] = field(default_factory=dict)


@dataclass
class Position:
    """All of it. `threads` by the address of our message they grew from."""

    notices: Reach = field(default_factory=Reach)
    own: Reach = field(default_factory=Reach)
    threads: dict[str, Thread] = field(default_factory=dict)

    def watch(self, address: str, born_at: float, version: str, next_at: float) -> None:
        """Look at this message's thread from now on."""
        if address not in self.threads:
            self.threads[address] = Thread(next_at, born_at, {address: version})
        self.make_room()

    def make_room(self) -> None:
        """The oldest threads go when there are too many, or too many posts in them."""
        while len(self.threads) > THREADS or self._posts() > POSTS_IN_THREADS:
            if len(self.threads) == 1:
                break
            del self.threads[min(self.threads, key=lambda one: self.threads[one].born_at)]

    def written(self) -> str:
        """The cursor to store."""
        return json.dumps(
            {
                "v": VERSION,
                "notices": _list_out(self.notices),
                "own": _list_out(self.own),
                "threads": {name: [one.next_at, one.born_at, one.posts] for name, one in self.threads.items()},
            },
            separators=(",", ":"),
        )

    def _posts(self) -> int:
        return sum(len(thread.posts) for thread in self.threads.values())


def position_of(cursor: str) -> Position:
    """The position a cursor holds. One that cannot be read is the beginning: repetition, never loss."""
    try:
        told = json.loads(cursor or "{}")
        if told.get("v") != VERSION:
            return Position()
        threads = {
            str(name): Thread(float(one[0]), float(one[1]), dict(one[2])) for name, one in told["threads"].items()
        }
        return Position(_list_in(told["notices"]), _list_in(told["own"]), threads)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return Position()


def _list_out(reach: Reach) -> list[Any]:
    return [reach.known, reach.floor, reach.gaps]


def _list_in(told: list[Any]) -> Reach:
    known, floor, gaps = told
    return Reach(
        [(float(at), str(name)) for at, name in known], float(floor), [(str(one), float(low)) for one, low in gaps]
    )
