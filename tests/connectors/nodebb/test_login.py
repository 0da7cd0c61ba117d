"""Let in by a token: what is asked, what is kept, what is told when something is wrong."""

import httpx2
import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.nodebb.connector import NodeBB
from allmende.connectors.nodebb.login import server_of
from allmende.connectors.secret import Secret
from tests.networks.nodebb.ground import Ground

EVERYBODY = pytest.mark.parametrize("ground", ["moderator", "member"], indirect=True)


def answers(ground: Ground, **other: str) -> dict[str, str]:
    whole = {"user_id": "" if ground.haus.is_moderator else "1"}
    return {"server": ground.face.url, "token": f" {ground.token} ", "category": "5"} | whole | other


@EVERYBODY
def test_a_token_lets_us_in(ground: Ground) -> None:
    granted = NodeBB.log_in(answers(ground), ground.client)
    kept = dict(granted.settings)
    assert kept.pop("since")
    assert kept == {
        "server": ground.face.url, "network": f"127.0.0.1:{ground.face.port}", "account_id": "1", "handle": "haus",
        "slug": "haus", "url": f"{ground.face.url}/user/haus", "is_moderator": ground.haus.is_moderator, "category": 5,
    }  # fmt: skip
    connector = NodeBB(granted.settings, granted.secret, ground.client)
    me = connector.whoami()
    assert (me.native_id, me.handle, me.name, me.is_us) == ("1", "haus", "Unser Haus", True)
    assert ("remove" in connector.abilities.moderation) is ground.haus.is_moderator


def test_a_token_of_another_account_or_of_nobody_is_told(ground: Ground) -> None:
    for other in ({"token": "falsch"}, {"user_id": "2"}):
        with pytest.raises(LoggedOut):
            NodeBB.log_in(answers(ground, **other), ground.client)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("server", ""), ("server", "forum"), ("server", "https://u:p@forum.example"), ("token", ""), ("token", "a b"),
        ("token", "schlüssel"), ("user_id", "mia"), ("user_id", "0"), ("category", ""), ("category", "77"), ("category", "Gibt es nicht"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_right_names_its_question(ground: Ground, question: str, answer: str) -> None:
    with pytest.raises(Refused) as caught:
        NodeBB.log_in(answers(ground, **{question: answer}), ground.client)
    assert caught.value.detail == question


@pytest.mark.parametrize("typed", ["5", "neues", "https://forum.example/category/5/neues", "/category/5?page=2"])
def test_a_category_is_known_by_page_number_or_name(ground: Ground, typed: str) -> None:
    assert NodeBB.log_in(answers(ground, category=typed), ground.client).settings["category"] == 5


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("https://forum.example.org", "https://forum.example.org"),
        (" Forum.example.org/ ", "https://forum.example.org"),
        ("https://forum.example.org/category/5/neues", "https://forum.example.org"),
        ("https://example.org/forum/topic/7/thema/2", "https://example.org/forum"),
        ("https://example.org/forum/", "https://example.org/forum"),
        ("https://example.org/recent", "https://example.org"),
        ("http://127.0.0.1:4567/user/haus", "http://127.0.0.1:4567"),
    ],
)
def test_a_forum_is_known_in_what_people_type(typed: str, server: str) -> None:
    assert server_of(typed) == server


ELSEWHERE = [
    httpx2.Response(200, text="<html>", headers={"content-type": "text/html"}),
    httpx2.Response(200, json=["keine", "Auskunft"]),
    httpx2.Response(301, headers={"location": "https://b.example/"}),
]


@pytest.mark.parametrize("answer", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_server_of_another_kind_is_told_of_the_answer(answer: httpx2.Response) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: answer))
    with pytest.raises(Refused) as caught:
        NodeBB.log_in({"server": "a.example", "token": "t", "category": "5"}, client)
    assert (caught.value.reason_code, caught.value.detail) == ("not_this_network", "server")


def test_a_forum_that_is_down_is_asked_later(ground: Ground) -> None:
    ground.forum.plant("who", "error_before")
    with pytest.raises(TryLater):
        NodeBB.log_in(answers(ground), ground.client)


def test_no_log_in_reaches_what_it_may_not() -> None:
    for server in ("http://forum.example.org", "https://127.0.0.1", "https://10.0.0.7"):
        with pytest.raises(Refused):
            NodeBB.log_in({"server": server, "token": "t", "category": "5"}, Client())


def test_the_token_goes_in_a_header_without_cookies_and_the_user_beside_it() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"uid": 12, "username": "haus"}, headers={"set-cookie": "express.sid=x"})

    client = Client(transport=httpx2.MockTransport(answer))
    connector = NodeBB({"server": "https://a.example", "account_id": "12"}, Secret("canary"), client)
    for _ in range(2):
        assert connector.whoami().is_us
    assert {request.headers["authorization"] for request in seen} == {"Bearer canary"}
    assert all("cookie" not in request.headers and request.url.params["_uid"] == "12" for request in seen)
    assert all("canary" not in str(request.url) for request in seen)
    assert "canary" not in f"{connector!r}{vars(connector)!r}"
