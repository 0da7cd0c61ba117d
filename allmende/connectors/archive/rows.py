"""Bytes of a file -> rows and refusals. A broken row costs itself and nothing else; memory stays flat."""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from allmende.connectors.errors import Refused
from allmende.connectors.neutral import RefusedRow

LONGEST_LINE = 1_000_000
RAW_LENGTH = 500
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
# JSON can name signs that no text may hold: NUL, and halves of a surrogate pair standing alone.
_SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_decode = json.JSONDecoder().raw_decode
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")

Row = dict[str, Any]


def open_rows(path: Path) -> BinaryIO:
    """The file's plain bytes, packed or not (by its first bytes, not its name). Raises Refused."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Refused("no_such_file", path.name) from error
    start = file.read(2)
    file.seek(0)
    if start == _GZIP:
        return cast(BinaryIO, io.BufferedReader(gzip.GzipFile(fileobj=file), 1 << 17))
    return file


def read_rows(file: BinaryIO) -> Iterator[tuple[int, int, Row | RefusedRow]]:
    """(line from 1, bytes, row or refusal) in the file's order; empty lines are passed over."""
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(LONGEST_LINE + 1)
        except (EOFError, OSError, zlib.error):
            yield number, 0, RefusedRow(number, "file_cut", {}, "")
            return
        if not line:
            return
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            _pass_over(file)
            yield number, 0, refused(number, "too_large", line, maximum=LONGEST_LINE)
            continue
        row = _parsed(number, line)
        if row is not None:
            yield number, len(line), row


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
        return cast(Row, _cleaned(row))
    return row


def renamed(row: Row, names: Mapping[str, str]) -> Row:
    """The row under our names; `names` says where each of ours is found: a name, or a path with dots."""
    taken = {ours: found for ours, theirs in names.items() if (found := _at(row, theirs)) is not None}
    used = {theirs.partition(".")[0] for theirs in names.values()}
    return {key: value for key, value in row.items() if key not in used} | taken


def refused(number: int, reason_code: str, line: bytes, **values: Any) -> RefusedRow:
    """The refusal of a line, with its beginning so that a person recognises it."""
    return RefusedRow(number, reason_code, values, line[:RAW_LENGTH].decode("utf-8", "replace").rstrip("\r\n"))


def _at(row: Row, path: str) -> Any:
    if path in row:
        return row[path]
    found: Any = row
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _pass_over(file: BinaryIO) -> None:
    while (part := file.readline(1 << 16)) and not part.endswith(b"\n"):
        continue


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        joined = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", joined)
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(part) for key, part in value.items()}
    return value
