"""Handing a letter in over SMTP (RFC 5321, 6409). Until the last byte of the letter left nothing was said; after it, only the
server's own answer tells what came of it."""

import base64
import binascii
import re
import smtplib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from allmende.connectors.errors import USUAL_WAIT, ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.mail import door
from allmende.connectors.mail.door import Place, Wire
from allmende.connectors.mail.keys import Key, Talk

# What we call ourselves: servers that take mail from people do not look at it, and the machine's name is nobody's concern.
OUR_NAME = "[127.0.0.1]"
# So many signs of a proof fit behind the command as base64.
LONGEST_WITH_COMMAND = 350
# One proof and one answer to a refusal; more often no server asks.
MOST_CHALLENGES = 4
_DOT = re.compile(rb"^\.", re.MULTILINE)
# Gmail's limit of a day, which it tells like a refusal for ever.
_DAILY = re.compile(r"\b5\.4\.5\b.*\blimit", re.IGNORECASE | re.DOTALL)
LONGER_WAIT = timedelta(hours=1)
_BUSY = {450: "too_many", 451: "busy", 452: "too_many", 421: "busy"}


class Counter:
    """A logged-in session with the server that takes our letters. Its methods raise TryLater, Refused, LoggedOut; only
    `hand_in` raises Unclear."""

    def __init__(self, session: smtplib.SMTP, wire: Wire) -> None:
        self._session = session
        self._wire = wire

    def hand_in(self, sender: str, recipients: Sequence[str], letter: bytes, *, until: float, patience: float) -> None:
        """One letter for all of them or for none. `until` (`time.monotonic`): later than that it is not begun; `patience`:
        seconds for the letter and its answer, for which many a server looks at it long."""
        with _errors():
            self._command(f"MAIL FROM:<{sender}>{self._options(sender, *recipients)}")
            for recipient in recipients:
                self._command(f"RCPT TO:<{recipient}>", accepted=(250, 251))
            if time.monotonic() > until:
                raise TryLater(reason_code="not_prepared", detail="The servers took too long.")
            self._command("DATA", accepted=(354,))
        self._wire.begin(patience)
        try:
            self._session.send(_DOT.sub(b"..", letter).rstrip(b"\r\n") + b"\r\n.\r\n")
            code, said = self._session.getreply()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise Unclear("cut_off", type(error).__name__) from error
        if not 200 <= code < 600 or 300 <= code < 400:
            raise Unclear("garbled", str(code))
        _check(code, said, (250,))

    def end(self) -> None:
        """Say good-bye."""
        try:
            self._wire.begin()
            self._session.quit()
        except (OSError, smtplib.SMTPException, ValueError):
            self._wire.close()

    def _command(self, words: str, accepted: Sequence[int] = (250,)) -> None:
        self._wire.begin()
        code, said = self._session.docmd(words)
        _check(code, said, accepted)

    def _options(self, *addresses: str) -> str:
        if all(address.isascii() for address in addresses):
            return ""
        if not self._session.has_extn("smtputf8"):
            raise Refused("bad_addressee", "The server takes only plain letters in addresses.")
        self._session.command_encoding = "utf-8"
        return " SMTPUTF8"


def enter(client: Client, place: Place, key: Key) -> Counter:
    """Log in at the server that takes our letters. LoggedOut: it does not know this log-in; TryLater, Refused."""
    wire = door.connect(client, place)
    session = smtplib.SMTP(local_hostname=OUR_NAME)
    session.sock = wire  # type: ignore[assignment]  # has all that is asked of a socket
    try:
        with _errors():
            code, said = session.getreply()
            _check(code, said, (220,))
            _check(*session.ehlo(), (250,))
            if place.port not in door.TLS_FROM_THE_START and not client.may_be_plain(place.host, place.port):
                _encrypt(client, place, session, wire)
            _log_in(session, key, place)
    except ConnectorError:
        wire.close()
        raise
    return Counter(session, wire)


