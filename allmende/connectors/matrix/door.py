"""The way to one homeserver: addresses, the token's header, and Matrix's own words for what went wrong."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Answer, Client
from allmende.connectors.matrix.session import Session

API = "/_matrix/client/v3"
_CODE = re.compile(r'"errcode"\s*:\s*"(\w{1,60})"')
_WAIT = re.compile(r'"retry_after_ms"\s*:\s*(\d{1,12})')
_SOFT = re.compile(r'"soft_logout"\s*:\s*true')
_CLOSED = frozenset({"M_USER_DEACTIVATED", "M_USER_SUSPENDED", "M_USER_LOCKED"})
_TOO_LARGE = frozenset({"M_TOO_LARGE"})


class Door:
    """Asks one server in one account's name; without a session, as anybody."""

    def __init__(self, server: str, session: Session | None, client: Client) -> None:
        self._server = server.rstrip("/")
        self._session = session
        self._client = client

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET; `path` from /_matrix on, or below API. Raises TryLater, LoggedOut, Refused."""
        url, proof = self._url(path), self._proof()
        return self._told(lambda: self._client.read(url, params=params, headers=proof))

    def speak(self, method: str, path: str, said: Any, headers: Mapping[str, str] | None = None) -> Answer:
        """POST or PUT of JSON, or of bytes as they are. Raises Unclear as well."""
        url, proof = self._url(path), self._proof() | dict(headers or {})
        content: dict[str, Any] = {"content": said} if isinstance(said, bytes) else {"json": said}
        return self._told(lambda: self._client.speak(method, url, headers=proof, **content))

    def _url(self, path: str) -> str:
        if not self._server:
            raise Refused("bad_setting", "server")
        return f"{self._server}{path}" if path.startswith("/_matrix/") else f"{self._server}{API}/{path}"

    def _proof(self) -> dict[str, str]:
        if self._session is None:
            return {}
        if not self._session.token:
            raise LoggedOut("no_token")
        return {"Authorization": f"Bearer {self._session.token}"}

    def _told(self, ask: Callable[[], Answer]) -> Answer:
        try:
            return ask()
        except ConnectorError as error:
            meant = meaning(error, is_renewable=bool(self._session and self._session.refresh))
            raise meant from (None if meant is error else error)


def meaning(error: ConnectorError, *, is_renewable: bool) -> ConnectorError:
    """The error with what Matrix's name for it adds to its status (spec, Standard error response).

    Only an answer that says no is taken at its word: what is unclear stays so.
    """
    code = code_of(error)
    if isinstance(error, TryLater):
        wait = _WAIT.search(error.detail)
        is_wished = bool(wait) and error.reason_code == "too_many"
        return TryLater(timedelta(milliseconds=int(wait[1])), "too_many", error.detail) if wait and is_wished else error
    if code in _CLOSED and isinstance(error, LoggedOut | Refused):
        return LoggedOut("account_closed", error.detail)
    if isinstance(error, LoggedOut):
        is_over = bool(_SOFT.search(error.detail)) and is_renewable
        return LoggedOut("expired", error.detail) if is_over and code == "M_UNKNOWN_TOKEN" else error
    if isinstance(error, Refused) and code == "M_NOT_FOUND":
        return Refused("not_found", error.detail)
    if isinstance(error, Refused) and code in _TOO_LARGE:
        return Refused("too_large", error.detail)
    return error


def code_of(error: ConnectorError) -> str:
    """What Matrix calls it: M_FORBIDDEN, M_UNKNOWN_TOKEN ...; "" if it did not say."""
    found = _CODE.search(error.detail)
    return found[1] if found else ""


def nothing_seen(ask: Callable[[], Answer]) -> Answer:
    """The answer to something nobody sees and that may be done again: what is unclear is simply tried later."""
    try:
        return ask()
    except Unclear as error:
        raise TryLater(reason_code=error.reason_code, detail=error.detail) from error


def unless_gone(ask: Callable[[], Answer]) -> Answer | None:
    """The answer, or None if the network says that there is no such thing for us."""
    try:
        return ask()
    except Refused as error:
        if error.reason_code not in ("not_found", "forbidden"):
            raise
        return None


def in_room(room: str, *parts: str) -> str:
    """A path below a room; each part as it is written in an address."""
    return "/".join(("rooms", quote(room, safe=""), *(quote(part, safe="") for part in parts)))
