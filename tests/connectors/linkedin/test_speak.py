"""Speaking: every sign arrives, what perhaps did is found, what LinkedIn refuses; pictures, two floors, counters, nonsense."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.linkedin.connector import LinkedIn
from allmende.connectors.linkedin.door import calls_begin_anew, error_from
from allmende.connectors.linkedin.little import little, plain
from allmende.connectors.neutral import Card, Draft, Media, Receipt, Ref
from allmende.connectors.secret import Secret
from tests.networks.linkedin.ground import OLD, Ground
from tests.networks.linkedin.network import JAN, MIA, US
from tests.networks.nonsense import endures, odd_values
from tests.networks.patience import during

WORDS = (
    "Grüße (an alle) [und] {mehr} @mia:\n\n\thttps://haus.example/ein_weg?a=1&b=2#teil  \n#hafen_7 #1 <b> ~*|\\ 👩‍🌾"
)
CARD = Card("https://haus.example/fest", "Das Hafenfest", picture=Media("image/png", content=b"\x89PNG" + b"x" * 99))
PICTURE = Media("image/png", alt="Eine Werkbank mit Hobel", name="werkbank.png", content=b"\x89PNG" + b"x" * 1000)


def found(ground: Ground, draft: Draft) -> Receipt | None:
    return ground.connector().find("k", draft, datetime.now(UTC) - timedelta(seconds=5))


def drafted(ground: Ground, is_answer: bool) -> Draft:
    if not is_answer:
        return Draft(WORDS)
    comment = ground.network.answer(MIA, "Wann?", OLD)
    return Draft(WORDS, reply_to=Ref(comment), thread=OLD)


def test_every_sign_arrives_and_hashtags_work(ground: Ground) -> None:
    receipt = ground.connector().send(Draft(WORDS), "k")
    commentary = ground.network.posts[receipt.ref.native_id]["commentary"]
    assert r"{hashtag|\#|hafen\_7}" in commentary
    assert r"b=2\#teil" in commentary
    assert commentary.endswith("👩‍🌾")  # not cut off at a sign without its stroke
    items = {item.ref: item for batch in ground.connector().collect("") for item in batch.items}
    assert items[receipt.ref].text == WORDS


def test_a_link_is_shown_as_an_article_with_its_picture(ground: Ground) -> None:
    card = Card("https://haus.example/fest", "Das Hafenfest", "Am Kran", PICTURE)
    draft = Draft(f"Kommt alle: {card.url}", card=card)
    receipt = ground.connector().send(draft, "k")
    article = ground.network.posts[receipt.ref.native_id]["article"]
    assert {name: article[name] for name in ("source", "title", "description")} == {
        "source": card.url, "title": "Das Hafenfest", "description": "Am Kran",
    }  # fmt: skip
    assert ground.network.images[article["thumbnail"]]["content"] == PICTURE.content
    again = found(ground, draft)
    assert again is not None and again.ref == receipt.ref
    pictured = ground.connector().send(Draft("Mit Bild", media=(PICTURE,), card=card), "k2")
    assert ground.network.posts[pictured.ref.native_id]["article"] is None


def test_a_picture_of_a_card_that_linkedin_cannot_read_keeps_no_words_back(ground: Ground) -> None:
    torn = Media("image/png", content=b"torn")
    card = Card("https://haus.example/fest", "Das Hafenfest", picture=torn)
    receipt = ground.connector().send(Draft(f"Kommt alle: {card.url}", card=card), "k")
    article = ground.network.posts[receipt.ref.native_id]["article"]
    assert article == {"source": card.url, "title": "Das Hafenfest"}


def test_an_address_beyond_ascii_is_written_as_linkedin_takes_it(ground: Ground) -> None:
    card = Card("https://straße.example/grüße an alle?ort=Köln#mitte", "Grüße")
    receipt = ground.connector().send(Draft("Kommt alle", card=card), "k")
    source = ground.network.posts[receipt.ref.native_id]["article"]["source"]
    assert source == "https://xn--strae-oqa.example/gr%C3%BC%C3%9Fe%20an%20alle?ort=K%C3%B6ln#mitte"


@pytest.mark.parametrize("kind", ["silence_before", "silence_after", "too_many", "error_before"])
def test_no_words_wait_for_the_picture_of_a_card(ground: Ground, kind: str) -> None:
    ground.network.plant("upload", kind, wait=4.5)
    connector, began = ground.connector(), time.monotonic()
    connector.card_seconds = 0.2
    receipt = connector.send(Draft("Kommt alle", card=CARD), "k")
    assert time.monotonic() - began < 3
    assert ground.network.posts[receipt.ref.native_id]["article"] == {"source": CARD.url, "title": CARD.title}
    assert receipt.left_out == "picture"


def test_where_linkedin_refuses_the_card_the_words_go_without_it_and_once(ground: Ground) -> None:
    ground.network.takes_cards = False
    draft = Draft("Kommt alle", card=CARD)
    receipt = ground.connector().send(draft, "k")
    assert ground.network.posts[receipt.ref.native_id]["article"] is None
    assert (ground.network.appeared.count("Kommt alle"), receipt.left_out) == (1, "card")
    again = found(ground, draft)
    assert again is not None and again.ref == receipt.ref


def test_what_stayed_unclear_without_the_card_is_found_and_not_said_twice(ground: Ground) -> None:
    ground.network.takes_cards = False
    ground.network.plant("say", "error_after", times=2)
    draft = Draft("Kommt alle", card=CARD)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    assert ground.network.appeared.count("Kommt alle") == 1
    assert found(ground, draft) is not None


def test_words_that_are_refused_themselves_are_refused(ground: Ground) -> None:
    ground.network.fault = (422, "INVALID", "No")
    with pytest.raises(Refused):
        ground.connector().send(Draft("Kommt alle", card=CARD), "k")
    assert "Kommt alle" not in ground.network.appeared


@pytest.mark.thorough
@given(st.text(max_size=200))
def test_the_little_format_keeps_every_text(text: str) -> None:
    assert plain(little(text)) == text


def test_an_answer_to_an_answer_stands_beside_it(ground: Ground) -> None:
    comment = ground.network.answer(MIA, "Wann?", OLD)
    deeper = ground.network.answer(JAN, "Das wüsste ich auch gern", comment)
    draft = Draft("Um neun.", reply_to=Ref(deeper), thread=OLD)
    receipt = ground.connector().send(draft, "k")
    assert ground.network.comments[receipt.ref.native_id]["parent"] == comment
    assert found(ground, draft) == receipt
    assert found(ground, Draft("Um neun.", reply_to=Ref(OLD), thread=OLD)) is None


def test_a_comment_is_said_by_the_urn_its_thread_bears(ground: Ground) -> None:
    ground.network.is_exact = True
    draft = Draft("Gern.", reply_to=Ref(OLD), thread=OLD)
    receipt = ground.connector().send(draft, "k")
    assert found(ground, draft) == receipt
    assert ground.network.appeared.count("Gern.") == 1


def test_a_post_that_mentions_us_is_answered(ground: Ground) -> None:
    urn = ground.network.mention(MIA, "Danke!")
    receipt = ground.connector().send(Draft("Gern.", reply_to=Ref(urn), thread=urn), "k")
    assert ground.network.comments[receipt.ref.native_id]["post"] == urn


@pytest.mark.parametrize("is_answer", [False, True], ids=["post", "answer"])
@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "garbage"])
def test_what_stayed_unclear_is_found_and_not_said_twice(ground: Ground, kind: str, is_answer: bool) -> None:
    ground.limits = during(kind)
    ground.network.page = 5
    draft = drafted(ground, is_answer)
    ground.network.plant("say", kind)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    for number in range(12):
        if draft.reply_to:
            ground.network.answer(JAN, f"Dazwischen {number}", draft.reply_to.native_id)
        else:
            ground.network.say(US, f"Dazwischen {number}")
    receipt = found(ground, draft)
    assert receipt is not None
    assert len(ground.network.appeared) == 13 + is_answer
    assert ground.connector().find("k", draft, datetime.now(UTC), claimed={receipt.ref.native_id}) is None
    assert ground.connector().find("k", draft, datetime.now(UTC) + timedelta(minutes=30)) is None


def test_the_same_words_of_somebody_else_are_not_ours(ground: Ground) -> None:
    draft = drafted(ground, is_answer=True)
    assert draft.reply_to is not None
    ground.network.answer(JAN, WORDS, draft.reply_to.native_id)
    assert found(ground, draft) is None


def test_an_answer_nobody_may_look_for_just_now_is_not_taken_for_absent(ground: Ground) -> None:
    comment = ground.network.answer(MIA, "Wann?", OLD)
    draft = Draft("Um neun.", reply_to=Ref(comment), thread=OLD)
    ground.connector().send(draft, "k")
    ground.network.is_forbidden = True
    with pytest.raises(Refused, match="forbidden"):
        found(ground, draft)
    ground.network.is_forbidden = False
    ground.network.delete(comment)
    assert found(ground, draft) is None


@pytest.mark.parametrize("is_answer", [False, True], ids=["post", "answer"])
@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        ((422, "DUPLICATE_POST", "Content is a duplicate of urn:li:share:7"), Unclear, "duplicate"),
        ((429, "TOO_MANY_REQUESTS", "Resource level throttle MEMBER DAY limit is reached."), TryLater, "quota_used_up"),
        ((429, "TOO_MANY_REQUESTS", "Slow down"), TryLater, "too_many"),
        ((403, "ACCESS_DENIED", "Not enough permissions"), Refused, "forbidden"),
        ((401, "REVOKED_ACCESS_TOKEN", "The token was revoked"), LoggedOut, "logged_out"),
        ((400, "ILLEGAL_ARGUMENT", "No"), Refused, "rejected"),
        ((422, "INVALID", "No"), Refused, "rejected"),
        ((426, "NONEXISTENT_VERSION", "No"), TryLater, "version_ended"),
        ((500, "INTERNAL_SERVER_ERROR", ""), Unclear, "status_500"),
    ],
)
def test_what_linkedin_says_instead(
    ground: Ground, fault: tuple[int, str, str], error: type[ConnectorError], reason: str, is_answer: bool
) -> None:
    draft = drafted(ground, is_answer)
    ground.network.fault = fault
    with pytest.raises(error) as caught:
        ground.connector().send(draft, "k")
    assert caught.value.reason_code == reason
    ground.network.fault = (0, "", "")
    assert found(ground, draft) is None


@pytest.mark.parametrize("number", [1, 3])
def test_pictures_arrive_with_their_descriptions(ground: Ground, number: int) -> None:
    draft = Draft("Schaut", media=(PICTURE,) * number)
    receipt = ground.connector().send(draft, "k")
    images = ground.network.posts[receipt.ref.native_id]["images"]
    assert [image["altText"] for image in images] == ["Eine Werkbank mit Hobel"] * number
    assert {ground.network.images[image["id"]]["content"] for image in images} == {PICTURE.content}
    again = found(ground, draft)
    assert again is not None
    assert again.ref == receipt.ref
    assert found(ground, Draft("Schaut")) is None


def test_a_picture_is_waited_for_until_it_can_be_shown(ground: Ground) -> None:
    ground.network.looks = 2
    assert ground.connector().send(Draft("Schaut", media=(PICTURE,)), "k").ref.native_id in ground.network.posts


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html"])
def test_a_picture_that_stayed_unclear_is_sent_again_and_nothing_was_said(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("upload", kind)
    with pytest.raises(TryLater):
        ground.connector().send(Draft("Schaut", media=(PICTURE,)), "k")
    assert ground.network.appeared == []
    assert ground.connector().send(Draft("Schaut", media=(PICTURE,)), "k")


def test_what_is_no_picture_is_refused_before_anything_is_said(ground: Ground) -> None:
    broken = Media("image/png", alt="Nichts", name="a.png", content=b"kaputt")
    with pytest.raises(Refused):
        ground.connector().send(Draft("Schaut", media=(broken,)), "k")
    assert ground.network.appeared == []


def test_our_token_goes_to_linkedin_alone(ground: Ground) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.url.host == "api.linkedin.com", request.url
        told = {"value": {"image": "urn:li:image:1", "uploadUrl": "https://elsewhere.example/linkedin.com"}}
        return httpx2.Response(200, json=told)

    client = Client(transport=httpx2.MockTransport(answer))
    connector = LinkedIn({"organization": US}, Secret("t"), client)
    with pytest.raises(Refused):
        connector.send(Draft("Schaut", media=(PICTURE,)), "k")


def test_comments_are_shorter_and_show_no_pictures(ground: Ground) -> None:
    connector = ground.connector()
    assert connector.check(Draft("x" * 3_000, media=(PICTURE,) * 20)) == ()
    answer = Draft("x" * 1_251, reply_to=Ref(OLD), media=(PICTURE,))
    assert [finding.code for finding in connector.check(answer)] == ["text_too_long", "too_many_media"]
    with pytest.raises(Refused):
        connector.send(answer, "k")
    assert ground.network.appeared == []


def test_our_words_are_taken_back_once_and_posts_of_others_never(ground: Ground) -> None:
    connector, draft = ground.connector(), drafted(ground, is_answer=True)
    ref = connector.send(draft, "k").ref
    connector.withdraw(ref)
    connector.withdraw(ref)
    assert ref.native_id not in ground.network.comments
    mention = ground.network.mention(MIA, "Danke!")
    with pytest.raises(Refused):
        connector.moderate(Ref(mention), "remove")
    for strange in ("../organizations", "urn:li:share:1?x=y", "urn:li:comment:(urn:li:activity:1,2)/x", "%2e%2e"):
        before = len(ground.network.visits)
        connector.withdraw(Ref(strange))
        assert len(ground.network.visits) == before


@pytest.mark.parametrize("is_answer", [False, True], ids=["post", "answer"])
def test_our_words_are_given_other_ones_and_those_of_others_never(ground: Ground, is_answer: bool) -> None:
    connector, draft = ground.connector(), drafted(ground, is_answer)
    ref = connector.send(draft, "k").ref
    other = Draft("Besser (so)", reply_to=draft.reply_to)
    connector.edit(ref, other)
    kept = (
        ground.network.comments[ref.native_id]["text"]
        if is_answer
        else ground.network.posts[ref.native_id]["commentary"]
    )
    assert kept == ("Besser (so)" if is_answer else r"Besser \(so\)")
    for strange in (
        ground.network.answer(MIA, "Meins", OLD),
        ground.network.mention(MIA, "Auch meins"),
        "no-such-post",
    ):
        with pytest.raises(Refused):
            connector.edit(Ref(strange), other)
    ground.network.plant("say", "error_before")
    with pytest.raises(Unclear):
        connector.edit(ref, other)


def test_counters_of_a_post_and_of_a_comment(ground: Ground) -> None:
    comment = ground.network.answer(MIA, "Wann?", OLD)
    ground.network.answer(US, "Um neun.", comment)
    ground.network.posts[OLD]["likes"], ground.network.comments[comment]["likes"] = 7, 2
    refs = [Ref(OLD), Ref(comment), Ref("urn:li:share:99"), Ref("no-such-post")]
    told = {(one.ref.native_id, one.name): one.value for one in ground.connector().measure(refs)}
    assert told == {
        (OLD, "reactions"): 7, (OLD, "replies"): 2, (comment, "reactions"): 2, (comment, "replies"): 1,
    }  # fmt: skip


def test_midnight_is_the_next_one() -> None:
    assert calls_begin_anew(datetime(2026, 11, 28, 23, 59, tzinfo=UTC)) == datetime(2026, 11, 29, 0, 1, tzinfo=UTC)


def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector, draft = ground.connector(), drafted(ground, is_answer=True)
    comment = draft.reply_to or Ref("")
    ground.network.tokens.clear()
    for ask in (
        connector.whoami,
        lambda: connector.send(draft, "k"),
        lambda: connector.send(Draft("x", media=(PICTURE,)), "k"),
        lambda: connector.find("k", draft, datetime.now(UTC)),
        lambda: connector.withdraw(comment),
        lambda: connector.moderate(comment, "remove"),
        lambda: connector.measure([comment]),
    ):
        with pytest.raises(LoggedOut):
            ask()


NAMES = ["id", "elements", "results", "commentUrn", "message", "text", "created", "time", "actor", "paging", "links",
         "decoratedGeneratedActivity", "comment", "share", "entity", "owner", "notificationId", "commentary"]  # fmt: skip
POST: dict[str, Any] = {"id": OLD, "author": US, "commentary": "x", "createdAt": 1_795_767_304_000}
COMMENT: dict[str, Any] = {
    "id": "2", "commentUrn": "urn:li:comment:(urn:li:activity:1,2)", "actor": MIA, "message": {"text": "x"},
    "created": {"time": 1_795_767_304_000},
}  # fmt: skip
odd = odd_values(NAMES, OLD, US, 1_795_767_304_000, 10**30)
rows = st.dictionaries(st.sampled_from(NAMES), odd, max_size=3).flatmap(
    lambda more: st.sampled_from([POST | more, COMMENT | more, {**more, "notificationId": 1, "action": "COMMENT"}])
)
lists = st.fixed_dictionaries({"elements": st.lists(rows | odd, max_size=3)}, optional={"paging": odd, "results": odd})


@pytest.mark.thorough
@settings(max_examples=200, deadline=None)
@given(lists | rows | odd)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=json.dumps(body).encode(), headers={"content-type": "application/json"})

    connector = LinkedIn({"organization": US}, Secret("t"), Client(transport=httpx2.MockTransport(answer)))
    endures(connector, OLD)
    endures(connector, "urn:li:comment:(urn:li:activity:1,2)")


@settings(max_examples=200, deadline=None)
@given(st.integers(100, 599), st.binary(max_size=60) | st.sampled_from([b'{"code": 5}', b'{"message": []}', b"[" * 5000]), st.booleans())  # fmt: skip
def test_every_error_has_a_word(status: int, body: bytes, is_spoken: bool) -> None:
    assert isinstance(error_from(status, {}, body, is_spoken=is_spoken), ConnectorError)
