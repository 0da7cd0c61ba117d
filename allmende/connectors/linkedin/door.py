"""The way to LinkedIn's versioned REST API: headers, how addresses are written there (Rest.li 2.0), what its refusals mean."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from allmende.connectors.answers import Answer, broken, error_of
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client, Limits
from allmende.connectors.sessions import Session

PLACE = "https://api.linkedin.com/rest"
# Each version is spoken for a year at least (linkedin/marketing/versioning).
VERSION = "202605"
# How long to wait for another version: somebody must bring one.
UNSPOKEN = timedelta(hours=6)
_ENDED = frozenset({"NONEXISTENT_VERSION", "VERSION_DEPRECATED"})


class Door:
    """Asks the API at `place` in one person's name, who manages the page. `budget`: calls that reading may cost before it
    `is_scarce`."""

    def __init__(
        self, place: str, session: Session, client: Client, *, version: str = VERSION, budget: int = 10**9
    ) -> None:
        self.place = place
        self._session = session
        self._client = client
        self._version = version
        self._budget = budget
        self.spent = 0

    @property
    def is_scarce(self) -> bool:
        """Whether what can wait does: the rest of the day's calls is for others."""
        return self.spent >= self._budget

    def limits(self, end: float) -> Limits:
        """How long a call may take where all of it must be over by `end` (`time.monotonic`)."""
        return self._client.limits.until(end)

    def read(self, path: str, limits: Limits | None = None) -> Answer:
        """GET. Raises as `Client.read` does."""
        headers = self._headers()
        self.spent += 1
        try:
            return self._client.read(f"{self.place}/{path}", headers=headers, told=error_from, limits=limits)
        except LoggedOut as error:
            raise self._named(error) from error

    def speak(
        self, method: str, path: str, said: Any = None, *, restli: str = "", limits: Limits | None = None
    ) -> Answer:
        """POST or DELETE. `restli`: the method Rest.li means, where HTTP knows none. Raises as `Client.speak` does."""
        headers = self._headers() | ({"X-RestLi-Method": restli} if restli else {})
        self.spent += 1
        try:
            return self._client.speak(
                method, f"{self.place}/{path}", json=said, headers=headers, told=error_from, limits=limits
            )
        except LoggedOut as error:
            raise self._named(error) from error

    def upload(self, url: str, content: bytes, media_type: str, limits: Limits | None = None) -> None:
        """A picture to the address LinkedIn gave for it. Nobody sees it yet, so whatever stays unclear is done again."""
        headers = {"Authorization": f"Bearer {self._session.token}", "Content-Type": media_type}
        try:
            self._client.speak("PUT", url, content=content, headers=headers, told=error_from, limits=limits)
        except Unclear as error:
            raise TryLater(reason_code=error.reason_code, detail=error.detail) from error

    def _headers(self) -> dict[str, str]:
        if not self._session.token:
            raise LoggedOut("no_token")
        return {
            "Authorization": f"Bearer {self._session.token}",
            "LinkedIn-Version": self._version,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    def _named(self, error: LoggedOut) -> LoggedOut:
        """One that ended as it had said it would can be renewed without a person."""
        return LoggedOut("expired", error.detail) if self._session.is_over else error


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, is_spoken: bool) -> ConnectorError:
    """The error in an answer that is not 2xx, by the API's own codes; whatever has none, by its status."""
    code, said = _told_in(body)
    detail = f"{status} {code} {said}".strip()
    if status == 429 and "DAY" in said:
        return TryLater(calls_begin_anew(), "quota_used_up", detail)
    if status == 426 or code in _ENDED:
        return TryLater(UNSPOKEN, "version_ended", detail)
    if "DUPLICATE" in code or "duplicate" in said.lower():
        # Perhaps it is ours that stands there already: only a look can tell.
        return broken("duplicate", detail, is_spoken=is_spoken)
    if status == 422:
        return Refused("rejected", detail)
    return error_of(status, headers, body, is_spoken=is_spoken)


def calls_begin_anew(now: datetime | None = None) -> datetime:
    """The next midnight UTC, where the day's calls are counted from, a minute later."""
    today = (now or datetime.now(UTC)).astimezone(UTC).date()
    return datetime.combine(today + timedelta(days=1), datetime.min.time(), UTC) + timedelta(minutes=1)


def key_of(urn: str) -> str:
    """A URN in an address: every sign that Rest.li gives a meaning is encoded."""
    return quote(urn, safe="")


def list_of(urns: Iterable[str]) -> str:
    """Several of them as Rest.li lists them."""
    return f"List({','.join(key_of(urn) for urn in urns)})"


def _told_in(body: bytes) -> tuple[str, str]:
    try:
        told = json.loads(body)
        return str(told.get("code") or ""), str(told.get("message") or "")[:300]
    except (AttributeError, RecursionError, ValueError):
        return "", ""
