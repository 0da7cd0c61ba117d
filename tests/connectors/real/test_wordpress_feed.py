"""Our reader of feeds at a real WordPress, which writes RSS 2.0 and Atom: `./test --real` starts one and says where it is."""

import json
import os
import secrets
import time
from urllib.parse import urlsplit

import pytest

from allmende.connectors.feed.connector import Feed
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Item
from allmende.connectors.wordpress.connector import WordPress

TOLD = os.environ.get("ALLMENDE_WORDPRESS", "")
pytestmark = pytest.mark.skipif(not TOLD, reason="./test --real starts WordPress")
RUN = secrets.token_hex(4)


@pytest.mark.parametrize("path", ["", "/feed/", "/feed/atom/"])
def test_new_and_changed_posts_reach_us_through_the_feed(path: str) -> None:
    told = json.loads(TOLD)
    parts = urlsplit(told["address"])
    client = Client(neighbours=frozenset({(str(parts.hostname), int(parts.port or 80))}))
    haus = next(one for one in told["people"] if one["user"] == "haus")
    granted = WordPress.log_in({"site": told["address"], "user": "haus", "app_password": haus["app_password"]}, client)
    site = WordPress(granted.settings, granted.secret, client)
    found = Feed.log_in({"address": told["address"] + path}, client)
    feed = Feed({**found.settings, "poll_seconds": 0}, found.secret, client)
    assert found.settings["title"] == "Unser Haus"
    assert "/comments/" not in found.settings["url"]
    assert feed.whoami().name == "Unser Haus"

    cursor = ""

    def listen() -> list[Item]:
        nonlocal cursor
        heard: list[Item] = []
        for batch in feed.collect(cursor):
            cursor = batch.cursor
            heard += batch.items
        return heard

    listen()
    ref = site.send(
        Draft("Grüße & <b>mehr</b>: https://hafen.example/größe", title=f"Kran & Werft {RUN}{path}"), f"{RUN}-feed"
    ).ref
    (item,) = listen()
    assert (item.title, item.text) == (f"Kran & Werft {RUN}{path}", "Grüße & <b>mehr</b>: https://hafen.example/größe")
    assert item.ref.url == ref.url
    assert item.author is not None
    assert (item.author.name, item.author.is_us) == ("Unser Haus", False)
    assert listen() == []

    time.sleep(1.1)  # WordPress's mark of an answer is the second of the last change
    site._door().speak("POST", f"posts/{ref.native_id.split('-')[1]}", json={"content": "<p>Anders</p>"})
    (edited,) = listen()
    assert (edited.ref.native_id, edited.text) == (item.ref.native_id, "Anders")
    assert edited.edited_at is not None
    site.withdraw(ref)
    client.close()
