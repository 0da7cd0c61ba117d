"""Speaking: posts, answers in threads, what Slack refuses, and what is found after no answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from allmende.connectors.slack.connector import Slack
from tests.networks.patience import SILENCE, during
from tests.networks.slack.ground import Ground
from tests.networks.slack.workspace import HOME, LETTER, MIA, SECRET_ROOM

WORDS = Draft("Grüße an <alle> & *jeden*:\n\n\thttps://haus.example/a?b=1&c=2 @channel <!here>")


def found(ground: Ground, draft: Draft, key: str = "k") -> Receipt | None:
    return ground.connector().find(key, draft, datetime.now(UTC) - timedelta(seconds=5))


def test_words_say_nothing_else_and_call_nobody(ground: Ground) -> None:
    receipt = ground.connector().send(WORDS, "k")
    row = ground.town.one(HOME, receipt.ref.native_id.partition("/")[2])
    assert row["text"].startswith("Grüße an &lt;alle&gt; &amp; *jeden*:")
    assert "&lt;!here&gt;" in row["text"]
    assert receipt.ref.url == f"https://haus.slack.com/archives/{HOME}/p{row['ts'].replace('.', '')}"
    (item,) = [item for batch in ground.connector().collect("") for item in batch.items]
    assert item.text == WORDS.text


def test_answers_stand_in_the_thread_of_what_they_answer(ground: Ground) -> None:
    root = ground.say("Bis wann?", SECRET_ROOM)
    below = ground.say("Und wo?", SECRET_ROOM, root.partition("/")[2])
    for number, answered in enumerate((root, below)):
        draft = Draft("Um neun, im Saal.", reply_to=Ref(answered))
        receipt = ground.connector().send(draft, f"k{number}")
        channel, _, ts = receipt.ref.native_id.partition("/")
        assert ground.town.one(channel, ts)["thread_ts"] == root.partition("/")[2]
        assert found(ground, draft, f"k{number}") == receipt
        assert f"thread_ts={root.partition('/')[2]}" in receipt.ref.url


def test_a_letter_is_answered_in_its_conversation(ground: Ground) -> None:
    letter = ground.say("Nur für euch", LETTER)
    draft = Draft("Danke!", reply_to=Ref(letter), visibility="direct")
    receipt = ground.connector().send(draft, "k")
    channel, _, ts = receipt.ref.native_id.partition("/")
    assert channel == LETTER
    assert "thread_ts" not in ground.town.one(channel, ts)
    assert found(ground, draft) == receipt


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage"])
@pytest.mark.parametrize("is_reply", [False, True])
def test_what_arrived_unclearly_is_found_by_its_key(ground: Ground, kind: str, is_reply: bool) -> None:
    ground.limits = during(kind)
    draft = Draft("Um neun.", reply_to=Ref(ground.say("Wann?"))) if is_reply else WORDS
    ground.connector().send(draft, "another")
    ground.town.plant("say", kind, wait=SILENCE)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    receipt = found(ground, draft)
    assert receipt is not None
    assert receipt != found(ground, draft, "another")
    assert found(ground, draft, "never") is None
    assert ground.connector().find("k", draft, datetime.now(UTC), claimed={receipt.ref.native_id}) is None


@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", Unclear), ("too_many", TryLater), ("logged_out", LoggedOut)]
)
def test_what_did_not_arrive_is_not_found(ground: Ground, kind: str, error: type[ConnectorError]) -> None:
    ground.town.plant("say", kind, wait=90)
    with pytest.raises(error) as caught:
        ground.connector().send(WORDS, "k")
    if isinstance(caught.value, TryLater):
        now = datetime.now(UTC)
        assert timedelta(seconds=85) < caught.value.due(now) - now < timedelta(seconds=95)
    assert found(ground, WORDS) is None
    assert ground.town.seen == []


@pytest.mark.parametrize(
    ("code", "error", "reason"),
    [
        ("internal_error", Unclear, "network_fault"),
        ("fatal_error", Unclear, "network_fault"),
        ("rate_limited", TryLater, "too_many"),
        ("is_archived", Refused, "channel_archived"),
        ("restricted_action", Refused, "forbidden"),
        ("something_new", Refused, "rejected"),
        ("account_inactive", LoggedOut, "logged_out"),
    ],
)
def test_refusals_with_status_200_are_read_by_their_code(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, code: str, error: type[ConnectorError], reason: str
) -> None:
    monkeypatch.setattr(ground.town, "_post", lambda asked: {"ok": False, "error": code})
    with pytest.raises(error) as caught:
        ground.connector().send(WORDS, "k")
    assert caught.value.reason_code == reason


def test_answers_to_nothing_are_refused_before_a_word_is_said(ground: Ground) -> None:
    gone = ground.town.say(HOME, MIA, "Weg")
    ground.town.remove(HOME, gone["ts"])
    for native_id in (f"{HOME}/{gone['ts']}", "nonsense", f"{HOME}/x"):
        with pytest.raises(Refused) as caught:
            ground.connector().send(Draft("Ach", reply_to=Ref(native_id)), "k")
        assert caught.value.reason_code == "not_found"
    assert ground.town.seen == ["Weg"]


PICTURES = Draft(
    "Der Hafen, zweimal.",
    media=(Media("image/png", name="a.png", content=b"abc", alt="Boote am Steg"), Media("image/jpeg", content=b"de")),
)


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slack, "poll_seconds", 0.01)


def test_pictures_are_seen_with_the_words_and_described(ground: Ground) -> None:
    receipt = ground.connector().send(PICTURES, "k")
    row = ground.town.one(HOME, receipt.ref.native_id.partition("/")[2])
    (attached,) = row["attachments"]
    assert [(one["slack_file"]["id"], one["alt_text"]) for one in attached["blocks"]] == [
        ("F01PICTURE0", "Boote am Steg"), ("F01PICTURE1", "–"),
    ]  # fmt: skip
    assert row["text"] == PICTURES.text
    assert found(ground, PICTURES) == receipt


def test_a_picture_needs_no_words(ground: Ground) -> None:
    draft = replace(PICTURES, text="")
    assert found(ground, draft) is None
    assert ground.connector().send(draft, "k") == found(ground, draft)


@pytest.mark.parametrize("kind", ["error_before", "error_after", "silence_after", "half", "garbage"])
def test_a_picture_that_arrived_unclearly_was_seen_by_nobody_and_is_sent_again(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.town.plant("upload", kind, wait=SILENCE)
    with pytest.raises(TryLater):
        ground.connector().send(PICTURES, "k")
    assert ground.town.seen == []
    assert ground.connector().send(PICTURES, "k") == found(ground, PICTURES)


def test_pictures_are_checked_before_they_are_sent(ground: Ground) -> None:
    def codes(*media: Media, **settings: object) -> list[str]:
        return [
            one.code for one in ground.connector(**settings).check(Draft("x", media=media)) if one.severity == "refuse"
        ]

    picture = Media("image/png", content=b"x", alt="x")
    assert codes(picture) == []
    assert codes(*[picture] * 11) == ["too_many_media"]
    assert codes(replace(picture, media_type="image/webp")) == ["media_type"]
    assert codes(picture, scopes=["chat:write", "files:read"]) == ["scopes_missing"]
    assert ground.connector(scopes=["files:read"]).lacking == ("files:write",)
    with pytest.raises(Refused) as caught:
        ground.connector(scopes=None).send(PICTURES, "k")
    assert caught.value.reason_code == "scopes_missing"


def test_other_words_keep_the_pictures_and_the_key(ground: Ground) -> None:
    us = ground.connector()
    shown = Draft("Die Bank", media=(Media("image/png", name="a.png", content=b"\x89PNG", alt="Eine Bank"),))
    receipt = us.send(shown, "k")
    us.edit(receipt.ref, Draft("Die <neue> Bank"))
    row = ground.town.one(HOME, receipt.ref.native_id.partition("/")[2])
    assert (row["text"], len(row["attachments"])) == ("Die &lt;neue&gt; Bank", 1)
    assert found(ground, shown) == receipt
    for ref, reason in ((Ref(ground.say("Ihr Wort")), "forbidden"), (Ref(f"{HOME}/1.1"), "not_found")):
        with pytest.raises(Refused) as caught:
            us.edit(ref, Draft("x"))
        assert caught.value.reason_code == reason
    ground.town.closes_edits = True
    with pytest.raises(Refused) as caught:
        us.edit(receipt.ref, Draft("Zu spät"))
    assert caught.value.reason_code == "forbidden"


def test_only_our_own_words_are_taken_back(ground: Ground) -> None:
    theirs = ground.say("Grob")
    with pytest.raises(Refused) as caught:
        ground.connector().withdraw(Ref(theirs))
    assert caught.value.reason_code == "forbidden"
    with pytest.raises(Refused) as caught:
        ground.connector().moderate(Ref(theirs), "remove")
    assert caught.value.reason_code == "not_supported"


def test_counters_are_of_answers_and_reactions(ground: Ground) -> None:
    row = ground.town.say(HOME, MIA, "Frage")
    ground.say("Antwort", thread=row["ts"])
    ground.town.react(row, "heart", MIA, "U01JAN00000")
    readings = ground.connector().measure([Ref(f"{HOME}/{row['ts']}"), Ref("nonsense")])
    assert {reading.name: reading.value for reading in readings} == {"replies": 1, "reactions": 2}


def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector, ref = ground.connector(), Ref(ground.say("Frage"))
    ground.town.tokens.clear()
    for ask in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(WORDS, "k"),
        lambda: connector.find("k", WORDS, datetime.now(UTC)),
        lambda: connector.withdraw(ref),
        lambda: connector.measure([ref]),
    ):
        with pytest.raises(LoggedOut):
            ask()
