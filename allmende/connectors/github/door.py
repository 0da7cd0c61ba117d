"""The way to the GraphQL API: everything is a POST, refusals come with status 200, and a limit in points (graphql/overview/
rate-limits-and-query-limits-for-the-graphql-api)."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.answers import LONG_WAIT, broken, error_of, waiting_time
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.fields import rows_of, text_of
from allmende.connectors.http import JSON_TYPES, Client
from allmende.connectors.secret import Secret

SERVER = "https://api.github.com/graphql"
# Points left at which reading stops, so that speaking never meets an empty account; there are 5,000 an hour.
SCARCE = 300
_TYPES = (*JSON_TYPES, "application/vnd.github+json")
_REFUSED = {
    "NOT_FOUND": "not_found",
    "FORBIDDEN": "forbidden",
    "INSUFFICIENT_SCOPES": "forbidden",
    "UNPROCESSABLE": "rejected",
    "BAD_USER_INPUT": "rejected",
}
_END = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (UTC|[+-]\d{4})", re.ASCII)
_SECONDARY = b"secondary rate limit"


class Door:
    """Asks in one account's name. `is_scarce`: few points are left; `token_ends`: when the token ends, as the last answer said
    (aware UTC), None: it does not."""

    def __init__(self, server: str, secret: Secret | None, client: Client) -> None:
        self._server = server or SERVER
        self._secret = secret
        self._client = client
        self.is_scarce = False
        self.token_ends: datetime | None = None

    def read(self, query: str, **variables: Any) -> Mapping[str, Any]:
        """The data of a query, which changes nothing. Raises TryLater, LoggedOut, Refused."""
        try:
            return self._asked(query, variables, is_spoken=False)
        except Unclear as error:
            raise TryLater(reason_code=error.reason_code, detail=error.detail) from error

    def speak(self, mutation: str, **variables: Any) -> Mapping[str, Any]:
        """The data of a mutation. Raises Unclear as well."""
        return self._asked(mutation, variables, is_spoken=True)

    def _asked(self, query: str, variables: Mapping[str, Any], *, is_spoken: bool) -> Mapping[str, Any]:
        said = {"query": query, "variables": dict(variables)}
        headers = self._proof()
        answer = self._client.speak("POST", self._server, json=said, headers=headers, types=_TYPES, told=error_from)
        left = answer.headers.get("x-ratelimit-remaining", "")
        self.is_scarce = left.isdecimal() and int(left[:9]) < SCARCE
        self.token_ends = end_in(answer.headers.get("github-authentication-token-expiration", ""))
        with answer.understood():
            told = answer.json()
            failed = rows_of(told, "errors")
            if not failed:
                data = told["data"]
                if not isinstance(data, Mapping):
                    raise TypeError("data")
                return data
        raise meaning(failed[0], answer.headers, is_spoken=is_spoken)

    def _proof(self) -> dict[str, str]:
        token = self._secret.reveal() if self._secret else ""
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise LoggedOut("no_token")
        return {"Authorization": f"Bearer {token}"}


def end_in(written: str) -> datetime | None:
    """The end of a token as GitHub writes it ("2027-01-30 10:00:00 UTC"), aware UTC; None of anything else."""
    found = _END.fullmatch(written.strip())
    try:
        at = f"{found[1]}T{found[2]}{'+0000' if found[3] == 'UTC' else found[3]}" if found else ""
        return datetime.fromisoformat(at).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def meaning(failed: Mapping[str, Any], headers: Mapping[str, str], *, is_spoken: bool) -> ConnectorError:
    """The error in an answer with status 200. One without a type is a fault of the network's own."""
    kind, detail = text_of(failed, "type"), f"{text_of(failed, 'type')} {text_of(failed, 'message')}".strip()
    if kind == "RATE_LIMITED":
        return TryLater(waiting_time(headers, LONG_WAIT), "too_many", detail)
    if kind in _REFUSED:
        return Refused(_REFUSED[kind], detail)
    return broken("network_fault", detail, is_spoken=is_spoken)


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, is_spoken: bool) -> ConnectorError:
    """The error in an answer that is not 2xx: 403 is also said to whoever asks too much (rest/using-the-rest-api/
    rate-limits-for-the-rest-api, Exceeding the rate limit)."""
    is_limit = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0" or _SECONDARY in body.lower()
    if status == 403 and is_limit:
        return TryLater(waiting_time(headers, LONG_WAIT), "too_many", f"403 {body[:400].decode('utf-8', 'replace')}")
    return error_of(status, headers, body, is_spoken=is_spoken)


def unless_gone(ask: Callable[[], Any]) -> Any:
    """What was asked for, or None where the network says that there is no such thing."""
    try:
        return ask()
    except Refused as error:
        if error.reason_code != "not_found":
            raise
    return None
