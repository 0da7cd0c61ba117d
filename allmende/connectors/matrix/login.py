"""Log in with a password (spec, 5.5 Login), keep the session, renew it; and enter the rooms that were named."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.matrix.door import Door, nothing_seen
from allmende.connectors.matrix.names import page_of, server_of
from allmende.connectors.matrix.places import entered, rooms_in
from allmende.connectors.matrix.session import Session, session_from
from allmende.connectors.secret import Secret

LOGIN = Login(
    "password",
    (
        Question("server", "matrix.org"),
        Question("user", "@haus:matrix.org"),
        Question("password", is_secret=True),
        Question("rooms", "#haus:matrix.org"),
    ),
)
DEVICE = "Allmende"
# Older words do not wait for an answer any more.
HISTORY = timedelta(days=90)
_HOST = re.compile(r"[\w.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:]+\](?::\d{1,5})?")
_USER = re.compile(r"@?[^\s:@]{1,200}(?::[\w.:\[\]-]{1,230})?")
_NOT_SPOKEN = frozenset(
    {"not_found", "unexpected_type", "garbled", "rejected", "forbidden", "redirected", "too_many_redirects"}
)


def log_in(answers: Mapping[str, str], client: Client) -> Granted:
    """Open a session, enter the rooms. LoggedOut, Refused (`detail` names the question), TryLater."""
    user, password = answers.get("user", "").strip(), answers.get("password", "")
    if not _USER.fullmatch(user):
        raise Refused("bad_answer", "user")
    if not password:
        raise Refused("bad_answer", "password")
    rooms = rooms_in(answers.get("rooms", ""))
    server = homeserver(answers.get("server", ""), client)
    said = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user if user.startswith("@") else user.partition(":")[0]},
        "password": password,
        "initial_device_display_name": DEVICE,
        "refresh_token": True,
    }
    answer = _opened(Door(server, None, client), said)
    with answer.understood():
        told = answer.json()
        session, us, device = session_from(told), str(told["user_id"]), str(told.get("device_id") or "")
    door = Door(server, session, client)
    try:
        found = [entered(door, name, us) for name in rooms]
    except ConnectorError:
        with suppress(ConnectorError):  # nobody needs this session any more
            door.speak("POST", "logout", {})
        raise
    return Granted(settings_of(server, us, device, found), session.sealed())


def renewed(server: str, kept: Session, client: Client) -> Secret:
    """A new session for the refresh token, which counts until the new one is used. LoggedOut, TryLater."""
    if not kept.refresh:
        raise LoggedOut("not_renewable")
    try:
        said = {"refresh_token": kept.refresh}
        answer = nothing_seen(lambda: Door(server, None, client).speak("POST", "refresh", said))
    except Refused as error:
        raise LoggedOut("not_renewable", error.detail) from error
    with answer.understood():
        return session_from(answer.json(), kept.refresh).sealed()


def settings_of(server: str, us: str, device: str, rooms: list[dict[str, Any]]) -> dict[str, Any]:
    """What is kept beside the secret. The first room is the one in which we begin to speak."""
    first = rooms[0]
    return {
        "server": server,
        "network": (server_of(us) or urlsplit(server).netloc)[-70:],
        "user_id": us,
        "device_id": device,
        "rooms": rooms,
        "url": page_of(first["alias"] or first["id"], via=[] if first["alias"] else [server_of(us)]),
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }


def homeserver(written: str, client: Client) -> str:
    """Where the server a person named answers: as its .well-known says (spec, 4.1), else there itself.

    A server on this machine, spoken to by http, is its own. Refused with detail "server", TryLater.
    """
    typed = written.strip().rpartition("@")[2]
    if "://" not in typed and ":" in written and written.strip().startswith("@"):
        typed = server_of(written.strip())
    named = _origin(typed)
    base = named if named.startswith("http://") else _well_known(named, client)
    with _at_the_server():
        answer = client.read(f"{base}/_matrix/client/versions")
        with answer.understood():
            if not isinstance(answer.json()["versions"], list):
                raise TypeError("versions")
    return base


def _well_known(named: str, client: Client) -> str:
    """Nothing there or nothing readable is no hindrance; a wrong address there is one."""
    try:
        answer = client.read(
            f"{named}/.well-known/matrix/client", types=("application/json", "text/plain", "application/octet-stream")
        )
        with answer.understood():
            base = answer.json()["m.homeserver"]["base_url"]
    except (Refused, LoggedOut, TryLater):
        return named
    parts = urlsplit(base) if isinstance(base, str) else None
    if parts is None or parts.scheme != "https" or not _HOST.fullmatch(parts.netloc):
        raise Refused("not_this_network", "server")
    return base.rstrip("/")


def _origin(written: str) -> str:
    try:
        parts = urlsplit(written if "://" in written else f"https://{written}")
        host = parts.netloc.encode("idna" if not parts.netloc.isascii() else "ascii").decode().lower()
    except ValueError as error:  # UnicodeError is one
        raise Refused("bad_address", "server") from error
    if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host) or not ("." in host or ":" in host):
        raise Refused("bad_address", "server")
    return f"{parts.scheme}://{host}"


def _opened(door: Door, said: Mapping[str, Any]) -> Any:
    """The answer to /login. LoggedOut: wrong name or password; Refused "no_password_login" where none is taken."""
    with _at_the_server():
        flows = door.read("login")
        with flows.understood():
            kinds = [flow["type"] for flow in flows.json()["flows"]]
    if "m.login.password" not in kinds:
        raise Refused("no_password_login", "server")
    try:
        return nothing_seen(lambda: door.speak("POST", "login", said))
    except Refused as error:
        if error.reason_code == "forbidden":
            raise LoggedOut("logged_out", error.detail) from error
        raise


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
