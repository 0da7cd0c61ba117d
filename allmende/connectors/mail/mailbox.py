"""A mailbox over IMAP4rev1 (RFC 3501): folders, letters by UID, drafts kept and dropped. Reading leaves no trace (BODY.PEEK)."""

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from allmende.connectors.answers import LONG_WAIT
from allmende.connectors.errors import ConnectorError, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.mail import door
from allmende.connectors.mail.door import Place, Wire
from allmende.connectors.mail.keys import Key, Talk

# Of a longer letter only so many bytes are read: its words stand at the beginning.
LARGEST = 1_000_000
# Folders looked through for one letter, and letters taken for candidates in each.
MOST_FOLDERS, MOST_CANDIDATES = 40, 20
# RFC 5530, and how Gmail and Exchange say it: not the log-in's fault, and over by itself.
_BUSY = re.compile(
    r"\[(?:UNAVAILABLE|LIMIT|INUSE|SERVERBUG|THROTTLED)\b|too many (?:simultaneous |concurrent )?connections|too many login attempts"
    r"|command or bandwidth limits|request is throttled|server unavailable|temporary (?:error|failure|problem)",
    re.IGNORECASE,
)
# What Exchange says after a token it took, where this person may not open the mailbox, or IMAP is switched off for it; and
# while a mailbox moves.
_SHUT = re.compile(r"authenticated but not connected", re.IGNORECASE)
_LISTED = re.compile(rb'\((?P<flags>[^()]*)\) (?:NIL|"(?:\\.|[^"\\])*") (?P<name>"(?:\\.|[^"\\])*"|[^"]\S*)\s*$')
_NUMBER = {name: re.compile(rf"\b{name} (\d{{1,12}})".encode()) for name in ("UID", "RFC822.SIZE", "UIDVALIDITY")}
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_FLAGS = re.compile(rb"\bFLAGS \(([^()]*)\)")
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as the server writes its name (modified UTF-7), with its special uses in lower case."""

    name: str
    uses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shelf:
    """An opened folder: its UIDs hold as long as `validity`; `following` is larger than each of them."""

    validity: int
    following: int


@dataclass(frozen=True, slots=True)
class Stub:
    """What is known of a letter before it is read. `arrived`: when the server took it in, aware UTC."""

    uid: int
    size: int
    arrived: datetime


class _Session(imaplib.IMAP4):
    """The library's client on a wire of ours: these are the methods it means to be overridden."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__()

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """It is open."""

    def read(self, size: int) -> bytes:
        """So many bytes of a literal."""
        found = self._wire.read(size)
        if len(found) < size:
            raise self.abort("The answer broke off.")
        return found

    def readline(self) -> bytes:
        """One line."""
        return self._wire.readline(imaplib._MAXLINE + 1)  # type: ignore[attr-defined]  # noqa: SLF001

    def send(self, data: Any) -> None:
        """All of it."""
        self._wire.sendall(bytes(data))

    def shutdown(self) -> None:
        """Hang up."""
        self._wire.close()


