"""The way to the API: a token in the header, limits that say when they begin anew (fundamentals/rate-limits), refusals that
say in words what they mean (fundamentals/response-codes-and-errors)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.answers import LONG_WAIT, broken, counts_anew, error_of
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import JSON_TYPES, Answer, Client
from allmende.connectors.x.session import Session

SERVER = "https://api.x.com/2"
TYPES = (*JSON_TYPES, "application/problem+json")
# The limits of a quarter of an hour, and of a day, for this account and for the application.
_LIMITS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_USED_UP = timedelta(hours=1)


class Door:
    """Asks in one account's name. `is_scarce`: a limit is used up."""

    def __init__(self, server: str, session: Session, client: Client) -> None:
        self._server = (server or SERVER).rstrip("/")
        self._session = session
        self._client = client
        self.is_scarce = False

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET. Raises as `Client.read` does."""
        return self._asked(
            lambda headers: self._client.read(
                f"{self._server}/{path}", params=params, headers=headers, types=TYPES, told=error_from
            )
        )

    def speak(self, method: str, path: str, said: Any = None) -> Answer:
        """POST, PUT or DELETE. Raises as `Client.speak` does."""
        url = f"{self._server}/{path}"
        return self._asked(
            lambda headers: self._client.speak(method, url, json=said, headers=headers, types=TYPES, told=error_from)
        )

    def upload(self, path: str, form: Mapping[str, str], media: tuple[str, bytes, str]) -> Answer:
        """POST a file: its name, content and media type. Raises as `Client.speak` does."""
        url, files = f"{self._server}/{path}", {"media": media}
        return self._asked(
            lambda headers: self._client.speak(
                "POST", url, form=form, files=files, headers=headers, types=TYPES, told=error_from
            )
        )

    def _asked(self, ask: Callable[[Mapping[str, str]], Answer]) -> Answer:
        if not self._session.token:
            raise LoggedOut("no_token")
        try:
            answer = ask({"Authorization": f"Bearer {self._session.token}"})
        except LoggedOut as error:
            ends = self._session.expires_at
            if ends is not None and ends <= datetime.now(UTC):
                raise LoggedOut("expired", error.detail) from error
            raise
        self.is_scarce = answer.headers.get("x-rate-limit-remaining") == "0"
        return answer


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, is_spoken: bool) -> ConnectorError:
    """The error in an answer that is not 2xx."""
    usual = error_of(status, headers, body, is_spoken=is_spoken)
    said = body.lower()
    if status == 429:
        return TryLater(_begins_anew(headers), "too_many", usual.detail)
    if status == 402:
        return TryLater(_USED_UP, "credits_used", usual.detail)
    if status == 403 and b"duplicate content" in said:
        # Perhaps it is ours that stands there already: only a look can tell.
        return broken("duplicate", usual.detail, is_spoken=is_spoken)
    if status == 403 and b"not been mentioned or otherwise engaged" in said:
        # Since 2026 programs answer only who named or quoted the account, whatever a person may do there.
        return Refused("not_invited", usual.detail)
    if status in (400, 403) and b"deleted or not visible" in said:
        return Refused("not_found", usual.detail)
    return usual


def unless_gone(ask: Callable[[], Answer]) -> Answer | None:
    """The answer, or None if the network says that there is no such thing."""
    try:
        return ask()
    except Refused as error:
        if error.reason_code != "not_found":
            raise
    return None


def _begins_anew(headers: Mapping[str, str]) -> datetime | timedelta:
    """When the last of the limits that are used up begins anew."""
    used = [name for name in _LIMITS if headers.get(f"{name}-remaining") == "0"] or [*_LIMITS[:1]]
    moments = [moment for name in used if (moment := counts_anew(headers.get(f"{name}-reset", ""))) is not None]
    return max(moments) if moments else LONG_WAIT
