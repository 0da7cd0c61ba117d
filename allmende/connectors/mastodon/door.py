"""The way to one server: addresses, the token's header, how much of the rate limit is left."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from allmende.connectors.errors import LoggedOut, Refused
from allmende.connectors.http import Answer, Client
from allmende.connectors.sessions import Session

# Reading stops here, so that speaking never meets an empty account.
RESERVE = 0.2
# Smaller limits belong to single verbs such as uploading, not to reading.
SMALLEST_LIMIT = 100
# Seconds of silence on a web socket after which we look whether it has stood for long enough.
PAUSE = 5.0

_UNKNOWN_TOKEN = re.compile(r"^40[03] .{0,80}\b(?:invalid bearer token|invalid_token)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"(?:wss|https)://([\w.-]+(?::\d{1,5})?)(?:/|$)", re.IGNORECASE | re.ASCII)
_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]{1,500}", re.ASCII)  # what may name a protocol (RFC 6455, 4.1)
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
        try:
            url = self._url(path, self._events_origin())
            self._client.follow(url, lambda line: heard(not line or line.startswith(b"event:")), headers=self._proof())
        except (LoggedOut, Refused) as error:
            raise self._named(error) from error

    def converse(self, path: str, stream: str, heard: Callable[[bool], bool]) -> None:
        """The same events by web socket below /api/. Raises as `Client.dial` does."""
        url = f"{self._url(path, self._events_origin())}?{urlencode({'stream': stream})}"
        # Mastodon and GoToSocial take the token as everywhere, Pleroma only as the name of a protocol.
        proof, names = self._proof(), [self._session.token] if _TOKEN.fullmatch(self._session.token) else []
        try:
            with self._client.dial(f"ws{url.removeprefix('http')}", headers=proof, protocols=names) as line:
                goes_on = heard(True)
                while goes_on and not line.is_over:
                    told = line.hear(PAUSE)
                    goes_on = told is None or heard(_is_notification(told))
        except (LoggedOut, Refused) as error:
            raise self._named(error) from error

    def _events_origin(self) -> str:
        """The server itself, or a host of its own below its name, if it says that its events are there."""
        server, host = urlsplit(self._server), self._events_host()
        is_own = host.partition(":")[0].endswith(f".{server.hostname}")
        return f"https://{host}" if is_own else self._server

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

    def _url(self, path: str, origin: str = "") -> str:
        if not self._server:
            raise Refused("bad_setting", "server")
        return f"{origin or self._server}/api/{path}"

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


def _is_notification(told: str) -> bool:
    """Whether a message on a web socket tells of a notification; nonsense tells of nothing."""
    try:
        message = json.loads(told)
    except (RecursionError, ValueError):
        return False
    return isinstance(message, Mapping) and message.get("event") == "notification"
