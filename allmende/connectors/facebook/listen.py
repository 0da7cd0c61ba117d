"""What stands on a page: its feed, visitors' posts included, and everything below each post."""

from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors import graph
from allmende.connectors.facebook import read
from allmende.connectors.watching import Entry

LIMIT = "100"

Row = Mapping[str, Any]


class PageSource:
    """A page as `watching` listens to it. The feed is newest first (page/feed); comments of all depths come as one stream,
    oldest first (object/comments: filter, order)."""

    lists: tuple[str, ...] = ("feed",)
    dies_together = True

    def __init__(self, door: graph.Door, page_id: str) -> None:
        self._door = door
        self._page_id = page_id

    @property
    def is_scarce(self) -> bool:
        return self._door.is_scarce

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        asked = {"fields": read.POST_FIELDS, "limit": LIMIT} | ({"until": str(until)} if until else {})
        return self._rows(graph.path_of(self._page_id, name), asked, after)

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        asked = {"fields": read.COMMENT_FIELDS, "limit": LIMIT, "filter": "stream", "order": "chronological"}
        return self._rows(graph.path_of(root, "comments"), asked, after)

    def single(self, native_id: str) -> Row | None:
        is_post = native_id.startswith(f"{self._page_id}_")
        fields = read.POST_FIELDS if is_post else read.COMMENT_FIELDS
        answer = graph.unless_gone(lambda: self._door.read(graph.path_of(native_id), {"fields": fields}))
        if answer is None:
            return None
        with answer.understood():
            row = answer.json()
            _ = graph.id_of(row)
            return dict(row)

    def entry(self, row: Row, root: str) -> Entry:
        return read.entry(row, self._page_id, root)

    def _rows(self, path: str, asked: Mapping[str, str], after: str) -> tuple[Sequence[Row], str]:
        answer = self._door.read(path, dict(asked) | ({"after": after} if after else {}))
        with answer.understood():
            return graph.rows_of(answer)
