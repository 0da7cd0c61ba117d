"""Log in with the mailbox's password; where its servers are is proposed from the address."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.mail import mailbox, submit
from allmende.connectors.mail.door import Place
from allmende.connectors.mail.headers import address_of
from allmende.connectors.mail.mailbox import Mailbox
from allmende.connectors.secret import Secret

LOGIN = Login(
    "password",
    (
        Question("address", "redaktion@example.org"),
        Question("password", is_secret=True),
        Question("name", "Redaktion Lotsenforum", is_required=False),
        Question("imap", "imap.example.org:993", is_required=False),
        Question("smtp", "smtp.example.org:465", is_required=False),
        Question("user", is_required=False),
        Question("newsletter", "newsletter@lists.example.org", is_required=False),
        Question("unsubscribe", "https://lists.example.org/unsubscribe", is_required=False),
    ),
)
# Older letters do not wait for an answer any more.
HISTORY = timedelta(days=90)
# Whose servers do not bear the usual names, by the domain of the address.
_SERVERS = {
    "gmx.de": ("imap.gmx.net", "mail.gmx.net"),
    "gmx.net": ("imap.gmx.net", "mail.gmx.net"),
    "gmx.at": ("imap.gmx.net", "mail.gmx.net"),
    "gmx.ch": ("imap.gmx.net", "mail.gmx.net"),
    "t-online.de": ("secureimap.t-online.de", "securesmtp.t-online.de"),
    "posteo.de": ("posteo.de", "posteo.de"),
    "bluewin.ch": ("imaps.bluewin.ch", "smtpauths.bluewin.ch"),
    "googlemail.com": ("imap.gmail.com", "smtp.gmail.com"),
}
_SENT = ("sent", "gesendet", "sent items", "sent messages", "sent mail", "gesendete objekte", "gesendete elemente")
_DRAFTS = ("drafts", "draft", "entw&apw-rfe")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,20}")


def log_in(answers: Mapping[str, str], client: Client) -> Granted:
    """Enter both servers, find the folders. LoggedOut, Refused (`detail` names the question), TryLater."""
    given = {name: answers.get(name, "").strip() for name in ("address", "name", "imap", "smtp", "user", "newsletter")}
    address = address_of(given["address"])
    if not address:
        raise Refused("bad_answer", "address")
    password = Secret(answers.get("password", ""))
    if not password:
        raise Refused("bad_answer", "password")
    newsletter = address_of(given["newsletter"])
    if given["newsletter"] and not newsletter:
        raise Refused("bad_answer", "newsletter")
    proposed_imap, proposed_smtp = proposed(address)
    imap, smtp = (
        place_of(given["imap"] or proposed_imap, 993, "imap"),
        place_of(given["smtp"] or proposed_smtp, 465, "smtp"),
    )
    settings = {
        "address": address,
        "user": given["user"] or given["address"],
        "name": given["name"][:120],
        "imap": written(imap),
        "smtp": written(smtp),
        "newsletter": newsletter,
        "unsubscribe": _unsubscribe(answers.get("unsubscribe", "")),
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    with _at_question("imap"):
        box = mailbox.enter(client, imap, settings["user"], password)
        try:
            settings |= folders(box)
        finally:
            box.end()
    with _at_question("smtp"):
        submit.enter(client, smtp, settings["user"], password).end()
    return Granted(settings, password)


def proposed(address: str) -> tuple[str, str]:
    """The IMAP and SMTP servers an address most likely has."""
    domain = address.rpartition("@")[2]
    imap, smtp = _SERVERS.get(domain, (f"imap.{domain}", f"smtp.{domain}"))
    return f"{imap}:993", f"{smtp}:465"


def place_of(typed: str, usual_port: int, question: str) -> Place:
    """A server with its port, as a person types it: "host", "host:port", "[::1]:143". Refused, naming the question."""
    host, colon, port = typed.lower().rpartition(":")
    if not colon or "]" in port:
        host, port = typed.lower(), str(usual_port)
    host = host.removeprefix("[").removesuffix("]")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise Refused("bad_answer", question) from None
    is_host = _HOST.fullmatch(host) or (":" in host and re.fullmatch(r"[0-9a-f:.]+", host))
    if not is_host or not port.isascii() or not port.isdigit() or not 0 < int(port[:6]) < 65_536:
        raise Refused("bad_answer", question)
    return Place(host, int(port))


def written(place: Place) -> str:
    """A place as `place_of` reads it."""
    return f"[{place.host}]:{place.port}" if ":" in place.host else f"{place.host}:{place.port}"


def folders(box: Mailbox) -> dict[str, str]:
    """Where the mailbox keeps what was sent and what is not yet (RFC 6154, else by name); made where there is none."""
    there = box.folders()
    names = {one.name.lower().replace("/", ".").rpartition(".")[2]: one.name for one in reversed(there)}
    found: dict[str, str] = {}
    for setting, use, known in (("sent", "\\sent", _SENT), ("drafts", "\\drafts", _DRAFTS)):
        by_use = next((one.name for one in there if use in one.uses), "")
        by_name = next((names[name] for name in known if name in names), "")
        found[setting] = by_use or by_name or _made(box, setting.title())
    return found


def _made(box: Mailbox, name: str) -> str:
    """A new folder; some servers want all of them below the inbox."""
    try:
        box.make(name)
    except Refused:
        name = f"INBOX.{name}"
        box.make(name)
    return name


def _unsubscribe(typed: str) -> str:
    typed = typed.strip()
    try:
        parts = urlsplit(typed)
        is_fine = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_fine = False
    if typed and not (is_fine and typed.isascii() and typed.isprintable() and not set(typed) & set(' <>,"')):
        raise Refused("bad_answer", "unsubscribe")
    return typed


@contextmanager
def _at_question(name: str) -> Iterator[None]:
    """Whatever is wrong with a server belongs to the question that named it."""
    try:
        yield
    except Refused as error:
        raise Refused(error.reason_code, name) from error


def setting_of(settings: Mapping[str, Any], name: str) -> str:
    """A setting as text, "" if it is none."""
    value = settings.get(name)
    return value if isinstance(value, str) else ""