def _encrypt(client: Client, place: Place, session: smtplib.SMTP, wire: Wire) -> None:
    if not session.has_extn("starttls"):
        raise Refused("not_encrypted", place.host)
    code, said = session.docmd("STARTTLS")
    _check(code, said, (220,))
    door.secure(client, place, wire)
    # Nothing that was told in clear text counts (RFC 3207).
    session.helo_resp, session.ehlo_resp, session.esmtp_features = None, None, {}
    session.does_esmtp = False
    _check(*session.ehlo(), (250,))


def _log_in(session: smtplib.SMTP, key: Key, place: Place) -> None:
    ways = session.esmtp_features.get("auth", "").upper().split()
    talk = Talk(ways, key, place) if key.is_token else None
    code, answer = _told_key(session, key, ways) if talk is None else _told_token(session, talk)
    if code in (235, 503):
        return
    said = key.hidden(f"{answer.decode('utf-8', 'replace')} {talk.refusal if talk else ''}".strip())
    if not 500 <= code < 600:
        raise TryLater(USUAL_WAIT, _BUSY.get(code, "busy" if 400 <= code < 500 else "garbled"), said)
    raise key.refused(f"{code} {said}")


def _told_token(session: smtplib.SMTP, talk: Talk) -> tuple[int, bytes]:
    """A long token comes in a line of its own: a command has at most 512 octets (RFC 4954, 4). The library says the same of
    user names in plain ASCII alone."""
    code, answer = session.docmd(
        "AUTH", f"{talk.way} {_proof(talk())}" if len(talk) < LONGEST_WITH_COMMAND else talk.way
    )
    for _ in range(MOST_CHALLENGES):
        if code != 334:
            break
        code, answer = session.docmd(_proof(talk(base64.decodebytes(answer))))
    return code, answer


def _proof(said: str) -> str:
    return base64.b64encode(said.encode()).decode()


def _told_key(session: smtplib.SMTP, key: Key, ways: Sequence[str]) -> tuple[int, bytes]:
    """The library knows other ways, but passwords in plain ASCII alone."""
    password = key.secret.reveal()
    if "PLAIN" in ways:
        proof = _proof(f"\0{key.user}\0{password}")
        return session.docmd("AUTH", f"PLAIN {proof}")
    try:
        return session.login(key.user, password)
    except smtplib.SMTPAuthenticationError as error:
        return error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
    except UnicodeError:
        raise LoggedOut("logged_out", "The server cannot be told this password.") from None


def _check(code: int, said: bytes, accepted: Sequence[int]) -> None:
    """Whether the server agreed; what its no means (RFC 5321, 4.2.1, and RFC 3463)."""
    if code in accepted:
        return
    detail = f"{code} {_words(said)}"
    if code in (530, 534, 535, 538):
        raise LoggedOut("logged_out", detail)
    if _DAILY.search(detail):
        raise TryLater(LONGER_WAIT, "too_many", detail)
    if 500 <= code < 600:
        raise Refused("too_large" if code == 552 else "rejected", detail)
    raise TryLater(USUAL_WAIT, _BUSY.get(code, "busy"), detail)


@contextmanager
def _errors() -> Iterator[None]:
    """Before the letter left: whatever breaks can be begun again."""
    try:
        yield
    except ConnectorError:
        raise
    except smtplib.SMTPNotSupportedError as error:
        raise Refused("rejected", str(error)) from error
    except smtplib.SMTPResponseException as error:
        _check(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b"", ())
    except (OSError, smtplib.SMTPException) as error:
        raise TryLater(reason_code="cut_off", detail=str(error)) from error
    except binascii.Error as error:  # a challenge that is none
        raise TryLater(reason_code="garbled", detail=str(error)) from error
    except ValueError as error:
        raise Refused("invalid_request", type(error).__name__) from error


def _words(said: bytes | str) -> str:
    return (said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:300]
