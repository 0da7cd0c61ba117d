"""Identifiers of the AT Protocol: their syntax, addresses of records, and the key a dispatch chooses for its record."""

import hashlib
import re
from dataclasses import dataclass

POST = "app.bsky.feed.post"
THREADGATE = "app.bsky.feed.threadgate"

_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
HANDLE = rf"(?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?"
_HANDLE = re.compile(HANDLE)
_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]")
_NSID = re.compile(rf"[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?(?:\.{_LABEL})+\.[a-zA-Z][a-zA-Z0-9]{{0,62}}")
_RECORD_KEY = re.compile("[a-zA-Z0-9_~.:-]{1,512}")
_TID = re.compile("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
# Keys of dispatches tell moments of a year long past: whoever mistrusts or sorts by a key's time meets no future.
_FIRST_MICROSECOND = 1_672_531_200_000_000
_SPAN_BITS, _CLOCK_BITS = 45, 10


@dataclass(frozen=True, slots=True)
class Address:
    """Where a record stands: at://did/collection/key."""

    did: str
    collection: str
    key: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.key}"


def address_of(written: str) -> Address:
    """The parts of a record's address. Raises ValueError if it is none."""
    scheme, _, rest = written.partition("://")
    parts = rest.split("/")
    if (
        scheme != "at"
        or len(parts) != 3
        or not is_did(parts[0])
        or not is_nsid(parts[1])
        or not is_record_key(parts[2])
    ):
        raise ValueError(written)
    return Address(*parts)


def record_key(did: str, key: str) -> str:
    """The record key that belongs to this dispatch of this account for ever: a TID, as the post lexicon demands."""
    digest = int.from_bytes(hashlib.sha256(f"{did}/{key}".encode()).digest()[:8])
    moment = _FIRST_MICROSECOND + (digest >> _CLOCK_BITS) % 2**_SPAN_BITS
    number = moment << _CLOCK_BITS | digest % 2**_CLOCK_BITS
    return "".join(_TID_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def is_handle(text: str) -> bool:
    """Whether it can be somebody's handle (a domain name)."""
    return len(text) <= 253 and _HANDLE.fullmatch(text) is not None


def is_did(text: str) -> bool:
    """Whether it can be somebody's lasting identifier."""
    return len(text) <= 2048 and _DID.fullmatch(text) is not None


def is_nsid(text: str) -> bool:
    """Whether it can name a collection or a method."""
    return len(text) <= 317 and _NSID.fullmatch(text) is not None


def is_record_key(text: str) -> bool:
    """Whether it can name a record in a collection."""
    return text not in (".", "..") and _RECORD_KEY.fullmatch(text) is not None


def is_tid(text: str) -> bool:
    """Whether it is a key that tells a time."""
    return _TID.fullmatch(text) is not None
