"""Log in with an app password, keep the session, renew it. The refresh token rotates: the new one counts from then on."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.answers import Answer
from allmende.connectors.bluesky.door import Door, name_of
from allmende.connectors.bluesky.names import is_did, is_handle
from allmende.connectors.errors import LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.secret import Secret

DEFAULT_SERVER = "https://bsky.social"
LOGIN = Login(
    "password",
    (
        Question("handle", "haus.bsky.social"),
        Question("app_password", "xxxx-xxxx-xxxx-xxxx", is_secret=True),
        Question("server", DEFAULT_SERVER, is_required=False),
    ),
)
# Copied from a profile, a handle often comes with marks for the direction of writing.
_INVISIBLE = dict.fromkeys((0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """Who we are and the two tokens that prove it."""

    did: str
    access: str
    refresh: str

    def sealed(self) -> Secret:
        """As it is kept: JSON."""
        return Secret(json.dumps({"did": self.did, "accessJwt": self.access, "refreshJwt": self.refresh}))


def session_of(secret: Secret | None) -> Session:
    """The kept session. Raises LoggedOut if there is none."""
    try:
        return _session(json.loads(secret.reveal())) if secret else _missing()
    except (ValueError, TypeError, KeyError, RecursionError):
        raise LoggedOut("no_token") from None


def log_in(answers: Mapping[str, str], client: Client) -> Granted:
    """Open a session and find the server that holds the account. LoggedOut, Refused (`detail` names the question), TryLater."""
    server = _server(answers.get("server", ""))
    handle = answers.get("handle", "").translate(_INVISIBLE).strip().lstrip("@").lower()
    password = answers.get("app_password", "").strip()
    if not (is_handle(handle) or is_did(handle)):
        raise Refused("bad_answer", "handle")
    if not password:
        raise Refused("bad_answer", "app_password")
    answer = _opened(Door(client, server), {"identifier": handle, "password": password})
    with answer.understood():
        told = answer.json()
        session = _session(told)
        settings = {"server": _home(told.get("didDoc"), server), "handle": str(told["handle"]), "did": session.did}
    return Granted(settings, session.sealed())


def renewed(kept: Session, server: str, client: Client) -> Secret:
    """A new session for the refresh token. The server takes the old token for two more hours, so a cut answer is asked again."""
    try:
        answer = Door(client, server, kept.refresh).speak("com.atproto.server.refreshSession", None)
        with answer.understood():
            session = _session(answer.json())
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
    except LoggedOut as error:
        reason_code = "logged_out" if error.reason_code == "expired" else error.reason_code
        raise LoggedOut(reason_code, error.detail) from error
    if session.did != kept.did:
        raise LoggedOut("other_account", session.did)
    return session.sealed()


def ends_at(token: str) -> datetime | None:
    """When a token says it ends (its claim `exp`), aware UTC; None if it does not say."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (ValueError, TypeError, LookupError, OverflowError, OSError, binascii.Error):
        return None


def is_loopback_server(server: str) -> bool:
    """Whether the network stands on this machine: then nobody else reads it anywhere."""
    return urlsplit(server).scheme == "http"


def _opened(door: Door, said: Mapping[str, str]) -> Answer:
    try:
        return door.speak("com.atproto.server.createSession", said)
    except LoggedOut as error:
        # The account's main password, guarded by a second factor.
        if name_of(error) == "AuthFactorTokenRequired":
            raise Refused("bad_answer", "app_password") from error
        raise
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
    except Refused as error:
        if "Profile not found" in error.detail:  # made just now, not known everywhere yet
            raise TryLater(reason_code="busy", detail=error.detail) from error
        raise


def _session(told: Mapping[str, Any]) -> Session:
    values = [told[name] for name in ("did", "accessJwt", "refreshJwt")]
    if not all(isinstance(value, str) and value.isascii() and value.isprintable() for value in values) or not all(
        values
    ):
        raise ValueError("session")
    return Session(*values)


def _missing() -> Session:
    raise LoggedOut("no_token")


def _server(written: str) -> str:
    """The server's origin; a bare name is one with https."""
    written = written.strip() or DEFAULT_SERVER
    try:
        parts = urlsplit(written if "://" in written else f"https://{written}")
        port = parts.port
    except ValueError:
        raise Refused("bad_answer", "server") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.path.strip("/"):
        raise Refused("bad_answer", "server")
    return f"{parts.scheme}://{parts.hostname}{f':{port}' if port else ''}"


def _home(document: Any, server: str) -> str:
    """The server the account's own document names; the one that was typed where the document names none we may use.

    A server on this machine calls itself by a name that we would not follow, and is its own home anyway.
    """
    services = document.get("service", []) if isinstance(document, dict) and not is_loopback_server(server) else []
    for service in services:
        if service.get("type") == "AtprotoPersonalDataServer" and str(service.get("id")).endswith("#atproto_pds"):
            home = str(service.get("serviceEndpoint"))
            if urlsplit(home).scheme == "https":
                return home.rstrip("/")
    return server
