"""Letting us in: the bot's token, what it may, and the conversation it speaks in."""

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.slack import login
from allmende.connectors.slack.connector import Slack
from tests.networks.slack.ground import TOKEN, Ground
from tests.networks.slack.workspace import BOT, HOME, SECRET_ROOM, US

TYPED = {"token": f" {TOKEN} ", "channel": "#Allgemein"}


@pytest.mark.parametrize(
    ("written", "channel"),
    [
        ("#Allgemein", HOME),
        ("werkstatt", SECRET_ROOM),
        (HOME, HOME),
        (f"https://haus.slack.com/archives/{HOME}/p17", HOME),
        (f"https://app.slack.com/client/T1/{HOME}", HOME),
    ],
)
def test_a_token_lets_us_in_where_the_bot_is(ground: Ground, written: str, channel: str) -> None:
    granted = login.log_in(TYPED | {"channel": written}, ground.client, ground.face.url)
    assert granted.settings["channel"]["id"] == channel
    assert (granted.settings["user_id"], granted.settings["bot_id"]) == (US, BOT)
    assert granted.settings["network"] == "haus.slack.com"
    assert TOKEN not in repr(granted)
    assert TOKEN not in repr(granted.settings)
    assert Slack(granted.settings, granted.secret, ground.client).whoami().native_id == US


@pytest.mark.parametrize(
    ("wrong", "reason", "question"),
    [
        ({"token": "xoxp-not-a-bot-token"}, "bad_answer", "token"),
        ({"token": ""}, "bad_answer", "token"),
        ({"channel": "a b"}, "bad_answer", "channel"),
        ({"channel": ""}, "bad_answer", "channel"),
        ({"channel": "#elsewhere"}, "not_in_channel", "channel"),
    ],
)
def test_what_cannot_be_right_is_told(ground: Ground, wrong: dict[str, str], reason: str, question: str) -> None:
    with pytest.raises(Refused) as caught:
        login.log_in(TYPED | wrong, ground.client, ground.face.url)
    assert (caught.value.reason_code, caught.value.detail) == (reason, question)


def test_a_bot_that_may_too_little_is_told(ground: Ground) -> None:
    ground.town.headers["X-OAuth-Scopes"] = "chat:write,channels:read"
    with pytest.raises(Refused) as caught:
        login.log_in(TYPED, ground.client, ground.face.url)
    assert caught.value.reason_code == "scopes_missing"


def test_a_wrong_token_and_a_busy_network_are_told_apart(ground: Ground) -> None:
    with pytest.raises(LoggedOut):
        login.log_in(TYPED | {"token": "xoxb-1-wrong-token"}, ground.client, ground.face.url)
    ground.town.plant("read", "error_before")
    with pytest.raises(TryLater):
        login.log_in(TYPED, ground.client, ground.face.url)
