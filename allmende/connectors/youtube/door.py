"""The way to the Data API: the token's header, what each call costs of the day's quota, and what its refusals mean."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from allmende.connectors.answers import LONG_WAIT, Answer, broken, error_of
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.sessions import Session

PLACE = "https://www.googleapis.com/youtube/v3"
# Units of the day's quota (determine_quota_cost): what reads costs one, what changes something fifty.
READ_COST, WRITE_COST = 1, 50
# The day of the quota begins at midnight there.
QUOTA_ZONE = ZoneInfo("America/Los_Angeles")
_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_TOO_MANY = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_FAULT = frozenset(
    {"processingFailure", "backendError", "internalError", "serviceUnavailable", "operationNotSupported"}
)


class Door:
    """Asks the API at `place` in one channel's name. `budget`: units that reading may cost before it `is_scarce`."""

    def __init__(self, place: str, session: Session, client: Client, budget: int = 10**9) -> None:
        self._place = place
        self._session = session
        self._client = client
        self._budget = budget
        self.spent = 0

    @property
    def is_scarce(self) -> bool:
        """Whether what can wait does: the rest of the day's quota is for others."""
        return self.spent >= self._budget

    def read(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET. Raises as `Client.read` does."""
        proof = self._proof()
        self.spent += READ_COST
        try:
            return self._client.read(f"{self._place}/{path}", params=params, headers=proof, told=error_from)
        except LoggedOut as error:
            raise self._named(error) from error

    def speak(self, method: str, path: str, params: Mapping[str, str], said: Any = None) -> Answer:
        """POST, PUT or DELETE. Raises as `Client.speak` does."""
        proof, url = self._proof(), f"{self._place}/{path}?{urlencode(params)}"
        self.spent += WRITE_COST
        try:
            return self._client.speak(method, url, json=said, headers=proof, told=error_from)
        except LoggedOut as error:
            raise self._named(error) from error

    def _proof(self) -> dict[str, str]:
        if not self._session.token:
            raise LoggedOut("no_token")
        return {"Authorization": f"Bearer {self._session.token}"}

    def _named(self, error: LoggedOut) -> LoggedOut:
        """A token lives for an hour: one that ended as it had said it would can be renewed without a person."""
        return LoggedOut("expired", error.detail) if self._session.is_over else error


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, is_spoken: bool) -> ConnectorError:
    """The error in an answer that is not 2xx, by the API's own reasons (docs/errors); whatever has none, by its status."""
    reason, said = _reason_in(body)
    detail = f"{status} {reason} {said}".strip()
    if reason in _QUOTA:
        return TryLater(quota_begins_anew(), "quota_used_up", detail)
    if reason in _TOO_MANY:
        return TryLater(LONG_WAIT, "too_many", detail)
    if reason in _FAULT and status != 403:
        return broken("network_fault", detail, is_spoken=is_spoken)
    if reason.endswith("NotFound"):
        return Refused("not_found", detail)
    if reason == "commentsDisabled":
        return Refused("comments_closed", detail)
    if status == 403 and reason == "authError":
        return LoggedOut("logged_out", detail)
    return error_of(status, headers, body, is_spoken=is_spoken)


def quota_begins_anew(now: datetime | None = None) -> datetime:
    """The next midnight on the coast where the quota's day begins, a minute later."""
    here = (now or datetime.now(QUOTA_ZONE)).astimezone(QUOTA_ZONE)
    midnight = datetime.combine(here.date() + timedelta(days=1), datetime.min.time(), QUOTA_ZONE)
    return midnight + timedelta(minutes=1)


def _reason_in(body: bytes) -> tuple[str, str]:
    try:
        error = json.loads(body)["error"]
        first = error["errors"][0]
        return str(first.get("reason") or ""), str(error.get("message") or "")[:300]
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return "", ""
