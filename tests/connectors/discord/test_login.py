"""Letting us in: the bot's token, what it may hear and do, and the channels it was let into."""

import pytest

from allmende.connectors.discord import login
from allmende.connectors.discord.connector import Discord
from allmende.connectors.errors import LoggedOut, Refused, TryLater
from tests.networks.discord.ground import TOKEN, Ground
from tests.networks.discord.guild import CLOSED, FORUM, GUILD, TEXT, US

TYPED = {"token": f" Bot {TOKEN} ", "channels": f"https://discord.com/channels/{GUILD}/{FORUM}, {TEXT}"}


def test_a_token_lets_us_in_where_the_bot_is(ground: Ground) -> None:
    granted = login.log_in(TYPED, ground.client, ground.face.url)
    assert [(one["id"], one["type"]) for one in granted.settings["channels"]] == [(FORUM, 15), (TEXT, 0)]
    assert (granted.settings["user_id"], granted.settings["guild"]) == (US, GUILD)
    assert granted.settings["can_remove"]
    assert TOKEN not in f"{granted!r}{granted.settings!r}"
    connector = Discord(granted.settings, granted.secret, ground.client)
    assert connector.whoami().is_us
    assert connector.abilities.moderation == {"remove", "lock", "unlock"}
    assert connector.abilities.counting.has_title


def test_what_the_bot_may_not_do_is_not_offered(ground: Ground) -> None:
    ground.town.powers = 0
    granted = login.log_in(TYPED, ground.client, ground.face.url)
    assert Discord(granted.settings, granted.secret, ground.client).abilities.moderation == frozenset()


@pytest.mark.parametrize(
    ("wrong", "reason", "question"),
    [
        ({"token": "short"}, "bad_answer", "token"),
        ({"channels": ""}, "bad_answer", "channels"),
        ({"channels": "#allgemein"}, "bad_answer", "channels"),
        ({"channels": f"{TEXT} {CLOSED}"}, "no_such_channel", "channels"),
        ({"channels": "123456789012345678"}, "no_such_channel", "channels"),
    ],
)
def test_what_cannot_be_right_is_told(ground: Ground, wrong: dict[str, str], reason: str, question: str) -> None:
    with pytest.raises(Refused) as caught:
        login.log_in(TYPED | wrong, ground.client, ground.face.url)
    assert (caught.value.reason_code, caught.value.detail) == (reason, question)


def test_a_bot_that_is_shown_no_words_is_told(ground: Ground) -> None:
    ground.town.flags = 0
    with pytest.raises(Refused) as caught:
        login.log_in(TYPED, ground.client, ground.face.url)
    assert caught.value.reason_code == "intent_missing"


def test_a_wrong_token_and_a_busy_network_are_told_apart(ground: Ground) -> None:
    with pytest.raises(LoggedOut):
        login.log_in(TYPED | {"token": "wrong-token-of-the-bot"}, ground.client, ground.face.url)
    ground.town.plant("read", "error_before")
    with pytest.raises(TryLater):
        login.log_in(TYPED, ground.client, ground.face.url)
