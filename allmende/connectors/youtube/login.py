"""Let in by Google's code flow with PKCE and the customer's own application (developers.google.com/identity/protocols/oauth2/web-server):
a token for an hour, and a refresh token that stays until somebody takes it back."""

from datetime import UTC, datetime, timedelta

from allmende.connectors.code_flow import CLIENT_SECRET, Way
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.secret import Secret
from allmende.connectors.youtube import read
from allmende.connectors.youtube.door import PLACE, Door

# The least that reads what is held back, answers and moderates; Google has no smaller one.
WAY = Way(
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    "https://www.googleapis.com/auth/youtube.force-ssl",
    wishes=(("access_type", "offline"), ("prompt", "consent")),
    has_pkce=True,
)
LOGIN = Login(
    "redirect",
    (Question("client_id", "1234567890-abc123.apps.googleusercontent.com"), CLIENT_SECRET),
    permissions=(WAY.scopes.rpartition("/")[2],),
    has_application=True,
)
# Older comments do not wait for an answer any more.
HISTORY = timedelta(days=90)


def finish(kept: Secret, code: str, client: Client, way: Way = WAY, place: str = PLACE) -> Granted:
    """The channel's session. LoggedOut: the code is worth nothing; Refused: the person has no channel."""
    session, _ = way.finish(kept, code, client)
    answer = Door(place, session, client).read("channels", {"part": "snippet", "mine": "true"})
    with answer.understood():
        listed = answer.json().get("items") or []
        if not listed:
            raise Refused("no_channel")
        us = read.channel(listed[0])
    settings = {
        "network": "youtube.com",
        "channel_id": us.native_id,
        "handle": us.handle,
        "name": us.name,
        "url": f"https://www.youtube.com/channel/{us.native_id}",
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings if place == PLACE else settings | {"place": place}, session.sealed())
