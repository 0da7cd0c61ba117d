"""Let in by Reddit's code flow with the customer's own application (wiki/OAuth2): a token for a day, and a refresh token that
stays until somebody takes it back. Reddit knows no PKCE; the code is worth nothing without the application's secret."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from allmende.connectors.code_flow import CLIENT_SECRET, Way
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login, Question
from allmende.connectors.reddit import read
from allmende.connectors.reddit.door import PLACE, Door, agent_of
from allmende.connectors.secret import Secret

LOGIN = Login(
    "redirect",
    (Question("subreddit", "r/HausAmSee"), Question("client_id", "p-jcoLKBynTLew"), CLIENT_SECRET),
    has_application=True,
)
WAY = Way(
    "https://www.reddit.com/api/v1/authorize",
    "https://www.reddit.com/api/v1/access_token",
    "identity read history submit edit privatemessages modposts",
    wishes=(("duration", "permanent"),),
    is_basic=True,
    agent=agent_of(""),
)
# Older posts do not wait for an answer any more.
HISTORY = timedelta(days=90)
_SUBREDDIT = re.compile(r"(?:https?://[\w.]+/)?(?:/?r/)?([A-Za-z0-9_]{2,21})(?:/.*)?", re.IGNORECASE)
# How Reddit says that there is no such subreddit, or that it is closed to this account.
_UNKNOWN = frozenset({"not_found", "forbidden", "redirected"})


def begin(answers: Mapping[str, str], return_url: str, way: Way = WAY) -> Begun:
    """Where the person agrees. Refused with the question's name."""
    return way.begin(answers, return_url, {"subreddit": subreddit_of(answers.get("subreddit", ""))})


def finish(kept: Secret, code: str, client: Client, way: Way = WAY, place: str = PLACE) -> Granted:
    """The account's session. LoggedOut: the code is worth nothing; Refused with detail "subreddit": it is not to be seen."""
    session, begun = way.finish(kept, code, client)
    door = Door(place, "", session, client)
    answer = door.read("api/v1/me")
    with answer.understood():
        us = read.account(answer.json())
    try:
        answer = door.read(f"r/{begun['subreddit']}/about")
    except Refused as error:
        if error.reason_code not in _UNKNOWN:
            raise
        raise Refused("subreddit_unknown", "subreddit") from error
    with answer.understood():
        about = answer.json()["data"]
        name, is_moderator = str(about["display_name"]), about.get("user_is_moderator") is True
    settings = {
        "network": "reddit.com",
        "account_id": us.native_id,
        "handle": us.handle,
        "subreddit": name,
        "is_moderator": is_moderator,
        "url": f"https://www.reddit.com/r/{name}/",
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings if place == PLACE else settings | {"place": place}, session.sealed())


def subreddit_of(written: str) -> str:
    """The subreddit's name in what a person typed: a name, r/name or its address. Refused."""
    found = _SUBREDDIT.fullmatch(written.strip())
    if found is None:
        raise Refused("bad_answer", "subreddit")
    return found[1]
