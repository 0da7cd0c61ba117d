"""Looking for our own words in a list that never ends, as a broken server tells it: nobody is kept for ever, nothing is taken for absent."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from allmende.connectors.answers import MOST_PAGES
from allmende.connectors.discourse import door as discourse_door
from allmende.connectors.discourse import seek as discourse_seek
from allmende.connectors.errors import TryLater
from allmende.connectors.http import Client
from allmende.connectors.mastodon import door as mastodon_door
from allmende.connectors.mastodon import seek as mastodon_seek
from allmende.connectors.matrix.connector import Matrix
from allmende.connectors.matrix.session import Session as MatrixSession
from allmende.connectors.neutral import Draft
from allmende.connectors.nodebb import door as nodebb_door
from allmende.connectors.nodebb import seek as nodebb_seek
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import Session
from allmende.connectors.wordpress import door as wordpress_door
from allmende.connectors.wordpress import read as wordpress_read
from allmende.connectors.wordpress import seek as wordpress_seek

NOW = datetime.now(UTC)
SINCE, DRAFT, PLACE = NOW - timedelta(hours=1), Draft("Gesucht", title="Gesucht"), "https://haus.example"


def discourse_list(client: Client) -> Any:
    door = discourse_door.Door({"server": PLACE, "handle": "haus"}, Secret("t"), client)
    return discourse_seek.among_topics(door, DRAFT, lambda post: False, SINCE)


def mastodon_list(client: Client) -> Any:
    door = mastodon_door.Door({"server": PLACE}, Session("t"), client)
    return mastodon_seek.in_own_list(door, "7", lambda status: False, SINCE)


def nodebb_list(client: Client) -> Any:
    door = nodebb_door.Door({"server": PLACE, "account_id": "7"}, Secret("t"), client)
    return nodebb_seek.among_ours(door, "haus", DRAFT, "", SINCE, lambda native_id: False)


def wordpress_list(client: Client) -> Any:
    door = wordpress_door.Door(f"{PLACE}/wp-json/", Secret("t"), client)
    return wordpress_seek.post(door, wordpress_read.Us(7, "", ""), DRAFT, SINCE, frozenset())


def matrix_list(client: Client) -> Any:
    settings = {"server": PLACE, "user_id": "@haus:haus.example", "rooms": [{"id": "!haus:haus.example"}]}
    return Matrix(settings, MatrixSession("t").sealed(), client).find("k", DRAFT, SINCE)


PAGES: dict[Callable[[Client], Any], Callable[[int], Any]] = {
    discourse_list: lambda number: {
        "user_actions": [{"created_at": NOW.isoformat(), "title": "Anderes", "post_id": number}]
    },
    mastodon_list: lambda number: [
        {"id": str(10**9 - number), "created_at": NOW.isoformat(), "account": {"id": "7"}, "content": "Anderes"}
    ],
    nodebb_list: lambda number: {
        "posts": [{"pid": number, "tid": 1, "timestamp": int(NOW.timestamp() * 1000), "topic": {"title": "Anderes"}}]
    },
    wordpress_list: lambda number: [
        {"id": number, "date_gmt": NOW.replace(tzinfo=None).isoformat(), "link": PLACE, "title": {"raw": "Anderes"}, "content": {"raw": ""}}
    ],
    matrix_list: lambda number: {
        "chunk": [
            {"event_id": f"${number}", "sender": "@haus:haus.example", "type": "m.room.message",
             "origin_server_ts": int(NOW.timestamp() * 1000), "content": {}}
        ],
        "end": f"t{number}",
    },
}  # fmt: skip


@pytest.mark.parametrize("look", PAGES, ids=lambda look: look.__name__)
def test_a_list_without_an_end_is_left_and_nothing_is_taken_for_absent(look: Callable[[Client], Any]) -> None:
    asked = itertools.count(1)

    def answer(request: httpx2.Request) -> httpx2.Response:
        number = next(asked)
        assert number <= MOST_PAGES, "asked without end"
        return httpx2.Response(200, json=PAGES[look](number), headers={"x-wp-totalpages": "999999999"})

    with pytest.raises(TryLater, match="no end"):
        look(Client(transport=httpx2.MockTransport(answer)))
