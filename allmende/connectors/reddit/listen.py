"""What stands in a subreddit and what reaches us from elsewhere: posts, comments, what waits for moderators, our inbox.

A listing holds the last thousand; two of its pages can overlap, none leaves anything out.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from allmende.connectors.answers import Answer
from allmende.connectors.errors import Refused
from allmende.connectors.reddit import read
from allmende.connectors.reddit.door import Door, unless_gone
from allmende.connectors.watching import Entry

LIMIT = "100"
# Comments that come with a post at once.
MOST_ANSWERS = "500"
# Pages on which nothing is left that still stands; what comes then is looked for at the next call.
EMPTY_PAGES = 5
# Stretches of one tree that came without their comments.
MOST_LEFT_OUT = 49

# Lists that may be closed to us while the subreddit goes on: we are no moderator any more, or Reddit, which moved private
# messages into a chat that no program may read, shows no box of them.
_DISPENSABLE = frozenset({"held", "inbox", "sent"})

Row = Mapping[str, Any]


class SubredditSource:
    """A subreddit as `watching` listens to it."""

    dies_together = False

    def __init__(self, door: Door, us: read.Us, *, is_moderator: bool) -> None:
        self._door = door
        self._us = us
        self._gone: set[str] = set()
        place = f"r/{quote(us.subreddit, safe='')}"
        self._paths = {"new": f"{place}/new", "comments": f"{place}/comments"}
        self._paths |= {"held": f"{place}/about/modqueue"} if is_moderator else {}
        self._paths |= {"inbox": "message/inbox", "sent": "message/sent"}
        self.lists: tuple[str, ...] = tuple(self._paths)

    @property
    def is_scarce(self) -> bool:
        return self._door.is_scarce

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        rows: list[Row] = []
        for _ in range(EMPTY_PAGES):
            params = {"limit": LIMIT} | ({"after": after} if after else {})
            try:
                answer = self._door.read(self._paths[name], params)
            except Refused:
                if name not in _DISPENSABLE:
                    raise
                return [], ""
            with answer.understood():
                told, after = read.rows_of(answer.json())
                rows += [row for row in told if self._is_wanted(name, row) and not self._is_later(row, until)]
            if rows or not after:
                break
        return rows, after

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        """The tree as one list; `after` names the stretches that came without their comments."""
        pending: list[Any] = json.loads(after) if after else [""]
        standing: list[Row] = []
        for _ in range(EMPTY_PAGES):
            rows, more = self._stretch(root, pending.pop(0))
            pending = [*pending, *more][:MOST_LEFT_OUT]
            standing = [row for row in rows if not self._noted_gone(row)]
            if standing or not pending:
                break
        return standing, json.dumps(pending) if pending else ""

    def _stretch(self, root: str, which: Any) -> tuple[list[dict[str, Any]], list[Any]]:
        """Some comments of a tree: those with the ids in a list, or the ones below a comment ("": below the post)."""
        if isinstance(which, list):
            params = {"api_type": "json", "link_id": root, "children": ",".join(which), "sort": "old"}
            answer = self._door.read("api/morechildren", params)
            with answer.understood():
                return read.in_one_list(answer.json()["json"]["data"]["things"])
        params = {"limit": MOST_ANSWERS, "sort": "old"} | ({"comment": which} if which else {})
        post = quote(root.partition("_")[2], safe="")
        found = unless_gone(lambda: self._door.read(f"comments/{post}", params))
        if found is None:
            return [], []
        with found.understood():
            below = found.json()[1]
            return read.in_one_list(below["data"]["children"] if below else [])

    def single(self, native_id: str) -> Row | None:
        if native_id in self._gone:
            return None
        found = things(self._door, [native_id])
        row = found.get(native_id)
        return None if row is None or read.is_gone(row) else row

    def entry(self, row: Row, root: str) -> Entry:
        return read.entry(row, self._us, root)

    def _is_wanted(self, name: str, row: Row) -> bool:
        """Not what was taken away, and of our inbox not what the subreddit's own lists show already."""
        is_here = read.text_of(row, "subreddit").casefold() == self._us.subreddit.casefold()
        is_told_elsewhere = name == "inbox" and row["kind"] != read.MESSAGE and is_here
        return not is_told_elsewhere and not self._noted_gone(row)

    def _noted_gone(self, row: Row) -> bool:
        """A stone that marks where something stood proves that it is gone."""
        is_gone = read.is_gone(row)
        if is_gone:
            self._gone.add(read.text_of(row, "name"))
        return is_gone

    def _is_later(self, row: Row, until: int) -> bool:
        return bool(until) and read.moment(row["created_utc"]).timestamp() > until


def things(door: Door, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Posts and comments by their names, as far as Reddit knows them; a hundred at a time."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(names), 100):
        answer: Answer = door.read("api/info", {"id": ",".join(names[start : start + 100])})
        with answer.understood():
            found |= {read.name_of(row): row for row in read.rows_of(answer.json())[0]}
    return found
