"""The way to the Bot API. The token stands in every address there, so no error may carry an address or an echo of one."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from allmende.connectors.errors import CannotLook, ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Answer, Client, Limits
from allmende.connectors.secret import Secret
from allmende.connectors.telegram.names import TOKEN
from allmende.connectors.uploads import Body

SERVER = "https://api.telegram.org"
_WAIT = re.compile(r'"retry_after"\s*:\s*(\d{1,9})')
# What a description says, lower case -> our reason code. The first that is found counts.
_SAID = (
    ("upgraded to a supergroup", "chat_moved"),
    ("message to delete not found", "not_found"),
    ("message to edit not found", "not_found"),
    ("message is not modified", "not_modified"),
    ("no text in the message to edit", "captioned"),
    ("message can't be edited", "forbidden"),
    ("replied message not found", "not_found"),
    ("message to be replied not found", "not_found"),
    ("message to reply not found", "not_found"),
    ("message_id_invalid", "not_found"),
    ("message identifier is not specified", "not_found"),
    ("chat not found", "not_found"),
    ("message can't be deleted", "too_old"),
    ("not enough rights", "forbidden"),
    ("need administrator rights", "forbidden"),
    ("have no rights", "forbidden"),
    ("chat_write_forbidden", "forbidden"),
    ("chat_admin_required", "forbidden"),
    ("is too long", "too_large"),
    ("file is too big", "too_large"),
    ("message text is empty", "text_empty"),
)


class Door:
    """Asks the Bot API in one bot's name."""

    def __init__(self, server: str, secret: Secret | None, client: Client) -> None:
        self._server = (server or SERVER).rstrip("/")
        self._secret = secret
        self._client = client

    def read(self, method: str, params: Mapping[str, str] | None = None) -> Any:
        """The result of a method that changes nothing. Raises TryLater, LoggedOut, Refused."""
        return self._result(lambda url: self._client.read(url, params=params), method)

    def speak(
        self,
        method: str,
        said: Mapping[str, Any],
        files: Mapping[str, tuple[str, Body, str]] | None = None,
        limits: Limits | None = None,
    ) -> Any:
        """The result of a method that says or changes something; `said` is written as JSON, or as a form beside files.

        Raises Unclear as well."""
        if files:
            form = {name: str(value) for name, value in said.items()}
            return self._result(
                lambda url: self._client.speak("POST", url, form=form, files=files, limits=limits), method
            )
        return self._result(lambda url: self._client.speak("POST", url, json=dict(said)), method)

    def _result(self, ask: Callable[[str], Answer], method: str) -> Any:
        token = self._token()
        try:
            answer = ask(f"{self._server}/bot{token}/{method}")
            with answer.understood():
                told = answer.json()
                if told["ok"] is not True:
                    raise TypeError("ok")
                return told["result"]
        except ConnectorError as error:
            meant = meaning(without(token, error))
        raise meant  # outside, so that no traceback leads to what was asked

    def _token(self) -> str:
        token = self._secret.reveal() if self._secret else ""
        if not token:
            raise LoggedOut("no_token")
        if not TOKEN.fullmatch(token):
            raise LoggedOut("logged_out", "The token has not the shape of one.")
        return token


def without(token: str, error: ConnectorError) -> ConnectorError:
    """The same error with neither token nor the way that led there."""
    detail = error.detail
    for written in (token, quote(token, safe=""), token.partition(":")[2]):
        detail = detail.replace(written, "***")
    if isinstance(error, TryLater):
        return TryLater(error.when, error.reason_code, detail)
    kinds: tuple[type[ConnectorError], ...] = (LoggedOut, Refused, Unclear, CannotLook)
    kind = next((one for one in kinds if isinstance(error, one)), Refused)
    return kind(error.reason_code, detail)


def meaning(error: ConnectorError) -> ConnectorError:
    """The error with what the description adds to its status (Bot API, Making requests). What is unclear stays so."""
    if isinstance(error, TryLater):
        wait = _WAIT.search(error.detail)
        if error.reason_code == "too_many" and wait:
            return TryLater(timedelta(seconds=int(wait[1])), "too_many", error.detail)
        if error.reason_code == "status_409":
            return TryLater(timedelta(minutes=1), "read_elsewhere", error.detail)
        return error
    if not isinstance(error, Refused):
        return error
    said = error.detail.lower()
    code = next((code for words, code in _SAID if words in said), "")
    if code:
        return Refused(code, error.detail)
    # A token nobody knows makes an address nobody knows; methods and chats that are unknown are told otherwise.
    if error.reason_code == "not_found" and said.startswith("404"):
        return LoggedOut("logged_out", error.detail)
    return error
