"""The way to one forum: addresses, the bearer token, the user it speaks for, and what the forum's refusals mean.

A token the forum does not know makes us a guest, who may read and in some forums even write. So whoever speaks asks
first who we are, and so does whoever listens.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Answer, Client
from allmende.connectors.nodebb.read import id_of
from allmende.connectors.secret import Secret

# How the forum says, in the language we ask for, that it is too fast ("once every 10 second(s)", "every 2 minute(s)").
_TOO_FAST = re.compile(r"^400 .*?(?:too-many-posts\D{0,40}(\d+)|every (\d+) (second|minute))", re.DOTALL)
_BUSY = re.compile(r"^400 .*?(?:already[- ]posting)", re.DOTALL | re.IGNORECASE)
BUSY = timedelta(seconds=10)


class Door:
    """Asks one forum in one account's name."""

    def __init__(self, settings: Mapping[str, Any], secret: Secret | None, client: Client) -> None:
        self.server = str(settings.get("server") or "")
        self.user_id = str(settings.get("account_id") or "")
        self._secret = secret
        self._client = client

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET below /api/. Raises as `Client.read` does; a page that only a log-in would show is LoggedOut."""
        headers, url = self._proof(), self._url(path, params)
        answer = self._client.read(url, headers=headers)
        with answer.understood():
            told = answer.json()
            if isinstance(told, str):  # that is how it redirects
                if told.startswith("/login"):
                    raise LoggedOut("logged_out", told)
                return self._client.read(
                    self._url(told.removeprefix("/").removeprefix("api/"), params), headers=headers
                )
        return answer

    def speak(self, method: str, path: str, said: Mapping[str, Any] | None = None) -> Any:
        """Anything that changes something, below /api/v3/: what the forum answers, and the answer. Raises as
        `Client.speak` does; who is too fast is told to wait."""
        headers, url = self._proof(), self._url(f"v3/{path}")
        try:
            return self._client.speak(method, url, headers=headers, json=dict(said or {}))
        except ConnectorError as error:
            raise _meant(error) from error

    def us(self) -> Mapping[str, Any]:
        """The account as the forum knows it. A token it does not know, or one of somebody else, is LoggedOut."""
        try:
            answer = self.read("self")
        except Refused as error:
            if error.reason_code in ("forbidden", "not_found"):
                raise LoggedOut("logged_out", error.detail) from error
            raise
        with answer.understood():
            told = dict(answer.json())
            found = id_of(told, "uid")
        if found in ("0", "-1") or (self.user_id and found != self.user_id):
            raise LoggedOut("other_account", found)
        return told

    def _url(self, path: str, params: Mapping[str, str] | None = None) -> str:
        if not self.server:
            raise Refused("bad_setting", "server")
        # A token for the whole forum speaks for whom we say; the language is for the sentences we must understand.
        asked = {**(params or {}), **({"_uid": self.user_id} if self.user_id else {}), "lang": "en-GB"}
        return f"{self.server}/api/{path}{'&' if '?' in path else '?'}{urlencode(asked)}"

    def _proof(self) -> dict[str, str]:
        token = self._secret.reveal() if self._secret else ""
        if not token or not token.isascii() or not token.isprintable():
            raise LoggedOut("no_token")
        return {"Authorization": f"Bearer {token}"}


def _meant(error: ConnectorError) -> ConnectorError:
    if not isinstance(error, Refused):
        return error
    if found := _TOO_FAST.search(error.detail):
        wait = int(found[1] or found[2]) * (60 if found[3] == "minute" else 1)
        return TryLater(timedelta(seconds=min(wait, 86_400) + 1), "too_many", error.detail)
    return TryLater(BUSY, "busy", error.detail) if _BUSY.search(error.detail) else error
