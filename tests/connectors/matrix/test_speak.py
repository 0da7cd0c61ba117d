"""Speaking: keys and how long they count, answers where they belong, pictures, and what is found afterwards."""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.matrix import write
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.matrix.ground import Ground
from tests.networks.patience import SILENCE, during

PICTURE = Media("image/png", alt="Eine Werkbank mit Hobel", name="werkbank.png", content=b"\x89PNG" + b"x" * 1000)


def found(ground: Ground, draft: Draft, key: str = "k") -> Receipt | None:
    return ground.connector().find(key, draft, datetime.now(UTC) - timedelta(seconds=5))


def content(ground: Ground) -> dict:
    """What was said last in our room."""
    return ground.network.rooms[ground.room].events[-1]["content"]


def test_a_key_counts_for_half_an_hour_and_one_log_in(ground: Ground) -> None:
    first = ground.connector().send(Draft("Termin"), "k")
    assert ground.connector().send(Draft("Termin"), "k").ref == first.ref
    assert ground.connector().abilities.idempotency.valid_for == timedelta(minutes=30)
    other = ground.network.log_in(ground.haus)["access_token"]
    assert ground.connector(other).send(Draft("Termin"), "k").ref != first.ref
    clock = ground.network.clock
    ground.network.clock = lambda: clock() + 1801
    assert ground.connector().send(Draft("Termin"), "k").ref != first.ref
    assert ground.network.bodies() == ["Termin"] * 3


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage", "late"])
def test_what_arrived_unclearly_is_found(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    draft = Draft("Grüße an @mia:haus.test\n\n  und <b>alle</b> ")
    ground.network.plant("send", kind, times=1, wait=SILENCE)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    if kind == "late":
        assert found(ground, draft) is None
        threading.Event().wait(SILENCE + 0.2)
    receipt = found(ground, draft)
    assert receipt is not None
    assert receipt.ref.native_id == ground.id(ground.network.rooms[ground.room].events[-1]["event_id"])
    assert ground.network.bodies() == [draft.text]
    # A new log-in knows nothing of transactions; the words know their key all the same.
    other = ground.connector(ground.network.log_in(ground.haus)["access_token"])
    again = other.find("k", Draft("Andere Worte"), datetime.now(UTC) - timedelta(seconds=5))
    assert again == receipt


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("error_before", Unclear, "status_500"),
        ("silence_before", Unclear, "cut_off"),
        ("too_many", TryLater, "too_many"),
        ("logged_out", LoggedOut, "logged_out"),
        ("locked", LoggedOut, "account_closed"),
        ("forbidden", Refused, "forbidden"),
    ],
)
def test_what_did_not_arrive_is_not_found(ground: Ground, kind: str, error: type[Exception], reason: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("send", kind, times=1, wait=90)
    with pytest.raises(error) as caught:
        ground.connector().send(Draft("Termin"), "k")
    assert caught.value.reason_code == reason  # type: ignore[attr-defined]
    assert found(ground, Draft("Termin")) is None
    if isinstance(caught.value, TryLater):
        assert caught.value.when == timedelta(seconds=90)


def test_the_very_same_words_of_another_are_not_ours(ground: Ground) -> None:
    ground.say("Termin")
    ground.network.say(ground.room, ground.mia, {"msgtype": "m.text", "body": "Termin", write.KEY: "k"})
    assert found(ground, Draft("Termin")) is None


def test_what_was_taken_away_meanwhile_had_got_through(ground: Ground) -> None:
    receipt = ground.connector().send(Draft("Termin"), "k")
    ground.network.redact(ground.room, ground.haus, receipt.ref.native_id.rpartition("/")[2])
    again = found(ground, Draft("Termin"))
    assert again is not None
    assert again.ref == receipt.ref


def test_where_we_were_thrown_out_a_person_decides(ground: Ground) -> None:
    ground.network.leave(ground.room, ground.haus, by=ground.mia)
    with pytest.raises(Refused) as caught:
        found(ground, Draft("Termin"))
    assert caught.value.reason_code == "not_in_room"
    with pytest.raises(Refused) as caught:
        ground.connector().send(Draft("Termin"), "k")
    assert caught.value.reason_code == "forbidden"


def test_a_post_is_found_though_another_room_is_the_first_by_now(ground: Ground) -> None:
    garden = ground.network.make_room("garten", ground.mia, (ground.haus,))
    ground.network.plant("send", "error_after", times=1)
    with pytest.raises(Unclear):
        ground.connector().send(Draft("Termin"), "k")
    rooms = [{"id": garden, "visibility": "public"}, *ground.settings["rooms"]]
    receipt = ground.connector(rooms=rooms).find("k", Draft("Termin"), datetime.now(UTC) - timedelta(seconds=5))
    assert receipt is not None
    assert receipt.ref.native_id.startswith(f"{ground.room}/")


def test_an_answer_stands_where_it_was_asked_and_names_who_asked(ground: Ground) -> None:
    asked = ground.say("Frage")
    ground.connector().send(Draft("Antwort", reply_to=Ref(ground.id(asked))), "k1")
    assert content(ground)["m.relates_to"] == {
        "rel_type": "m.thread", "event_id": asked, "is_falling_back": True, "m.in_reply_to": {"event_id": asked},
    }  # fmt: skip
    assert content(ground)["m.mentions"] == {"user_ids": [ground.mia]}
    below = ground.say("Und wann?", thread=asked)
    ground.connector().send(Draft("Um acht, @jan:fern.example.", reply_to=Ref(ground.id(below))), "k2")
    assert content(ground)["m.relates_to"] == {
        "rel_type": "m.thread", "event_id": asked, "is_falling_back": False, "m.in_reply_to": {"event_id": below},
    }  # fmt: skip
    assert content(ground)["m.mentions"] == {"user_ids": [ground.mia, "@jan:fern.example"]}
    rich = ground.say("Ohne Faden", asked)
    ground.connector().send(Draft("Auch ohne", reply_to=Ref(ground.id(rich))), "k3")
    assert content(ground)["m.relates_to"] == {"m.in_reply_to": {"event_id": rich}}


def test_names_in_words_are_meant_and_nothing_else_is(ground: Ground) -> None:
    ground.connector().send(
        Draft("@mia:haus.test und @mia:haus.test, Mail an haus@haus.test, @room, @haus:haus.test"), "k"
    )
    assert content(ground)["m.mentions"] == {"user_ids": [ground.mia]}
    ground.connector().send(Draft("Niemand"), "k2")
    assert content(ground)["m.mentions"] == {}


def test_what_is_gone_or_in_another_house_cannot_be_answered(ground: Ground) -> None:
    gone = ground.say("Weg")
    ground.network.redact(ground.room, ground.mia, gone)
    for nothing in (ground.id(gone), ground.id("$nie"), "!anders:haus.test/$nie", "kein-ort"):
        with pytest.raises(Refused) as caught:
            ground.connector().send(Draft("Antwort", reply_to=Ref(nothing)), "k")
        assert caught.value.reason_code == "not_found"
    assert ground.network.bodies() == [""]


def test_nobody_is_answered_in_the_clear_where_words_are_sealed(ground: Ground) -> None:
    two = ground.network.make_room("zwei", ground.mia, (ground.haus,), is_open=False, is_direct=True)
    asked = ground.say("Frage", room=two)
    ground.network.put(two, ground.mia, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, state_key="")
    with pytest.raises(Refused) as caught:
        ground.connector().send(Draft("Klartext", reply_to=Ref(f"{two}/{asked}")), "k")
    assert caught.value.reason_code == "room_encrypted"


def test_what_was_said_before_words_were_sealed_is_not_changed_in_the_clear(ground: Ground) -> None:
    two = ground.network.make_room("zwei", ground.mia, (ground.haus,), is_open=False, is_direct=True)
    asked = ground.say("Frage", room=two)
    answer = ground.connector().send(Draft("Antwort", reply_to=Ref(f"{two}/{asked}")), "k").ref
    ground.network.put(two, ground.mia, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, state_key="")
    with pytest.raises(Refused) as caught:
        ground.connector().edit(answer, Draft("Klartext"))
    assert caught.value.reason_code == "room_encrypted"


def test_a_picture_brings_its_alternative_text(ground: Ground) -> None:
    ground.connector().send(Draft("", media=(PICTURE,)), "k")
    ((uri, media_type, body),) = ground.network.media
    assert (media_type, body) == ("image/png", PICTURE.content)
    said = content(ground)
    assert (said["msgtype"], said["body"], said["url"], said["info"]["size"]) == ("m.image", PICTURE.alt, uri, 1004)
    assert "filename" not in said
    ground.connector().send(Draft("Seht her", media=(PICTURE,)), "k2")
    assert (content(ground)["body"], content(ground)["filename"]) == ("Seht her", "Eine Werkbank mit Hobel.png")
    ground.connector().send(Draft("Seht her", media=(dataclasses.replace(PICTURE, alt=""),)), "k3")
    assert content(ground)["filename"] == "werkbank.png"


@pytest.mark.parametrize("kind", ["error_before", "error_after", "silence_after", "half", "too_many"])
def test_while_only_a_picture_left_nothing_was_said(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("upload", kind, times=1)
    with pytest.raises(TryLater):
        ground.connector().send(Draft("Seht her", media=(PICTURE,)), "k")
    assert ground.network.bodies() == []


def test_the_check_knows_the_measures(ground: Ground) -> None:
    check = ground.connector().check
    film, large = (dataclasses.replace(PICTURE, **one) for one in ({"media_type": "video/mp4"}, {"content": b"x" * 9_000_001}))  # fmt: skip
    assert [one.code for one in check(Draft("x", media=(film, large)))] == [
        "too_many_media",
        "no_films",
        "media_too_large",
    ]
    assert [one.code for one in check(Draft("ü" * 15_001))] == ["text_too_long"]
    assert [one.code for one in check(Draft("x", visibility="direct"))] == ["visibility_unknown"]
    assert check(Draft("x", visibility="direct", reply_to=Ref("!a:b/$c"))) == ()
    assert [(one.code, one.severity) for one in check(Draft("x", title="Titel"))] == [("title_dropped", "warn")]


def test_other_words_replace_ours_and_keep_the_picture(ground: Ground) -> None:
    us = ground.connector()
    shown = us.send(Draft("Die Bank", media=(PICTURE,)), "k").ref
    us.edit(shown, Draft("Die neue Bank, @mia:haus.test"))
    said = content(ground)
    assert said["m.relates_to"] == {"rel_type": "m.replace", "event_id": shown.native_id.partition("/")[2]}
    new = said["m.new_content"]
    assert (new["body"], new["msgtype"], new["url"][:6]) == ("Die neue Bank, @mia:haus.test", "m.image", "mxc://")
    assert said["m.mentions"] == {} and new["m.mentions"] == {"user_ids": ["@mia:haus.test"]}
    # What is looked for is the message itself, not what replaces it.
    again = found(ground, Draft("Die Bank", media=(PICTURE,)))
    assert again is not None and again.ref == shown
    items = {item.ref: item for batch in us.collect("") for item in batch.items}
    assert items[shown].text == "Die neue Bank, @mia:haus.test"
    for ref, reason in (
        (Ref(ground.id(ground.say("Ihr Wort"))), "forbidden"),
        (Ref(ground.id("$nichts")), "not_found"),
    ):
        with pytest.raises(Refused) as caught:
            us.edit(ref, Draft("x"))
        assert caught.value.reason_code == reason


def test_other_words_mean_whom_they_answer_as_before(ground: Ground) -> None:
    us, asked = ground.connector(), Ref(ground.id(ground.say("Frage")))
    answer = us.send(Draft("Antwort, auch an @jan:fern.example", reply_to=asked), "k").ref
    us.edit(answer, Draft("Andere Antwort"))
    assert content(ground)["m.new_content"]["m.mentions"] == {"user_ids": [ground.mia]}
    assert content(ground)["m.mentions"] == {}


def test_only_our_own_words_are_taken_back_and_others_only_by_moderators(ground: Ground) -> None:
    theirs = Ref(ground.id(ground.say("Unfug")))
    with pytest.raises(Refused) as caught:
        ground.connector().withdraw(theirs)
    assert caught.value.reason_code == "forbidden"
    without = [{**ground.settings["rooms"][0], "can_remove": False}]
    with pytest.raises(Refused) as caught:
        ground.connector(rooms=without).moderate(theirs, "remove")
    assert caught.value.reason_code == "not_supported"
    ground.network.rooms[ground.room].state["m.room.power_levels", ""]["content"]["users"] = {}
    with pytest.raises(Refused) as caught:
        ground.connector().moderate(theirs, "remove")
    assert caught.value.reason_code == "forbidden"


def test_counters_are_what_hangs_on_a_message(ground: Ground) -> None:
    ref = ground.connector().send(Draft("Termin"), "k").ref
    event = ref.native_id.rpartition("/")[2]
    for number in range(120):
        ground.react(event, f"{number}")
    ground.say("Ja", thread=event)
    readings = {one.name: one.value for one in ground.connector().measure([ref, Ref("kein-ort")])}
    assert readings == {"reactions": 120, "replies": 1}


def test_settings_that_say_nothing_are_refused_not_guessed(ground: Ground) -> None:
    for settings, detail in (({"server": ""}, "server"), ({"rooms": []}, "rooms")):
        with pytest.raises(Refused) as caught:
            ground.connector(**settings).send(Draft("x"), "k")
        assert (caught.value.reason_code, caught.value.detail) == ("bad_setting", detail)
    with pytest.raises(LoggedOut) as logged_out:
        ground.connector("").whoami()
    assert logged_out.value.reason_code == "no_token"
