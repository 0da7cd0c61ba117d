"""What one entry of an archive says, whatever its format: the form between the readers and the threads."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.neutral import Author, Media, RefusedRow, Visibility

Row = dict[str, Any]
RAW_LENGTH = 500
FIRST_YEAR = 1970
LONGEST_NAME = 200
LONGEST_TITLE = 300
EXTRA_BYTES = 4_000
EXTRA_TEXT = 500
MOST_GESTURES = 1_000
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


class Broken(Exception):
    """An entry that cannot be taken in: a code and its values."""

    def __init__(self, reason_code: str, **values: Any) -> None:
        super().__init__(reason_code)
        self.reason_code = reason_code
        self.values = values


@dataclass(frozen=True, slots=True)
class Wordless:
    """An act on a message. `suffix` makes its id unique beside the message's. `at` None: nobody knows when."""

    suffix: str
    act: str
    author: Author | None = None
    at: datetime | None = None
    name: str = ""


@dataclass(slots=True)
class Told:
    """A message as an archive tells it, ids as in the source, times aware UTC.

    `is_root`: it certainly opens its thread. `accepts`: the id of the answer that its thread accepted, if the source says
    so here. `is_solved`: its thread was solved. `is_event`: nobody said it, it only carries gestures.
    """

    message: str
    thread: str
    author: Author | None
    at: datetime
    parent: str = ""
    title: str = ""
    text: str = ""
    html: str = ""
    url: str = ""
    is_root: bool = False
    is_comment: bool = False
    is_accepted: bool = False
    is_solved: bool = False
    accepts: str = ""
    accepted_at: datetime | None = None
    visibility: Visibility = "public"
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    media: tuple[Media, ...] = ()
    gestures: tuple[Wordless, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


# (file inside the archive or "", line or entry from 1, what it says)
Found = tuple[str, int, "Told | RefusedRow"]


def refusal(line: int, raw: object, broken: Broken, file: str = "") -> RefusedRow:
    """The refusal of one entry, with its beginning so that a person recognises it."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    values = {**broken.values, "file": file} if file else broken.values
    return RefusedRow(line, broken.reason_code, values, text[:RAW_LENGTH])


def name_of(value: Any, field_name: str) -> str:
    """An id as a string: text or a whole number. Raises Broken."""
    if type(value) is int:
        return str(value)
    if value is None or value == "":
        raise Broken("missing", field=field_name)
    if type(value) is not str:
        raise Broken("bad_value", field=field_name)
    if len(value) > LONGEST_NAME:
        raise Broken("name_too_long", maximum=LONGEST_NAME)
    return value


def text_at(row: Mapping[str, Any], name: str) -> str:
    """The text under a name, "" if there is none. Raises Broken for anything but text."""
    value = row.get(name)
    if value is None:
        return ""
    if type(value) is not str:
        raise Broken("bad_value", field=name)
    return value


def in_seconds(value: Any, name: str) -> datetime:
    """Seconds since 1970 (number or text) as a moment. Raises Broken."""
    if value in (None, ""):
        raise Broken("missing", field=name)
    try:
        at = datetime.fromtimestamp(float(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise Broken("bad_time", value=str(value)[:60]) from None
    return _in_range(at, value)


def in_iso(value: Any, name: str) -> datetime:
    """ISO 8601, UTC without a zone. Raises Broken."""
    if value in (None, ""):
        raise Broken("missing", field=name)
    try:
        at = datetime.fromisoformat(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Broken("bad_time", value=str(value)[:60]) from None
    return _in_range(at, value)


def _in_range(at: datetime, value: Any) -> datetime:
    if at.year < FIRST_YEAR:
        raise Broken("bad_time", value=str(value)[:60])
    return at


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
    return kept | {"dropped": dropped[:20]} if dropped else kept


def cleaned(value: Any) -> Any:
    """The value without signs that no text may hold: NUL, and halves of a surrogate pair standing alone."""
    if isinstance(value, str):
        joined = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", joined)
    if isinstance(value, list):
        return [cleaned(part) for part in value]
    if isinstance(value, dict):
        return {cleaned(key): cleaned(part) for key, part in value.items()}
    return value
