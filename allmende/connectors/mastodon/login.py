"""Let in by the OAuth code flow: our application is registered at the person's server, they agree there, the code
becomes a token. With PKCE (S256) and a state; no more scopes than are used."""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allmende.connectors.code_flow import challenge_of
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login, Question
from allmende.connectors.mastodon import instance, read
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import Session, session_from

LOGIN = Login("redirect", (Question("server", "https://mastodon.social"),))
SCOPES = "read write:statuses write:media"
APPLICATION = "Allmende"
# Older mentions do not wait for an answer any more.
HISTORY = timedelta(days=90)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[\w.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:]+\]:\d{1,5}")
# What no server of this network answers to the question what it is.
_NOT_SPOKEN = frozenset(
    {"not_found", "unexpected_type", "garbled", "rejected", "forbidden", "redirected", "too_many_redirects"}
)


def begin(answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
    """Register our application and say where the person agrees. Refused with detail "server", TryLater."""
    server = server_of(answers.get("server", ""))
    server, _ = look_at(server, client)
    form = {"client_name": APPLICATION, "redirect_uris": return_url, "scopes": SCOPES}
    with _nothing_lost(), _at_the_server():
        answer = client.speak("POST", f"{server}/api/v1/apps", form=form)
        with answer.understood():
            application = answer.json()
            client_id, client_secret = str(application["client_id"]), str(application["client_secret"])
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": return_url,
        "scope": SCOPES,
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    kept = {"server": server, "return_url": return_url, "verifier": verifier, "id": client_id, "secret": client_secret}
    return Begun(f"{server}/oauth/authorize?{urlencode(asked)}", state, Secret(json.dumps(kept)))


def finish(kept: Secret, code: str, client: Client) -> Granted:
    """The token for the code, and all of the server that we must know later. LoggedOut: the code is worth nothing."""
    begun = json.loads(kept.reveal())
    server = begun["server"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": begun["return_url"],
        "client_id": begun["id"],
        "client_secret": begun["secret"],
        "code_verifier": begun["verifier"],
        "scope": SCOPES,
    }
    session = _token(server, form, client)
    us = client.read(
        f"{server}/api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {session.token}"}
    )
    _, told = look_at(server, client)
    with us.understood():
        return Granted(settings_of(server, told, us.json()), session.sealed())


def renew(server: str, session: Session, client: Client) -> Secret:
    """A new session for the refresh token. LoggedOut: there is none, or it is worth nothing."""
    if not session.refresh or not session.client_id:
        raise LoggedOut("not_renewable")
    form = {
        "grant_type": "refresh_token",
        "refresh_token": session.refresh,
        "client_id": session.client_id,
        "client_secret": session.client_secret,
    }
    return _token(server, form, client).sealed()


def settings_of(server: str, told: Mapping[str, Any], account: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept beside the secret. `network` names the space in which the server's ids hold."""
    host = host_of(server, told)
    name, version = instance.software(str(told.get("version") or ""))
    us = read.author(account, read.Us(read.id_of(account), host))
    return {
        "server": server,
        "network": host[-70:],
        "account_id": us.native_id,
        "handle": us.handle,
        "url": read.url_of(account),
        "software": name,
        "version": version[:60],
        "limits": instance.limits(told),
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }


def server_of(written: str) -> str:
    """The server's address in what a person typed: with or without https, a handle, a profile's address. Refused."""
    typed = written.strip()
    if not _ADDRESS.match(typed):
        typed = "https://" + typed.rpartition("@")[2].lstrip("/")
    try:
        parts = urlsplit(typed)
        host = (
            parts.netloc.rpartition("@")[2].encode("idna" if not parts.netloc.isascii() else "ascii").decode().lower()
        )
    except ValueError as error:  # UnicodeError is one
        raise Refused("bad_address", "server") from error
    if not _HOST.fullmatch(host) or not ("." in host or ":" in host):
        raise Refused("bad_address", "server")
    return f"{parts.scheme.lower()}://{host}"


def look_at(server: str, client: Client) -> tuple[str, Mapping[str, Any]]:
    """The server that answers there (it may point to another address) and what it says about itself.

    Refused with detail "server" if nobody there speaks this language; TryLater."""
    with _at_the_server():
        try:
            answer = client.read(f"{server}/api/v2/instance")
        except ConnectorError as error:
            # Servers older than 2022, and many that are not Mastodon, know the first version only.
            if error.reason_code not in _NOT_SPOKEN:
                raise
            answer = client.read(f"{server}/api/v1/instance")
        with answer.understood():
            told = answer.json()
            _ = told["version"]
    parts = urlsplit(answer.url)
    return f"{parts.scheme}://{parts.netloc}", told


def host_of(server: str, told: Mapping[str, Any]) -> str:
    """The name after the second @ of the server's own accounts, which may differ from where it answers."""
    said = told.get("domain") or told.get("uri") or ""
    host = said.split("://")[-1].split("/")[0].lower() if isinstance(said, str) else ""
    return host if _HOST.fullmatch(host) else urlsplit(server).netloc


def _token(server: str, form: Mapping[str, str], client: Client) -> Session:
    with _nothing_lost():
        try:
            answer = client.speak("POST", f"{server}/oauth/token", form=form)
        except Refused as error:
            raise LoggedOut("code_refused", error.detail) from error
        with answer.understood():
            return session_from(answer.json(), form["client_id"], form["client_secret"], form.get("refresh_token", ""))


@contextmanager
def _nothing_lost() -> Iterator[None]:
    """A registration or exchange without an answer can be begun anew: nobody sees it."""
    try:
        yield
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error


@contextmanager
def _at_the_server() -> Iterator[None]:
    """What cannot be right at this address is told as the fault of the answer `server`."""
    try:
        yield
    except (Refused, LoggedOut) as error:
        reason = error.reason_code if error.reason_code not in _NOT_SPOKEN | {"logged_out"} else "not_this_network"
        raise Refused(reason, "server") from error
    except TryLater as error:
        if error.reason_code not in _NOT_SPOKEN:
            raise
        raise Refused("not_this_network", "server") from error
