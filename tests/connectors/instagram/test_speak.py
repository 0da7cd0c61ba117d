"""Posts by way of containers, comments on two floors, what Instagram refuses, what is found after no answer."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import CannotLook, ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.instagram.ground import Ground
from tests.networks.patience import HASTY, during

PICTURE = Media("image/jpeg", "https://haus.example/a.jpg", "Ein Garten mit Sonnenblumen")
OURS = Media("image/jpeg", name="a.jpg", content=b"\xff\xd8", alt="Ein Garten")
POST = Draft("Der Garten\n\nist offen 🌻 #garten", media=(PICTURE,))
PAIR = Draft("Zwei", media=(PICTURE, PICTURE))


def found(ground: Ground, draft: Draft) -> Receipt | None:
    return ground.connector().find("k", draft, datetime.now(UTC) - timedelta(seconds=5))


@pytest.mark.parametrize("draft", [POST, PAIR], ids=["one", "two"])
def test_a_post_goes_out_by_its_container_and_comes_back(ground: Ground, draft: Draft) -> None:
    ground.network.work_seconds = 0.2
    receipt = ground.connector().send(draft, "k")
    row = ground.network.there(receipt.ref.native_id)
    assert [one["image_url"] for one in row["pictures"]] == [PICTURE.url] * len(draft.media)
    assert row["pictures"][0]["alt_text"] == PICTURE.alt
    (item,) = [item for batch in ground.connector().collect("") for item in batch.items]
    assert (item.ref, item.text, item.thread) == (receipt.ref, draft.text, receipt.ref.native_id)
    assert item.author is not None
    assert item.author.is_us
    assert found(ground, draft) == receipt
    assert found(ground, Draft(draft.text, media=(PICTURE,) * 3)) is None


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage"])
def test_a_published_container_says_so_and_nothing_is_left_open(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("send", kind, times=1)
    receipt = ground.connector().send(POST, "k")
    assert receipt.ref.native_id in ground.network.media
    assert ground.network.seen.count(POST.text) == 1


def test_what_is_published_late_stays_unclear_and_is_found(ground: Ground) -> None:
    ground.limits = HASTY
    ground.network.plant("send", "late", times=1, wait=5)
    with pytest.raises(Unclear):
        ground.connector().send(POST, "k")
    assert found(ground, POST) is None
    clock = ground.network.clock
    ground.network.clock = lambda: clock() + 6
    assert found(ground, POST) is not None


@pytest.mark.parametrize("kind", ["error_before", "error_after", "silence_after"])
def test_a_container_that_stayed_unclear_is_made_anew(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("upload", kind, times=1)
    with pytest.raises(TryLater):
        ground.connector().send(POST, "k")
    ground.connector().send(POST, "k")
    assert ground.network.seen.count(POST.text) == 1


def test_a_container_that_fails_or_takes_too_long(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = Draft("x", media=(Media("image/jpeg", "https://nowhere.example/a.jpg", "x"),))
    with pytest.raises(Refused) as caught:
        ground.connector().send(bad, "k")
    assert caught.value.detail.startswith("ERROR")
    ground.network.work_seconds = 3600
    connector = ground.connector()
    connector.poll_seconds = 50  # type: ignore[misc]
    with pytest.raises(TryLater) as later:
        connector.send(POST, "k")
    assert later.value.reason_code == "not_prepared"


def test_a_container_that_failed_in_passing_is_made_anew(ground: Ground) -> None:
    """Instagram tells a number where a container failed; of some it says to try again (reference/error-codes)."""
    ground.network.why = "Error: Media upload has failed with error code 2207003"
    with pytest.raises(TryLater) as caught:
        ground.connector().send(Draft("x", media=(Media("image/jpeg", "https://nowhere.example/a.jpg", "x"),)), "k")
    assert caught.value.reason_code == "network_fault"


@pytest.mark.parametrize("kind", ["code_24", "code_9007/2207027"])
def test_what_was_ready_and_cannot_be_published_yet_is_said_later(ground: Ground, kind: str) -> None:
    """Not every machine there knows a container the moment another one calls it ready: nothing was said, nothing is refused."""
    ground.network.plant("send", kind, times=1)
    with pytest.raises(TryLater if kind == "code_24" else Unclear):
        ground.connector().send(POST, "k")
    assert POST.text not in ground.network.seen
    assert found(ground, POST) is None
    ground.connector().send(POST, "k")
    assert ground.network.seen.count(POST.text) == 1


def codes(ground: Ground, draft: Draft) -> list[str]:
    return [finding.code for finding in ground.connector().check(draft)]


def test_check_says_what_instagram_would_refuse(ground: Ground) -> None:
    assert codes(ground, POST) == []
    assert codes(ground, Draft("Nur Text")) == ["picture_missing"]
    assert codes(ground, Draft("x", media=(OURS,))) == ["media_not_public"]
    assert codes(ground, Draft("x" * 2_201, media=(PICTURE,))) == ["text_too_long"]
    assert codes(ground, Draft("#a " * 31, media=(PICTURE,))) == ["too_many_hashtags"]
    assert codes(ground, Draft("@a.b " * 21, media=(PICTURE,))) == ["too_many_mentions"]
    assert codes(ground, Draft("#a " * 30 + "@b " * 20 + "C# a@b.example x/#y", media=(PICTURE,))) == []
    answer = Ref("1")
    assert codes(ground, Draft("x" * 301, reply_to=answer)) == ["text_too_long"]
    assert codes(ground, Draft("x" * 2_201, reply_to=answer)) == ["text_too_long"]
    assert codes(ground, Draft("#a #b #c #d #e", reply_to=answer)) == ["too_many_hashtags"]
    assert codes(ground, Draft("https://a.example www.b.example", reply_to=answer)) == ["too_many_links"]
    assert codes(ground, Draft("DANKE!", reply_to=answer)) == ["all_capitals"]
    assert codes(ground, Draft("123", reply_to=answer)) == []
    assert codes(ground, Draft("x", media=(PICTURE,), reply_to=answer)) == ["too_many_media"]
    for draft in (Draft("Nur Text"), Draft("x", media=(OURS,)), Draft("DANKE!", reply_to=answer)):
        with pytest.raises(Refused):
            ground.connector().send(draft, "k")
    assert len(ground.network.seen) == 1


def test_answers_stand_on_two_floors_and_are_found(ground: Ground) -> None:
    asked = ground.say("Bis wann?")
    connector = ground.connector()
    drafts = [
        Draft("Gern.", reply_to=Ref(ground.old), thread=ground.old),
        Draft("Gern.", reply_to=Ref(asked), thread=ground.old),
    ]
    receipts = [connector.send(draft, f"k{number}") for number, draft in enumerate(drafts)]
    assert [found(ground, draft) for draft in drafts] == receipts
    assert found(ground, Draft("Gern.", reply_to=Ref(asked))) is not None
    further = connector.send(Draft("Und morgen.", reply_to=receipts[1].ref, thread=ground.old), "k9")
    assert ground.network.there(further.ref.native_id)["parent"] == asked
    mine = {receipts[0].ref.native_id, receipts[1].ref.native_id}
    assert connector.find("k", drafts[1], datetime.now(UTC), claimed=mine) is None
    assert connector.find("k", drafts[1], datetime.now(UTC) + timedelta(minutes=30)) is None
    ground.network.delete(ground.old)
    assert found(ground, drafts[0]) is None


def test_what_stands_below_more_than_is_read_is_taken_for_absent_by_nobody(ground: Ground) -> None:
    asked, connector = ground.say("Bis wann?"), ground.connector()
    draft = Draft("Gern.", reply_to=Ref(asked), thread=ground.old)
    receipt = connector.send(draft, "k")
    for number in range(45):
        ground.say(f"Dazwischen {number}")
    assert found(ground, draft) == receipt
    ground.network.page = 1
    with pytest.raises(CannotLook):
        found(ground, draft)
    direct = Draft("Danke.", reply_to=Ref(ground.old), thread=ground.old)
    said = connector.send(direct, "k2")
    assert found(ground, direct) == said


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage", "late"])
def test_a_comment_without_an_answer_is_found(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    draft = Draft("Gern.", reply_to=Ref(ground.old), thread=ground.old)
    ground.network.plant("send", kind, times=1, wait=5)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    if kind == "late":
        clock = ground.network.clock
        ground.network.clock = lambda: clock() + 6
    assert found(ground, draft) is not None
    assert ground.network.seen.count("Gern.") == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("error_before", Unclear),
        ("too_many", TryLater),
        ("code_190", LoggedOut),
        ("code_200", Refused),
        ("code_368", Refused),
    ],
)
def test_what_instagram_says_instead(ground: Ground, kind: str, error: type[ConnectorError]) -> None:
    for draft in (POST, Draft("Gern.", reply_to=Ref(ground.old), thread=ground.old)):
        ground.network.plant("send", kind, times=1)
        with pytest.raises(error):
            ground.connector().send(draft, "k")
        assert found(ground, draft) is None


def test_members_words_are_hidden_shown_and_removed(ground: Ground) -> None:
    rude, connector = ground.say("Grob"), ground.connector()
    cursor = list(connector.collect(""))[-1].cursor
    for measure, is_hidden in (("hide", True), ("hide", True), ("unhide", False)):
        connector.moderate(Ref(rude), measure)  # type: ignore[arg-type]
        assert ground.network.there(rude)["hidden"] is is_hidden
    connector.moderate(Ref(rude), "remove")
    connector.moderate(Ref(rude), "remove")
    items = [item for batch in connector.collect(cursor) for item in batch.items]
    assert [(item.ref.native_id, item.deleted_at is not None) for item in items] == [(rude, True)]
    with pytest.raises(Refused) as caught:
        connector.moderate(Ref(rude), "hide")
    assert caught.value.reason_code == "not_found"
    with pytest.raises(Refused) as caught:
        connector.withdraw(Ref(ground.old))
    assert caught.value.reason_code == "not_supported"


def test_a_post_is_closed_for_comments_also_by_one_of_them(ground: Ground) -> None:
    asked, connector = ground.say("Wann?"), ground.connector()
    for ref in (Ref(asked), Ref(ground.old)):
        for measure, is_closed in (("lock", True), ("lock", True), ("unlock", False)):
            connector.moderate(ref, measure)  # type: ignore[arg-type]
            assert ground.network.there(ground.old)["is_closed"] is is_closed
    with pytest.raises(Refused) as caught:
        connector.moderate(Ref("99"), "lock")
    assert caught.value.reason_code == "not_found"


def test_counts_are_read(ground: Ground) -> None:
    comment = ground.say("Schön")
    ground.network.there(ground.old)["likes"] = 7
    readings = ground.connector().measure([Ref(ground.old), Ref(comment), Ref("5")])
    assert {one.name: one.value for one in readings} == {"replies": 1, "likes": 7}


def test_a_receipt_needs_no_second_answer(ground: Ground) -> None:
    """The words stand there; that the network does not tell more of them is no reason to say them again."""
    connector = ground.connector()
    single = connector._told(connector._door(), "999")
    assert single.ref == Ref("999")
    assert abs(single.sent_at - datetime.now(UTC)) < timedelta(seconds=5)
