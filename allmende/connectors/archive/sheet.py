"""A small table whole: its headers, its rows with their lines, and what its dates look like."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allmende.connectors.archive.table import (
    DATE_FORMATS,
    LONGEST_FIELD,
    dates_of,
    delimiter_of,
    encoding_of,
    parsed_date,
)
from allmende.connectors.errors import Refused

MOST_BYTES = 10_000_000
MOST_ROWS = 5_000
# Excel's own files, the newer kind (a zip) and the older one.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Some programs say in the first line which sign parts the columns.
_TOLD_SIGN = re.compile(r"sep=(?P<sign>[^\r\n])\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`: (line, cells). A table without headers has numbers for them. `encoding`, `delimiter`: as guessed."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str
    delimiter: str

    def column(self, header: str) -> list[str]:
        """The cells under a header, empty ones left out; [] for no header."""
        at = self.headers.index(header) if header in self.headers else -1
        return [cells[at].strip() for _, cells in self.rows if 0 <= at < len(cells) and cells[at].strip()]


def read_sheet(path: Path, encoding: str = "") -> Sheet:
    """The table at `path`; `encoding` as somebody said, else guessed.

    Raises Refused: no_such_file, empty, not_readable, too_large_table, too_many_rows, workbook, open_quote, unknown_table.
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        raise Refused("no_such_file", path.name) from error
    if content is None:
        raise Refused("too_large_table", path.name)
    if content.startswith(WORKBOOKS):
        raise Refused("workbook", path.name)
    guessed = encoding_of(content)
    encoding = guessed if guessed.startswith(encoding) else encoding  # UTF-16 without a mark: which way round it is
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16-le"  # chosen for something else: the decoder without a mark would raise
    text = codecs.getincrementaldecoder(encoding)("replace").decode(content).lstrip("\ufeff")
    if not text.strip():
        raise Refused("empty", path.name)
    if "\x00" in text or text.startswith(("%PDF", "\x89PNG")):
        raise Refused("unknown_table", path.name)
    told = _TOLD_SIGN.match(text)
    delimiter = told["sign"] if told else delimiter_of(text)
    rows = _rows(text, delimiter)[1 if told else 0 :]
    if not rows or max(len(cells) for _, cells in rows) < 2:
        raise Refused("unknown_table", path.name)
    first = rows[0][1]
    has_headers = not any(looks_like_date(cell) for cell in first)
    width = max(len(cells) for _, cells in rows)
    headers = _told_apart(first) if has_headers else tuple(str(n) for n in range(1, width + 1))
    if len(rows) > MOST_ROWS + has_headers:
        raise Refused("too_many_rows", str(MOST_ROWS))
    return Sheet(headers, tuple(rows[1:] if has_headers else rows), encoding, delimiter)


def looks_like_date(text: str) -> bool:
    """Whether a cell is a day, with a time or without."""
    return any(read_date(text.strip(), form) is not None for form in DATE_FORMATS if form != "epoch")


def read_date(text: str, form: str) -> datetime | None:
    """A date as written in this format, without a zone unless it names one; None if it is no date."""
    try:
        return parsed_date(text, form)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def form_of(dates: Sequence[str]) -> str:
    """The format that reads most of these dates."""
    return dates_of(dates)


def _told_apart(cells: Sequence[str]) -> tuple[str, ...]:
    """Headers without two of the same name, so that each column can be chosen."""
    seen: Counter[str] = Counter()
    found = []
    for cell in (one.strip() for one in cells):
        seen[cell] += 1
        found.append(f"{cell} ({seen[cell]})" if cell and seen[cell] > 1 else cell)
    return tuple(found)


def _rows(text: str, delimiter: str) -> list[tuple[int, tuple[str, ...]]]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[tuple[int, tuple[str, ...]]] = []
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            _check_closed(text, found, delimiter)
            return found
        except csv.Error as error:
            raise Refused("not_readable", str(error)) from error
        if any(cell.strip() for cell in cells):
            found.append((line, tuple(cells)))
        line = reader.line_num + 1


def _check_closed(text: str, rows: Sequence[tuple[int, tuple[str, ...]]], delimiter: str) -> None:
    """Refuse a quotation mark that is never closed: all rows after it would be one cell."""
    begun = rows[-1][0] if rows else 1
    rest = "".join(list(io.StringIO(text, newline=""))[begun - 1 :])
    try:
        list(csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise Refused("open_quote", str(begun)) from error