class Mailbox:
    """One session, read-only until something is kept. Every method raises TryLater, LoggedOut, Refused and nothing else."""

    def __init__(self, session: _Session, wire: Wire) -> None:
        self._session = session
        self._wire = wire
        self._opened = ""

    def folders(self) -> list[Folder]:
        """All that can be opened."""
        with self._turn():
            _, rows = self._told(self._session.list(), "LIST")
            found = []
            for row in rows:
                line = b" ".join([row[0].rpartition(b"{")[0], b'"' + row[1] + b'"']) if isinstance(row, tuple) else row
                match = _LISTED.search(line or b"")
                uses = match["flags"].decode("ascii", "replace").lower().split() if match else []
                if match and "\\noselect" not in uses and "\\nonexistent" not in uses:
                    found.append(Folder(_unquoted(match["name"].decode("utf-8", "replace")), frozenset(uses)))
            return found

    def make(self, folder: str) -> None:
        """A folder of this name; Refused if the server does not want it."""
        with self._turn():
            self._told(self._session.create(_quoted(folder)), "CREATE")

    def open(self, folder: str, *, to_write: bool = False) -> Shelf:
        """Open it, for reading alone unless said otherwise. Refused("not_found"): it is not there."""
        with self._turn():
            self._opened = ""
            kind, told = self._session.select(_quoted(folder), readonly=not to_write)
            if kind != "OK":
                raise Refused("not_found", f"{folder}: {_words(told)}")
            validity, following = (_integer(self._session.response(name)[1][0]) for name in ("UIDVALIDITY", "UIDNEXT"))
            self._opened = folder
            return Shelf(validity, following)

    def at(self, folder: str) -> None:
        """Go to a folder for reading, if we are not there."""
        if self._opened != folder:
            self.open(folder)

    def search(self, *criteria: str) -> list[int]:
        """UIDs in the opened folder, ascending."""
        with self._turn():
            _, rows = self._told(self._session.uid("SEARCH", *criteria), "SEARCH")
            return sorted({int(number) for row in rows if row for number in row.split()})

    def with_id(self, message_id: str, *more: str) -> list[int]:
        """UIDs of letters whose Message-ID holds this one; whoever reads them compares exactly."""
        return self.search(*more, "HEADER", "Message-ID", _quoted(f"<{message_id}>"))[:MOST_CANDIDATES]

    def stubs(self, uids: Sequence[int]) -> list[Stub]:
        """What is known of these letters, by ascending UID; those that are gone are left out."""
        found = {}
        for head, _ in self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)"):
            uid, size = (_found(_NUMBER[name], head) for name in ("UID", "RFC822.SIZE"))
            arrived = _ARRIVED.search(head)
            if uid and arrived:
                found[uid] = Stub(uid, size, _moment(arrived[1].decode("ascii", "replace")))
        return [found[uid] for uid in uids if uid in found]

    def letters(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Their bytes, the first LARGEST of each."""
        return self._bodies(uids, f"(UID BODY.PEEK[]<0.{LARGEST}>)")

    def heads(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Their headers, the first LARGEST bytes of each."""
        return self._bodies(uids, f"(UID BODY.PEEK[HEADER]<0.{LARGEST}>)")

    def keep(self, folder: str, letter: bytes, flags: str, at: datetime) -> None:
        """Put a letter into a folder. Refused("not_found"): there is no such folder."""
        with self._turn():
            kind, told = self._session.append(_quoted(folder), flags, imaplib.Time2Internaldate(at), letter)
            if kind != "OK":
                code = (
                    "not_found"
                    if b"TRYCREATE" in b"".join(row for row in told if isinstance(row, bytes))
                    else "rejected"
                )
                raise Refused(code, _words(told))

    def drop(self, uids: Sequence[int]) -> None:
        """Remove these letters of the opened folder; where the server can remove all or none, they are only marked."""
        if not uids:
            return
        listed = ",".join(map(str, uids))
        with self._turn():
            self._told(self._session.uid("STORE", listed, "+FLAGS.SILENT", "(\\Deleted)"), "STORE")
            if "UIDPLUS" in self._session.capabilities:
                self._told(self._session._simple_command("UID", "EXPUNGE", listed), "EXPUNGE")  # noqa: SLF001

    def end(self) -> None:
        """Say good-bye; whatever goes wrong now is nobody's loss."""
        try:
            self._wire.begin()
            self._session.logout()
        except (imaplib.IMAP4.error, OSError, *_UNREADABLE):
            self._wire.close()

    def _bodies(self, uids: Sequence[int], wanted: str) -> dict[int, bytes]:
        asked, found = set(uids), {}
        for head, body in self._fetch(uids, wanted):
            uid = _found(_NUMBER["UID"], head)
            if uid in asked and body is not None:
                found[uid] = body
        return found

    def _fetch(self, uids: Sequence[int], wanted: str) -> list[tuple[bytes, bytes | None]]:
        """(all that stands outside the literal, the literal) of each letter."""
        if not uids:
            return []
        with self._turn():
            _, rows = self._told(self._session.uid("FETCH", ",".join(map(str, uids)), wanted), "FETCH")
            found: list[tuple[bytes, bytes | None]] = []
            for row in rows:
                if isinstance(row, tuple):
                    found.append((row[0], row[1]))
                elif row and found and found[-1][1] is not None and not re.match(rb"\d+ \(", row):
                    found[-1] = (found[-1][0] + b" " + row, found[-1][1])
                elif row:
                    found.append((row, None))
            return found

    def _told(self, answer: tuple[str, list[Any]], command: str) -> tuple[str, list[Any]]:
        if answer[0] != "OK":
            said = _words(answer[1])
            raise (
                TryLater(reason_code="busy", detail=said)
                if _BUSY.search(said)
                else Refused("rejected", f"{command}: {said}")
            )
        return answer

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self._wire.begin()
        with _errors():
            yield


def enter(client: Client, place: Place, key: Key) -> Mailbox:
    """Log in. LoggedOut: the server does not know this log-in; TryLater, Refused."""
    wire = door.connect(client, place)
    try:
        with _errors():
            session = _Session(wire)
            if not (place.port in door.TLS_FROM_THE_START or client.may_be_plain(place.host, place.port)):
                if "STARTTLS" not in session.capabilities:
                    raise Refused("not_encrypted", place.host)
                if session._simple_command("STARTTLS")[0] != "OK":  # noqa: SLF001
                    raise TryLater(reason_code="busy", detail="STARTTLS")
                door.secure(client, place, wire)
                session._get_capabilities()  # noqa: SLF001
            _log_in(session, key, place)
            if "UIDPLUS" not in session.capabilities:
                session._get_capabilities()  # noqa: SLF001  # more is told after the log-in
    except ConnectorError:
        wire.close()
        raise
    return Mailbox(session, wire)


def _log_in(session: _Session, key: Key, place: Place) -> None:
    talk = Talk([one.removeprefix("AUTH=") for one in session.capabilities], key, place) if key.is_token else None
    try:
        if talk is not None:
            session.authenticate(talk.way, partial(_encoded, talk))
        elif "AUTH=PLAIN" in session.capabilities:
            session.authenticate("PLAIN", lambda _: f"\0{key.user}\0{key.secret.reveal()}".encode())
        else:
            session.login(_quoted(key.user), key.secret.reveal())
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError) as error:
        said = key.hidden(f"{error} {talk.refusal if talk else ''}".strip())
        if _BUSY.search(said):
            raise TryLater(reason_code="busy", detail=said) from None
        raise key.refused(said) from None


