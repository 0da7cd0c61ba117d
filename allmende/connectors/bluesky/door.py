"""XRPC through the guarded client: one method at a time, and the network's own words for what went wrong."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Answer, Client, Limits

_NAME = re.compile(r'"error"\s*:\s*"(\w+)"|\((\w+)\)$')
_SAID = re.compile(r'"message"\s*:\s*("(?:[^"\\]|\\.)+")')
_LOGGED_OUT = {
    "InvalidToken": "logged_out",
    "AuthMissing": "logged_out",
    "AuthenticationRequired": "logged_out",
    "ExpiredToken": "expired",
    "AccountTakedown": "account_closed",
    "AccountDeactivated": "account_closed",
    "RepoTakendown": "account_closed",
    "RepoDeactivated": "account_closed",
}
_NOT_FOUND = ("RecordNotFound", "NotFound", "RepoNotFound")
_NO_ACCOUNT = "Could not find repo"

Parameters = Mapping[str, str | Sequence[str]]


class Door:
    """One server and, mostly, one token. `room` is the share of requests the server still grants us now, 0 to 1."""

    def __init__(self, client: Client, server: str, token: str = "") -> None:
        self._client = client
        self._server = server.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.room = 1.0

    def read(self, method: str, parameters: Parameters | None = None) -> Answer:
        """A query. Raises TryLater, LoggedOut, Refused; `not_found` where a record or account is not there."""
        query = f"?{urlencode(parameters, doseq=True)}" if parameters else ""
        url = f"{self._server}/xrpc/{method}{query}"
        return self._told(lambda: self._client.read(url, headers=self._headers))

    def speak(self, method: str, said: Any) -> Answer:
        """A procedure. Raises Unclear as well."""
        url = f"{self._server}/xrpc/{method}"
        return self._told(lambda: self._client.speak("POST", url, json=said, headers=self._headers))

    def upload(self, content: bytes, media_type: str, limits: Limits | None = None) -> Any:
        """Bytes for a later record, as it names them. Nobody sees them before that, so an unclear answer is simply tried later."""
        url = f"{self._server}/xrpc/com.atproto.repo.uploadBlob"
        headers = {**self._headers, "Content-Type": media_type}
        try:
            answer = self._told(
                lambda: self._client.speak("POST", url, content=content, headers=headers, limits=limits)
            )
            with answer.understood():
                return answer.json()["blob"]
        except Unclear as error:
            raise TryLater(reason_code=error.reason_code, detail=error.detail) from error

    def _told(self, ask: Callable[[], Answer]) -> Answer:
        try:
            answer = ask()
        except ConnectorError as error:
            meant = meaning(error)
            raise meant from (None if meant is error else error)
        self.room = _room(answer.headers)
        return answer


def name_of(error: ConnectorError) -> str:
    """What the network calls it: ExpiredToken, RecordNotFound, InvalidSwap ...; "" if it did not say."""
    found = _NAME.search(error.detail)
    return (found[1] or found[2]) if found else ""


def meaning(error: ConnectorError) -> ConnectorError:
    """The error with what the network's name for it adds to its status; its detail are the network's words, then the name."""
    name = name_of(error)
    error.detail = _words(error.detail, name)
    if name in _LOGGED_OUT and isinstance(error, LoggedOut | Refused):
        return LoggedOut(_LOGGED_OUT[name], error.detail)
    if isinstance(error, Refused) and (name in _NOT_FOUND or _NO_ACCOUNT in error.detail):
        return Refused("not_found", error.detail)
    return error


def _words(detail: str, name: str) -> str:
    said = _SAID.search(detail)
    if not (said and name):
        return detail
    try:
        return f"{json.loads(said[1])} ({name})"
    except ValueError:
        return detail


def _room(headers: Mapping[str, str]) -> float:
    limit, left = headers.get("ratelimit-limit", ""), headers.get("ratelimit-remaining", "")
    if not (limit.isdigit() and left.isdigit()) or int(limit) == 0:
        return 1.0
    return min(int(left) / int(limit), 1.0)
