"""The way to the REST API: a bot's token, waits that stand in the body, and refusals by number (topics/rate-limits,
topics/opcodes-and-status-codes)."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import allmende
from allmende.connectors.answers import error_of
from allmende.connectors.errors import LONGEST_WAIT, ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Answer, Client
from allmende.connectors.secret import Secret

SERVER = "https://discord.com/api/v10"
# The documents ask for this shape; others are turned away before they are read.
_USER_AGENT = f"DiscordBot (https://discord.com/developers/docs, {allmende.__version__}) Allmende"
_INVALID_FORM = 50035
_REFUSED = {
    10003: "not_found",
    10008: "not_found",
    20016: "slow_mode",
    30046: "too_many",
    40005: "too_large",
    50001: "forbidden",
    50006: "text_empty",
    50005: "forbidden",
    50013: "forbidden",
    50083: "thread_archived",
    160005: "thread_locked",
}


class Door:
    """Asks in one bot's name."""

    def __init__(self, server: str, secret: Secret | None, client: Client) -> None:
        self._server = (server or SERVER).rstrip("/")
        self._secret = secret
        self._client = client

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET. Raises as `Client.read` does."""
        return self._client.read(f"{self._server}/{path}", params=params, headers=self._proof(), told=error_from)

    def speak(self, method: str, path: str, **said: Any) -> Answer:
        """Anything that changes something. Raises as `Client.speak` does."""
        url = f"{self._server}/{path}"
        return self._client.speak(method, url, headers=self._proof(), told=error_from, **said)

    def token(self) -> str:
        """What proves who we are. LoggedOut where it cannot."""
        token = self._secret.reveal() if self._secret else ""
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise LoggedOut("no_token")
        return token

    def is_at(self, host: str) -> bool:
        """Whether the API itself stands there."""
        return bool(host) and urlsplit(self._server).hostname == host

    def _proof(self) -> dict[str, str]:
        return {"Authorization": f"Bot {self.token()}", "User-Agent": _USER_AGENT}


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, is_spoken: bool) -> ConnectorError:
    """The error in an answer that is not 2xx, by the API's own numbers; whatever has none, by its status."""
    usual = error_of(status, headers, body, is_spoken=is_spoken)
    told = _object_in(body)
    if status == 429:
        wait = told.get("retry_after")
        if isinstance(wait, int | float) and not isinstance(wait, bool) and 0 <= wait < 10**7:
            return TryLater(min(timedelta(seconds=wait), LONGEST_WAIT), "too_many", usual.detail)
        return usual
    code = told.get("code")
    if not isinstance(usual, Refused) or not isinstance(code, int):
        return usual
    if code == _INVALID_FORM and b"message_reference" in body:
        return Refused("not_found", usual.detail)
    return Refused(_REFUSED.get(code, usual.reason_code), usual.detail)


def unless_gone(ask: Callable[[], Answer]) -> Answer | None:
    """The answer, or None if the network says that there is no such thing."""
    try:
        return ask()
    except Refused as error:
        if error.reason_code != "not_found":
            raise
    return None


def _object_in(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (RecursionError, ValueError):
        return {}
    return told if isinstance(told, Mapping) else {}