def _encoded(talk: Talk, challenge: bytes) -> bytes:
    return talk(challenge).encode()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except ConnectorError:
        raise
    except door.TooMuch as error:
        raise TryLater(reason_code="garbled", detail=str(error)) from error
    except (imaplib.IMAP4.abort, OSError) as error:
        raise TryLater(reason_code="cut_off", detail=str(error)) from error
    except imaplib.IMAP4.error as error:
        if _SHUT.search(str(error)):
            raise TryLater(LONG_WAIT, "mailbox_shut", str(error)) from error
        raise TryLater(reason_code="garbled", detail=type(error).__name__) from error
    except _UNREADABLE as error:
        raise TryLater(reason_code="garbled", detail=type(error).__name__) from error


def _quoted(value: str) -> str:
    if not value.isprintable() or not value.isascii():
        raise Refused("invalid_request", "name")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _words(told: Sequence[Any]) -> str:
    return " ".join(row.decode("utf-8", "replace") for row in told if isinstance(row, bytes))[:300]


def _integer(value: bytes | None) -> int:
    if value is None:
        raise ValueError("no number")
    return int(value)


def _found(pattern: re.Pattern[bytes], head: bytes) -> int:
    match = pattern.search(head)
    return int(match[1]) if match else 0


def _moment(written: str) -> datetime:
    return datetime.strptime(written.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
