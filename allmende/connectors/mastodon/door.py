"""The way to one server: addresses, the token's header, how much of the rate limit is left."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.errors import LoggedOut, Refused
from allmende.connectors.http import Answer, Client
from allmende.connectors.sessions import Session

# Reading stops here, so that speaking never meets an empty account.
RESERVE = 0.2
# Smaller limits belong to single verbs such as uploading, not to reading.
SMALLEST_LIMIT = 100

_UNKNOWN_TOKEN = re.compile(r"^40[03] .{0,80}\b(?:invalid bearer token|invalid_token)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"(?:wss|https)://([\w.-]+(?::\d{1,5})?)(?:/|$)", re.IGNORECASE | re.ASCII)
_NOT_OURS = re.compile(r"not the author", re.IGNORECASE)


class Door:
    """Asks one server in one account's name."""

    def __init__(self, settings: Mapping[str, Any], session: Session, client: Client) -> None:
        self._server = str(settings.get("server") or "")
        self._session = session
        self._client = client
        self.is_scarce = False

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET below /api/. Raises as `Client.read` does."""
        headers, url = self._proof(), self._url(path)
        try:
            answer = self._client.read(url, params=params, headers=headers)
        except (LoggedOut, Refused) as error:
            raise self._named(error) from error
        self._weigh(answer.headers)
        return answer

    def speak(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **said: Any) -> Answer:
        """Anything that changes something, below /api/. Raises as `Client.speak` does."""
        proof, url = self._proof(), self._url(path)
        try:
            return self._client.speak(method, url, headers=proof | dict(headers or {}), **said)
        except (LoggedOut, Refused) as error:
            raise self._named(error) from error

    def follow(self, path: str, heard: Callable[[bool], bool]) -> None:
        """Server-sent events below /api/, at the host that the server names for them if it is one of its own: our token goes
        nowhere else. Raises as `Client.follow` does; Refused also from servers that have none."""
        url, server, host = self._url(path), urlsplit(self._server), self._events_host()
        if host.partition(":")[0].endswith(f".{server.hostname}"):
            url = url.replace(f"{server.scheme}://{server.netloc}", f"https://{host}", 1)
        try:
            self._client.follow(url, lambda line: heard(not line or line.startswith(b"event:")), headers=self._proof())
        except (LoggedOut, Refused) as error:
            raise self._named(error) from error

    def _events_host(self) -> str:
        """Where the server says its events are, with the port if one is named; "" if it does not say."""
        try:
            answer = self.read("v2/instance")
        except Refused:
            return ""
        with answer.understood():
            told = answer.json().get("configuration", {}).get("urls", {}).get("streaming")
        found = _HOST.match(told[:500]) if isinstance(told, str) else None
        return found[1].lower() if found else ""

    def _url(self, path: str) -> str:
        if not self._server:
            raise Refused("bad_setting", "server")
        return f"{self._server}/api/{path}"

    def _proof(self) -> dict[str, str]:
        if not self._session.token:
            raise LoggedOut("no_token")
        return {"Authorization": f"Bearer {self._session.token}"}

    def _named(self, error: LoggedOut | Refused) -> LoggedOut | Refused:
        """What the server meant: some say 400 to a token they do not know, others 401 to what is not ours to touch.

        A session that ended as it had said it would can be renewed without a person.
        """
        if isinstance(error, Refused):
            return LoggedOut("logged_out", error.detail) if _UNKNOWN_TOKEN.search(error.detail) else error
        if _NOT_OURS.search(error.detail):
            return Refused("forbidden", error.detail)
        return LoggedOut("expired", error.detail) if self._session.is_over else error

    def _weigh(self, headers: Mapping[str, str]) -> None:
        limit, left = (headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining"))
        if limit.isdigit() and left.isdigit() and int(limit[:9]) >= SMALLEST_LIMIT:
            self.is_scarce = int(left[:9]) < RESERVE * int(limit[:9])
