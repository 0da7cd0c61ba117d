"""Let in by a password: where the server is found, which rooms are entered, what ends and is renewed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.matrix.connector import Matrix
from allmende.connectors.matrix.login import homeserver
from allmende.connectors.matrix.places import permits, rooms_in
from allmende.connectors.matrix.session import Session, session_of
from allmende.connectors.secret import Secret
from tests.networks.matrix.ground import Ground
from tests.networks.patience import HASTY, during


def answers(ground: Ground, **others: str) -> dict[str, str]:
    usual = {"server": ground.face.url, "user": "@haus:haus.test", "password": "richtig", "rooms": "#hof:haus.test"}
    return usual | others


def test_whoever_logs_in_is_in_the_rooms_and_knows_them(ground: Ground) -> None:
    garden = ground.network.make_room("garten", ground.mia)
    granted = Matrix.log_in(answers(ground, user="haus", rooms=f"#hof:haus.test, {garden}"), ground.client)
    rooms = granted.settings["rooms"]
    assert [(room["id"], room["can_remove"]) for room in rooms] == [(ground.room, True), (garden, False)]
    assert rooms[0] | {"id": ""} == {"id": "", "name": "Hof", "alias": "#hof:haus.test", "visibility": "public", "can_remove": True}  # fmt: skip
    assert ground.haus in ground.network.rooms[garden].members
    us = Matrix(granted.settings, granted.secret, ground.client)
    assert us.whoami().native_id == ground.haus
    assert us.public_url == "https://matrix.to/#/%23hof%3Ahaus.test"
    assert (granted.settings["network"], us.expires_at) == ("haus.test", None)
    assert session_of(granted.secret).token not in json.dumps(dict(granted.settings))


def test_in_a_closed_room_words_are_for_its_members(ground: Ground) -> None:
    closed = ground.network.make_room("kammer", ground.mia, (ground.haus,), is_open=False)
    granted = Matrix.log_in(answers(ground, rooms=closed), ground.client)
    us = Matrix(granted.settings, granted.secret, ground.client)
    assert us.abilities.visibilities == {"public", "members"}
    assert (us.abilities.moderation, us.public_url) == (frozenset(), "")
    ground.say("Unter uns", room=closed)
    (item,) = [item for batch in us.collect("") for item in batch.items]
    assert item.visibility == "members"


@pytest.mark.parametrize(
    ("others", "reason", "detail"),
    [
        ({"user": "haus mia"}, "bad_answer", "user"),
        ({"user": ""}, "bad_answer", "user"),
        ({"password": ""}, "bad_answer", "password"),
        ({"rooms": ""}, "bad_answer", "rooms"),
        ({"rooms": "hof"}, "bad_answer", "rooms"),
        ({"rooms": "#niemand:haus.test"}, "no_such_room", "rooms"),
        ({"rooms": "#kammer:haus.test"}, "room_closed", "rooms"),
        ({"rooms": "#still:haus.test"}, "room_silent", "rooms"),
        ({"rooms": "#hof:haus.test #geheim:haus.test"}, "room_encrypted", "rooms"),
        ({"server": "kein server"}, "bad_address", "server"),
        ({"server": "ftp://haus.test"}, "bad_address", "server"),
    ],
)
def test_an_answer_that_cannot_be_right_is_named(
    ground: Ground, others: dict[str, str], reason: str, detail: str
) -> None:
    ground.network.make_room("kammer", ground.mia, is_open=False)
    still = ground.network.make_room("still", ground.mia)
    ground.network.rooms[still].state["m.room.power_levels", ""]["content"]["events_default"] = 50
    sealed = ground.network.make_room("geheim", ground.mia)
    ground.network.put(sealed, ground.mia, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, state_key="")
    before = set(ground.network.log_ins)
    with pytest.raises(Refused) as caught:
        Matrix.log_in(answers(ground, **others), ground.client)
    assert (caught.value.reason_code, caught.value.detail) == (reason, detail)
    assert set(ground.network.log_ins) == before  # no session is left behind


def test_wrong_words_and_servers_without_passwords(ground: Ground) -> None:
    for wrong in ({"password": "falsch"}, {"user": "@niemand:haus.test"}):
        with pytest.raises(LoggedOut) as caught:
            Matrix.log_in(answers(ground, **wrong), ground.client)
        assert "falsch" not in str(caught.value)
    ground.network.flows = ["m.login.sso"]
    with pytest.raises(Refused) as refused:
        Matrix.log_in(answers(ground), ground.client)
    assert (refused.value.reason_code, refused.value.detail) == ("no_password_login", "server")


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "too_many"])
def test_a_server_that_does_not_answer_is_asked_again(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("login", kind, times=1)
    with pytest.raises(TryLater):
        Matrix.log_in(answers(ground), ground.client)
    assert Matrix.log_in(answers(ground), ground.client).settings["user_id"] == ground.haus


def test_a_token_ends_as_it_said_and_is_renewed(ground: Ground) -> None:
    ground.network.token_seconds = 300.0
    granted = Matrix.log_in(answers(ground), ground.client)
    us = Matrix(granted.settings, granted.secret, ground.client)
    assert us.expires_at is not None
    assert timedelta(seconds=290) < us.expires_at - datetime.now(UTC) <= timedelta(seconds=300)
    clock = ground.network.clock
    ground.network.clock = lambda: clock() + 301
    with pytest.raises(LoggedOut) as caught:
        us.whoami()
    assert caught.value.reason_code == "expired"
    fresh = Matrix(granted.settings, us.renew(), ground.client)
    assert fresh.whoami().is_us
    with pytest.raises(LoggedOut):
        us.renew()


def test_a_renewal_without_an_answer_is_tried_again(ground: Ground) -> None:
    ground.limits = HASTY
    ground.network.token_seconds = 300.0
    granted = Matrix.log_in(answers(ground), ground.client)
    us = Matrix(granted.settings, granted.secret, ground.client)
    for kind in ("error_before", "silence_before", "too_many"):
        ground.network.plant("refresh", kind, times=1)
        with pytest.raises(TryLater):
            us.renew()
    assert session_of(us.renew()).token != session_of(granted.secret).token
    with pytest.raises(LoggedOut) as caught:
        ground.connector().renew()
    assert caught.value.reason_code == "not_renewable"


def asked(handler: Any) -> Client:
    return Client(transport=httpx2.MockTransport(handler))


def test_a_server_is_where_its_well_known_says() -> None:
    seen = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(str(request.url))
        if request.url.path.startswith("/.well-known"):
            return httpx2.Response(200, json={"m.homeserver": {"base_url": "https://matrix.haus.example/"}})
        return httpx2.Response(200, json={"versions": ["v1.11"]})

    for typed in ("haus.example", "https://haus.example/", "@jemand:haus.example", "HAUS.example"):
        assert homeserver(typed, asked(handler)) == "https://matrix.haus.example"
    assert set(seen) == {
        "https://haus.example/.well-known/matrix/client",
        "https://matrix.haus.example/_matrix/client/versions",
    }


@pytest.mark.parametrize(
    "told",
    [httpx2.Response(404), httpx2.Response(500), httpx2.Response(200, text="<html>", headers={"content-type": "text/html"}), httpx2.Response(200, json=[])],
    ids=range(4),
)  # fmt: skip
def test_without_a_readable_well_known_it_is_there_itself(told: httpx2.Response) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        known = request.url.path.startswith("/.well-known")
        return told if known else httpx2.Response(200, json={"versions": []})

    assert homeserver("haus.example", asked(handler)) == "https://haus.example"


@pytest.mark.parametrize(
    "base", ["http://matrix.haus.example", "https://", "https://a:b@evil.example", 7, "javascript:1"]
)
def test_a_well_known_that_leads_astray_is_not_followed(base: Any) -> None:
    client = asked(lambda _: httpx2.Response(200, json={"m.homeserver": {"base_url": base}, "versions": []}))
    with pytest.raises(Refused) as caught:
        homeserver("haus.example", client)
    assert caught.value.detail == "server"


@pytest.mark.parametrize("body", [{"versions": "alle"}, ["v1"], {}])
def test_what_is_no_homeserver_is_told_of_the_answer(body: Any) -> None:
    with pytest.raises(Refused) as caught:
        homeserver("haus.example", asked(lambda _: httpx2.Response(200, json=body)))
    assert (caught.value.reason_code, caught.value.detail) == ("not_this_network", "server")


@pytest.mark.parametrize("server", ["http://matrix.org", "https://127.0.0.1", "https://10.0.0.7", "http://127.0.0.1:9"])
def test_no_log_in_reaches_what_it_may_not(server: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        homeserver(server, Client())
    assert isinstance(caught.value, Refused)
    assert caught.value.detail == "server"


def test_rooms_are_known_however_they_are_written() -> None:
    written = (
        "#hof:a.example, !x1:a.example\nhttps://matrix.to/#/%23garten:a.example?via=a.example matrix:r/bar:a.example"
    )
    assert rooms_in(written) == ["#hof:a.example", "!x1:a.example", "#garten:a.example", "#bar:a.example"]
    with pytest.raises(Refused):
        rooms_in(" ".join(f"#raum{number}:a.example" for number in range(21)))


def test_power_is_counted_as_the_specification_does() -> None:
    old, new = ({"sender": "@a:x", "content": {"room_version": version, "additional_creators": ["@b:x"]}} for version in ("11", "12"))  # fmt: skip
    powers = {"users": {"@c:x": 50}, "users_default": 0, "events_default": 10}
    assert [permits(powers, old, who, "redact") for who in ("@a:x", "@b:x", "@c:x")] == [False, False, True]
    assert [permits(powers, new, who, "redact") for who in ("@a:x", "@b:x", "@c:x")] == [True, True, True]
    assert permits({}, {}, "@d:x", "m.room.message")
    assert not permits(powers, old, "@d:x", "m.room.message")


def test_secrets_are_not_shown() -> None:
    session = Session("canary-1", "canary-2", 0)
    assert "canary" not in f"{session!r}{session}{session.sealed()!r}"
    assert session_of(session.sealed()) == session
    assert session_of(Secret("bare")) == Session("bare")
    assert session_of(None) == Session()
