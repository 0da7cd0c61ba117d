"""What stands in a repository's discussions: the list newest first, comments and answers below, the accepted one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.answers import broken
from allmende.connectors.fields import part_of, rows_of, text_of
from allmende.connectors.github import read, words
from allmende.connectors.github.door import Door, unless_gone
from allmende.connectors.neutral import Item
from allmende.connectors.watching import UNREADABLE, Entry

LIST_PAGE, COMMENT_PAGE, REPLY_PAGES = 25, 50, 20

Row = Mapping[str, Any]


class RepositorySource:
    """A repository's discussions as `watching` listens to them."""

    lists: tuple[str, ...] = ("discussions",)
    dies_together = True

    def __init__(self, door: Door, where: read.Where, repository: str) -> None:
        self._door, self._where, self._repository = door, where, repository

    @property
    def is_scarce(self) -> bool:
        return self._door.is_scarce

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        owner, _, repository = self._repository.partition("/")
        asked: dict[str, Any] = {"first": LIST_PAGE, "after": after or None}
        if until:
            moment = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            wanted = f"repo:{self._repository} created:<={moment} sort:created-desc"
            return page_in(part_of(self._door.read(words.SEARCH, wanted=wanted, **asked), "search"))
        told = self._door.read(words.DISCUSSIONS, owner=owner, name=repository, **asked)
        return page_in(part_of(part_of(told, "repository"), "discussions"))

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        asked = {"id": root, "first": COMMENT_PAGE, "after": after or None}
        told = unless_gone(lambda: self._door.read(words.COMMENTS, **asked))
        discussion = part_of(told or {}, "node")
        if not discussion:
            return [], ""
        rows, after_this = page_in(part_of(discussion, "comments"))
        found = [one for row in rows for one in self._with_replies(row)]
        chosen = text_of(part_of(discussion, "answer"), "id")
        if chosen and not after:
            at, who = discussion.get("answerChosenAt"), discussion.get("answerChosenBy")
            found.append({"accepted": chosen, "at": at, "by": who, "discussion": root})
        return found, after_this

    def single(self, native_id: str) -> Row | None:
        """A discussion or a comment; or the mark of an answer, which is gone when it is that no more."""
        written = native_id.removesuffix(read.ACCEPTED)
        row = node_at(self._door, written)
        if row is None or written == native_id:
            return row
        return row if row.get("isAnswer") is True else None

    def entry(self, row: Row, root: str) -> Entry:
        return read.entry(row, self._where)

    def _with_replies(self, row: Row) -> Iterator[Row]:
        below = part_of(row, "below")
        rows, after = page_in(below) if below else ([], "")
        for _ in range(REPLY_PAGES):
            if not after:
                break
            more, after = self._replies(text_of(row, "id"), after)
            rows = [*rows, *more]
        yield from (one for one in [row, *rows] if not one.get("deletedAt"))

    def _replies(self, native_id: str, after: str) -> tuple[Sequence[Row], str]:
        told = unless_gone(lambda: self._door.read(words.REPLIES, id=native_id, after=after))
        return page_in(part_of(part_of(told, "node"), "replies")) if told else ([], "")


def told_as_gesture(item: Item) -> Item:
    """What is gone of a mark is a gesture, too."""
    if not item.ref.native_id.endswith(read.ACCEPTED) or item.kind == "gesture":
        return item
    return replace(item, kind="gesture", act="accepted_answer", target=item.ref.native_id.removesuffix(read.ACCEPTED))


def node_at(door: Door, native_id: str) -> dict[str, Any] | None:
    """A discussion or a comment; None if it is not there any more."""
    if not read.is_id(native_id):
        return None
    told = unless_gone(lambda: door.read(words.NODE, id=native_id))
    node = part_of(told or {}, "node")
    if not node or node.get("deletedAt"):
        return None
    try:
        _ = read.id_of(node), node["__typename"]
    except UNREADABLE as error:
        raise broken("garbled", type(error).__name__, is_spoken=False) from error
    return dict(node)


def page_in(told: Mapping[str, Any]) -> tuple[list[Row], str]:
    """The rows of a connection, and the cursor of the next page. TryLater if it is none."""
    if not isinstance(told.get("nodes"), list):
        raise broken("garbled", "nodes", is_spoken=False)
    info = part_of(told, "pageInfo")
    return rows_of(told, "nodes"), text_of(info, "endCursor") if info.get("hasNextPage") is True else ""
