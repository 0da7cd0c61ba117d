"""Posts by way of containers, answers, what Threads refuses, what is found after no answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from allmende.connectors.threads import write
from tests.networks.patience import HASTY, during
from tests.networks.threads.face import SCOPES
from tests.networks.threads.ground import Ground
from tests.networks.threads.network import US

WORDS = Draft("Grüße an alle:\n\n\thttps://haus.example/ein/weg?a=1&b=2  \n#hafen <b> 👩‍🌾")


PICTURE = Media("image/jpeg", "https://haus.example/m/a", "Ein Garten mit Sonnenblumen")


def found(ground: Ground, draft: Draft) -> Receipt | None:
    return ground.connector().find("k", draft, datetime.now(UTC) - timedelta(seconds=5))


def drafts(ground: Ground) -> list[Draft]:
    return [WORDS, Draft("Gern.", reply_to=Ref(ground.old), thread=ground.old)]


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage"])
def test_a_published_container_says_so_and_nothing_is_left_open(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    for draft in drafts(ground):
        ground.network.plant("send", kind, times=1)
        receipt = ground.connector().send(draft, "k")
        assert ground.network.there(receipt.ref.native_id)["text"] == draft.text
        assert ground.network.seen.count(draft.text) == 1


def test_what_is_published_late_stays_unclear_and_is_found(ground: Ground) -> None:
    ground.limits = HASTY
    clock = ground.network.clock
    for draft in drafts(ground):
        ground.network.plant("send", "late", times=1, wait=5)
        with pytest.raises(Unclear):
            ground.connector().send(draft, "k")
        assert found(ground, draft) is None
    ground.network.clock = lambda: clock() + 6
    for draft in drafts(ground):
        receipt = found(ground, draft)
        assert receipt is not None
        assert ground.connector().find("k", draft, datetime.now(UTC), claimed={receipt.ref.native_id}) is None


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("is_reply", [False, True])
def test_pictures_go_out_by_their_containers_and_come_back(ground: Ground, number: int, is_reply: bool) -> None:
    ground.network.work_seconds = 0.2
    draft = Draft("Der Garten ist offen", media=(PICTURE,) * number)
    draft = replace(draft, reply_to=Ref(ground.old), thread=ground.old) if is_reply else draft
    receipt = ground.connector().send(draft, "k")
    row = ground.network.there(receipt.ref.native_id)
    assert row["pictures"] == [{"url": PICTURE.url, "alt": PICTURE.alt}] * number
    assert row["parent"] == (ground.old if is_reply else "")
    assert found(ground, draft) == receipt
    assert found(ground, replace(draft, media=(PICTURE,) * (number + 1))) is None
    items = [item for batch in ground.connector().collect("") for item in batch.items if item.ref == receipt.ref]
    assert [[one.alt for one in item.media] for item in items] in ([], [[PICTURE.alt] * number])


def test_a_picture_needs_no_words_and_one_nobody_can_fetch_is_refused(ground: Ground) -> None:
    receipt = ground.connector().send(Draft("", media=(PICTURE,)), "k")
    assert ground.network.there(receipt.ref.native_id)["text"] == ""
    with pytest.raises(Refused):
        ground.connector().send(Draft("x", media=(replace(PICTURE, url="https://nowhere.example/a.jpg"),)), "k")


@pytest.mark.parametrize("kind", ["error_before", "error_after", "silence_after"])
def test_a_container_that_stayed_unclear_is_made_anew(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("upload", kind, times=1)
    with pytest.raises(TryLater):
        ground.connector().send(WORDS, "k")
    ground.connector().send(WORDS, "k")
    assert ground.network.seen.count(WORDS.text) == 1


def test_a_container_is_waited_for_but_not_for_ever(ground: Ground) -> None:
    ground.network.work_seconds = 0.2
    assert ground.connector().send(WORDS, "k").ref.native_id in ground.network.rows
    ground.network.work_seconds = 3600
    connector = ground.connector()
    connector.poll_seconds = 50  # type: ignore[misc]
    with pytest.raises(TryLater) as caught:
        connector.send(WORDS, "k")
    assert caught.value.reason_code == "not_prepared"
    assert ground.network.seen.count(WORDS.text) == 1


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
def test_what_threads_says_instead(ground: Ground, kind: str, error: type[ConnectorError]) -> None:
    for draft in drafts(ground):
        ground.network.plant("send", kind, times=1)
        with pytest.raises(error):
            ground.connector().send(draft, "k")
        assert found(ground, draft) is None


def test_a_used_up_day_is_waited_for_before_a_word_is_said(ground: Ground) -> None:
    ground.network.quota, ground.network.reply_quota = 2, 1  # one was said before we came
    first, answer = drafts(ground)
    ground.connector().send(first, "k1")
    ground.connector().send(answer, "k2")
    for draft in (first, answer):
        with pytest.raises(TryLater) as caught:
            ground.connector().send(draft, "k3")
        assert caught.value.reason_code == "too_many"
    assert len(ground.network.containers) == 2


def test_answers_of_any_depth_are_told_apart(ground: Ground) -> None:
    asked = ground.say("Bis wann?")
    connector = ground.connector()
    first = connector.send(Draft("Gern.", reply_to=Ref(ground.old), thread=ground.old), "k1")
    second = connector.send(Draft("Gern.", reply_to=Ref(asked), thread=ground.old), "k2")
    assert found(ground, Draft("Gern.", reply_to=Ref(ground.old))) == first
    assert found(ground, Draft("Gern.", reply_to=Ref(asked))) == second
    assert found(ground, Draft("Gern.")) is None


def test_threads_counts_emojis_in_bytes_and_links_to_five(ground: Ground) -> None:
    def codes(text: str) -> list[str]:
        return [finding.code for finding in ground.connector().check(Draft(text))]

    assert write.length("äöü 🌻") == 8
    assert write.length("👩‍🌾") == 4 + 3 + 4
    assert codes("x" * 496 + "🌻") == []
    assert codes("x" * 497 + "🌻") == ["text_too_long"]
    assert codes("x" * 501) == ["text_too_long"]
    assert codes(" ".join(f"https://a.example/{number}" for number in range(6))) == ["too_many_links"]
    assert codes("https://a.example/1 " * 6) == []
    ours = Media("image/jpeg", content=b"x", alt="x")
    for wrong, code in (
        (ours, "media_not_public"), (replace(PICTURE, width=2_100, height=200), "media_ratio"),
        (replace(PICTURE, media_type="image/webp"), "media_type"), (replace(PICTURE, content=b"x" * 9_000_000), "media_too_large"),
    ):  # fmt: skip
        assert [finding.code for finding in ground.connector().check(Draft("x", media=(wrong,)))] == [code]
    assert [finding.code for finding in ground.connector().check(Draft("x", media=(PICTURE,) * 21))] == [
        "too_many_media"
    ]
    with pytest.raises(Refused):
        ground.connector().send(Draft("x", media=(ours,)), "k")


def test_only_what_stands_directly_below_our_posts_is_hidden(ground: Ground) -> None:
    rude = ground.say("Grob")
    deeper, elsewhere = ground.say("Tiefer", rude), ground.network.say("jan", "Anderswo")
    connector = ground.connector()
    for measure, is_hidden in (("hide", True), ("hide", True), ("unhide", False)):
        connector.moderate(Ref(rude), measure)  # type: ignore[arg-type]
        assert ground.network.there(rude)["hidden"] is is_hidden
    for native_id in (deeper, elsewhere):
        with pytest.raises(Refused):
            connector.moderate(Ref(native_id), "hide")
    with pytest.raises(Refused) as caught:
        connector.moderate(Ref(rude), "remove")
    assert caught.value.reason_code == "not_supported"


def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector = ground.connector()
    reader = ground.connector(ground.network.grant(US, SCOPES[:1]))
    with pytest.raises(Refused) as refused:
        reader.send(WORDS, "k")
    assert refused.value.reason_code == "forbidden"
    ground.network.tokens.clear()
    for ask in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(WORDS, "k"),
        lambda: connector.find("k", WORDS, datetime.now(UTC)),
        lambda: connector.withdraw(Ref(ground.old)),
        lambda: connector.measure([Ref(ground.old)]),
    ):
        with pytest.raises(LoggedOut):
            ask()
