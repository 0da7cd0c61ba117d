"""Speaking: keys and their race, pictures, answers that reach whom they answer, and what is found afterwards."""

import dataclasses
import threading
from datetime import UTC, datetime, timedelta
from html import escape

import pytest

from allmende.connectors.errors import CannotLook, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.mastodon import write
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.mastodon.ground import Ground
from tests.networks.mastodon.network import Words
from tests.networks.patience import HASTY, SILENCE, during

pytestmark = pytest.mark.thorough

EVERYBODY = pytest.mark.parametrize("ground", ["mastodon", "pleroma", "slashed"], indirect=True)
PICTURE = Media("image/png", alt="Eine Werkbank mit Hobel", name="werkbank.png", content=b"\x89PNG" + b"x" * 1000)
LONG_AGO = timedelta(minutes=30)


def found(ground: Ground, draft: Draft, key: str = "k") -> Receipt | None:
    return ground.connector().find(key, draft, datetime.now(UTC) - timedelta(seconds=5))


def test_a_key_counts_for_an_hour(ground: Ground) -> None:
    first = ground.connector().send(Draft("Termin"), "k")
    assert ground.connector().send(Draft("Termin"), "k") == first
    clock = ground.network.clock
    ground.network.clock = lambda: clock() + 3601
    assert ground.connector().send(Draft("Termin"), "k").ref != first.ref
    assert ground.network.appeared() == ["Termin", "Termin"]
    memory = ground.connector().abilities.idempotency.valid_for
    assert memory == timedelta(hours=1)


def test_the_race_of_a_key_whose_first_use_is_still_in_work_is_outlasted(ground: Ground) -> None:
    """The network remembers a key when its work is done: who repeats before says it twice, who waits finds it."""
    ground.network.set_fact("work_seconds", 0.3)
    both = [threading.Thread(target=lambda: ground.connector().send(Draft("Eilig"), "k")) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert ground.network.appeared() == ["Eilig"] * 2  # the network doubles: our queue must not ask for it
    ground.network.set_fact("work_seconds", 1.4)
    ground.limits = HASTY
    with pytest.raises(Unclear):
        ground.connector().send(Draft("In Ruhe"), "k2")
    assert found(ground, Draft("In Ruhe")) is None
    assert ground.connector().abilities.quarantine >= timedelta(minutes=2)
    threading.Event().wait(1.2)
    receipt = found(ground, Draft("In Ruhe"))
    assert receipt is not None
    assert ground.network.appeared().count("In Ruhe") == 1


@EVERYBODY
@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "late"])
def test_what_arrived_unclearly_is_found(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    draft = Draft(
        "Grüße an @mia und @jan@fern.example:\n\nhttps://lotsenforum.example/ein/recht/langer/weg?a=1&b=2 \n#hafen <b>"
    )
    ground.network.plant("send", kind, times=1, wait=SILENCE)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    if kind == "late":
        assert found(ground, draft) is None
        threading.Event().wait(SILENCE + 0.2)
    receipt = found(ground, draft)
    assert receipt is not None
    (row,) = ground.network.public()
    assert receipt.ref.native_id == row["id"]


@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", Unclear), ("too_many", TryLater), ("logged_out", LoggedOut)]
)
def test_what_did_not_arrive_is_not_found(ground: Ground, kind: str, error: type[Exception]) -> None:
    ground.network.plant("send", kind, times=1, wait=90)
    with pytest.raises(error) as caught:
        ground.connector().send(Draft("Termin"), "k")
    assert found(ground, Draft("Termin")) is None
    if isinstance(caught.value, TryLater):
        now = datetime.now(UTC)
        assert timedelta(seconds=80) < caught.value.due(now) - now < timedelta(seconds=95)


@EVERYBODY
def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector = ground.connector()
    ref = connector.send(Draft("Termin"), "k").ref
    ground.network.revoke(ground.haus)
    for ask in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(Draft("x"), "k2"),
        lambda: connector.find("k", Draft("x"), datetime.now(UTC)),
        lambda: connector.withdraw(ref),
        lambda: connector.measure([ref]),
    ):
        with pytest.raises(LoggedOut) as caught:
            ask()
        assert caught.value.reason_code == "logged_out"


