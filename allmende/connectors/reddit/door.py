"""The way to Reddit's API: the token's header, how much of the rate limit is left, what its refusals mean.

Refusals of words come with a 200, as a list of (code, sentence, field).
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allmende.connectors.answers import LONG_WAIT, Answer, error_of
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import USER_AGENT, Client
from allmende.connectors.sessions import Session

PLACE = "https://oauth.reddit.com"
# Of some hundred requests in ten minutes; what can wait does when so few are left, so that speaking never meets an empty account.
RESERVE = 60
LONGEST_WAIT_SECONDS = 86_400
_AGAIN = re.compile(r"(\d{1,5}) (millisecond|second|minute|hour)")
_UNITS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600}
_GONE = frozenset({"DELETED_COMMENT", "DELETED_LINK", "NO_THING_ID", "INVALID_ID", "NOT_FOUND"})
_FORBIDDEN = frozenset(
    {"SUBREDDIT_NOTALLOWED", "SUBREDDIT_NOEXIST", "USER_BLOCKED", "USER_MUTED", "THREAD_LOCKED", "TOO_OLD", "BANNED_FROM_SUBREDDIT",
     "NOT_AUTHOR"}
)  # fmt: skip
_BROKEN = frozenset({"SOMETHING_IS_BROKEN", "INTERNAL_ERROR", "SERVER_ERROR"})


class Door:
    """Asks Reddit at `place` in one account's name. `is_scarce`: little is left of the rate limit."""

    def __init__(self, place: str, handle: str, session: Session, client: Client) -> None:
        self._place = place
        self._agent = agent_of(handle)
        self._session = session
        self._client = client
        self.is_scarce = False

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET; texts come as they were written. Raises as `Client.read` does."""
        asked, headers = {"raw_json": "1", **(params or {})}, self._proof()
        try:
            answer = self._client.read(f"{self._place}/{path}", params=asked, headers=headers, told=error_from)
        except LoggedOut as error:
            raise self._named(error) from error
        self._weigh(answer.headers)
        return answer

    def speak(self, path: str, form: Mapping[str, str]) -> Any:
        """POST; what Reddit says of it ("data" of its answer, None if it says nothing). Raises as `Client.speak` does."""
        said, headers = {"api_type": "json", "raw_json": "1", **form}, self._proof()
        try:
            answer = self._client.speak("POST", f"{self._place}/{path}", form=said, headers=headers, told=error_from)
        except LoggedOut as error:
            raise self._named(error) from error
        if not answer.body:
            return None
        with answer.understood():
            told = answer.json()
            whole = told.get("json") or {}
            if whole.get("errors"):
                raise refusal_of(whole["errors"], whole.get("ratelimit"))
            return whole.get("data")

    def _proof(self) -> dict[str, str]:
        if not self._session.token:
            raise LoggedOut("no_token")
        return {"Authorization": f"Bearer {self._session.token}", "User-Agent": self._agent}

    def _named(self, error: LoggedOut) -> LoggedOut:
        """A token lives for a day: one that ended as it had said it would can be renewed without a person."""
        return LoggedOut("expired", error.detail) if self._session.is_over else error

    def _weigh(self, headers: Mapping[str, str]) -> None:
        left = _seconds(headers.get("x-ratelimit-remaining", ""))
        self.is_scarce = self.is_scarce or (left is not None and left < RESERVE)


def agent_of(handle: str) -> str:
    """How a program names itself, as Reddit's rules want it."""
    return f"{USER_AGENT} (web; by /u/{handle})" if handle.isascii() and handle.isprintable() and handle else USER_AGENT


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, is_spoken: bool) -> ConnectorError:
    """The error for an answer that is not 2xx. Reddit counts anew in so many seconds, not at a moment since 1970."""
    others = {name: value for name, value in headers.items() if name != "x-ratelimit-reset"}
    if status == 429 and "retry-after" not in headers:
        seconds = _seconds(headers.get("x-ratelimit-reset", ""))
        wait = LONG_WAIT if seconds is None else timedelta(seconds=min(seconds + 1, LONGEST_WAIT_SECONDS))
        return TryLater(wait, "too_many", "429")
    return error_of(status, others, body, is_spoken=is_spoken)


def refusal_of(errors: Any, ratelimit: Any) -> ConnectorError:
    """The error in a list of refusals. TypeError and its kin if it is none."""
    code, said = str(errors[0][0]), str(errors[0][1] or "")
    detail = f"{code} {said}"
    if code == "RATELIMIT":
        seconds = ratelimit if isinstance(ratelimit, int | float) and not isinstance(ratelimit, bool) else None
        found = _AGAIN.search(said)
        if seconds is None and found:
            seconds = int(found[1]) * _UNITS[found[2]]
        wait = LONG_WAIT if seconds is None else timedelta(seconds=min(max(seconds, 0) + 1, LONGEST_WAIT_SECONDS))
        return TryLater(wait, "too_many", detail)
    if code in _BROKEN:
        return Unclear("network_fault", detail)
    if code in _GONE:
        return Refused("not_found", detail)
    if code in _FORBIDDEN:
        return Refused("forbidden", detail)
    return Refused("flair_required" if "FLAIR_REQUIRED" in code else "rejected", detail)


def unless_gone(ask: Any) -> Answer | None:
    """The answer, or None if Reddit says that there is no such thing."""
    try:
        answer: Answer = ask()
    except Refused as refused:
        if refused.reason_code != "not_found":
            raise
        return None
    return answer


def _seconds(written: str) -> float | None:
    """A number of seconds or of requests as a header writes it; None if it is none."""
    written = written.strip()
    return float(written[:20]) if re.fullmatch(r"\d{1,12}(?:\.\d{0,6})?", written) else None
