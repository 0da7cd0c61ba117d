"""How far we have read, as one JSON string: for posts and for comments the time of the last row, and the rows looked at again.

WordPress tells when a post was changed, but not when a comment was, nor that anything was deleted for good: so what is
young is asked for again by its number, a hundred at a time.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

VERSION = 1
MOST_ROWS = {"posts": 400, "comments": 2_000}
MOST_IN_TAIL = 1_000
# How old (seconds) a row may be, and how often (seconds) it is looked at then.
PACES = ((3_600, 60), (86_400, 600), (604_800, 3_600), (2_592_000, 43_200))


@dataclass
class Row:
    """A row that is watched. `seen`: its fingerprint, `worded`: that of its words alone; `born`, `due`: seconds since 1970."""

    seen: str
    worded: str
    thread: int
    born: int
    due: int


@dataclass
class Shelf:
    """One list. `mark`: the time of its last row as the site writes it, in the site's own zone; "" before the first.
    `tail`: fingerprint and time of the last rows, which the next reading meets again."""

    mark: str = ""
    rows: dict[str, Row] = field(default_factory=dict)
    tail: dict[str, list[str]] = field(default_factory=dict)

    def knows(self, number: str, seen: str) -> bool:
        """Whether a row was met already as it is now."""
        row, end = self.rows.get(number), self.tail.get(number)
        return (row is not None and row.seen == seen) or (row is None and end is not None and end[0] == seen)

    def pass_by(self, met: Iterable[tuple[str, str, str]], mark: str, since: Callable[[str], str]) -> None:
        """Rows (number, fingerprint, time) that were read; the mark never goes back. `since`: from where the next reading
        begins, for a mark: what lies after it must be known again then."""
        self.mark = max(self.mark, mark)
        self.tail |= {number: [seen, at] for number, seen, at in met}
        begin = since(self.mark)
        kept = sorted((one for one in self.tail.items() if one[1][1] >= begin), key=lambda one: one[1][1])
        self.tail = dict(kept[-MOST_IN_TAIL:])

    def due(self, now: int, most: int) -> list[str]:
        """The numbers to ask for again, longest waiting first."""
        waiting = [number for number, row in self.rows.items() if row.due <= now]
        return sorted(waiting, key=lambda number: self.rows[number].due)[:most]

    def plan(self, number: str, now: int, shortest: float) -> None:
        """When to look again; a row that has been there for long is let go."""
        row = self.rows[number]
        pace = next((pace for age, pace in PACES if now - row.born < age), None)
        if pace is None:
            del self.rows[number]
        else:
            row.due = now + int(pace * shortest / PACES[0][1])

    def make_room(self, most: int) -> None:
        """The oldest go when there are too many."""
        for number in sorted(self.rows, key=lambda number: self.rows[number].born)[: max(0, len(self.rows) - most)]:
            del self.rows[number]


@dataclass
class Position:
    """All of it. `swept`: when the last weeks were read again (seconds since 1970), 0: never; `brought`: the numbers of
    older posts that came along with a comment."""

    posts: Shelf = field(default_factory=Shelf)
    comments: Shelf = field(default_factory=Shelf)
    swept: int = 0
    brought: list[int] = field(default_factory=list)

    def written(self) -> str:
        """The cursor to store."""
        self.posts.make_room(MOST_ROWS["posts"])
        self.comments.make_room(MOST_ROWS["comments"])
        self.brought = self.brought[-MOST_ROWS["posts"] :]
        told = {"v": VERSION, "posts": _out(self.posts), "comments": _out(self.comments), "swept": self.swept, "brought": self.brought}  # fmt: skip
        return json.dumps(told, separators=(",", ":"))


def position_of(cursor: str) -> Position:
    """The position a cursor holds. One that cannot be read is the beginning: repetition, never loss."""
    try:
        told = json.loads(cursor or "{}")
        if told.get("v") != VERSION:
            return Position()
        brought = [int(number) for number in told["brought"]]
        return Position(_in(told["posts"]), _in(told["comments"]), int(told["swept"]), brought)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return Position()


def _out(shelf: Shelf) -> list[Any]:
    rows = {number: [row.seen, row.worded, row.thread, row.born, row.due] for number, row in shelf.rows.items()}
    return [shelf.mark, rows, shelf.tail]


def _in(told: list[Any]) -> Shelf:
    mark, rows, tail = told
    return Shelf(
        str(mark),
        {
            str(int(number)): Row(str(seen), str(worded), int(thread), int(born), int(due))
            for number, (seen, worded, thread, born, due) in rows.items()
        },
        {str(number): [str(seen), str(at)] for number, (seen, at) in tail.items()},
    )
