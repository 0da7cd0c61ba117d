"""What stands on an account: its posts, its answers elsewhere, what mentions it, and the conversation below each post."""

from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors import graph
from allmende.connectors.errors import Refused
from allmende.connectors.threads import read
from allmende.connectors.watching import Entry

LIMIT = "100"

Row = Mapping[str, Any]


class AccountSource:
    """An account as `watching` listens to it: every list newest first, a conversation oldest first and flat."""

    lists: tuple[str, ...] = ("threads", "replies", "mentions")
    dies_together = False

    def __init__(self, door: graph.Door, us: read.Us) -> None:
        self._door = door
        self._us = us

    @property
    def is_scarce(self) -> bool:
        return self._door.is_scarce

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        asked = {"fields": read.FIELDS, "limit": LIMIT} | ({"until": str(until)} if until else {})
        try:
            rows, after = self._rows(graph.path_of(self._us.user_id, name), asked, after)
        except Refused:
            if name != "mentions":
                raise
            # Mentions need a permission that Meta grants for itself; without it the rest is heard all the same.
            return [], ""
        return [row for row in rows if row.get("media_type") != read.REPOST], after

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        asked = {"fields": read.FIELDS, "limit": LIMIT, "reverse": "false"}
        return self._rows(graph.path_of(root, "conversation"), asked, after)

    def single(self, native_id: str) -> Row | None:
        answer = graph.unless_gone(lambda: self._door.read(graph.path_of(native_id), {"fields": read.FIELDS}))
        if answer is None:
            return None
        with answer.understood():
            row = answer.json()
            _ = graph.id_of(row)
            return dict(row)

    def entry(self, row: Row, root: str) -> Entry:
        return read.entry(row, self._us, root)

    def _rows(self, path: str, asked: Mapping[str, str], after: str) -> tuple[list[Row], str]:
        answer = self._door.read(path, dict(asked) | ({"after": after} if after else {}))
        with answer.understood():
            rows, after = graph.rows_of(answer)
            return [*rows], after
