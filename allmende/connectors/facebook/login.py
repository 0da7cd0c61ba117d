"""Let in by the OAuth code flow (facebook-login/guides/advanced/manual-flow) with the customer's own application: the code
becomes a person's token, that a long-lived one, and that the token of one page, which does not end by itself
(facebook-login/guides/access-tokens/get-long-lived)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors import graph
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login, Question
from allmende.connectors.secret import Secret

PLACE = f"https://graph.facebook.com/{graph.VERSION}"
DIALOG = f"https://www.facebook.com/{graph.VERSION}/dialog/oauth"
SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_posts",
    "pages_manage_engagement",
)
# For webhooks alone: who does not give it is asked every minute all the same.
BELL_SCOPE = "pages_manage_metadata"
LOGIN = Login(
    "redirect",
    (
        Question("app_id", "1234567890123456"),
        Question("app_secret", is_secret=True),
        Question("page", "Haus am See", is_required=False),
    ),
    permissions=(*SCOPES, BELL_SCOPE),
    has_application=True,
)
# Older posts do not wait for an answer any more.
HISTORY = timedelta(days=90)
MOST_PAGES = 20


def begin(answers: Mapping[str, str], return_url: str, dialog: str = DIALOG) -> Begun:
    """Where the person agrees. Refused with the question's name."""
    application = (answers.get("app_id", ""), answers.get("app_secret", ""))
    wish = " ".join(answers.get("page", "").split())
    return graph.begun(dialog, application, ",".join((*SCOPES, BELL_SCOPE)), return_url, {"page": wish})


def finish(kept: Secret, code: str, client: Client, place: str = PLACE) -> Granted:
    """The page's own token. LoggedOut: the code is worth nothing; Refused with detail "page": which page is not clear."""
    begun = json.loads(kept.reveal())
    application = {"client_id": begun["app_id"], "client_secret": begun["app_secret"]}
    person = _token(client, place, application | {"redirect_uri": begun["return_url"], "code": code})
    exchange = {"grant_type": "fb_exchange_token", "fb_exchange_token": person.token}
    person = _token(client, place, application | exchange)
    door = graph.Door(place, replace(person, app_secret=begun["app_secret"]), client)
    _check_scopes(door)
    page = chosen(list(_pages(door)), begun["page"])
    session = graph.Session(str(page["access_token"]), begun["app_secret"])
    # Without the permission for it nothing is lost but time (pages-api/webhooks-for-pages).
    graph.have_told(graph.Door(place, session, client), graph.id_of(page), "feed")
    settings = {
        "network": "facebook.com",
        "page_id": graph.id_of(page),
        "name": graph.text_of(page, "name"),
        "url": graph.text_of(page, "link") or f"https://www.facebook.com/{graph.id_of(page)}",
        "since": (datetime.now(UTC) - HISTORY).isoformat(),
    }
    return Granted(settings if place == PLACE else settings | {"place": place}, session.sealed())


def chosen(pages: list[Mapping[str, Any]], wish: str) -> Mapping[str, Any]:
    """The page with this number or name; without a wish the only one. Refused with detail "page"."""
    wanted = wish.casefold()
    names = [page for page in pages if graph.text_of(page, "name").casefold() == wanted]
    fitting = [page for page in pages if graph.id_of(page) == wish] or names if wish else pages
    if len(fitting) != 1:
        raise Refused("page_unknown", "page")
    return fitting[0]


def _token(client: Client, place: str, params: Mapping[str, str]) -> graph.Session:
    with graph.code_refused():
        answer = client.read(f"{place}/oauth/access_token", params=params, types=graph.TYPES, told=graph.error_from)
    with answer.understood():
        return graph.session_from(answer.json(), "")


def _check_scopes(door: graph.Door) -> None:
    """A person may untick what an application asks for; half of it is of no use here."""
    answer = door.read("me/permissions")
    with answer.understood():
        granted = {row["permission"] for row in answer.json()["data"] if row["status"] == "granted"}
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        raise Refused("scopes_missing", ", ".join(missing))


def _pages(door: graph.Door) -> Iterator[Mapping[str, Any]]:
    after = ""
    for _ in range(MOST_PAGES):
        params = {"fields": "id,name,link,access_token", "limit": "100"}
        answer = door.read("me/accounts", params | ({"after": after} if after else {}))
        with answer.understood():
            rows, after = graph.rows_of(answer)
        yield from (row for row in rows if graph.text_of(row, "access_token"))
        if not after:
            return
