"""Tables (CSV and its relatives): encoding, delimiter and date format guessed from the beginning, columns by a map or their headers."""

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allmende.connectors.archive.boxes import READ_ERRORS, Box, TooPacked
from allmende.connectors.archive.jsonl import told_of
from allmende.connectors.archive.told import RAW_LENGTH, Broken, Found, Row, Told, refusal
from allmende.connectors.errors import Refused
from allmende.connectors.neutral import Author, RefusedRow

SAMPLE_BYTES = 256_000
SAMPLE_ROWS = 200
LONGEST_FIELD = 1_000_000
MOST_COLUMNS = 500
DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8", "utf-16", "cp1252")
ISO, EPOCH, MAIL = "iso", "epoch", "mail"
# Tried in this order; the first that reads every date of the sample is taken.
DATE_FORMATS = (
    ISO, "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M:%S", "%d.%m.%Y, %H:%M", "%d.%m.%Y", "%d.%m.%y %H:%M", "%d.%m.%y",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%m/%d/%Y",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y",
    "%d %b %Y %H:%M", "%d %b %Y", "%b %d, %Y %I:%M %p", "%a %b %d %H:%M:%S %z %Y", EPOCH, MAIL,
)  # fmt: skip
FIELDS = (
    "message_id", "thread_id", "parent_id", "author", "created_at", "thread_title", "kind", "text", "url", "is_accepted",
    "thread_resolved",
)  # fmt: skip
# Words of headers, German and English, compared without signs and case; the first field that claims a column has it.
HEADERS: Mapping[str, str] = {
    "message_id": "messageid id postid nachrichtid nachrichtenid beitragsid beitragid nr nummer commentid",
    "thread_id": "threadid thread topicid conversationid themaid themenid gesprachsid gesprach unterhaltung faden",
    "parent_id": "parentid parent inreplyto replyto replytoid antwortauf antwortaufid bezug",
    "author": "author user username autor autorin verfasser verfasserin benutzer benutzername name absender from von mitglied"
    " nutzer sender",
    "created_at": "createdat created date datetime timestamp time postedat datum zeit zeitpunkt zeitstempel uhrzeit erstellt"
    " erstelltam datumundzeit datumuhrzeit gesendetam",
    "thread_title": "threadtitle title subject topic titel betreff thema uberschrift",
    "kind": "kind type art typ",
    "text": "text message body content comment post nachricht inhalt beitrag kommentar mitteilung",
    "url": "url link permalink adresse",
    "is_accepted": "isaccepted accepted akzeptiert angenommen istlosung",
    "thread_resolved": "threadresolved resolved solved gelost erledigt",
}
_TRUE = frozenset(("1", "true", "yes", "ja", "x", "wahr", "y", "j"))
_PLAIN = str.maketrans("äöüß", "aous")


@dataclass(frozen=True)
class Shape:
    """How a table is written. `columns`: our field -> header. `dates`: one of DATE_FORMATS. `zone`: of times without one."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    columns: Mapping[str, str]
    dates: str = ISO
    zone: str = "UTC"


class Table:
    """The rows of a table as messages. `names`: our field -> header, and "@encoding", "@delimiter", "@dates", "@zone"."""

    def __init__(self, box: Box, names: Mapping[str, str] | None = None) -> None:
        self.box = box
        self.shape = shape_of(box, names or {})
        self._zone = zone_of(self.shape.zone)
        self._authors: dict[str, Author] = {}

    def found(self) -> Iterator[Found]:
        """Each row's message or refusal; empty rows are passed over."""
        with self.box.open(self.box.names[0]) as file:
            for line, row in read_table(file, self.shape):
                if isinstance(row, RefusedRow):
                    yield "", line, row
                    continue
                try:
                    yield "", line, self._told(row)
                except Broken as broken:
                    yield "", line, refusal(line, row, broken)

    def _told(self, row: dict[str, str]) -> Told:
        columns = self.shape.columns
        used = set(columns.values())
        ours: Row = {name: value for name, value in row.items() if name not in used and value}
        ours |= {field: row[header].strip() for field, header in columns.items() if row.get(header, "").strip()}
        if "created_at" in ours:
            ours["created_at"] = moment(ours["created_at"], self.shape.dates, self._zone).isoformat()
        for flag in ("is_accepted", "thread_resolved"):
            if flag in ours:
                ours[flag] = str(ours[flag]).lower() in _TRUE
        return told_of(_with_ids(ours), sum(map(len, row.values())), self._authors)


def shape_of(box: Box, names: Mapping[str, str]) -> Shape:
    """How the table is written, as `names` say and guessed where they are silent. Raises Refused."""
    with box.open(box.names[0]) as file:
        try:
            start = file.read(SAMPLE_BYTES)
        except READ_ERRORS as error:
            raise Refused("not_readable", str(error)) from error
    encoding = names.get("@encoding") or encoding_of(start)
    try:
        text = _decoded(start, encoding)
    except LookupError:
        raise Refused("unknown_encoding", encoding) from None
    delimiter = names.get("@delimiter") or delimiter_of(text)
    if len(delimiter) != 1:
        raise Refused("bad_delimiter", delimiter)
    rows = list(islice(_plain_rows(text, delimiter), SAMPLE_ROWS))
    headers = tuple(header.strip() for header in rows[0]) if rows else ()
    if not any(headers):
        raise Refused("no_headers")
    chosen = {field: header for field, header in names.items() if not field.startswith("@")}
    if missing := [header for header in chosen.values() if header and header not in headers]:
        raise Refused("no_such_column", missing[0])
    columns = {f: h for f, h in chosen.items() if h} if chosen else guessed_columns(headers)
    at = headers.index(columns["created_at"]) if "created_at" in columns else -1
    sample = [row[at].strip() for row in rows[1:] if 0 <= at < len(row) and row[at].strip()]
    return Shape(
        encoding, delimiter, headers, columns, names.get("@dates") or dates_of(sample), names.get("@zone", "UTC")
    )


