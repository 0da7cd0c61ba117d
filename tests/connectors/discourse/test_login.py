"""Let in by a key: what is asked, what is kept, what is told when something is wrong."""

from typing import Any

import httpx2
import pytest

from allmende.connectors.discourse.connector import Discourse
from allmende.connectors.discourse.login import category_of, server_of
from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from tests.networks.discourse.forum import CLOSED_CATEGORY
from tests.networks.discourse.ground import Ground

EVERYBODY = pytest.mark.parametrize("ground", ["moderator", "member"], indirect=True)


def answers(ground: Ground, **other: str) -> dict[str, str]:
    return {"server": ground.face.url, "username": "@Haus", "api_key": f" {ground.key} "} | other


@EVERYBODY
def test_a_key_lets_us_in(ground: Ground) -> None:
    granted = Discourse.log_in(answers(ground, category="https://forum.example/c/neues/5"), ground.client)
    kept = dict(granted.settings)
    assert kept.pop("since")
    assert kept == {
        "server": ground.face.url, "network": f"127.0.0.1:{ground.face.port}", "account_id": "1", "handle": "haus",
        "url": f"{ground.face.url}/u/haus", "is_moderator": ground.haus.is_moderator, "category": 5,
        "closed": [CLOSED_CATEGORY],
    }  # fmt: skip
    connector = Discourse(granted.settings, granted.secret, ground.client)
    me = connector.whoami()
    assert (me.native_id, me.handle, me.name, me.is_us) == ("1", "haus", "Unser Haus", True)
    assert ("remove" in connector.abilities.moderation) is ground.haus.is_moderator
    assert connector.public_url == f"{ground.face.url}/u/haus"


@pytest.mark.parametrize("other", [{"api_key": "0" * 64}, {"username": "mia"}, {"username": "niemand"}])
def test_what_the_forum_does_not_know_is_told(ground: Ground, other: dict[str, str]) -> None:
    with pytest.raises(LoggedOut):
        Discourse.log_in(answers(ground, **other), ground.client)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("server", ""), ("server", "forum"), ("server", "https://u:p@forum.example"), ("server", "https://["),
        ("username", " "), ("username", "a/b"), ("api_key", ""), ("api_key", "schlüssel"), ("api_key", "a b"),
        ("category", "Gibt es nicht"), ("category", "77"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_right_names_its_question(ground: Ground, question: str, answer: str) -> None:
    with pytest.raises(Refused) as caught:
        Discourse.log_in(answers(ground, **{question: answer}), ground.client)
    assert caught.value.detail == question


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("https://forum.example.org", "https://forum.example.org"),
        (" Forum.example.org/ ", "https://forum.example.org"),
        ("https://forum.example.org/c/neues/5", "https://forum.example.org"),
        ("https://example.org/forum/t/thema/7/2", "https://example.org/forum"),
        ("https://example.org/forum/", "https://example.org/forum"),
        ("https://example.org/latest/", "https://example.org"),
        ("müller.example", "https://xn--mller-kva.example"),
        ("http://127.0.0.1:3000/u/haus", "http://127.0.0.1:3000"),
    ],
)
def test_a_forum_is_known_in_what_people_type(typed: str, server: str) -> None:
    assert server_of(typed) == server


def test_a_category_is_known_by_page_number_name_or_slug() -> None:
    known: list[Any] = [
        {"id": 1, "name": "Allgemein", "slug": "allgemein"},
        {"id": 5, "name": "Neues 7", "slug": "neues-7"},
    ]
    for typed in ("5", "https://forum.example/c/neues-7/5", "/c/neues-7/5/l/latest", "neues 7", "NEUES-7", "c/neues-7"):
        assert category_of(typed, known) == 5
    assert category_of("", known) == 0


ELSEWHERE = [
    httpx2.Response(200, text="<html>", headers={"content-type": "text/html"}),
    httpx2.Response(200, json=["keine", "Auskunft"]),
    httpx2.Response(301, headers={"location": "https://b.example/"}),
]


@pytest.mark.parametrize("answer", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_server_of_another_kind_is_told_of_the_answer(answer: httpx2.Response) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: answer))
    with pytest.raises(Refused) as caught:
        Discourse.log_in({"server": "a.example", "username": "haus", "api_key": "k"}, client)
    assert (caught.value.reason_code, caught.value.detail) == ("not_this_network", "server")


def test_a_forum_that_is_down_is_asked_later(ground: Ground) -> None:
    ground.forum.plant("read", "error_before", times=1)
    with pytest.raises(TryLater):
        Discourse.log_in(answers(ground), ground.client)


def test_no_log_in_reaches_what_it_may_not() -> None:
    for server in ("http://forum.example.org", "https://127.0.0.1", "https://10.0.0.7"):
        with pytest.raises(Refused):
            Discourse.log_in({"server": server, "username": "haus", "api_key": "k"}, Client())


def test_the_key_goes_in_a_header_and_a_name_that_fits_none_is_left_out() -> None:
    seen: list[httpx2.Headers] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers)
        return httpx2.Response(200, json={"user": {"id": 1, "username": "müller", "name": "M"}})

    from allmende.connectors.secret import Secret

    client = Client(transport=httpx2.MockTransport(answer))
    for name in ("müller", "mueller"):
        connector = Discourse({"server": "https://a.example", "handle": name}, Secret("canary"), client)
        assert connector.whoami().is_us
        assert "canary" not in f"{connector!r}{vars(connector)!r}"
    assert [headers["api-key"] for headers in seen] == ["canary"] * 2
    assert [headers.get("api-username") for headers in seen] == [None, "mueller"]
    with pytest.raises(LoggedOut):
        Discourse({"server": "https://a.example", "handle": "x"}, Secret("umlaut ü"), client).whoami()
