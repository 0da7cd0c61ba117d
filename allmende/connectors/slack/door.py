"""The way to the Web API: a token in the header, and refusals that come with status 200 (api.slack.com/web, Evaluating responses)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.answers import LONG_WAIT, broken
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.fields import text_of
from allmende.connectors.http import Answer, Client
from allmende.connectors.slack.session import Session

SERVER = "https://slack.com/api"
_PLAIN = ("text/plain", "text/html", "application/json")
_LOGGED_OUT = frozenset(
    "not_authed invalid_auth account_inactive token_revoked token_expired not_allowed_token_type org_login_required"
    " user_removed_from_team team_access_not_granted".split()
)
_TOO_MANY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# The documents say of these that some of what was asked for may have been done.
_OPEN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "update_failed"})
_LATER = frozenset({"team_added_to_org", "accesslimited", "org_user_not_in_team"})
_REFUSED = {
    "channel_not_found": "not_found",
    "message_not_found": "not_found",
    "thread_not_found": "not_found",
    "user_not_found": "not_found",
    "users_not_found": "not_found",
    "user_not_visible": "not_found",
    "not_in_channel": "not_in_channel",
    "is_archived": "channel_archived",
    "msg_too_long": "too_large",
    "no_text": "text_empty",
    "missing_scope": "scopes_missing",
    "restricted_action": "forbidden",
    "restricted_action_read_only_channel": "forbidden",
    "restricted_action_thread_locked": "forbidden",
    "restricted_action_thread_only_channel": "forbidden",
    "restricted_action_non_threadable_channel": "forbidden",
    "cant_delete_message": "forbidden",
    "cant_update_message": "forbidden",
    "edit_window_closed": "forbidden",
    "no_permission": "forbidden",
    "access_denied": "forbidden",
    "ekm_access_denied": "forbidden",
}


class Door:
    """Asks one workspace in the bot's name."""

    def __init__(self, server: str, session: Session, client: Client) -> None:
        self.server = (server or SERVER).rstrip("/")
        self._session = session
        self._client = client
        self.scopes: frozenset[str] = frozenset()

    def read(self, method: str, params: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """What a method that changes nothing tells. Raises TryLater, LoggedOut, Refused."""
        return self._told(self._client.read(self._url(method), params=params, headers=self._proof()))

    def speak(self, method: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a method that says or changes something tells. Raises Unclear as well."""
        return self._told(self._client.speak("POST", self._url(method), json=dict(said), headers=self._proof()))

    def socket_address(self) -> str:
        """Where a web socket of the application stands now, for once. LoggedOut where it has no token for that."""
        headers, url = _bearer(self._session.app_token), self._url("apps.connections.open")
        answer = self._client.speak("POST", url, form={}, headers=headers)
        try:
            told = self._told(answer)
        except Unclear as error:  # an address that nobody used is no harm
            raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
        address = text_of(told, "url")
        host = urlsplit(address).hostname or ""
        if not host.endswith(".slack.com") and host != urlsplit(self.server).hostname:
            raise Refused("bad_address", host)
        return address

    def upload(self, url: str, content: bytes, media_type: str) -> None:
        """A picture to the address that was given for it; our token stays here. Raises TryLater, Refused, Unclear."""
        self._client.speak("POST", url, content=content, headers={"Content-Type": media_type}, types=_PLAIN)

    def _told(self, answer: Answer) -> Mapping[str, Any]:
        self.scopes = frozenset(filter(None, answer.headers.get("x-oauth-scopes", "").replace(" ", "").split(",")))
        with answer.understood():
            told = answer.json()
            if told["ok"] is True:
                return dict(told)
            code = told["error"]
            if not isinstance(code, str):
                raise TypeError("error")
        raise meaning(code, answer.headers, is_spoken=answer.is_spoken)

    def _url(self, method: str) -> str:
        return f"{self.server}/{method}"

    def _proof(self) -> dict[str, str]:
        return _bearer(self._session.token)


def _bearer(token: str) -> dict[str, str]:
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise LoggedOut("no_token")
    return {"Authorization": f"Bearer {token}"}


def meaning(code: str, headers: Mapping[str, str], *, is_spoken: bool) -> ConnectorError:
    """The error behind a refusal's code (api.slack.com/methods, Errors)."""
    if code in _LOGGED_OUT:
        return LoggedOut("logged_out", code)
    if code in _TOO_MANY:
        wait = headers.get("retry-after", "")
        return TryLater(timedelta(seconds=int(wait[:6])) if wait.isdecimal() else LONG_WAIT, "too_many", code)
    if code in _OPEN:
        return broken("network_fault", code, is_spoken=is_spoken)
    if code in _LATER:
        return TryLater(LONG_WAIT, "busy", code)
    return Refused(_REFUSED.get(code, "rejected"), code)


def unless_gone(ask: Any) -> Any:
    """What was asked for, or None where the network says that there is no such thing."""
    try:
        return ask()
    except Refused as error:
        if error.reason_code != "not_found":
            raise
    return None
