"""Let in by the token of an application of the workspace's own (api.slack.com/authentication/token-types, bot tokens)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.fields import text_of
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.slack.door import Door
from allmende.connectors.slack.listen import conversations
from allmende.connectors.slack.session import Session
from allmende.connectors.watching import UNREADABLE

LOGIN = Login(
    "password",
    (
        Question("token", "xoxb-…", is_secret=True),
        Question("channel", "#allgemein"),
        Question("app_token", "xapp-…", is_secret=True, is_required=False),
        Question("signing_secret", is_secret=True, is_required=False),
    ),
    permissions=(
        *("channels:read", "channels:history", "groups:read", "groups:history", "im:read", "im:history"),
        *("chat:write", "users:read", "files:write", "files:read"),
    ),
)
# The least that works; private conversations and letters need theirs as well.
SCOPES = frozenset({"channels:read", "channels:history", "chat:write", "users:read", "groups:read", "im:read"})
# Older messages do not wait for an answer any more; workspaces that pay nothing keep no more.
HISTORY = timedelta(days=90)
_TOKEN = re.compile(r"xoxb-[A-Za-z0-9-]{10,250}")
_APP_TOKEN, _SIGNING_SECRET = re.compile(r"(?:xapp-[A-Za-z0-9-]{10,250})?"), re.compile(r"(?:[0-9a-f]{16,64})?")


def log_in(answers: Mapping[str, str], client: Client, server: str = "") -> Granted:
    """What the token opens. LoggedOut, Refused (`detail` names the question), TryLater."""
    token, wanted = answers.get("token", "").strip(), channel_in(answers.get("channel", ""))
    if not _TOKEN.fullmatch(token):
        raise Refused("bad_answer", "token")
    if not wanted:
        raise Refused("bad_answer", "channel")
    app_token, signing_secret = (answers.get(name, "").strip() for name in ("app_token", "signing_secret"))
    if not _APP_TOKEN.fullmatch(app_token):
        raise Refused("bad_answer", "app_token")
    if not _SIGNING_SECRET.fullmatch(signing_secret):
        raise Refused("bad_answer", "signing_secret")
    session = Session(token, app_token, signing_secret)
    door = Door(server, session, client)
    told = door.read("auth.test")
    scopes = sorted(door.scopes)
    if door.scopes and not door.scopes >= SCOPES:
        raise Refused("scopes_missing", "token")
    try:
        settings = _settings(told)
    except UNREADABLE as error:
        raise TryLater(reason_code="garbled", detail=type(error).__name__) from error
    joined = [one for one in conversations(door) if wanted in (one["id"], text_of(one, "name").casefold())]
    if not joined:
        raise Refused("not_in_channel", "channel")
    if app_token:
        _prove_socket(door)
    home = {"id": joined[0]["id"], "name": text_of(joined[0], "name")[:80]}
    kept = settings | {"channel": home, "has_app_token": bool(app_token), "scopes": scopes}
    kept |= {"server": server} if server else {}
    return Granted(kept, session.sealed())


def _prove_socket(door: Door) -> None:
    """See that the application's token opens web sockets. Refused, TryLater."""
    try:
        door.socket_address()
    except (LoggedOut, Refused) as error:
        raise Refused("app_token_refused", "app_token") from error


def channel_in(written: str) -> str:
    """The conversation in what a person typed: its name in small letters, its id, or the id in its address; "" if none is."""
    typed = written.strip()
    found = re.fullmatch(r"https://[\w.-]+/(?:archives|client/\w+)/([CG][A-Z0-9]{5,30})(?:[/?#].*)?", typed)
    if found:
        return found[1]
    if re.fullmatch(r"[CG][A-Z0-9]{7,30}", typed):
        return typed
    name = typed.removeprefix("#").casefold()
    return name if re.fullmatch(r"[^\s#@/,;:]{1,80}", name) else ""


def _settings(told: Mapping[str, Any]) -> dict[str, Any]:
    url = str(told["url"])
    return {
        "network": urlsplit(url).netloc[-70:],
        "url": url if url.endswith("/") else f"{url}/",
        "team": text_of(told, "team")[:200],
        "user_id": str(told["user_id"]),
        "bot_id": text_of(told, "bot_id"),
        "handle": str(told["user"]),
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
