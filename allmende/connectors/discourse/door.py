"""The way to one forum: addresses, the key's headers, and what its refusals mean."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Answer, Client
from allmende.connectors.secret import Secret

_WAIT = re.compile(r'"wait_seconds":\s*(\d{1,9})')
# What a forum answers to a call it does not understand as this account.
_PROOF = "u/{}.json"


class Door:
    """Asks one forum in one account's name."""

    def __init__(self, settings: Mapping[str, Any], secret: Secret | None, client: Client) -> None:
        self.server = str(settings.get("server") or "")
        self.username = str(settings.get("handle") or "")
        self._secret = secret
        self._client = client

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET below the forum's address. Raises as `Client.read` does."""
        headers, url = self._proof(), self._url(path)
        try:
            return self._client.read(url, params=params, headers=headers)
        except ConnectorError as error:
            raise self._meant(error) from error

    def speak(self, method: str, path: str, **said: Any) -> Answer:
        """Anything that changes something. Raises as `Client.speak` does."""
        headers, url = self._proof(), self._url(path)
        try:
            return self._client.speak(method, url, headers=headers, **said)
        except ConnectorError as error:
            raise self._meant(error) from error

    def us(self) -> Answer:
        """The account as the forum knows it. A key it does not know, or one that belongs to somebody else, is LoggedOut."""
        headers = self._proof()
        if not self.username:
            raise Refused("bad_setting", "handle")
        try:
            return self._client.read(self._url(_PROOF.format(quote(self.username, safe=""))), headers=headers)
        except Refused as error:
            if error.reason_code in ("forbidden", "not_found"):
                raise LoggedOut("logged_out", error.detail) from error
            raise
        except TryLater as error:
            raise _patient(error) from error

    def _meant(self, error: ConnectorError) -> ConnectorError:
        """A forum says 403 to a key it does not know as well as to what this account may not do: then we ask who we are."""
        if isinstance(error, TryLater):
            return _patient(error)
        if not isinstance(error, Refused) or error.reason_code != "forbidden":
            return error
        try:
            self.us()
        except (LoggedOut, TryLater) as other:
            return other
        except ConnectorError:
            return error
        return error

    def _url(self, path: str) -> str:
        if not self.server:
            raise Refused("bad_setting", "server")
        return f"{self.server}/{path}"

    def _proof(self) -> dict[str, str]:
        key = self._secret.reveal() if self._secret else ""
        if not key or not key.isascii() or not key.isprintable():
            raise LoggedOut("no_token")
        # A key for one person needs no name beside it; a name that fits no header is left out.
        named = {"Api-Username": self.username} if self.username.isascii() and self.username.isprintable() else {}
        return {"Api-Key": key} | named


def _patient(error: TryLater) -> TryLater:
    """The wait of a 429 stands in its body where the header is missing."""
    found = _WAIT.search(error.detail) if error.reason_code == "too_many" else None
    if found is None:
        return error
    return TryLater(timedelta(seconds=int(found[1]) + 1), error.reason_code, error.detail)
