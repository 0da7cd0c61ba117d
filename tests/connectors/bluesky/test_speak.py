"""Sending, finding, taking back, hiding, counting."""

import json
import time
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from allmende.connectors.bluesky.names import THREADGATE
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Card, Draft, Media, Ref
from allmende.connectors.sandbox.faults import FaultKind
from tests.networks.bluesky.ground import Ground
from tests.networks.patience import SILENCE, during

DRAFT = Draft("Grüße an @mia.test: https://hafen.example #Hafenfest")


def picture(width: int = 8, height: int = 6) -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


CARD = Card("https://häfen.example/käse", "Das Hafenfest", picture=Media("image/png", content=picture()))


def record(ground: Ground, uri: str) -> dict[str, Any]:
    row = ground.network.record(uri)
    assert row
    return dict(json.loads(row["value"]))


def test_words_pictures_and_languages_arrive(ground: Ground) -> None:
    media = (Media("image/png", alt="Ein grünes Feld", name="feld.png", content=picture()),)
    receipt = ground.connector(languages=["de"]).send(Draft(DRAFT.text, media=media), "key-1")
    said = record(ground, receipt.ref.native_id)
    assert said["langs"] == ["de"]
    assert [facet["features"][0]["$type"].split("#")[1] for facet in said["facets"]] == ["mention", "link", "tag"]
    (image,) = said["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == ("Ein grünes Feld", {"width": 8, "height": 6})
    assert image["image"]["mimeType"] == "image/png"


def test_a_link_is_shown_as_a_card_with_its_picture(ground: Ground) -> None:
    thumb = Media("image/png", content=picture(), width=8, height=6)
    card = Card("https://hafen.example", "Das Hafenfest", "Am Kran\r\nund am Deich", thumb)
    said = record(ground, ground.connector().send(Draft(DRAFT.text, card=card), "key-1").ref.native_id)
    shown = said["embed"]["external"]
    assert said["embed"]["$type"] == "app.bsky.embed.external"
    assert (shown["uri"], shown["title"], shown["description"]) == (
        "https://hafen.example", "Das Hafenfest", "Am Kran\nund am Deich",
    )  # fmt: skip
    assert (shown["thumb"]["$type"], shown["thumb"]["mimeType"]) == ("blob", "image/png")
    bare = record(
        ground, ground.connector().send(Draft("Ohne Bild", card=Card(card.url, "Titel")), "key-2").ref.native_id
    )
    assert bare["embed"]["external"] == {"uri": card.url, "title": "Titel", "description": ""}
    media = (Media("image/png", alt="Ein grünes Feld", content=picture()),)
    both = record(ground, ground.connector().send(Draft("Mit Bild", media=media, card=card), "key-3").ref.native_id)
    assert both["embed"]["$type"] == "app.bsky.embed.images"


def test_a_cards_picture_that_does_not_get_up_keeps_no_words_back(ground: Ground) -> None:
    heavy = Media("image/png", content=picture() + b"x" * 1_000_001)
    card = Card("https://hafen.example", "Das Hafenfest", picture=heavy)
    said = record(ground, ground.connector().send(Draft("Schwer", card=card), "key-1").ref.native_id)
    assert "thumb" not in said["embed"]["external"]
    ground.face.faults.plant("any", "error_after", times=1)
    light = Card("https://hafen.example", "Das Hafenfest", picture=Media("image/png", content=picture()))
    said = record(ground, ground.connector().send(Draft("Kaputt", card=light), "key-2").ref.native_id)
    assert said["embed"]["external"]["title"] == "Das Hafenfest"
    assert "thumb" not in said["embed"]["external"]


@pytest.mark.parametrize("kind", ["silence_before", "silence_after", "too_many_seconds", "garbage"])
def test_no_words_wait_for_the_picture_of_a_card(ground: Ground, kind: FaultKind) -> None:
    ground.face.faults.plant("any", kind, times=1, wait=4.5)
    connector, began = ground.connector(), time.monotonic()
    connector.card_seconds = 0.2
    receipt = connector.send(Draft("Kommt alle", card=CARD), "key-1")
    assert time.monotonic() - began < 3
    assert record(ground, receipt.ref.native_id)["embed"]["external"] == {
        "uri": "https://xn--hfen-loa.example/k%C3%A4se", "title": "Das Hafenfest", "description": "",
    }  # fmt: skip
    assert receipt.left_out == "picture"


def test_where_bluesky_refuses_the_card_the_words_go_without_it(ground: Ground) -> None:
    ground.face.takes_cards = False
    connector, draft = ground.connector(), Draft("Kommt alle", card=CARD)
    receipt = connector.send(draft, "key-1")
    assert "embed" not in record(ground, receipt.ref.native_id)
    assert receipt.left_out == "card"
    found = connector.find("key-1", draft, datetime.now(UTC))
    assert found is not None and found.ref == receipt.ref


@pytest.mark.parametrize("kind", ["garbage", "half", "html"])
def test_a_picture_whose_upload_is_answered_with_nonsense_was_not_said(ground: Ground, kind: FaultKind) -> None:
    ground.face.faults.plant("any", kind, times=1)
    media = (Media("image/png", alt="Ein grünes Feld", content=picture()),)
    with pytest.raises(TryLater):
        ground.connector().send(Draft("Mit Bild", media=media), "key-1")


def test_a_reply_names_its_parent_and_its_root(ground: Ground) -> None:
    connector = ground.connector()
    root = connector.send(DRAFT, "key-1").ref
    answer = ground.say("Wo?", to=root.native_id)
    reply = connector.send(Draft("Am Kran.", reply_to=Ref(answer)), "key-2").ref
    ends = record(ground, reply.native_id)["reply"]
    assert (ends["root"]["uri"], ends["parent"]["uri"]) == (root.native_id, answer)
    assert ends["parent"]["cid"] and ends["root"]["cid"]


@pytest.mark.parametrize("fault", ["error_after", "silence_after", "half", "garbage", "html"])
def test_what_was_accepted_without_an_answer_is_found(ground: Ground, fault: str) -> None:
    ground.limits = during(fault)
    connector = ground.connector()
    ground.face.faults.plant("send", fault, times=1, wait=SILENCE)  # type: ignore[arg-type]
    with pytest.raises(Unclear):
        connector.send(DRAFT, "key-1")
    found = connector.find("key-1", DRAFT, ground.now())
    assert found is not None
    assert [post["id"] for post in ground.network.public_posts()] == [found.ref.native_id]


def test_a_repeated_key_is_answered_500_and_changes_nothing(ground: Ground) -> None:
    connector = ground.connector()
    first = connector.send(DRAFT, "key-1")
    with pytest.raises(Unclear):
        connector.send(Draft("Ganz andere Worte"), "key-1")
    assert record(ground, first.ref.native_id)["text"] == DRAFT.text
    assert connector.find("key-1", DRAFT, ground.now()) == first
    with pytest.raises(Refused) as caught:
        connector.find("key-1", Draft("Ganz andere Worte"), ground.now())
    assert caught.value.reason_code == "text_differs"


def test_what_is_accepted_late_is_found_late_and_only_once(ground: Ground) -> None:
    connector = ground.connector()
    ground.face.faults.plant("send", "late", times=1, wait=60)
    with pytest.raises(Unclear):
        connector.send(DRAFT, "key-1")
    assert connector.find("key-1", DRAFT, ground.now()) is None
    connector.send(DRAFT, "key-1")
    ground.skipped += ground.skipped.resolution * 61_000_000
    assert connector.find("key-1", DRAFT, ground.now()) is not None
    assert len(ground.network.public_posts()) == 1


def test_a_picture_that_does_not_get_up_leaves_nothing_in_doubt(ground: Ground) -> None:
    media = (Media("image/png", alt="Feld", content=picture()),)
    ground.face.faults.plant("any", "error_before", times=1)
    with pytest.raises(TryLater):
        ground.connector().send(Draft("Bild", media=media), "key-1")
    assert ground.network.public_posts() == []


def test_a_full_limit_is_waited_out_until_it_begins_anew(ground: Ground) -> None:
    ground.face.faults.plant("send", "too_many_seconds", times=1, wait=120)
    with pytest.raises(TryLater) as caught:
        ground.connector().send(DRAFT, "key-1")
    assert 100 < (caught.value.due(ground.now()) - ground.now()).total_seconds() <= 121


def test_what_the_network_would_refuse_is_found_before(ground: Ground) -> None:
    connector = ground.connector()
    families = "👩‍👩‍👧‍👦" * 150  # 150 graphemes, 3,750 bytes
    assert [finding.values for finding in connector.check(Draft(families))] == [
        {"length": 3750, "maximum": 3000, "unit": "bytes"}
    ]
    large = Media("image/jpeg", alt="x", content=b"x" * 2_000_001)
    assert [finding.code for finding in connector.check(Draft("Bild", media=(large,)))] == ["media_too_large"]
    bare = Media("image/jpeg", content=b"x")
    assert [finding.code for finding in connector.check(Draft("Bild", media=(bare,)))] == ["alt_text_missing"]
    assert connector.check(Draft("👩‍👩‍👧‍👦" * 100)) == ()


def test_only_our_own_words_are_taken_back(ground: Ground) -> None:
    with pytest.raises(Refused):
        ground.connector().withdraw(Ref(ground.say("Fremdes")))


def test_replies_in_our_threads_are_hidden_and_shown_again(ground: Ground) -> None:
    connector = ground.connector()
    root = connector.send(DRAFT, "key-1").ref.native_id
    one, two = ground.say("Unfug", to=root), ground.say("Mehr Unfug", to=root)
    gate = root.replace("app.bsky.feed.post", THREADGATE)
    ground.network.create(
        ground.us.did, THREADGATE, {"post": root, "allow": [], "createdAt": "2026-11-21T12:00:00Z"}, root.split("/")[-1]
    )
    for measure, ref, hidden in (
        ("hide", one, [one]), ("hide", one, [one]), ("hide", two, [one, two]), ("unhide", one, [two]), ("unhide", one, [two]),
    ):  # fmt: skip
        connector.moderate(Ref(ref), measure)  # type: ignore[arg-type]
        assert record(ground, gate)["hiddenReplies"] == hidden
    assert record(ground, gate)["allow"] == []  # who may answer stays as it was


def test_what_stands_elsewhere_cannot_be_hidden(ground: Ground) -> None:
    connector = ground.connector()
    root = connector.send(DRAFT, "key-1").ref
    for ref in (root, Ref(ground.say("Fremdes", mention=True))):
        with pytest.raises(Refused):
            connector.moderate(ref, "hide")


def test_counters(ground: Ground) -> None:
    connector = ground.connector()
    ref = connector.send(DRAFT, "key-1").ref
    ground.like(ref.native_id)
    ground.repost(ref.native_id)
    ground.say("Danke", to=ref.native_id)
    counted = {reading.name: reading.value for reading in connector.measure([ref, Ref("nowhere")])}
    assert counted == {"replies": 1, "likes": 1, "reposts": 1, "quotes": 0}


@pytest.mark.parametrize(
    ("fault", "error"), [("error_before", TryLater), ("logged_out", LoggedOut), ("garbage", TryLater)]
)
def test_looking_raises_what_the_queue_understands(ground: Ground, fault: str, error: type[ConnectorError]) -> None:
    connector = ground.connector()
    connector.send(DRAFT, "key-1")
    ground.face.faults.plant("find", fault)  # type: ignore[arg-type]
    with pytest.raises(error):
        connector.find("key-1", DRAFT, ground.now())
