"""Rows -> neutral items: who asked, who answered, what was accepted or solved."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import translate
from typing import Any

from allmende.connectors.archive.rows import RAW_LENGTH, Row
from allmende.connectors.neutral import NOTHING, Author, Item, Ref, RefusedRow
from allmende.domain.acts import Place, act_of

TAKEN = frozenset(
    {
        "message_id",
        "thread_id",
        "parent_id",
        "author",
        "created_at",
        "thread_title",
        "kind",
        "text",
        "url",
        "is_accepted",
        "thread_resolved",
    }
)
TIME_UNKNOWN: Mapping[str, Any] = {"time": "unknown"}
EXTRA_BYTES = 4_000
EXTRA_TEXT = 500
FIRST_YEAR = 1970
LONGEST_NAME = 200
LONGEST_TITLE = 300


class Broken(Exception):
    """A row that cannot be taken in: a code and its values."""

    def __init__(self, reason_code: str, **values: Any) -> None:
        super().__init__(reason_code)
        self.reason_code = reason_code
        self.values = values


@dataclass(slots=True)
class Thread:
    """What the first look over the file found out about a thread; `last_line` is 0 unless it was solved."""

    root: str
    root_author: str
    began_at: datetime
    is_certain: bool
    last_line: int = 0


@dataclass(slots=True)
class Reader:
    """Reads rows of one archive. First `note` every row, then `items` of each, in the file's order.

    Two looks, because a file need not be sorted: a thread's root is the message that bears the thread's id,
    else its earliest message by a person (ties: the source's order), and only a look at the whole file tells.
    """

    place: Place = "forum"
    bots: Iterable[str] = ()
    staff: Iterable[str] = ()
    threads: dict[str, Thread] = field(default_factory=dict)
    _authors: dict[str, tuple[Author, str]] = field(default_factory=dict)
    _is_bot: re.Pattern[str] | None = None
    _staff: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        globs = tuple(self.bots)
        self._is_bot = re.compile("|".join(map(translate, globs))) if globs else None
        self._staff = frozenset(self.staff)

    def note(self, number: int, row: Row) -> None:
        """Remember what this row says about its thread. Raises Broken."""
        message, key, author, at = essentials(row)
        thread = self.threads.get(key)
        if thread is None:
            thread = self.threads[key] = Thread(message, author, at, message == key)
        elif not thread.is_certain and (message == key or self._is_earlier(author, at, thread)):
            thread.root, thread.root_author, thread.began_at = message, author, at
            thread.is_certain = message == key
        if row.get("thread_resolved") is True or thread.last_line:
            thread.last_line = number

    def items(self, number: int, size: int, row: Row) -> list[Item]:
        """The message, and the gestures this row tells of. Raises Broken."""
        message, key, name, at = essentials(row)
        thread = self.threads[key]
        author, author_class = self._author(name)
        is_root = message == thread.root
        text = _text(row, "text")
        extra = {field: value for field, value in row.items() if field not in TAKEN and value is not None and field}
        if extra and size - len(text) > EXTRA_BYTES:
            extra = bounded(extra)
        if author_class:
            extra["author_class"] = author_class
        if is_root and key != message:
            extra["thread_id"] = key
        parent = row.get("parent_id")
        item = Item(
            Ref(message, _text(row, "url")),
            "message",
            self._act(row, author, thread, is_root),
            author,
            at,
            thread.root,
            "" if parent is None or is_root else str(parent),
            "",
            _text(row, "thread_title")[:LONGEST_TITLE] if is_root else "",
            text,
            extra=extra or NOTHING,
        )
        if row.get("is_accepted") is True:
            return [item, self._accepted(item, thread), *self._solved(number, thread, at)]
        if thread.last_line == number:
            return [item, *self._solved(number, thread, at)]
        return [item]

    def _act(self, row: Row, author: Author, thread: Thread, is_root: bool) -> str:
        if not is_root and (author.is_bot or row.get("kind") == "comment"):
            return "commented"
        return act_of(self.place, is_root=is_root, is_root_author=author.native_id == thread.root_author)

    def _accepted(self, answer: Item, thread: Thread) -> Item:
        return Item(
            Ref(f"{answer.ref.native_id}#accepted"),
            "gesture",
            "accepted_answer",
            self._author(thread.root_author)[0],
            answer.occurred_at,
            thread.root,
            target=answer.ref.native_id,
            extra=TIME_UNKNOWN,
        )

    def _solved(self, number: int, thread: Thread, at: datetime) -> list[Item]:
        if thread.last_line != number:
            return []
        ref = Ref(f"{thread.root}#solved")
        at = max(at, thread.began_at)
        return [
            Item(
                ref,
                "gesture",
                "reported_solved",
                None,
                at,
                thread.root,
                target=thread.root,
                extra=TIME_UNKNOWN,
            )
        ]

    def _is_earlier(self, author: str, at: datetime, thread: Thread) -> bool:
        is_bot, root_is_bot = self._author(author)[0].is_bot, self._author(thread.root_author)[0].is_bot
        return not is_bot if is_bot != root_is_bot else at < thread.began_at

    def _author(self, name: str) -> tuple[Author, str]:
        known = self._authors.get(name)
        if known is None:
            is_bot = self._is_bot is not None and self._is_bot.match(name) is not None
            author_class = "bot" if is_bot else "staff" if name in self._staff else ""
            known = self._authors[name] = (Author(name, name, name, is_bot=is_bot), author_class)
        return known


def essentials(row: Row) -> tuple[str, str, str, datetime]:
    """(message id, thread id, author, time in UTC) of a row. Raises Broken."""
    try:
        message, thread, author, created = (
            row["message_id"],
            row["thread_id"],
            row["author"],
            row["created_at"],
        )
    except KeyError as error:
        raise Broken("missing", field=error.args[0]) from None
    if type(message) is not str or not message:
        message = _name(message, "message_id")
    if type(thread) is not str or not thread:
        thread = _name(thread, "thread_id")
    if type(author) is not str or not author:
        author = _name(author, "author")
    try:
        at = datetime.fromisoformat(created)
        if at.tzinfo is not UTC:
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        if created in (None, ""):
            raise Broken("missing", field="created_at") from None
        raise Broken("bad_time", value=str(created)[:60]) from None
    if len(message) > LONGEST_NAME or len(thread) > LONGEST_NAME or len(author) > LONGEST_NAME:
        raise Broken("name_too_long", maximum=LONGEST_NAME)
    if at.year < FIRST_YEAR:
        raise Broken("bad_time", value=str(created)[:60])
    return message, thread, author, at


def refusal(number: int, row: Row, broken: Broken) -> RefusedRow:
    """The refusal of a row that is JSON but not one of ours."""
    raw = json.dumps(row, ensure_ascii=False, default=str)[:RAW_LENGTH]
    return RefusedRow(number, broken.reason_code, broken.values, raw)


def bounded(extra: dict[str, Any]) -> dict[str, Any]:
    """Unknown fields, as many as fit; long texts are cut, what does not fit is named under "dropped"."""
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    left = EXTRA_BYTES
    for name, value in extra.items():
        short = value[:EXTRA_TEXT] if isinstance(value, str) else value
        size = len(json.dumps(short, default=str)) + len(name)
        if size > left:
            dropped.append(name[:60])
            continue
        kept[name] = short
        left -= size
    return kept | {"dropped": dropped[:20]}


def _name(value: Any, field: str) -> str:
    if type(value) is int:
        return str(value)
    if value is None or value == "":
        raise Broken("missing", field=field)
    raise Broken("bad_value", field=field)


def _text(row: Row, field: str) -> str:
    value = row.get(field)
    if value is None:
        return ""
    if type(value) is not str:
        raise Broken("bad_value", field=field)
    return value
