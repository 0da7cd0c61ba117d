"""Speaking where nothing protects from saying it twice: what is unclear stays so, and a person decides."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import CannotLook, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Ref
from allmende.connectors.telegram.connector import Telegram
from tests.networks.patience import SILENCE, during
from tests.networks.telegram.ground import CHANNEL, DISCUSSION, GROUP, Ground

PICTURE = Media("image/png", alt="Eine Werkbank", name="werkbank.png", content=b"\x89PNG" + b"x" * 1000)


def test_words_are_said_as_they_stand(ground: Ground) -> None:
    text = "Grüße_an *alle* <b>hier</b> & @mia 🌊: https://haus.example/?a=1&b=2"
    receipt = ground.connector().send(Draft(text), "k")
    ((method, said),) = ground.network.said
    assert (method, said) == ("sendMessage", {"chat_id": GROUP, "text": text})
    assert receipt.ref == Ref(f"{GROUP}/1", "https://t.me/nachbarhof/1")
    assert abs(receipt.sent_at - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "kind", ["error_before", "error_after", "silence_before", "silence_after", "half", "html", "garbage", "echo"]
)
@pytest.mark.parametrize("media", [(), (PICTURE,)], ids=["words", "picture"])
def test_what_is_unclear_is_for_a_person(ground: Ground, kind: str, media: tuple[Media, ...]) -> None:
    us, draft = ground.connector(), Draft("Termin", media=media)
    ground.limits = during(kind)
    hasty = ground.connector()
    ground.network.plant("send", kind, times=1, wait=SILENCE)
    with pytest.raises(Unclear):
        hasty.send(draft, "k")
    with pytest.raises(CannotLook):
        us.find("k", draft, datetime.now(UTC))
    assert not us.abilities.idempotency.can_look
    assert us.abilities.idempotency.valid_for is None


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("too_many", TryLater, "too_many"),
        ("logged_out", LoggedOut, "logged_out"),
        ("moved", Refused, "chat_moved"),
    ],
)
def test_what_certainly_was_not_said_is_told_so(ground: Ground, kind: str, error: type[Exception], reason: str) -> None:
    ground.network.plant("send", kind, times=1, wait=90)
    with pytest.raises(error) as caught:
        ground.connector().send(Draft("Termin"), "k")
    assert caught.value.reason_code == reason  # type: ignore[attr-defined]
    if isinstance(caught.value, TryLater):
        assert caught.value.when == timedelta(seconds=90)
    assert ground.network.texts() == []


def test_an_answer_stands_below_what_it_answers_or_is_not_said(ground: Ground) -> None:
    asked = ground.say("Wann?", chat=DISCUSSION)
    us = ground.connector(chat="@unser_haus")
    us.send(Draft("Um acht", reply_to=Ref(f"{DISCUSSION}/{asked}")), "k")
    assert ground.network.said[-1][1] == {
        "chat_id": DISCUSSION, "text": "Um acht", "reply_parameters": {"message_id": asked, "allow_sending_without_reply": False},
    }  # fmt: skip
    for nothing, reason in ((f"{DISCUSSION}/999", "not_found"), ("-5/1", "not_found"), ("kein-ort", "not_found")):
        with pytest.raises(Refused) as caught:
            us.send(Draft("Wohin?", reply_to=Ref(nothing)), "k2")
        assert caught.value.reason_code == reason
    assert ground.network.texts() == ["Um acht"]


def test_a_picture_goes_with_its_words(ground: Ground) -> None:
    asked = ground.say("Zeigt mal")
    ground.connector().send(Draft("Seht her", media=(PICTURE,), reply_to=Ref(f"{GROUP}/{asked}")), "k")
    ((method, said),) = ground.network.said
    assert (method, said["caption"], said["chat_id"]) == ("sendPhoto", "Seht her", str(GROUP))
    assert said["reply_parameters"]["message_id"] == asked
    assert ground.network.pictures == [("image/png", PICTURE.content)]


def test_the_check_knows_the_measures(ground: Ground) -> None:
    check = ground.connector().check
    gif = dataclasses.replace(PICTURE, media_type="image/gif")
    assert check(Draft("🌊" * 2048)) == ()
    assert [one.code for one in check(Draft("🌊" * 2049))] == ["text_too_long"]
    assert check(Draft("x" * 1024, media=(PICTURE,))) == ()
    (long,) = check(Draft("🌊" * 513, media=(PICTURE,)))
    assert (long.code, dict(long.values)) == ("text_too_long", {"length": 1026, "maximum": 1024})
    (long,) = check(Draft("x" * 5000, media=(PICTURE,)))
    assert long.values["maximum"] == 1024
    assert [one.code for one in check(Draft("x", media=(PICTURE, gif)))] == ["too_many_media", "media_type"]
    assert [one.code for one in check(Draft("x", visibility="direct"))] == ["visibility_unknown"]
    for bad in (Draft("x" * 1025, media=(PICTURE,)), Draft("x", visibility="direct")):
        with pytest.raises(Refused):
            ground.connector().send(bad, "k")
    ground.connector().send(Draft("🌊" * 2048), "k")
    ground.connector().send(Draft("🌊" * 512, media=(PICTURE,)), "k2")


def test_own_words_are_taken_back_for_two_days(ground: Ground) -> None:
    us = ground.connector()
    ref = us.send(Draft("Ein Irrtum"), "k").ref
    us.withdraw(ref)
    us.withdraw(ref)
    assert ground.network.deleted == [(GROUP, 1)]
    old = us.send(Draft("Alt"), "k2").ref
    clock = ground.network.clock
    ground.network.clock = lambda: clock() + 49 * 3600
    with pytest.raises(Refused) as caught:
        us.withdraw(old)
    assert caught.value.reason_code == "too_old"
    with pytest.raises(Refused):
        us.withdraw(Ref("-5/1x"))


def test_other_words_for_what_the_bot_said(ground: Ground) -> None:
    us = ground.connector()
    said, shown = us.send(Draft("Offen bis acht"), "k").ref, us.send(Draft("Die Bank", media=(PICTURE,)), "k2").ref
    for _ in range(2):  # the second time Telegram says that nothing was changed
        us.edit(said, Draft("Offen bis neun"))
        us.edit(shown, Draft("Die neue Bank"))
    assert ground.network.messages[GROUP, 1]["text"] == "Offen bis neun"
    assert ground.network.messages[GROUP, 2]["caption"] == "Die neue Bank"
    with pytest.raises(Refused) as caught:
        us.edit(shown, Draft("x" * 1_025))
    assert caught.value.reason_code == "too_large"
    with pytest.raises(Refused) as caught:
        us.edit(Ref(f"{GROUP}/{ground.say('Ihr Wort')}"), Draft("Anderes"))
    assert caught.value.reason_code == "forbidden"
    for ref, text, reason in (
        (Ref(f"{GROUP}/99"), "x", "not_found"),
        (said, " ", "text_empty"),
        (Ref("x"), "x", "not_found"),
    ):
        with pytest.raises(Refused) as caught:
            us.edit(ref, Draft(text))
        assert caught.value.reason_code == reason


def test_others_words_go_only_where_the_bot_may(ground: Ground) -> None:
    us = ground.connector()
    unfug = Ref(f"{GROUP}/{ground.say('Unfug')}")
    us.moderate(unfug, "remove")
    us.moderate(unfug, "remove")
    more = Ref(f"{GROUP}/{ground.say('Mehr Unfug')}")
    ground.network.seat(GROUP, ground.bot.user["id"], "administrator")
    with pytest.raises(Refused) as caught:
        us.moderate(more, "remove")
    assert caught.value.reason_code == "too_old"  # Telegram gives both reasons the same words
    with pytest.raises(Refused) as caught:
        ground.connector().moderate(more, "remove")
    assert caught.value.reason_code == "not_supported"
    with pytest.raises(Refused) as caught:
        us.moderate(more, "hide")
    assert caught.value.reason_code == "not_supported"


def test_a_bot_that_was_thrown_out_is_refused(ground: Ground) -> None:
    us, channel = ground.connector(), ground.connector(chat="@unser_haus")
    ground.network.seat(GROUP, ground.bot.user["id"], "kicked")
    ground.network.seat(CHANNEL, ground.bot.user["id"], "administrator")
    for connector in (us, channel):
        with pytest.raises(Refused) as caught:
            connector.send(Draft("Noch da?"), "k")
        assert caught.value.reason_code == "forbidden"


def test_settings_that_say_nothing_are_refused_not_guessed(ground: Ground) -> None:
    us = ground.connector()
    with pytest.raises(Refused) as caught:
        Telegram({"server": ground.face.url}, us.secret, us.client).send(Draft("x"), "k")
    assert (caught.value.reason_code, caught.value.detail) == ("bad_setting", "chat")
