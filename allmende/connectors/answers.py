"""What a network's answer means for the queue: each status, wait and broken body becomes one error."""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from allmende.connectors.errors import (
    LONGEST_WAIT,
    USUAL_WAIT,
    ConnectorError,
    LoggedOut,
    Refused,
    TryLater,
    Unclear,
)

# What an answer that is not 2xx means, for networks that do not say it by status; takes what `error_of` takes.
Teller = Callable[..., ConnectorError]

LONG_WAIT = timedelta(minutes=5)
LONGEST_LINE = 10_000
# Pages of a list in which something is looked for: a network that never ends one keeps nobody for ever.
MOST_PAGES = 200
_REFUSED = {403: "forbidden", 404: "not_found", 410: "not_found", 413: "too_large"}
_RESETS = ("x-ratelimit-reset", "ratelimit-reset")
# 302 and 303 after a POST usually say: done, look there. The others ask for a repetition or come before anything was done.
_UNCLEAR_WHEN_SPEAKING = frozenset({302, 303, 408, 409, 425})


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with a 2xx status. Header names are lower case. `is_spoken`: the request could have
    changed something, so a body that cannot be understood leaves the outcome open."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    is_spoken: bool

    def json(self) -> Any:
        """The parsed body. Raises Unclear (spoken) or TryLater (read) if it is none."""
        with self.understood():
            return json.loads(self.body)

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Whatever goes wrong while taking the body apart is the network's garbage, not our crash."""
        try:
            yield
        except ConnectorError:
            raise
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise broken("garbled", type(error).__name__, is_spoken=self.is_spoken) from error


def broken(reason_code: str, detail: str = "", *, is_spoken: bool) -> ConnectorError:
    """The answer did not come whole or makes no sense: open after speaking, try again after reading."""
    if is_spoken:
        return Unclear(reason_code, detail)
    return TryLater(USUAL_WAIT, reason_code, detail)


def error_of(status: int, headers: Mapping[str, str], body: bytes, *, is_spoken: bool) -> ConnectorError:
    """The error for an answer that is not 2xx."""
    detail = f"{status} {body[:400].decode('utf-8', 'replace')}".strip()
    if status == 429:
        return TryLater(waiting_time(headers, LONG_WAIT), "too_many", detail)
    if status == 401:
        return LoggedOut("logged_out", detail)
    if status >= 500 or status < 300 or (status in _UNCLEAR_WHEN_SPEAKING and (is_spoken or status >= 400)):
        if is_spoken:
            return Unclear(f"status_{status}", detail)
        return TryLater(waiting_time(headers, USUAL_WAIT), f"status_{status}", detail)
    if status < 400:
        return Refused("redirected", detail)
    return Refused(_REFUSED.get(status, "rejected"), detail)


def endless() -> TryLater:
    """A list that was not seen to its end: what was not seen is not known to be absent."""
    return TryLater(reason_code="busy", detail="A list has no end.")


def pages(
    ask: Callable[[str], tuple[Sequence[Mapping[str, Any]], str]], most: int = MOST_PAGES
) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Page after page; `ask` takes a cursor ("" is the beginning) and gives rows and the next one. TryLater after so many."""
    after = ""
    for _ in range(most):
        rows, after = ask(after)
        yield rows
        if not after:
            return
    raise endless()


def waiting_time(headers: Mapping[str, str], otherwise: timedelta) -> datetime | timedelta:
    """What Retry-After wishes: seconds or a date; else when the network counts anew (X-RateLimit-Reset, a date or
    seconds since 1970). Nonsense counts as absent, eternity as a day."""
    wish = headers.get("retry-after", "").strip()
    if wish.isascii() and wish.isdigit():
        return timedelta(seconds=min(int(wish[:12]), LONGEST_WAIT.total_seconds()))
    try:
        moment = parsedate_to_datetime(wish)
    except (TypeError, ValueError, IndexError, OverflowError):
        return next(filter(None, (counts_anew(headers.get(name, "")) for name in _RESETS)), otherwise)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def counts_anew(written: str) -> datetime | None:
    """When a network's rate limit begins anew, aware UTC; None if it does not say so readably."""
    written = written.strip()
    try:
        if written.isascii() and written.isdigit():
            return datetime.fromtimestamp(int(written[:12]), UTC)
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def unpacked(chunks: Iterable[bytes], packing: str, maximum: int, *, is_spoken: bool) -> Iterator[bytes]:
    """The body's bytes, unpacked step by step, so that a bomb is noticed before it is large."""
    packing = packing.strip().lower()
    if packing not in ("", "identity", "gzip", "deflate"):
        raise broken("unexpected_encoding", packing, is_spoken=is_spoken)
    unpacker = zlib.decompressobj(wbits=47) if packing in ("gzip", "deflate") else None
    total = 0
    for chunk in chunks:
        try:
            part = unpacker.decompress(chunk, maximum - total + 1) if unpacker else chunk
        except zlib.error as error:
            raise broken("garbled", "zlib", is_spoken=is_spoken) from error
        total += len(part)
        if total > maximum:
            raise broken("too_large", str(maximum), is_spoken=is_spoken)
        yield part
    if unpacker and not unpacker.eof and total:
        raise broken("cut_off", "zlib", is_spoken=is_spoken)


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a stream as they come, without their ends; of one that never ends, its first 10,000 bytes."""
    line = b""
    for chunk in chunks:
        *whole, rest = (line + chunk).split(b"\n")
        yield from (one.rstrip(b"\r")[:LONGEST_LINE] for one in whole)
        line = rest[:LONGEST_LINE]
