"""The way in: found from any page, proved by a password, refused where it cannot be right."""

import httpx2
import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.wordpress import login
from allmende.connectors.wordpress.connector import WordPress
from tests.networks.wordpress.ground import Ground
from tests.networks.wordpress.network import CONTRIBUTOR


def answers(ground: Ground, **more: str) -> dict[str, str]:
    spaced = " ".join(ground.haus.password[place : place + 4] for place in range(0, 12, 4))
    return {"site": ground.face.url, "user": "haus", "app_password": spaced} | more


@pytest.mark.parametrize("ground", ["editor", "plain"], indirect=True)
@pytest.mark.parametrize("path", ["", "/", "/wp-admin/", "/wp-login.php?redirect_to=x", "/wp-json/wp/v2/posts"])
def test_the_way_in_is_found_from_anywhere(ground: Ground, path: str) -> None:
    granted = WordPress.log_in(answers(ground, site=ground.face.url + path), ground.client)
    assert granted.settings["root"] == ground.settings["root"]
    assert (granted.settings["user_id"], granted.settings["handle"]) == (ground.haus.id, "haus")
    assert granted.settings["site"] == f"{ground.face.url}/"
    assert WordPress(granted.settings, granted.secret, ground.client).whoami().is_us
    assert "password" not in repr(granted).lower().replace("app_password", "")
    assert ground.haus.password not in f"{granted.settings}"


def test_a_front_page_that_is_closed_does_not_hide_the_way() -> None:
    client = _site({
        "https://haus.example/": httpx2.Response(403, content=b"Nur mit Anmeldung", headers=HTML),
        "https://haus.example/?rest_route=/": httpx2.Response(200, json=INDEX),
    })  # fmt: skip
    assert login.root_of("https://haus.example/", client) == "https://haus.example/?rest_route=/"


def test_the_category_is_found_by_name(ground: Ground) -> None:
    granted = WordPress.log_in(answers(ground, category="neues & wichtiges"), ground.client)
    assert granted.settings["categories"] == [7]
    with pytest.raises(Refused) as caught:
        WordPress.log_in(answers(ground, category="Altes"), ground.client)
    assert caught.value.detail == "category"


@pytest.mark.parametrize(
    ("question", "value", "reason"),
    [
        ("site", "", "bad_address"),
        ("site", "haus", "bad_address"),
        ("site", "https://[", "bad_address"),
        ("site", "https://haus.example:99999/", "bad_address"),
        ("site", "https://a:b@haus.example/", "credentials_in_address"),
        ("site", "https://10.0.0.1/", "forbidden_address"),
        ("site", "http://haus.example/", "not_https"),
        ("user", " ", "bad_answer"),
        ("user", "a:b", "bad_answer"),
        ("app_password", " ", "bad_answer"),
    ],
)
def test_an_answer_that_cannot_be_right_is_named(ground: Ground, question: str, value: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        WordPress.log_in(answers(ground, **{question: value}), ground.client)
    assert (caught.value.reason_code, caught.value.detail) == (reason, question)


def test_a_wrong_password_is_told_and_never_repeated(ground: Ground) -> None:
    with pytest.raises(LoggedOut) as caught:
        WordPress.log_in(answers(ground, app_password="canary 7f3a"), ground.client)
    assert "canary" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_who_may_not_publish_is_told(ground: Ground) -> None:
    ground.haus.may = CONTRIBUTOR
    with pytest.raises(Refused) as caught:
        WordPress.log_in(answers(ground), ground.client)
    assert (caught.value.reason_code, caught.value.detail) == ("too_few_rights", "user")


def _site(pages: dict[str, httpx2.Response]) -> Client:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        assert "authorization" not in request.headers
        asked.append(str(request.url))
        return pages.get(str(request.url), httpx2.Response(404, json={}))

    return Client(transport=httpx2.MockTransport(answer))


INDEX = {"namespaces": ["wp/v2"]}
HTML = {"content-type": "text/html"}


def test_the_head_of_the_page_is_read_where_a_host_drops_the_header() -> None:
    page = b'<link rel="https://api.w.org/" href="https://haus.example/de/wp-json/" />'
    client = _site({
        "https://haus.example/de/": httpx2.Response(200, content=page, headers=HTML),
        "https://haus.example/de/wp-json/": httpx2.Response(200, json=INDEX),
    })  # fmt: skip
    assert login.root_of("https://haus.example/de/", client) == "https://haus.example/de/wp-json/"


def test_a_page_cannot_send_the_password_to_another_host() -> None:
    page = b'<link rel="https://api.w.org/" href="https://boese.example/wp-json/" />'
    client = _site({
        "https://haus.example/": httpx2.Response(200, content=page, headers=HTML),
        "https://boese.example/wp-json/": httpx2.Response(200, json=INDEX),
    })  # fmt: skip
    with pytest.raises(Refused) as caught:
        login.root_of("https://haus.example/", client)
    assert caught.value.reason_code == "not_this_network"
    moved = _site({
        "https://haus.example/": httpx2.Response(200, content=b"", headers=HTML),
        "https://haus.example/wp-json/": httpx2.Response(302, headers={"location": "https://boese.example/wp-json/"}),
        "https://boese.example/wp-json/": httpx2.Response(200, json=INDEX),
    })  # fmt: skip
    with pytest.raises(Refused):
        login.root_of("https://haus.example/", moved)


def test_a_site_that_moved_is_followed_before_the_password_is_sent() -> None:
    client = _site({
        "https://haus.example/": httpx2.Response(301, headers={"location": "https://www.haus.example/"}),
        "https://www.haus.example/": httpx2.Response(200, content=b"", headers=HTML),
        "https://www.haus.example/wp-json/": httpx2.Response(200, json=INDEX),
    })  # fmt: skip
    assert login.root_of("https://haus.example/", client) == "https://www.haus.example/wp-json/"


@pytest.mark.parametrize("body", [b"[]", b"{}", b"null", b'{"namespaces": 7}', b"<html>"])
def test_whatever_else_lies_there_is_no_wordpress(body: bytes) -> None:
    pages = {f"https://haus.example/{path}": httpx2.Response(200, content=body, headers={"content-type": "application/json"}) for path in ("", "wp-json/", "?rest_route=/")}  # fmt: skip
    with pytest.raises(Refused) as caught:
        login.root_of("https://haus.example/", _site(pages))
    assert (caught.value.reason_code, caught.value.detail) == ("not_this_network", "site")


def test_a_site_that_is_down_is_asked_later() -> None:
    with pytest.raises(TryLater):
        login.root_of("https://haus.example/", _site({"https://haus.example/": httpx2.Response(503)}))


def test_settings_that_say_nothing_are_refused_not_guessed(ground: Ground) -> None:
    with pytest.raises(Refused) as caught:
        ground.connector(root="").whoami()
    assert caught.value.reason_code == "bad_setting"
    bare = WordPress(ground.settings, None, ground.client)
    with pytest.raises(LoggedOut):
        bare.whoami()
    assert ground.connector(may="alles").abilities.can_send is False
    with pytest.raises(ConnectorError):
        list(bare.collect(""))