def test_what_the_scopes_do_not_allow_is_refused(ground: Ground) -> None:
    reader = ground.network.token_for(ground.haus, "read")["access_token"]
    with pytest.raises(Refused) as caught:
        ground.connector(reader).send(Draft("Termin"), "k")
    assert caught.value.reason_code == "forbidden"


@EVERYBODY
def test_whoever_is_answered_is_named_once(ground: Ground) -> None:
    far = ground.network.enrol("jan@fern.example")
    cases = {
        ground.say("Frage 1"): ("Gern.", "@mia Gern."),
        ground.say("Frage 2"): ("Gern, @Mia!", "Gern, @Mia!"),
        ground.say("Frage 3"): ("@mia@haus.example gern", "@mia@haus.example gern"),
        ground.say("Frage 4"): ("Mail an mia@haus.example", "@mia Mail an mia@haus.example"),
        ground.say("Frage 5", by=far): ("Gern.", "@jan@fern.example Gern."),
        ground.connector().send(Draft("Von uns"), "k0").ref.native_id: ("Nachtrag", "Nachtrag"),
    }
    for number, (asked, (text, said)) in enumerate(cases.items(), 1):
        draft = Draft(text, reply_to=Ref(asked))
        receipt = ground.connector().send(draft, f"k{number}")
        assert ground.network.appeared()[-1] == said
        again = found(ground, draft)
        assert again is not None
        assert again.ref == receipt.ref


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        ("public", "public", "public"),
        ("unlisted", "public", "unlisted"),
        ("private", "public", "private"),
        ("direct", "public", "direct"),
        ("public", "members", "private"),
        ("private", "direct", "direct"),
        ("direct", "members", "direct"),
    ],
)
def test_an_answer_is_never_more_public_than_what_it_answers(ground: Ground, theirs: str, ours: str, said: str) -> None:
    asked = ground.say("@haus Frage", visibility=theirs)
    ground.connector().send(Draft("Antwort", reply_to=Ref(asked), visibility=ours), "k")  # type: ignore[arg-type]
    assert ground.network.public()[-1]["visibility"] == said
    assert write.closer(ours if ours != "members" else "private", "followers-of-followers") == "direct"


def test_an_answer_bears_the_warning_as_long_as_there_is_room(ground: Ground) -> None:
    asked = ground.say("@haus Frage", spoiler="Baustelle")
    ground.connector().send(Draft("Antwort", reply_to=Ref(asked)), "k1")
    ground.connector().send(Draft("x" * 495, reply_to=Ref(asked)), "k2")
    rows = ground.network.store.rows("SELECT spoiler FROM status ORDER BY rowid")
    assert [row["spoiler"] for row in rows] == ["Baustelle", "Baustelle", ""]


def test_other_words_keep_pictures_warning_and_name(ground: Ground) -> None:
    us = ground.connector()
    asked = ground.network.say(ground.mia, Words("Was gibt es?", spoiler="Essen"))
    answer = us.send(Draft("Supe", reply_to=Ref(asked), media=(PICTURE,)), "k").ref
    for _ in range(2):
        us.edit(answer, Draft("Suppe"))
    row = ground.network.store.rows("SELECT * FROM status WHERE id = ?", answer.native_id)[0]
    name = ground.network.store.rows("SELECT acct FROM account WHERE id = ?", ground.mia)[0]["acct"]
    assert (row["text"], row["spoiler"]) == (f"@{name} Suppe", "Essen")
    assert len(ground.network.store.rows("SELECT 1 FROM medium WHERE status_id = ?", answer.native_id)) == 1
    ground.network.delete(ground.mia, asked)
    us.edit(answer, Draft("Nur Suppe"))
    for ref, text, reason in ((Ref("1"), "x", "not_found"), (answer, " ", "text_empty")):
        with pytest.raises(Refused) as caught:
            us.edit(ref, Draft(text))
        assert caught.value.reason_code == reason


def test_a_poll_is_not_lost_to_other_words() -> None:
    asked = {"media_attachments": [], "poll": {"id": "7", "options": [{"title": "Ja"}, {"title": "Nein"}]}}
    with pytest.raises(Refused) as caught:
        write.edited(Draft("Anders"), asked)
    assert caught.value.reason_code == "would_lose"
    assert write.edited(Draft("Anders"), {**asked, "poll": None})["status"] == "Anders"


