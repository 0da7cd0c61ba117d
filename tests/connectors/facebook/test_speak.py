"""Speaking: what arrives, what perhaps did, what Facebook refuses; pictures, answers on two floors, measures."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.facebook import write
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.facebook.face import SCOPES
from tests.networks.facebook.ground import US, Ground
from tests.networks.facebook.network import PAGE
from tests.networks.patience import during

PICTURE = Media("image/png", alt="Eine Werkbank mit Hobel", name="werkbank.png", content=b"\x89PNG" + b"x" * 1000)
WORDS = Draft("Grüße an alle:\n\n\thttps://haus.example/ein/weg?a=1&b=2  \n#hafen <b> 👩‍🌾")


def found(ground: Ground, draft: Draft) -> Receipt | None:
    return ground.connector().find("k", draft, datetime.now(UTC) - timedelta(seconds=5))


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage", "late"])
def test_what_arrived_unclearly_is_found(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("send", kind, times=1, wait=5)
    with pytest.raises(Unclear):
        ground.connector().send(WORDS, "k")
    if kind == "late":
        assert found(ground, WORDS) is None
        clock = ground.network.clock
        ground.network.clock = lambda: clock() + 6
    receipt = found(ground, WORDS)
    assert receipt is not None
    (native_id,) = ground.network.rows
    assert receipt.ref.native_id == native_id
    assert ground.connector().find("k", WORDS, datetime.now(UTC), claimed={native_id}) is None


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("error_before", Unclear, "network_fault"),
        ("bad_gateway", Unclear, "status_502"),
        ("too_many", TryLater, "too_many"),
        ("code_4", TryLater, "too_many"),
        ("code_17", TryLater, "too_many"),
        ("code_613", TryLater, "too_many"),
        ("code_190", LoggedOut, "logged_out"),
        ("code_368", Refused, "blocked"),
        ("code_506", Unclear, "duplicate"),
        ("code_10", Refused, "forbidden"),
        ("code_200", Refused, "forbidden"),
        ("code_100", Refused, "rejected"),
        ("code_1609005", Refused, "rejected"),
    ],
)
def test_what_facebook_says_instead(ground: Ground, kind: str, error: type[ConnectorError], reason: str) -> None:
    ground.network.plant("send", kind, times=2)
    with pytest.raises(error) as caught:
        ground.connector().send(WORDS, "k")
    assert caught.value.reason_code == reason
    assert ground.token not in f"{caught.value!r}"
    assert found(ground, WORDS) is None
    assert ground.network.public() == []


def test_the_wait_is_the_one_facebook_names(ground: Ground) -> None:
    ground.network.regain = 37
    ground.network.plant("send", "too_many", times=2)
    for minutes in (37, 5):
        with pytest.raises(TryLater) as caught:
            ground.connector().send(WORDS, "k")
        assert caught.value.when == timedelta(minutes=minutes)
        ground.network.regain = 0


def test_the_same_words_again_are_looked_for(ground: Ground) -> None:
    ground.network.refuses_twins = True
    first = ground.connector().send(WORDS, "k1")
    with pytest.raises(Unclear) as caught:
        ground.connector().send(WORDS, "k1")
    assert caught.value.reason_code == "duplicate"
    assert found(ground, WORDS) == first


def test_a_token_that_ended_or_was_revoked_logs_out_everywhere(ground: Ground) -> None:
    over = ground.connector(ground.network.grant(PAGE, SCOPES, -1))
    with pytest.raises(LoggedOut) as caught:
        over.whoami()
    assert caught.value.reason_code == "expired"
    connector = ground.connector()
    ref = connector.send(Draft("Termin"), "k").ref
    ground.network.tokens.clear()
    for ask in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(Draft("x"), "k2"),
        lambda: connector.find("k", Draft("x"), datetime.now(UTC)),
        lambda: connector.withdraw(ref),
        lambda: connector.moderate(ref, "hide"),
        lambda: connector.measure([ref]),
    ):
        with pytest.raises(LoggedOut) as caught:
            ask()
        assert caught.value.reason_code == "logged_out"


def test_what_the_scopes_do_not_allow_is_refused(ground: Ground) -> None:
    reader = ground.network.grant(PAGE, SCOPES[:3])
    with pytest.raises(Refused) as caught:
        ground.connector(reader).send(Draft("Termin"), "k")
    assert caught.value.reason_code == "forbidden"


def test_pictures_go_with_their_descriptions(ground: Ground) -> None:
    second = Media("image/jpeg", name="b.jpg", content=b"\xff\xd8")
    draft = Draft("Der Garten", media=(PICTURE, second))
    receipt = ground.connector().send(draft, "k")
    photos = list(ground.network.photos.values())
    assert [one["alt"] for one in photos] == [PICTURE.alt, ""]
    assert photos[0]["content"] == PICTURE.content
    assert len(ground.network.there(receipt.ref.native_id)["photos"]) == 2
    assert found(ground, draft) == receipt
    assert found(ground, Draft("Der Garten")) is None
    (item,) = [item for batch in ground.connector().collect("") for item in batch.items]
    assert [one.media_type for one in item.media] == ["image/jpeg", "image/jpeg"]
    # A picture without words is a post, too.
    assert ground.connector().send(Draft("", media=(PICTURE,)), "k2").ref.native_id in ground.network.rows


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Mehr: https://haus.example/a_(b)?c=1, und dann", "https://haus.example/a_(b)?c=1"),
        ("(https://haus.example/a). http://zwei.example", "https://haus.example/a"),
        ("nichts: https://x", ""),
        ("mia@https://haus.example", ""),
        ("Unlesbar: https://nowhere.example/a", ""),
    ],
)
def test_the_first_link_is_shown_below_the_words(ground: Ground, text: str, link: str) -> None:
    """Named beside the words, as the network itself shows no page that only stands in them; one it cannot read is left out."""
    draft = Draft(text)
    receipt = ground.connector().send(draft, "k")
    assert ground.network.links == ([link] if link else [])
    assert ground.network.public() == [text]
    assert found(ground, draft) == receipt
    ground.connector().send(Draft(text, media=(PICTURE,)), "k2")
    assert ground.network.links == ([link] if link else [])


def test_a_picture_to_which_a_link_leads_does_not_hide_our_words() -> None:
    """Not found, they would be said twice: a link to a moving picture or to a photo at Facebook is attached as a picture."""
    shown = {"type": "animated_image_share", "media": {"image": {"src": "https://fb.example/a.jpg"}}}
    for text, is_ours in (("Seht: https://bilder.example/a.gif", True), ("Seht selbst", False)):
        row = {"id": "1", "message": text, "attachments": {"data": [shown]}}
        assert write.is_same(Draft(text), row) is is_ours
    assert not write.is_same(Draft("Seht: https://x.example/a"), {"message": "Seht: https://x.example/b"})


@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half"])
def test_a_picture_that_stayed_unclear_is_sent_again(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("upload", kind, times=1)
    draft = Draft("Der Garten", media=(PICTURE,))
    with pytest.raises(TryLater):
        ground.connector().send(draft, "k")
    assert ground.network.public() == []
    ground.connector().send(draft, "k")
    assert ground.network.public() == ["Der Garten"]


def test_answers_stand_on_two_floors_and_are_found(ground: Ground) -> None:
    connector = ground.connector()
    root = connector.send(Draft("Der Garten ist offen"), "k0").ref
    asked = ground.say("Bis wann?", root.native_id)
    drafts = [
        Draft("Gern.", reply_to=root, thread=root.native_id),
        Draft("Gern.", reply_to=Ref(asked), thread=root.native_id, media=(PICTURE,)),
        Draft("Gern.", reply_to=Ref(asked), thread=root.native_id),
    ]
    receipts = [connector.send(draft, f"k{number}") for number, draft in enumerate(drafts, 1)]
    assert [found(ground, draft) for draft in drafts] == receipts
    further = Draft("Und morgen auch.", reply_to=receipts[2].ref, thread=root.native_id)
    moved_up = connector.send(further, "k9")
    assert ground.network.there(moved_up.ref.native_id)["parent"] == asked
    assert found(ground, further) == moved_up
    ground.network.delete(root.native_id)
    assert found(ground, further) is None


def test_an_answer_is_found_behind_pages_of_older_ones(ground: Ground) -> None:
    """Comments come oldest first, whatever order is asked for: an old page proves nothing."""
    root = ground.network.say(US, "Der Garten ist offen", at=1_700_000_000)
    for number in range(7):
        ground.say(f"Frage {number}", root, at=1_700_000_100 + number)
    ground.network.page = 3
    answer = Draft("Bis acht.", reply_to=Ref(root), thread=root)
    assert found(ground, answer) is None
    receipt = ground.connector().send(answer, "k")
    twin = ground.network.say(US, answer.text, root)
    assert found(ground, answer) == receipt
    later = ground.connector().find("k", answer, datetime.now(UTC), claimed={receipt.ref.native_id})
    assert later is not None and later.ref.native_id == twin


def test_other_words_for_what_the_page_said_and_for_nothing_else(ground: Ground) -> None:
    connector = ground.connector()
    post = connector.send(Draft("Offen bis acht", media=(PICTURE,)), "k").ref
    answer = connector.send(Draft("Gern", reply_to=post, thread=post.native_id), "k2").ref
    for ref in (post, answer):
        connector.edit(ref, Draft("Offen bis neun"))
        assert ground.network.there(ref.native_id)["text"] == "Offen bis neun"
    assert len(ground.network.there(post.native_id)["photos"]) == 1
    with pytest.raises(Refused) as caught:
        connector.edit(Ref(ground.say("Ihr Wort", post.native_id)), Draft("Anderes"))
    assert caught.value.reason_code == "forbidden"
    ground.network.plant("edit", "error_after", times=1)
    with pytest.raises(Unclear):
        connector.edit(post, Draft("Offen bis zehn"))
    connector.edit(post, Draft("Offen bis zehn"))


def test_nobody_elses_words_are_taken_for_ours(ground: Ground) -> None:
    ground.say("Termin")
    root = ground.network.say(US, "Anderes")
    ground.say("Termin", root)
    assert found(ground, Draft("Termin")) is None
    assert found(ground, Draft("Termin", reply_to=Ref(root), thread=root)) is None


def test_a_comment_is_shorter_than_a_post(ground: Ground) -> None:
    connector = ground.connector()
    long, pictures = "x" * 8_001, (PICTURE, PICTURE)
    assert connector.check(Draft(long, media=pictures)) == ()
    answer = Draft(long, media=pictures, reply_to=Ref("1"))
    assert [finding.code for finding in connector.check(answer)] == ["too_many_media", "text_too_long"]
    assert [finding.code for finding in connector.check(Draft("x" * 63_207, reply_to=Ref("1")))] == ["text_too_long"]
    with pytest.raises(Refused):
        connector.send(answer, "k")


def test_members_words_are_hidden_shown_and_removed(ground: Ground) -> None:
    root = ground.network.say(US, "Frage der Woche")
    rude, post = ground.say("Grob", root), ground.say("Werbung")
    connector = ground.connector()
    cursor = list(connector.collect(""))[-1].cursor
    for native_id in (rude, post):
        for measure, is_hidden in (("hide", True), ("hide", True), ("unhide", False)):
            connector.moderate(Ref(native_id), measure)  # type: ignore[arg-type]
            assert ground.network.there(native_id)["hidden"] is is_hidden
    connector.moderate(Ref(post), "remove")
    connector.moderate(Ref(post), "remove")
    items = [item for batch in connector.collect(cursor) for item in batch.items]
    assert [(item.ref.native_id, item.deleted_at is not None) for item in items] == [(post, True)]
    for measure in ("hide", "unhide"):
        with pytest.raises(Refused) as caught:
            connector.moderate(Ref(post), measure)  # type: ignore[arg-type]
        assert caught.value.reason_code == "not_found"
    with pytest.raises(Refused):
        connector.moderate(Ref(rude), "lock")


def test_counts_are_read_and_people_are_not(ground: Ground) -> None:
    ref = ground.connector().send(Draft("Termin"), "k").ref
    ground.say("Komme", ground.say("Ich komme", ref.native_id))
    row = ground.network.there(ref.native_id)
    row["reactions"], row["shares"] = 12, 3
    readings = ground.connector().measure([ref, Ref("5_6")])
    assert {one.name: one.value for one in readings} == {"replies": 2, "reactions": 12, "shares": 3}
    assert all(one.ref == ref for one in readings)


def test_a_setting_that_is_missing_is_told(ground: Ground) -> None:
    with pytest.raises(Refused) as caught:
        ground.connector(page_id="").send(Draft("x"), "k")
    assert caught.value.reason_code == "bad_setting"
