"""Let in by Business Login for Instagram (instagram-api-with-instagram-login/business-login): the code becomes a token for an
hour, that one for sixty days, and a day-old one can be had anew."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allmende.connectors import graph
from allmende.connectors.errors import LoggedOut
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login, Question
from allmende.connectors.secret import Secret

HOST = "https://graph.instagram.com"
DIALOG, EXCHANGE = "https://www.instagram.com/oauth/authorize", "https://api.instagram.com/oauth/access_token"
LOGIN = Login("redirect", (Question("app_id", "1234567890123456"), Question("app_secret", is_secret=True)))
SCOPES = ("instagram_business_basic", "instagram_business_manage_comments", "instagram_business_content_publish")
HISTORY = timedelta(days=90)
# A token is renewed while it still has a week: one that has ended cannot be.
RENEWED_BEFORE = timedelta(days=7)
ACCOUNT_FIELDS = "user_id,username,name"


@dataclass(frozen=True, slots=True)
class Places:
    """The hosts of a log-in."""

    host: str = HOST
    dialog: str = DIALOG
    exchange: str = EXCHANGE


def begin(answers: Mapping[str, str], return_url: str, places: Places = Places()) -> Begun:
    """Where the person agrees. Refused with the question's name."""
    application = (answers.get("app_id", ""), answers.get("app_secret", ""))
    return graph.begun(places.dialog, application, ",".join(SCOPES), return_url, {})


def finish(kept: Secret, code: str, client: Client, places: Places = Places()) -> Granted:
    """The account's token for sixty days. LoggedOut: the code is worth nothing."""
    begun = json.loads(kept.reveal())
    form = {
        "client_id": begun["app_id"],
        "client_secret": begun["app_secret"],
        "grant_type": "authorization_code",
        "redirect_uri": begun["return_url"],
        "code": code.removesuffix("#_"),
    }
    with graph.code_refused():
        answer = client.speak("POST", places.exchange, form=form, types=graph.TYPES, told=graph.error_from)
        with answer.understood():
            told = answer.json()
            # Some answers come in a list of one.
            granted = told["data"][0] if "data" in told else told
            short = graph.session_from(granted, "")
    exchange = {"grant_type": "ig_exchange_token", "client_secret": begun["app_secret"], "access_token": short.token}
    session = _token(client, f"{places.host}/access_token", exchange)
    answer = graph.Door(f"{places.host}/{graph.VERSION}", session, client).read("me", {"fields": ACCOUNT_FIELDS})
    with answer.understood():
        account = answer.json()
        user_id, handle = graph.id_of({"id": account["user_id"]}), str(account["username"])
    settings = {
        "network": "instagram.com",
        "user_id": user_id,
        "handle": handle,
        "url": f"https://www.instagram.com/{handle}/",
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings if places.host == HOST else settings | {"host": places.host}, session.sealed())


def renew(host: str, session: graph.Session, client: Client) -> Secret:
    """Sixty more days. LoggedOut: the token has ended or was taken back."""
    if not session.ends:
        raise LoggedOut("not_renewable")
    asked = {"grant_type": "ig_refresh_token", "access_token": session.token}
    return _token(client, f"{host}/refresh_access_token", asked).sealed()


def _token(client: Client, url: str, params: Mapping[str, str]) -> graph.Session:
    answer = client.read(url, params=params, types=graph.TYPES, told=graph.error_from)
    with answer.understood():
        return graph.session_from(answer.json(), "")
