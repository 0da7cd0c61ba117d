"""Posts, answers, what X refuses, what is found after no answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.abilities import Counting
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.patience import SILENCE, during
from tests.networks.x.ground import Ground

WORDS = Draft("Grüße an <alle> & mehr:\n\nhttps://haus.example/ein/weg?a=1&b=2 #hafen 👩‍🌾")


def found(ground: Ground, draft: Draft, **more: set[str]) -> Receipt | None:
    return ground.connector().find("k", draft, datetime.now(UTC) - timedelta(seconds=5), **more)


def drafts(ground: Ground) -> list[Draft]:
    return [WORDS, Draft("@mia Gern, am @hafen.", reply_to=Ref(ground.say("Wann?", ground.old)))]


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage"])
def test_what_arrived_unclearly_is_found(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    for draft in drafts(ground):
        ground.town.plant("say", kind, wait=SILENCE)
        with pytest.raises(Unclear):
            ground.connector().send(draft, "k")
        receipt = found(ground, draft)
        assert receipt is not None
        assert found(ground, draft, claimed={receipt.ref.native_id}) is None


@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", Unclear), ("too_many", TryLater), ("logged_out", LoggedOut)]
)
def test_what_did_not_arrive_is_not_found(ground: Ground, kind: str, error: type[ConnectorError]) -> None:
    ground.town.plant("say", kind, wait=400)
    with pytest.raises(error) as caught:
        ground.connector().send(WORDS, "k")
    if isinstance(caught.value, TryLater):
        now = datetime.now(UTC)
        assert timedelta(seconds=390) < caught.value.due(now) - now < timedelta(seconds=402)
    if error is not LoggedOut:
        assert found(ground, WORDS) is None
    assert WORDS.text not in ground.town.seen


def test_equal_words_are_refused_by_x_and_only_a_look_tells_whose_they_are(ground: Ground) -> None:
    first = ground.connector().send(WORDS, "k")
    with pytest.raises(Unclear) as caught:
        ground.connector().send(WORDS, "k")
    assert caught.value.reason_code == "duplicate"
    assert found(ground, WORDS) == first
    assert ground.town.seen.count(WORDS.text) == 1


def test_an_answer_is_found_where_it_stands_alone(ground: Ground) -> None:
    one, two = ground.say("Wann?", ground.old), ground.say("Und wann?", ground.old)
    receipts = [ground.connector().send(Draft("Um neun.", reply_to=Ref(answered)), "k") for answered in (one, two)]
    assert [found(ground, Draft("Um neun.", reply_to=Ref(answered))) for answered in (one, two)] == receipts
    assert found(ground, Draft("Um neun.")) is None


def test_what_cannot_be_said_is_refused(ground: Ground) -> None:
    for native_id in ("1994000000000000001", "nonsense", ""):
        with pytest.raises(Refused) as caught:
            ground.connector().send(Draft("Ach", reply_to=Ref(native_id)), "k")
        assert caught.value.reason_code == "not_found"

    def codes(text: str) -> list[str]:
        return [finding.code for finding in ground.connector().check(Draft(text))]

    assert ground.connector().abilities.counting == Counting("weighted", 280)
    assert codes("https://haus.example/" + "x" * 400) == []
    assert codes("漢" * 141) == ["text_too_long"]
    assert codes("x" * 256 + " haus.de") == []
    assert codes("x" * 257 + " haus.de") == ["text_too_long"]
    assert ground.town.seen == ["Alter Beitrag"]


def test_who_did_not_name_us_cannot_be_answered_by_a_program(ground: Ground) -> None:
    ground.town.answers_the_invited_only = True
    invited, silent = ground.say("@haus Wann?", ground.old), ground.say("Wann?")
    ground.connector().send(Draft("Um neun.", reply_to=Ref(invited)), "k")
    with pytest.raises(Refused) as caught:
        ground.connector().send(Draft("Um zehn.", reply_to=Ref(silent)), "k2")
    assert caught.value.reason_code == "not_invited"
    assert "Um zehn." not in ground.town.seen


PICTURES = Draft(
    "Der Hafen, zweimal.",
    media=(Media("image/png", name="a.png", content=b"abc", alt="Boote am Steg"), Media("image/jpeg", content=b"de")),
)


def test_pictures_are_uploaded_described_and_shown(ground: Ground) -> None:
    receipt = ground.connector().send(PICTURES, "k")
    assert ground.town.rows[receipt.ref.native_id]["pictures"] == ["9000", "9001"]
    assert [(one["type"], one["size"], one["alt"]) for one in ground.town.pictures.values()] == [
        ("image/png", 3, "Boote am Steg"), ("image/jpeg", 2, ""),
    ]  # fmt: skip
    assert found(ground, PICTURES) == receipt
    assert found(ground, replace(PICTURES, media=())) is None
    (item,) = [item for batch in ground.connector().collect("") for item in batch.items if item.ref == receipt.ref]
    assert (item.text, [one.alt for one in item.media]) == (PICTURES.text, ["Boote am Steg", ""])


@pytest.mark.parametrize("kind", ["error_before", "error_after", "silence_after", "half", "garbage"])
def test_a_picture_that_arrived_unclearly_was_seen_by_nobody_and_is_sent_again(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.town.plant("upload", kind, wait=SILENCE)
    with pytest.raises(TryLater):
        ground.connector().send(PICTURES, "k")
    assert PICTURES.text not in ground.town.seen
    assert ground.connector().send(PICTURES, "k") == found(ground, PICTURES)


def test_pictures_are_checked_before_they_are_sent(ground: Ground) -> None:
    def codes(*media: Media, **given: str) -> list[str]:
        return [
            one.code for one in ground.connector(**given).check(Draft("x", media=media)) if one.severity == "refuse"
        ]

    picture = Media("image/png", content=b"x", alt="x")
    assert codes(picture) == []
    assert codes(*[picture] * 5) == ["too_many_media"]
    assert codes(replace(picture, media_type="image/gif")) == ["media_type"]
    assert codes(replace(picture, content=b"x" * 5_000_001)) == ["media_too_large"]
    assert codes(picture, scopes="tweet.read tweet.write") == ["scopes_missing"]
    assert ground.connector(scopes="").lacking == ("media.write",)


def test_a_permission_that_was_taken_away_is_told_by_its_name(ground: Ground) -> None:
    ground.town.may_upload = False
    with pytest.raises(Refused) as caught:
        ground.connector().send(PICTURES, "k")
    assert (caught.value.reason_code, caught.value.detail) == ("scopes_missing", "media.write")
    assert ground.connector().send(WORDS, "k")


def test_a_used_up_account_waits(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground.town, "_post", lambda asked: (402, {"title": "CreditsDepleted"}))
    with pytest.raises(TryLater) as caught:
        ground.connector().send(WORDS, "k")
    assert caught.value.reason_code == "credits_used"


def test_a_day_that_is_used_up_is_waited_for(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    ground.town.headers |= {
        "X-Rate-Limit-Remaining": "5",
        "X-Rate-Limit-Reset": "1",
        "X-User-Limit-24hour-Remaining": "0",
    }
    ground.town.headers["X-User-Limit-24hour-Reset"] = str(int(ground.town.now() + 7200))
    monkeypatch.setattr(ground.town, "_post", lambda asked: (429, {"title": "Too Many Requests"}))
    with pytest.raises(TryLater) as caught:
        ground.connector().send(WORDS, "k")
    now = datetime.now(UTC)
    assert timedelta(seconds=7100) < caught.value.due(now) - now <= timedelta(seconds=7201)


def test_only_answers_in_our_own_conversations_are_hidden(ground: Ground) -> None:
    rude, elsewhere = ground.say("Grob", ground.old), ground.say("Anderswo")
    connector = ground.connector()
    for measure, is_hidden in (("hide", True), ("hide", True), ("unhide", False)):
        connector.moderate(Ref(rude), measure)  # type: ignore[arg-type]
        assert ground.town.rows[rude]["hidden"] is is_hidden
    with pytest.raises(Refused) as caught:
        connector.moderate(Ref(elsewhere), "hide")
    assert caught.value.reason_code == "forbidden"
    with pytest.raises(Refused) as caught:
        connector.moderate(Ref(rude), "remove")
    assert caught.value.reason_code == "not_supported"
    with pytest.raises(Refused):
        connector.withdraw(Ref(rude))


def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector = ground.connector()
    ground.town.tokens.clear()
    for ask in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(WORDS, "k"),
        lambda: connector.find("k", WORDS, datetime.now(UTC)),
        lambda: connector.withdraw(Ref(ground.old)),
        lambda: connector.moderate(Ref(ground.old), "hide"),
        lambda: connector.measure([Ref(ground.old)]),
    ):
        with pytest.raises(LoggedOut):
            ask()