def test_the_check_counts_the_name_that_is_put_in_front(ground: Ground) -> None:
    connector = ground.connector()
    asked = Ref(ground.say("Frage"), "https://haus.example/@mia/1")
    for length, codes in ((495, []), (496, ["text_too_long"])):
        draft = Draft("x" * length, reply_to=asked)
        assert [finding.code for finding in connector.check(draft)] == codes
    connector.send(Draft("x" * 495, reply_to=asked), "k")
    with pytest.raises(Refused):
        connector.send(Draft("x" * 496, reply_to=asked), "k2")
    for url in ("https://fern.example/users/mia/statuses/7", "https://fern.example/@mia@weit.example/7"):
        long = connector.check(Draft("x" * 496, reply_to=Ref("1", url)))
        assert [finding.code for finding in long] == ["text_too_long"]
    for addressee, length, codes in (
        ("mia@weit.example", 496, ["text_too_long"]),
        ("mia@weit.example", 495, []),
        ("Haus@haus.example", 500, []),
    ):
        named = Draft("x" * length, reply_to=Ref("1"), addressee=addressee)
        assert [finding.code for finding in connector.check(named)] == codes
    for url in ("", "https://fern.example/notes/7", "https://haus.example/@haus/7"):
        assert connector.check(Draft("x" * 500, reply_to=Ref("1", url))) == ()


def test_length_is_what_the_server_finds_it_to_be(ground: Ground) -> None:
    text = "@jan@ein.sehr.langer.name.example 👩‍🌾 https://a.example/" + "x" * 400
    room = 500 - 4 - 3 - 23
    for filler, fits in ((room, True), (room + 1, False)):
        draft = Draft(text + " " + "y" * (filler - 1) if filler else text)
        assert (ground.connector().check(draft) == ()) is fits


@EVERYBODY
def test_pictures_arrive_with_their_alternative_texts(ground: Ground) -> None:
    ground.network.set_fact("media_seconds", 0.15)
    draft = Draft("Seht her", media=(PICTURE, dataclasses.replace(PICTURE, alt="", name="")))
    receipt = ground.connector().send(draft, "k")
    rows = ground.network.store.rows("SELECT * FROM medium ORDER BY rowid")
    assert [(row["status_id"], row["media_type"], row["description"], row["content"]) for row in rows] == [
        (receipt.ref.native_id, "image/png", PICTURE.alt, PICTURE.content),
        (receipt.ref.native_id, "image/png", None, PICTURE.content),
    ]
    if ground.network.fact("character") != "slashed":  # that one tells nobody of its pictures
        again = found(ground, draft)
        assert again is not None
        assert again.ref == receipt.ref
        assert found(ground, Draft("Seht her")) is None


