"""Log in with the mailbox's password, where its servers are proposed from the address; or by agreeing in the browser at a provider
that takes no passwords (providers.py)."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.code_flow import CLIENT_SECRET
from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login, Question
from allmende.connectors.mail import mailbox, submit
from allmende.connectors.mail.door import Place
from allmende.connectors.mail.headers import address_of
from allmende.connectors.mail.keys import Key
from allmende.connectors.mail.mailbox import Mailbox
from allmende.connectors.mail.providers import PROVIDERS, Providers, provider_of
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import session_of

_ADDRESS = Question("address", "redaktion@example.org")
_NAME = Question("name", "Redaktion Lotsenforum", is_required=False)
_NEWSLETTER = (
    Question("newsletter", "newsletter@lists.example.org", is_required=False),
    Question("unsubscribe", "https://lists.example.org/unsubscribe", is_required=False),
)
_MICROSOFT = Login(
    "redirect",
    (
        _ADDRESS,
        Question("client_id", "00001111-aaaa-2222-bbbb-3333cccc4444"),
        Question("tenant", "aaaabbbb-0000-cccc-1111-dddd2222eeee"),
        CLIENT_SECRET,
        _NAME,
        *_NEWSLETTER,
    ),
    permissions=("IMAP.AccessAsUser.All", "SMTP.Send", "offline_access"),
    has_application=True,
)
_GOOGLE = Login(
    "redirect",
    (
        _ADDRESS,
        Question("client_id", "1234567890-abc123.apps.googleusercontent.com"),
        CLIENT_SECRET,
        _NAME,
        *_NEWSLETTER,
    ),
    permissions=("https://mail.google.com/",),
    has_application=True,
)
LOGIN = Login(
    "password",
    (
        _ADDRESS,
        Question("password", is_secret=True),
        _NAME,
        Question("imap", "imap.example.org:993", is_required=False),
        Question("smtp", "smtp.example.org:465", is_required=False),
        Question("user", is_required=False),
        *_NEWSLETTER,
    ),
    others={"microsoft": _MICROSOFT, "google": _GOOGLE},
)
# Settings a person answers whichever way they come in.
OURS = ("address", "name", "newsletter", "unsubscribe")
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
    given = {name: answers.get(name, "").strip() for name in ("address", "imap", "smtp", "user")}
    address = _address(answers)
    password = Secret(answers.get("password", ""))
    if not password:
        raise Refused("bad_answer", "password")
    ours = _ours(address, answers)
    proposed_imap, proposed_smtp = proposed(address)
    imap, smtp = (
        place_of(given["imap"] or proposed_imap, 993, "imap"),
        place_of(given["smtp"] or proposed_smtp, 465, "smtp"),
    )
    key = Key(given["user"] or given["address"], password)
    with _at_question("imap"):
        found = _found_folders(client, imap, key)
    with _at_question("smtp"):
        submit.enter(client, smtp, key).end()
    return Granted(ours | _servers(key, imap, smtp) | found, password)


def begin(answers: Mapping[str, str], return_url: str, providers: Providers = PROVIDERS) -> Begun:
    """Where the person agrees that we enter with a token. Refused with the question's name."""
    address, way, tenant = _address(answers), answers.get("way", ""), answers.get("tenant", "").strip()
    kept = {"way": way, "tenant": tenant, **_ours(address, answers)}
    return provider_of(providers, way, tenant, address).way.begin(answers, return_url, kept)


def finish(kept: Secret, code: str, client: Client, providers: Providers = PROVIDERS) -> Granted:
    """Enter both servers with the token for a code. LoggedOut: the code is worth nothing; Refused: the provider gives no
    lasting log-in, or its servers do not open the mailbox with this one (`detail` "address"); TryLater."""
    asked = json.loads(kept.reveal())
    provider = provider_of(providers, asked["way"], asked["tenant"], asked["address"])
    session, begun = provider.way.finish(kept, code, client)
    if not session.refresh:
        raise Refused("not_lasting")
    ours = {name: begun[name] for name in ("way", "tenant", *OURS)}
    key = key_of(ours, session.sealed())
    with _opening("mailbox_shut"):
        found = _found_folders(client, provider.imap, key)
    with _opening("sending_shut"):
        submit.enter(client, provider.smtp, key).end()
    return Granted(ours | _servers(key, provider.imap, provider.smtp) | found, session.sealed())


def renew(settings: Mapping[str, Any], secret: Secret | None, client: Client) -> Secret:
    """A token in the place of this one. LoggedOut: it is a password, or the right was taken back; TryLater."""
    way, tenant, address = (setting_of(settings, name) for name in ("way", "tenant", "address"))
    if not way:
        raise LoggedOut("not_renewable")
    provider = provider_of(PROVIDERS, way, tenant, address)
    return provider.way.at(settings.get("exchange")).renew(session_of(secret), client)


def key_of(settings: Mapping[str, Any], secret: Secret | None) -> Key:
    """What we enter with. LoggedOut: there is nothing."""
    user = setting_of(settings, "user") or setting_of(settings, "address")
    if not setting_of(settings, "way"):
        key = Key(user, secret or Secret(""))
    else:
        session = session_of(secret)
        key = Key(user, Secret(session.token), is_token=True, is_over=session.is_over)
    if not key.secret:
        raise LoggedOut("no_token")
    return key


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


def _address(answers: Mapping[str, str]) -> str:
    address = address_of(answers.get("address", ""))
    if not address:
        raise Refused("bad_answer", "address")
    return address


def _ours(address: str, answers: Mapping[str, str]) -> dict[str, str]:
    """The settings that OURS names, as a person answered."""
    typed = answers.get("newsletter", "").strip()
    newsletter = address_of(typed)
    if typed and not newsletter:
        raise Refused("bad_answer", "newsletter")
    name, unsubscribe = answers.get("name", "").strip()[:120], _unsubscribe(answers.get("unsubscribe", ""))
    return {"address": address, "name": name, "newsletter": newsletter, "unsubscribe": unsubscribe}


def _servers(key: Key, imap: Place, smtp: Place) -> dict[str, str]:
    since = (datetime.now(UTC) - HISTORY).isoformat()
    return {"user": key.user, "imap": written(imap), "smtp": written(smtp), "since": since}


def _found_folders(client: Client, imap: Place, key: Key) -> dict[str, str]:
    box = mailbox.enter(client, imap, key)
    try:
        return folders(box)
    finally:
        box.end()


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


@contextmanager
def _opening(shut: str) -> Iterator[None]:
    """A token just made is refused where whoever agreed may not open this mailbox, or where the way in is switched off."""
    try:
        yield
    except LoggedOut as error:
        raise Refused(shut, "address") from error
    except TryLater as error:
        if error.reason_code == "mailbox_shut":
            raise Refused(shut, "address") from error
        raise


def setting_of(settings: Mapping[str, Any], name: str) -> str:
    """A setting as text, "" if it is none."""
    value = settings.get(name)
    return value if isinstance(value, str) else ""
