"""The way to one site: its REST root in either shape, the application password's header, what WordPress means by an error."""

import base64
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Answer, Client
from allmende.connectors.secret import Secret

# wp_check_comment_flood: so long between two comments of a user who is no moderator.
FLOOD_WAIT = timedelta(seconds=15)
# PHP drops a file, or a whole body, above its limits; WordPress then misses it.
_TOO_LARGE = frozenset(
    "rest_upload_no_content_disposition rest_upload_no_data rest_upload_unknown_error rest_upload_limited_space".split()
)


class Door:
    """Asks one site in one user's name. `secret`: "user:application password", as Basic wants it."""

    def __init__(self, root: str, secret: Secret | None, client: Client) -> None:
        self._root = root
        self._secret = secret
        self._client = client

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """GET below wp/v2/. Raises as `Client.read` does."""
        return _told(lambda: self._client.read(self._url(path, params), headers=self._proof()))

    def speak(self, method: str, path: str, params: Mapping[str, str] | None = None, **said: Any) -> Answer:
        """Anything that changes something. Raises as `Client.speak` does."""
        return _told(lambda: self._client.speak(method, self._url(path, params), headers=self._proof(), **said))

    def _url(self, path: str, params: Mapping[str, str] | None) -> str:
        if not self._root:
            raise Refused("bad_setting", "root")
        return address(self._root, f"wp/v2/{path}", params)

    def _proof(self) -> dict[str, str]:
        if not self._secret:
            raise LoggedOut("no_token")
        return {"Authorization": f"Basic {base64.b64encode(self._secret.reveal().encode()).decode()}"}


def address(root: str, path: str, params: Mapping[str, str] | None = None) -> str:
    """A route's address. Without pretty addresses the root ends in `?rest_route=/`, and parameters follow with `&`."""
    query = urlencode(params or {})
    if not query:
        return root + path
    return f"{root}{path}{'&' if '?' in root else '?'}{query}"


def code_of(error: ConnectorError) -> str:
    """WordPress's own code in an error's body, "" if it names none."""
    _, _, body = error.detail.partition(" ")
    with suppress(ValueError, AttributeError, RecursionError):
        return str(json.loads(body).get("code") or "")
    # A long body was cut, and is no JSON any more.
    _, _, after = body.partition('"code":"')
    return after.partition('"')[0] if after else ""


def unless_gone(ask: Callable[[], Answer]) -> Answer | None:
    """The answer, or None if there is no such thing (any more)."""
    try:
        return ask()
    except Refused as refused:
        if refused.reason_code != "not_found":
            raise
        return None


def _told(ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except (Refused, Unclear) as error:
        code = code_of(error)
        if code == "comment_flood":
            raise TryLater(FLOOD_WAIT, "too_many", error.detail) from error
        if code in _TOO_LARGE:
            raise Refused("too_large", error.detail) from error
        raise