def read_table(file: BinaryIO, shape: Shape) -> Iterator[tuple[int, "dict[str, str] | RefusedRow"]]:
    """(line on which it begins, row by header or refusal) after the headers."""
    csv.field_size_limit(LONGEST_FIELD)
    text = io.TextIOWrapper(file, encoding=shape.encoding, errors="surrogateescape", newline="")
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=shape.delimiter)
    is_first, line = True, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, RefusedRow(line, "too_large", {"maximum": LONGEST_FIELD}, "")
            line = reader.line_num + 1
            continue
        except (*READ_ERRORS, UnicodeError) as error:
            yield line, RefusedRow(line, "too_packed" if isinstance(error, TooPacked) else "file_cut", {}, "")
            return
        begun, line = line, reader.line_num + 1
        if lines.has_cut:
            lines.has_cut = False
            yield begun, RefusedRow(begun, "too_large", {"maximum": LONGEST_FIELD}, "")
        elif is_first:
            is_first = False
        elif any(cells):
            yield begun, _row(begun, cells, shape.headers)


def encoding_of(start: bytes) -> str:
    """The encoding of a text by its beginning: its mark, else UTF-8 if it can be that, else Windows-1252."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(start) > 1 and start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if len(start) > 1 and start[::2].count(0) > len(start) // 4:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def delimiter_of(text: str) -> str:
    """The sign between columns: that which gives most columns, equally many in most rows."""

    def weight(sign: str) -> tuple[int, int]:
        widths = [len(row) for row in islice(_plain_rows(text, sign), 20) if any(row)]
        if not widths or widths[0] < 2:
            return 0, 0
        return sum(width == widths[0] for width in widths) * widths[0], widths[0]

    return max(DELIMITERS, key=weight)


def guessed_columns(headers: Sequence[str]) -> dict[str, str]:
    """Our field -> header, by the headers' own words."""
    plain = {header: re.sub(r"[^a-z0-9]", "", header.lower().translate(_PLAIN)) for header in headers}
    found: dict[str, str] = {}
    for field, words in HEADERS.items():
        free = [header for header in headers if header not in found.values()]
        match = next((header for word in words.split() for header in free if plain[header] == word), None)
        if match is not None:
            found[field] = match
    return found


def dates_of(sample: Iterable[str]) -> str:
    """The first format that reads every date of the sample, else the one that reads most."""
    dates = list(sample)

    def read(form: str) -> int:
        return sum(_reads(date, form) for date in dates)

    return max(DATE_FORMATS, key=read) if dates else ISO


def moment(text: str, form: str, zone: tzinfo) -> datetime:
    """A date as this format reads it, else ISO; without a zone of its own in `zone`. Aware UTC. Raises Broken."""
    for one in dict.fromkeys((form, ISO)):
        try:
            at = parsed_date(text, one)
        except (ValueError, OverflowError, OSError, TypeError):
            continue
        try:
            return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            break
    raise Broken("bad_time", value=text[:60])


def zone_of(name: str) -> tzinfo:
    """The time zone of that name. Raises Refused."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("unknown_zone", name) from None


def with_names(shape: Shape, columns: Mapping[str, str]) -> Shape:
    """The shape with other columns."""
    return replace(shape, columns=dict(columns))


def _with_ids(row: Row) -> Row:
    """A row with the ids it lacks: its thread by its title, itself by what it says."""
    if "message_id" not in row:
        said = "\x1f".join(str(row.get(name, "")) for name in ("thread_title", "author", "created_at", "text"))
        row["message_id"] = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:24]
    if "thread_id" not in row:
        row["thread_id"] = row.get("parent_id") or str(row.get("thread_title", ""))[:180] or row["message_id"]
    return row


def _row(line: int, cells: Sequence[str], headers: Sequence[str]) -> "dict[str, str] | RefusedRow":
    raw = " | ".join(cells)[:RAW_LENGTH]
    if len(cells) > max(len(headers), 1) and any(cells[len(headers) :]):
        shown = raw.encode("utf-8", "replace").decode()
        return RefusedRow(line, "too_many_columns", {"maximum": len(headers)}, shown)
    row = dict(zip(headers, cells, strict=False))
    if any(not cell.isascii() and _has_surrogate(cell) for cell in cells):
        return RefusedRow(line, "bad_encoding", {}, raw.encode("utf-8", "replace").decode())
    return {name: cell.replace("\x00", "") for name, cell in row.items() if name}


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


class _Lines:
    """Lines of a text, none longer than a field may be: a longer one is an empty one, and `has_cut` says so."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self.has_cut = text, False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_FIELD + 1)
        if not line:
            raise StopIteration
        if len(line) <= LONGEST_FIELD or line.endswith("\n"):
            return line
        while (rest := self._text.readline(LONGEST_FIELD)) and not rest.endswith("\n"):
            continue
        self.has_cut = True
        return "\n"


def _plain_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except (StopIteration, csv.Error):
            return
        yield row[:MOST_COLUMNS]


def _decoded(start: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)("replace").decode(start)


def _reads(text: str, form: str) -> bool:
    try:
        return 1970 <= parsed_date(text, form).year < 2100
    except (ValueError, OverflowError, OSError, TypeError):
        return False


def parsed_date(text: str, form: str) -> datetime:
    """A date in one of DATE_FORMATS as it is written. Raises ValueError, TypeError, OverflowError, OSError."""
    if form == ISO:
        return datetime.fromisoformat(text)
    if form == EPOCH:
        seconds = float(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    if form == MAIL:
        return parsedate_to_datetime(text)
    return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is given by the caller
