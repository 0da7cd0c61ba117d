"""Logging in, running out, renewing."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.bluesky.connector import Bluesky
from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.secret import Secret
from tests.networks.bluesky.ground import Ground
from tests.networks.patience import during


def answers(ground: Ground, **other: str) -> dict[str, str]:
    return {"handle": "@haus.test", "app_password": "secret", "server": ground.face.url} | other


def test_an_app_password_lets_us_in(ground: Ground) -> None:
    granted = Bluesky.log_in(answers(ground), ground.client())
    assert granted.settings == {"server": ground.face.url, "handle": "haus.test", "did": ground.us.did}
    assert "secret" not in granted.secret.reveal()
    connector = Bluesky(granted.settings, granted.secret, ground.client())
    me = connector.whoami()
    assert (me.native_id, me.handle, me.name, me.is_us) == (ground.us.did, "haus.test", "Unser Haus", True)


def test_a_handle_copied_with_its_marks_is_understood(ground: Ground) -> None:
    assert Bluesky.log_in(answers(ground, handle="\u202a@Haus.test\u202c "), ground.client())


def test_a_wrong_password_is_told_in_the_network_s_words(ground: Ground) -> None:
    with pytest.raises(LoggedOut) as caught:
        Bluesky.log_in(answers(ground, app_password="wrong"), ground.client())
    assert caught.value.detail == "Invalid identifier or password (AuthenticationRequired)"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("handle", "haus"),
        ("handle", ""),
        ("app_password", " "),
        ("server", "ftp://x.example"),
        ("server", "https://u:p@x.example"),
        ("server", "https://x.example/path"),
        ("server", "http://[bad"),
    ],
)
def test_an_answer_that_cannot_be_right_names_its_question(ground: Ground, question: str, answer: str) -> None:
    with pytest.raises(Refused) as caught:
        Bluesky.log_in(answers(ground, **{question: answer}), ground.client())
    assert caught.value.detail == question


def test_a_server_inside_the_house_is_no_server(ground: Ground) -> None:
    with pytest.raises(Refused):
        Bluesky.log_in(answers(ground, server="http://127.0.0.1:9"), ground.client())


def test_a_session_says_when_it_ends_and_is_renewed(ground: Ground) -> None:
    connector = ground.connector()
    assert connector.expires_at is not None
    assert timedelta(minutes=110) < connector.expires_at - datetime.now(UTC) <= timedelta(hours=2)
    ground.network.expire()
    with pytest.raises(LoggedOut) as caught:
        connector.whoami()
    assert caught.value.reason_code == "expired"
    fresh = connector.renew()
    before, after = (json.loads(one.reveal()) for one in (connector.secret, fresh))
    assert before["refreshJwt"] != after["refreshJwt"]
    assert ground.connector(fresh).whoami().is_us


def test_a_session_that_ran_out_for_good_needs_a_person(ground: Ground) -> None:
    connector = ground.connector()
    ground.network.expire("refresh")
    with pytest.raises(LoggedOut) as caught:
        connector.renew()
    assert caught.value.reason_code == "logged_out"


@pytest.mark.parametrize("fault", ["error_before", "half", "garbage", "html", "silence_before"])
def test_a_broken_renewal_never_puts_nothing_in_the_secret_s_place(ground: Ground, fault: str) -> None:
    ground.limits = during(fault)
    connector = ground.connector()
    ground.face.faults.plant("any", fault)  # type: ignore[arg-type]
    with pytest.raises(TryLater):
        connector.renew()


@pytest.mark.parametrize(
    "kept", ["", "token", "[]", '{"did": "did:plc:a"}', '{"did": "d", "accessJwt": "", "refreshJwt": "r"}']
)
def test_a_secret_that_is_no_session_is_no_login(ground: Ground, kept: str) -> None:
    connector = ground.connector()
    connector.secret = Secret(kept)
    with pytest.raises(LoggedOut):
        connector.whoami()
