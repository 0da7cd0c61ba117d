"""What Meta's networks share: sessions, proofs, errors by number, limits in percent, pages."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from allmende.connectors import graph
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Answer, Client
from allmende.connectors.secret import Secret


def error(code: int, subcode: int = 0, status: int = 400, message: str = "Nein", spoken: bool = True) -> ConnectorError:
    body = json.dumps({"error": {"message": message, "code": code, "error_subcode": subcode}}).encode()
    return graph.error_from(status, {}, body, is_spoken=spoken)


@pytest.mark.parametrize(
    ("told", "kind", "reason"),
    [
        (error(190), LoggedOut, "logged_out"),
        (error(190, 463), LoggedOut, "expired"),
        (error(102), LoggedOut, "logged_out"),
        (error(100, message="Invalid appsecret_proof provided in the API argument"), LoggedOut, "logged_out"),
        (error(80001, status=403), TryLater, "too_many"),
        (error(1, status=500), Unclear, "network_fault"),
        (error(2), Unclear, "network_fault"),
        (error(2, spoken=False), TryLater, "network_fault"),
        (error(100, 33), Refused, "not_found"),
        (error(803, status=404), Refused, "not_found"),
        (error(299, status=403), Refused, "forbidden"),
        (error(9007, status=400), Refused, "rejected"),
        (error(9007, 2207027), Unclear, "network_fault"),
        (error(-2, 2207003), Unclear, "network_fault"),
        (error(-1, 2207001, spoken=False), TryLater, "network_fault"),
        (error(24, 2207008), Unclear, "network_fault"),
        (error(24, 4279009), Refused, "not_found"),
        (error(24, 2207006), Refused, "not_found"),
        (error(25, 2207050, status=403), Refused, "blocked"),
        (error(4, 2207051, status=403), Refused, "blocked"),
        (error(9, 2207042, status=403), TryLater, "too_many"),
        (error(36003, 2207009), Refused, "rejected"),
        (error(9007, status=500), Unclear, "status_500"),
        (error(0, status=404), Refused, "not_found"),
        (error(0, status=401), LoggedOut, "logged_out"),
        (graph.error_from(503, {}, b"<html>", is_spoken=True), Unclear, "status_503"),
        (
            graph.error_from(400, {}, b'{"error_message": "Invalid code", "code": 400}', is_spoken=True),
            Refused,
            "rejected",
        ),
    ],
)
def test_a_number_becomes_a_word_of_the_grammar(told: ConnectorError, kind: type, reason: str) -> None:
    assert type(told) is kind
    assert told.reason_code == reason


def test_long_messages_do_not_hide_the_number() -> None:
    assert isinstance(error(190, message="x" * 5000), LoggedOut)


@pytest.mark.parametrize(
    ("headers", "percent", "wait"),
    [
        ({}, 0, 5),
        ({"x-app-usage": '{"call_count": 28, "total_time": 81, "total_cputime": 1}'}, 81, 5),
        ({"x-business-use-case-usage": '{"7": [{"call_count": 95, "estimated_time_to_regain_access": 19}]}'}, 95, 19),
        ({"x-business-use-case-usage": '{"7": [{"estimated_time_to_regain_access": 999999}]}'}, 0, 24 * 60),
        ({"x-app-usage": "nonsense", "x-page-usage": '[{"call_count": 4}]'}, 0, 5),
    ],
)
def test_limits_are_read_from_the_headers(headers: dict[str, str], percent: int, wait: int) -> None:
    assert graph.usage(headers) == percent
    assert graph.waiting_time(headers) == timedelta(minutes=wait)


def test_a_session_is_kept_and_not_shown() -> None:
    session = graph.session_from({"access_token": "canary-1", "expires_in": 3600}, "canary-2")
    assert "canary" not in f"{session!r}{session}{session.sealed()!r}"
    assert graph.session_of(session.sealed()) == session
    assert session.expires_at is not None
    assert timedelta(minutes=59) < session.expires_at - datetime.now(UTC) <= timedelta(hours=1)
    assert graph.session_of(Secret("bare")) == graph.Session("bare")
    assert graph.session_of(Secret('{"anders": 1}')).token == '{"anders": 1}'
    assert graph.session_of(None) == graph.Session()


def test_the_proof_is_an_hmac_of_the_token() -> None:
    # RFC 4231, test case 2, in its own words.
    proof = graph.proof_of(graph.Session("what do ya want for nothing?", "Jefe"))
    assert proof == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_the_token_stands_in_the_header_alone() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"id": "1"}, headers={"x-app-usage": '{"call_count": 80}'})

    door = graph.Door("https://graph.example/v1.0", graph.Session("canary", "s"), Client(transport=httpx2.MockTransport(answer)))  # fmt: skip
    assert not door.is_scarce
    door.read("1", {"fields": "id"})
    assert door.is_scarce
    door.speak("POST", "1/feed", {"message": "x"})
    door.speak("DELETE", "1")
    for request in asked:
        assert "canary" not in str(request.url)
        assert b"canary" not in request.read()
        assert request.headers["authorization"] == "Bearer canary"
    assert "appsecret_proof=" in str(asked[0].url)
    assert b"appsecret_proof=" in asked[1].read()
    assert "appsecret_proof=" in str(asked[2].url)
    with pytest.raises(LoggedOut):
        graph.Door("https://graph.example", graph.Session(), door._client).read("1")


@pytest.mark.parametrize(
    ("told", "after"),
    [
        ({"data": [{"id": "1"}], "paging": {"cursors": {"after": "a"}, "next": "https://x"}}, "a"),
        ({"data": [{"id": "1"}], "paging": {"cursors": {"after": "a"}}}, ""),
        ({"data": [{"id": "1"}], "paging": {"next": "https://x/1/feed?limit=25&after=b%3D"}}, "b="),
        ({"data": [{"id": "1"}], "paging": {"previous": "https://x"}}, ""),
        ({"data": []}, ""),
        ({"data": [{"id": "1"}, {"kein": "id"}, 5]}, ""),
    ],
)
def test_the_next_page_is_where_there_is_one(told: Any, after: str) -> None:
    answer = Answer(200, {}, json.dumps(told).encode(), "", is_spoken=False)
    rows, found = graph.rows_of(answer)
    assert ([row["id"] for row in rows], found) == (["1"] * bool(told["data"]), after)


def test_a_next_page_without_a_way_to_it_ends_nothing() -> None:
    told = {"data": [{"id": "1"}], "paging": {"next": "https://x/1/feed?until=1"}}
    answer = Answer(200, {}, json.dumps(told).encode(), "", is_spoken=False)
    with pytest.raises(TryLater), answer.understood():
        graph.rows_of(answer)


def test_a_network_may_read_its_own_errors_at_the_door() -> None:
    def told(status: int, headers: Any, body: bytes, *, is_spoken: bool) -> ConnectorError:
        return Refused("own_word", f"{status} {body.decode()} {is_spoken} {headers['x-why']}")

    client = Client(
        transport=httpx2.MockTransport(lambda _: httpx2.Response(503, text="zu", headers={"X-Why": "Nacht"}))
    )
    with pytest.raises(Refused) as caught:
        client.read("https://a.example/", told=told)
    assert caught.value.detail == "503 zu False Nacht"
    with pytest.raises(Refused) as caught:
        client.speak("POST", "https://a.example/", told=told)
    assert caught.value.detail == "503 zu True Nacht"
    with pytest.raises(TryLater):
        client.read("https://a.example/")
