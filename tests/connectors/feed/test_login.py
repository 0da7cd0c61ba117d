"""The way in: from the feed itself, or from a page that names it."""

import httpx2
import pytest

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.feed import login
from allmende.connectors.feed.connector import Feed
from allmende.connectors.http import Client
from tests.networks.feed.ground import Ground


@pytest.mark.parametrize("ground", ["rss", "atom", "json"], indirect=True)
@pytest.mark.parametrize(("path", "found"), [("/feed", "/feed"), ("/neues.html", "/feed?a=1&b=2"), ("", "/feed?a=1&b=2"), ("/umgezogen", "/feed")])  # fmt: skip
def test_the_feed_is_found(ground: Ground, path: str, found: str) -> None:
    ground.network.publish("Wort")
    granted = Feed.log_in({"address": ground.face.url + path}, ground.client)
    assert granted.settings["url"] == ground.face.url + found
    assert (granted.settings["title"], granted.settings["page"]) == ("Haus & Hof", "https://haus.example/")
    me = Feed(granted.settings, granted.secret, ground.client).whoami()
    assert (me.is_us, me.name) == (True, "Haus & Hof")
    assert ground.connector(url=granted.settings["url"]).whoami().native_id == me.native_id


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "bad_address"),
        ("haus", "bad_address"),
        ("https://[", "bad_address"),
        ("https://haus.example:99999/", "bad_address"),
        ("https://a:b@haus.example/feed", "credentials_in_address"),
        ("https://169.254.169.254/latest", "forbidden_address"),
        ("http://haus.example/feed", "not_https"),
        ("file:///etc/passwd", "bad_address"),
    ],
)
def test_an_address_that_cannot_be_right_is_named(address: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        Feed.log_in({"address": address}, Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(404))))
    assert (caught.value.reason_code, caught.value.detail) == (reason, "address")


@pytest.mark.parametrize("address", ["feed://haus.example/feed", "feed:https://haus.example/feed", "haus.example/feed"])
def test_an_address_is_understood_as_people_copy_it(address: str) -> None:
    assert login.address_of(address) == "https://haus.example/feed"


HTML = {"content-type": "text/html"}


@pytest.mark.parametrize(
    "page",
    [
        b"<!doctype html><title>Nichts</title>",
        b'<link rel="alternate" type="application/rss+xml" href="https://haus.example/fehlt">',
        b'<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        b'<link rel="alternate" type="text/html" hreflang="en" href="/en">',
        b'<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        b"\xff\xfe<link",
    ],
)
def test_a_page_without_a_feed_is_told(page: bytes) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=page, headers=HTML) if request.url.path == "/" else httpx2.Response(404)

    with pytest.raises(Refused) as caught:
        Feed.log_in({"address": "https://haus.example/"}, Client(transport=httpx2.MockTransport(answer)))
    assert (caught.value.reason_code, caught.value.detail) == ("no_feed", "address")


def test_a_page_cannot_lead_inside() -> None:
    page = b'<link rel="alternate" type="application/rss+xml" href="https://127.0.0.1/feed">'
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, content=page, headers=HTML)))
    with pytest.raises(Refused) as caught:
        Feed.log_in({"address": "https://haus.example/"}, client)
    assert (caught.value.reason_code, caught.value.detail) == ("forbidden_address", "address")


def test_a_site_that_is_down_is_asked_later() -> None:
    with pytest.raises(TryLater):
        Feed.log_in(
            {"address": "https://haus.example/"}, Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(503)))
        )
