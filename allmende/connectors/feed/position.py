"""How far we have read, as one JSON string: which entries are known with which words, and what the server asks us to show
it next time, so that it need not send the same again (RFC 9110, 13.1)."""

import hashlib
import json
from dataclasses import dataclass, field

VERSION = 1
# More than a document may hold: what a feed still shows must never be taken for new.
MOST_KNOWN = 3_000


@dataclass
class Position:
    """`etag`, `modified`: of the last answer that was read to its end; `next_at`: seconds since 1970; `known`: digest of an
    entry's id -> fingerprint of its words, those seen last at the end."""

    etag: str = ""
    modified: str = ""
    next_at: int = 0
    known: dict[str, str] = field(default_factory=dict)

    def seen(self, native_id: str) -> str:
        """The fingerprint with which an entry is known, "" if it is new."""
        return self.known.get(short(native_id), "")

    def note(self, native_id: str, fingerprint: str) -> None:
        """It was handed out, or stands there still."""
        self.known.pop(short(native_id), None)
        self.known[short(native_id)] = fingerprint

    def written(self) -> str:
        """The cursor to store."""
        self.known = dict(list(self.known.items())[-MOST_KNOWN:])
        told = {"v": VERSION, "etag": self.etag, "modified": self.modified, "next": self.next_at, "known": self.known}
        return json.dumps(told, separators=(",", ":"))


def short(native_id: str) -> str:
    """A short name for an entry."""
    return hashlib.sha256(native_id.encode("utf-8", "replace")).hexdigest()[:12]


def position_of(cursor: str) -> Position:
    """The position a cursor holds. One that cannot be read is the beginning: repetition, never loss."""
    try:
        told = json.loads(cursor or "{}")
        if told.get("v") != VERSION:
            return Position()
        known = {str(name): str(seen) for name, seen in told["known"].items()}
        return Position(str(told["etag"]), str(told["modified"]), int(told["next"]), known)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return Position()
