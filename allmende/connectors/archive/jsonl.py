"""JSON lines (interfaces.md, input rows): one message a line, our names or theirs through a map."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from allmende.connectors.archive.boxes import READ_ERRORS, Box, TooPacked
from allmende.connectors.archive.told import (
    EXTRA_BYTES,
    RAW_LENGTH,
    Broken,
    Found,
    Row,
    Told,
    bounded,
    cleaned,
    in_iso,
    name_of,
    refusal,
    text_at,
)
from allmende.connectors.neutral import Author, RefusedRow

LONGEST_LINE = 1_000_000
TAKEN = frozenset(
    (
        "message_id", "thread_id", "parent_id", "author", "created_at", "thread_title", "kind", "text", "url",
        "is_accepted", "thread_resolved",
    )
)  # fmt: skip
_BOM = b"\xef\xbb\xbf"
# JSON can name signs that no text may hold: NUL, and halves of a surrogate pair standing alone.
_SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_decode = json.JSONDecoder().raw_decode


class Lines:
    """The lines of one file, or of every .jsonl in a box."""

    def __init__(self, box: Box, names: Mapping[str, str] | None = None) -> None:
        self.box = box
        # What begins so is about tables.
        self.names = {ours: theirs for ours, theirs in (names or {}).items() if not ours.startswith("@")}
        self._authors: dict[str, Author] = {}

    def found(self) -> Iterator[Found]:
        """Each line's message or refusal; empty lines are passed over."""
        for name in self.box.names:
            shown = "" if self.box.is_single else name
            with self.box.open(name) as file:
                for number, size, row in read_rows(file):
                    yield shown, number, self._told(shown, number, size, row)

    def _told(self, file: str, number: int, size: int, row: Row | RefusedRow) -> Told | RefusedRow:
        if isinstance(row, RefusedRow):
            return RefusedRow(number, row.reason_code, {**row.values, "file": file}, row.raw) if file else row
        ours = renamed(row, self.names) if self.names else row
        try:
            return told_of(ours, size, self._authors)
        except Broken as broken:
            return refusal(number, ours, broken, file)


def told_of(row: Row, size: int, authors: dict[str, Author]) -> Told:
    """A row under our names as a message. `size`: its bytes; `authors`: those met before. Raises Broken."""
    message = name_of(row.get("message_id"), "message_id")
    thread = name_of(row.get("thread_id"), "thread_id")
    name = name_of(row.get("author"), "author")
    at = in_iso(row.get("created_at"), "created_at")
    text = text_at(row, "text")
    extra = {field: value for field, value in row.items() if field not in TAKEN and value is not None and field}
    if extra and size - len(text) > EXTRA_BYTES:
        extra = bounded(extra)
    author = authors.get(name)
    if author is None:
        author = authors[name] = Author(name, name, name)
    parent = row.get("parent_id")
    return Told(
        message, thread, author, at, "" if parent is None else str(parent), text_at(row, "thread_title"), text, "",
        text_at(row, "url"), message == thread, row.get("kind") == "comment", row.get("is_accepted") is True,
        row.get("thread_resolved") is True, extra=extra,
    )  # fmt: skip


def read_rows(file: BinaryIO) -> Iterator[tuple[int, int, Row | RefusedRow]]:
    """(line from 1, bytes, row or refusal) in the file's order; empty lines are passed over."""
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(LONGEST_LINE + 1)
        except TooPacked:
            yield number, 0, RefusedRow(number, "too_packed", {}, "")
            return
        except READ_ERRORS:
            yield number, 0, RefusedRow(number, "file_cut", {}, "")
            return
        if not line:
            return
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            yield number, 0, refused(number, "too_large", line, maximum=LONGEST_LINE)
            if not _pass_over(file):
                yield number, 0, RefusedRow(number, "file_cut", {}, "")
                return
            continue
        row = _parsed(number, line)
        if row is not None:
            yield number, len(line), row


def renamed(row: Row, names: Mapping[str, str]) -> Row:
    """The row under our names; `names` says where each of ours is found: a name, or a path with dots."""
    taken = {ours: found for ours, theirs in names.items() if (found := _at(row, theirs)) is not None}
    used = {theirs.partition(".")[0] for theirs in names.values()}
    return {key: value for key, value in row.items() if key not in used} | taken


def refused(number: int, reason_code: str, line: bytes, **values: Any) -> RefusedRow:
    """The refusal of a line, with its beginning so that a person recognises it."""
    return RefusedRow(number, reason_code, values, line[:RAW_LENGTH].decode("utf-8", "replace").rstrip("\r\n"))


def _parsed(number: int, line: bytes) -> Row | RefusedRow | None:
    if number == 1:
        line = line.removeprefix(_BOM)
    try:
        text = line.decode().strip()
        row, end = _decode(text) if text else (None, 0)
    except UnicodeDecodeError:
        return refused(number, "not_utf8", line)
    except (ValueError, RecursionError):
        return refused(number, "not_json", line)
    if not text:
        return None
    if end != len(text):
        return refused(number, "not_json", line)
    if type(row) is not dict:
        return refused(number, "not_an_object", line)
    if b"\\u" in line and _SUSPICIOUS.search(line):
        row = cleaned(row)
    return row


def _at(row: Row, path: str) -> Any:
    if path in row:
        return row[path]
    found: Any = row
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _pass_over(file: BinaryIO) -> bool:
    try:
        while (part := file.readline(1 << 16)) and not part.endswith(b"\n"):
            continue
    except READ_ERRORS:
        return False
    return True
