"""Let in by a token: what the bot may do is looked at, and its token never shows."""

import json
import logging
import traceback

import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.telegram.connector import Telegram
from allmende.connectors.telegram.names import chat_in, page_of, place_of
from tests.networks.patience import during
from tests.networks.telegram.ground import CHANNEL, DISCUSSION, GROUP, TOKEN, Ground

REF = Ref(f"{GROUP}/1")


def test_whoever_logs_in_knows_the_chat_and_its_discussion(ground: Ground) -> None:
    granted = Telegram.log_in(ground.answers("https://t.me/unser_haus"), ground.client)
    settings = granted.settings
    assert settings["chat"] == {"id": CHANNEL, "type": "channel", "title": "Unser Haus", "name": "unser_haus"}
    assert settings["discussion"] == {"id": DISCUSSION, "name": ""}
    assert (settings["can_remove"], settings["url"], settings["network"]) == (
        True,
        "https://t.me/unser_haus",
        "telegram",
    )
    assert TOKEN.partition(":")[2] not in json.dumps(dict(settings))
    us = Telegram(settings, granted.secret, ground.client)
    me = us.whoami()
    assert (me.native_id, me.handle, me.name, me.is_us, me.is_bot) == ("47110815", "haus_bot", "Unser Haus", True, True)
    assert us.abilities.visibilities == {"public"}


def test_without_a_name_words_are_for_members(ground: Ground) -> None:
    del ground.network.chats[GROUP]["username"]
    ground.network.seat(GROUP, ground.bot.user["id"], "administrator")
    us = ground.connector(chat=str(GROUP))
    assert us.abilities.visibilities == {"public", "members"}
    assert (us.abilities.moderation, us.public_url) == (frozenset(), "")


@pytest.mark.parametrize(
    ("others", "reason", "detail"),
    [
        ({"token": "kein Token"}, "bad_answer", "token"),
        ({"token": "1:kurz"}, "bad_answer", "token"),
        ({"token": TOKEN + "/../getMe"}, "bad_answer", "token"),
        ({"chat": ""}, "bad_answer", "chat"),
        ({"chat": "der Hof"}, "bad_answer", "chat"),
        ({"chat": "@niemand_da"}, "no_such_chat", "chat"),
        ({"server": "ftp://x.example"}, "bad_address", "server"),
        ({"server": "https://x.example/bot"}, "bad_address", "server"),
        ({"server": "http://api.telegram.org"}, "not_https", "server"),
        ({"server": "https://127.0.0.1"}, "forbidden_address", "server"),
    ],
)
def test_an_answer_that_cannot_be_right_is_named(
    ground: Ground, others: dict[str, str], reason: str, detail: str
) -> None:
    with pytest.raises(Refused) as caught:
        Telegram.log_in(ground.answers() | others, ground.client)
    assert (caught.value.reason_code, caught.value.detail) == (reason, detail)


@pytest.mark.parametrize(
    ("chat", "status", "rights", "reason"),
    [
        (GROUP, "left", {}, "bot_silent"),
        (GROUP, "member", {}, "bot_deaf"),
        (GROUP, "restricted", {"is_member": True, "can_send_messages": False}, "bot_silent"),
        (CHANNEL, "administrator", {"can_post_messages": False}, "bot_silent"),
        (CHANNEL, "member", {}, "bot_silent"),
        (DISCUSSION, "left", {}, "bot_deaf"),
        (DISCUSSION, "member", {}, "bot_deaf"),
    ],
)
def test_a_bot_that_cannot_hear_or_speak_is_told_so(ground: Ground, chat: int, status: str, rights: dict[str, bool], reason: str) -> None:  # fmt: skip
    ground.network.seat(chat, ground.bot.user["id"], status, **rights)
    with pytest.raises(Refused) as caught:
        Telegram.log_in(ground.answers("@nachbarhof" if chat == GROUP else "@unser_haus"), ground.client)
    assert (caught.value.reason_code, caught.value.detail) == (reason, "chat")


def test_a_bot_without_privacy_needs_no_office(ground: Ground) -> None:
    ground.bot.user["can_read_all_group_messages"] = True
    ground.network.seat(GROUP, ground.bot.user["id"], "member")
    us = ground.connector()
    assert us.abilities.moderation == frozenset()


def test_a_bot_that_reports_elsewhere_is_left_alone(ground: Ground) -> None:
    ground.bot.webhook = "https://anders.example/hook"
    with pytest.raises(Refused) as caught:
        Telegram.log_in(ground.answers(), ground.client)
    assert caught.value.reason_code == "webhook_set"
    assert ground.bot.webhook


def test_unknown_and_revoked_tokens_log_out(ground: Ground) -> None:
    us = ground.connector()
    with pytest.raises(LoggedOut):
        Telegram.log_in(ground.answers(token="47110815:AAunbekannt-unbekannt-unbekannt"), ground.client)
    del ground.network.bots[TOKEN]
    for ask in (us.whoami, lambda: list(us.collect("")), lambda: us.moderate(REF, "remove")):
        with pytest.raises(LoggedOut) as caught:
            ask()
        assert caught.value.reason_code == "logged_out"
    with pytest.raises(LoggedOut) as caught:
        Telegram(us.settings, None, ground.client).whoami()
    assert caught.value.reason_code == "no_token"


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "too_many", "garbage", "html"])
def test_a_server_that_does_not_answer_is_asked_again(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("read", kind, times=1)
    with pytest.raises(TryLater):
        Telegram.log_in(ground.answers(), ground.client)


@pytest.mark.parametrize("kind", ["echo", "silence_before", "half", "error_before", "too_many"])
def test_the_token_shows_nowhere(ground: Ground, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ground.limits = during(kind)
    us, hidden = ground.connector(), TOKEN.partition(":")[2]
    for verb in ("read", "send", "delete"):
        ground.network.plant(verb, kind)
    for ask in (us.whoami, lambda: list(us.collect("")), lambda: us.send(Draft("x"), "k"), lambda: us.withdraw(REF)):
        with pytest.raises(ConnectorError) as caught:
            ask()
        error = caught.value
        written = "".join(traceback.format_exception(error)) + f"{error!r}{error}{error.detail}{vars(us)!r}"
        assert hidden not in written
        assert error.__cause__ is None
        assert error.__context__ is None
    assert hidden not in caplog.text


def test_an_unreachable_server_does_not_tell_the_token_either() -> None:
    us = Telegram({"server": "https://127.0.0.1:9"}, Secret(TOKEN), Client())
    with pytest.raises(ConnectorError) as caught:
        us.whoami()
    assert TOKEN not in f"{caught.value!r}"


def test_chats_and_pages_are_known_however_they_are_written() -> None:
    for written in ("@unser_haus", "unser_haus", "https://t.me/unser_haus", "t.me/s/unser_haus/12?single", " telegram.me/unser_haus/ "):  # fmt: skip
        assert chat_in(written) == "@unser_haus"
    assert chat_in("-1001234567890") == "-1001234567890"
    for written in ("", "a b", "@ab", "https://example.org/unser_haus", "+49171"):
        with pytest.raises(ValueError, match="chat"):
            chat_in(written)
    assert page_of(-1001234, "unser_haus", 5) == "https://t.me/unser_haus/5"
    assert page_of(-1001234, "", 5) == "https://t.me/c/1234/5"
    assert page_of(-77, "", 5) == page_of(77, "", 5) == page_of(-1001234, "../x") == ""
    for native_id in ("", "1", "-1/x", "1/2/3", "1/-2", "١/٢"):
        with pytest.raises(ValueError, match="native_id"):
            place_of(native_id)