@pytest.mark.parametrize("kind", ["error_before", "error_after", "silence_after", "half", "too_many"])
def test_while_only_pictures_left_nothing_was_said(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("upload", kind, times=1)
    draft = Draft("Seht her", media=(PICTURE,))
    with pytest.raises(TryLater):
        ground.connector().send(draft, "k")
    assert ground.network.appeared() == []
    ground.connector().send(draft, "k")
    assert ground.network.appeared() == ["Seht her"]


def test_pictures_that_are_never_finished_do_not_hold_the_queue(ground: Ground) -> None:
    connector = ground.connector()
    connector.preparation_seconds = 0.2
    ground.network.set_fact("media_seconds", 3600)
    with pytest.raises(TryLater) as caught:
        connector.send(Draft("Seht her", media=(PICTURE,)), "k")
    assert caught.value.reason_code == "not_prepared"
    assert ground.network.appeared() == []


def test_the_check_knows_the_servers_measures_for_pictures(ground: Ground) -> None:
    large = dataclasses.replace(PICTURE, content=b"x" * 1_000_001)
    film = dataclasses.replace(PICTURE, media_type="video/mp4")
    draft = Draft("", media=(PICTURE, large, film, dataclasses.replace(PICTURE, alt=""), PICTURE))
    codes = [(finding.code, finding.severity) for finding in ground.connector().check(draft)]
    assert codes == [("too_many_media", "refuse"), ("film_not_alone", "refuse"), ("media_too_large", "refuse"), ("alt_text_missing", "warn")]  # fmt: skip


def test_somebody_elses_words_are_neither_found_nor_withdrawn(ground: Ground) -> None:
    said = ground.network.say(ground.mia, Words("Termin"))
    assert found(ground, Draft("Termin")) is None
    ground.connector().withdraw(Ref(said))
    assert ground.network.public()[0]["deleted_at"] is None


@EVERYBODY
@pytest.mark.parametrize("visibility", ["public", "members", "direct"])
def test_an_answer_in_a_small_circle_is_found_too(ground: Ground, visibility: str) -> None:
    asked = ground.say("@haus Frage", visibility="direct")
    draft = Draft("Antwort", reply_to=Ref(asked), visibility=visibility)  # type: ignore[arg-type]
    assert found(ground, draft) is None
    ground.network.plant("send", "error_after", times=1)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    receipt = found(ground, draft)
    assert receipt is not None
    assert receipt.ref.native_id == ground.network.public()[-1]["id"]
    others = {receipt.ref.native_id}
    assert ground.connector().find("k2", draft, receipt.sent_at, claimed=others) is None
    assert ground.connector().find("k2", draft, receipt.sent_at + LONG_AGO) is None


@EVERYBODY
def test_what_a_list_does_not_show_is_never_said_to_be_absent(ground: Ground) -> None:
    draft = Draft("Nur für uns", visibility="direct")
    if ground.network.fact("character") == "mastodon":
        assert found(ground, draft) is None
    else:
        with pytest.raises(CannotLook):
            found(ground, draft)
    receipt = ground.connector().send(draft, "k")
    for number in range(90):
        ground.say(f"Anderes {number}")
    again = found(ground, draft)
    assert again is not None
    assert again.ref == receipt.ref


def test_blank_words_are_refused_before_a_server_could_take_them(ground: Ground) -> None:
    with pytest.raises(Refused) as caught:
        ground.connector().send(Draft(" \n"), "k")
    assert caught.value.reason_code == "text_empty"


@pytest.mark.parametrize(
    "text", ["siehe example.org/ein/weg", "www.example.org ist neu", "http://example.org/?a=1&b=2 <b>"]
)
def test_a_server_that_makes_links_of_words_does_not_hide_them(text: str) -> None:
    href = text.split()[1] if text.startswith("siehe") else text.split(maxsplit=1)[0]
    whole = href if "://" in href else f"https://{href}"
    shown = escape(text).replace(
        escape(href), f'<a href="{escape(whole)}">{escape(href.removeprefix("http://")[:14])}…</a>'
    )
    assert write.is_same(Draft(text), {"content": f"<p>{shown}</p>"})
    assert not write.is_same(Draft(text + " nicht"), {"content": f"<p>{shown}</p>"})


@pytest.mark.parametrize("ground", ["slashed"], indirect=True)
def test_a_server_without_keys_is_asked_for_its_list(ground: Ground) -> None:
    abilities = ground.connector().abilities
    assert (abilities.idempotency.kind, abilities.idempotency.valid_for) == ("none", None)
    first = ground.connector().send(Draft("Termin"), "k")
    assert ground.connector().send(Draft("Termin"), "k").ref != first.ref
    receipt = ground.connector().find("k", Draft("Termin"), first.sent_at - timedelta(seconds=1))
    assert receipt is not None
    assert receipt.ref == first.ref


def test_measure_counts_answers_boosts_and_favourites(ground: Ground) -> None:
    ref = ground.connector().send(Draft("Termin"), "k").ref
    ground.say("@haus wann?", ref.native_id)
    for verb in ("favourite", "reblog"):
        ground.network.act(ground.mia, verb, ref.native_id)
    readings = ground.connector().measure([ref])
    assert {reading.name: reading.value for reading in readings} == {"replies": 1, "boosts": 1, "favourites": 1}


def test_settings_that_say_nothing_are_refused_not_guessed(ground: Ground) -> None:
    with pytest.raises(Refused) as caught:
        ground.connector(server="").whoami()
    assert caught.value.reason_code == "bad_setting"
    with pytest.raises(LoggedOut):
        ground.connector("").whoami()
    assert ground.connector(limits="viel").abilities.counting.maximum == 500
    bare = ground.connector(account_id="")
    bare.send(Draft("Termin"), "k")
    assert bare.public_url == "https://haus.example/@haus"
