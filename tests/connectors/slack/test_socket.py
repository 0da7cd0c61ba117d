"""Socket Mode: envelopes are acknowledged at once, what others say rings, and a line that ends costs time only."""

import json
import time
from collections.abc import Callable

import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.slack import login
from allmende.connectors.slack.connector import Slack
from tests.networks.slack.gate import APP_TOKEN
from tests.networks.slack.ground import TOKEN, Ground
from tests.networks.slack.workspace import HOME, US

TYPED = {"token": TOKEN, "channel": "#allgemein", "app_token": f" {APP_TOKEN} "}


def heard(ground: Ground, *acts: Callable[[], object], connector: Slack | None = None) -> list[bool]:
    """What is heard: a ring that it stands, then one for each act."""
    todo, told = list(acts), list[bool]()

    def hear(is_new: bool) -> bool:
        told.append(is_new)
        if is_new and todo:
            todo.pop(0)()
            return True
        return not is_new

    (connector or ground.socket()).stream(hear)
    return told


def test_what_others_say_rings_and_each_envelope_is_acknowledged(ground: Ground) -> None:
    def ours() -> None:
        ground.town.gate.tell({"type": "message", "user": US})
        ground.town.gate.tell({"type": "file_shared", "user": "U2"})
        ground.town.gate.tell({}, "slash_commands")
        ground.say("Jetzt aber")

    told = heard(ground, lambda: ground.say("Hallo"), ours)
    assert (told.count(True), told.count(False)) == (3, 3)
    end = time.monotonic() + 5
    while ground.town.gate.left and time.monotonic() < end:
        time.sleep(0.01)
    assert ground.town.gate.left == {}


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_a_line_that_slack_refreshes_is_followed_by_another(ground: Ground, reason: str) -> None:
    ground.town.gate.faults = [json.dumps({"type": "disconnect", "reason": reason})]
    assert heard(ground, lambda: None).count(True) == 2
    assert ground.town.gate.opened == 2


def test_who_is_sent_away_again_and_again_rests_first(ground: Ground) -> None:
    ground.town.gate.faults = [json.dumps({"type": "disconnect", "reason": "warning"})] * 9
    with pytest.raises(TryLater):
        ground.socket().stream(lambda is_new: True)
    assert ground.town.gate.opened == 3


@pytest.mark.parametrize(
    "nonsense", ["", "{]", "[]", "7", '{"type": 7, "payload": [], "envelope_id": {}}', "[" * 20_000]
)
def test_nonsense_rings_at_nobody_and_ends_nothing(ground: Ground, nonsense: str) -> None:
    ground.town.gate.faults = [nonsense]
    assert heard(ground, lambda: ground.say("Hallo")).count(True) == 2


@pytest.mark.parametrize(("app_token", "error"), [("xapp-1-wrong-token", LoggedOut), ("", LoggedOut)])
def test_a_token_slack_does_not_know_is_told(ground: Ground, app_token: str, error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        heard(ground, connector=ground.socket(app_token))


def test_socket_mode_that_was_switched_off_is_told(ground: Ground) -> None:
    ground.town.gate.faults = [json.dumps({"type": "disconnect", "reason": "link_disabled"})]
    with pytest.raises(Refused):
        heard(ground, lambda: None)


@pytest.mark.parametrize("address", ["wss://evil.example/", "wss://slack.com.evil.example/", "", "nonsense"])
def test_a_line_is_opened_at_slack_and_nowhere_else(
    ground: Ground, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ground.town.gate, "ticket", lambda: address)
    with pytest.raises(Refused):
        heard(ground)


def test_an_application_s_tokens_are_kept_sealed_and_proven(ground: Ground) -> None:
    granted = login.log_in(TYPED | {"signing_secret": "0123456789abcdef"}, ground.client, ground.face.url)
    assert granted.settings["has_app_token"] and APP_TOKEN not in repr(granted.settings)
    us = Slack(granted.settings, granted.secret, ground.client)
    assert us.abilities.tells_by == {"socket"} and us.whoami().native_id == US
    assert heard(ground, connector=us) == [True]
    plain = login.log_in(TYPED | {"app_token": ""}, ground.client, ground.face.url)
    assert plain.secret.reveal() == TOKEN and Slack(plain.settings, plain.secret, ground.client).abilities.tells_by == {
        "webhook"
    }


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"app_token": "xoxb-1-right-token"}, "bad_answer"),
        ({"app_token": "xapp-1-wrong-token"}, "app_token_refused"),
        ({"signing_secret": "not hexadecimal"}, "bad_answer"),
    ],
)
def test_a_token_that_cannot_be_right_is_told_of_its_question(
    ground: Ground, wrong: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refused) as caught:
        login.log_in(TYPED | wrong, ground.client, ground.face.url)
    assert (caught.value.reason_code, [caught.value.detail]) == (reason, list(wrong))


def test_words_in_a_conversation_are_read_as_ever(ground: Ground) -> None:
    ground.say("Hallo", HOME)
    assert [item.text for batch in ground.socket().collect("") for item in batch.items] == ["Hallo"]
