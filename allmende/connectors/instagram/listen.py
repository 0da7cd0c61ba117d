"""What stands on an account: its posts, and the comments and answers below each."""

from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors import graph
from allmende.connectors.errors import Refused
from allmende.connectors.instagram import read
from allmende.connectors.watching import Entry

LIMIT = "50"
MOST_PAGES = 40
# Pages of the answers to one comment beyond those that come with it.
MOST_ANSWER_PAGES = 10

Row = Mapping[str, Any]


class AccountSource:
    """An account as `watching` listens to it. Comments come newest first, each with its first answers."""

    lists: tuple[str, ...] = ("media",)
    dies_together = True

    def __init__(self, door: graph.Door, us: read.Us) -> None:
        self._door = door
        self._us = us

    @property
    def is_scarce(self) -> bool:
        return self._door.is_scarce

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        asked = {"fields": read.MEDIA_FIELDS, "limit": LIMIT} | ({"until": str(until)} if until else {})
        rows, after = self._rows(graph.path_of(self._us.user_id, name), asked, after)
        return rows, after

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        """All pages at once, since the oldest come last."""
        return self.told_below(root)[0], ""

    def told_below(self, root: str) -> tuple[list[Row], bool]:
        """All that stands below a post, oldest first, as far as it is read; whether that is all of it."""
        asked, after = {"fields": read.ANSWERED_FIELDS, "limit": LIMIT}, ""
        newest_first: list[Row] = []
        for _ in range(MOST_PAGES):
            rows, after = self._rows(graph.path_of(root, "comments"), asked, after)
            newest_first += rows
            if not after:
                break
        found, is_whole = list[Row](), not after
        for row in reversed(newest_first):
            below, is_all = self._below(row)
            found, is_whole = [*found, row, *below], is_whole and is_all
        return sorted(found, key=lambda row: str(row.get("timestamp"))), is_whole

    def single(self, native_id: str) -> Row | None:
        """A post or a comment: the fields of the one are errors at the other."""
        for fields in (read.COMMENT_FIELDS, read.MEDIA_FIELDS):
            try:
                answer = graph.unless_gone(lambda fields=fields: self._door.read(graph.path_of(native_id), {"fields": fields}))  # fmt: skip
            except Refused as error:
                if error.reason_code != "rejected" or fields == read.MEDIA_FIELDS:
                    raise
                continue
            if answer is None:
                return None
            with answer.understood():
                row = answer.json()
                _ = graph.id_of(row)
                return dict(row)
        return None

    def entry(self, row: Row, root: str) -> Entry:
        return read.entry(row, self._us, root)

    def _below(self, row: Row) -> tuple[list[Row], bool]:
        """The answers to a comment, and whether these are all; a further page only where there is one."""
        told = graph.part_of(row, "replies")
        listed = told.get("data")
        found: list[Row] = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
        cursors = graph.part_of(graph.part_of(told, "paging"), "cursors")
        after = graph.text_of(cursors, "after") if "next" in graph.part_of(told, "paging") else ""
        for _ in range(MOST_ANSWER_PAGES):
            if not after:
                break
            asked = {"fields": read.COMMENT_FIELDS, "limit": LIMIT}
            rows, after = self._rows(graph.path_of(graph.id_of(row), "replies"), asked, after)
            found += rows
        return [{"parent_id": graph.id_of(row), **one} for one in found], not after

    def _rows(self, path: str, asked: Mapping[str, str], after: str) -> tuple[list[Row], str]:
        answer = self._door.read(path, dict(asked) | ({"after": after} if after else {}))
        with answer.understood():
            rows, after = graph.rows_of(answer)
            return [*rows], after
