"""Speaking: topics and replies, approval by moderators, what the forum refuses, and what is found afterwards."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import CannotLook, ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.discourse.forum import CLOSED_CATEGORY
from tests.networks.discourse.ground import Ground
from tests.networks.patience import SILENCE, during

EVERYBODY = pytest.mark.parametrize("ground", ["moderator", "member"], indirect=True)
MEMBER = pytest.mark.parametrize("ground", ["member"], indirect=True)
TOPIC = Draft("Die Werkstatt öffnet um 9 Uhr.\n\nMit *Kaffee*.", title="Werkstatt am Samstag")
PICTURE = Media("image/png", alt="Eine [Werk]bank | Hobel", name="werkbank.png", content=b"\x89PNG" + b"x" * 100)


def found(ground: Ground, draft: Draft, key: str = "k") -> Receipt | None:
    return ground.connector().find(key, draft, datetime.now(UTC) - timedelta(seconds=5))


def asked(ground: Ground) -> Ref:
    post = ground.forum.open(ground.mia, "Eine Frage zur Werkstatt", "Wann öffnet sie?")
    return Ref(f"{post.topic_id}/1")


@EVERYBODY
def test_a_topic_opens_in_the_category_of_the_settings_and_bears_our_key(ground: Ground) -> None:
    receipt = ground.connector().send(TOPIC, "0b5c6b0e-key")
    assert receipt.ref == Ref("1/1", f"{ground.face.url}/t/1/1")
    (topic,) = ground.forum.topics.values()
    assert (topic.title, topic.category, topic.external_id) == (TOPIC.title, 5, "0b5c6b0e-key")
    assert ground.forum.appeared == [TOPIC.text]


@EVERYBODY
def test_a_reply_names_the_post_it_answers(ground: Ground) -> None:
    root = asked(ground)
    first = ground.connector().send(Draft("Um neun.", reply_to=root), "k1")
    second = ground.connector().send(Draft("Oder etwas später.", reply_to=first.ref), "k2")
    assert (first.ref.native_id, second.ref.native_id) == ("1/2", "1/3")
    assert [post.reply_to for post in ground.forum.posts.values()] == [None, 1, 2]


@EVERYBODY
@pytest.mark.parametrize("kind", ["error_after", "silence_after", "half", "html", "garbage"])
@pytest.mark.parametrize("is_reply", [False, True])
def test_what_arrived_unclearly_is_found(ground: Ground, kind: str, is_reply: bool) -> None:
    ground.limits = during(kind)
    draft = Draft("  Grüße,\n\n\n`<b>` & https://a.example/?a=1&b=2 ", reply_to=asked(ground)) if is_reply else TOPIC
    ground.forum.plant("say", kind, wait=SILENCE)
    with pytest.raises(Unclear):
        ground.connector().send(draft, "k")
    receipt = found(ground, draft)
    assert receipt is not None
    assert receipt.ref.native_id == ("1/2" if is_reply else "1/1")
    assert len(ground.forum.appeared) == (2 if is_reply else 1)


@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", Unclear), ("too_many", TryLater), ("logged_out", LoggedOut)]
)
def test_what_did_not_arrive_is_not_found(ground: Ground, kind: str, error: type[Exception]) -> None:
    ground.forum.plant("say", kind, wait=90)
    with pytest.raises(error) as caught:
        ground.connector().send(TOPIC, "k")
    if isinstance(caught.value, TryLater):
        now = datetime.now(UTC)
        assert timedelta(seconds=85) < caught.value.due(now) - now < timedelta(seconds=95)
    if kind != "logged_out":
        assert found(ground, TOPIC) is None
    assert ground.forum.appeared == []


def test_the_forum_itself_keeps_a_topic_from_being_doubled(ground: Ground) -> None:
    first = ground.connector().send(TOPIC, "k")
    assert ground.connector().send(TOPIC, "k") == first  # the same call, for two minutes
    ground.forum.skipped += 121
    with pytest.raises(Refused) as caught:
        ground.connector().send(TOPIC, "k")
    assert "External ID" in caught.value.detail
    assert len(ground.forum.appeared) == 1


@MEMBER
@pytest.mark.parametrize("is_reply", [False, True])
def test_what_waits_for_approval_is_told_and_never_said_again(ground: Ground, is_reply: bool) -> None:
    ground.forum.queues = True
    draft = Draft("Um neun.", reply_to=asked(ground)) if is_reply else TOPIC
    with pytest.raises(Refused) as caught:
        ground.connector().send(draft, "k")
    assert caught.value.reason_code == "awaits_approval"
    with pytest.raises(Refused) as caught:
        found(ground, draft)
    assert caught.value.reason_code == "awaits_approval"
    approved = ground.forum.approve()
    receipt = found(ground, draft)
    assert receipt is not None
    assert receipt.ref.native_id == f"{approved.topic_id}/{approved.number}"


@MEMBER
def test_a_cut_answer_while_it_waits_for_approval_is_left_to_a_person(ground: Ground) -> None:
    ground.forum.queues = True
    ground.forum.plant("say", "half")
    with pytest.raises(Unclear):
        ground.connector().send(TOPIC, "k")
    with pytest.raises(Refused):
        found(ground, TOPIC)
    assert found(ground, dataclasses.replace(TOPIC, text="Etwas anderes")) is None


def test_a_forum_that_hides_its_queue_cannot_be_asked(ground: Ground) -> None:
    ground.forum.shows_pending = False
    with pytest.raises(CannotLook):
        found(ground, TOPIC)
    receipt = ground.connector().send(TOPIC, "k")
    assert found(ground, TOPIC) == receipt


@MEMBER
def test_what_the_forum_does_not_accept_is_told_in_its_words(ground: Ground) -> None:
    ground.forum.min_title_length, ground.forum.unique_minutes = 15, 5
    with pytest.raises(Refused) as caught:
        ground.connector().send(Draft("Ein Text", title="Kurz"), "k1")
    assert (caught.value.reason_code, "minimum is 15" in caught.value.detail) == ("rejected", True)
    ground.connector().send(TOPIC, "k2")
    with pytest.raises(Refused):
        ground.connector().send(TOPIC, "k3")
    assert len(ground.forum.appeared) == 1


@MEMBER
def test_what_the_account_may_not_is_no_log_out(ground: Ground) -> None:
    with pytest.raises(Refused) as caught:
        ground.connector(category=CLOSED_CATEGORY).send(TOPIC, "k")
    assert caught.value.reason_code == "forbidden"
    others = ground.forum.write(ground.mia, "Vertraulich", "Nur für Jan", ground.forum.enrol("jan"))
    with pytest.raises(Refused):
        ground.connector().send(Draft("Aha", reply_to=Ref(f"{others.topic_id}/1")), "k2")


@EVERYBODY
def test_a_revoked_key_logs_out_everywhere(ground: Ground) -> None:
    connector = ground.connector()
    ref = connector.send(TOPIC, "k").ref
    ground.forum.keys.clear()
    for ask in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(TOPIC, "k2"),
        lambda: connector.find("k", TOPIC, datetime.now(UTC)),
        lambda: connector.withdraw(ref),
        lambda: connector.measure([ref]),
    ):
        with pytest.raises(LoggedOut):
            ask()


def test_a_blank_text_and_a_topic_for_few_are_not_said(ground: Ground) -> None:
    for draft, reason in (
        (Draft(" \n", title="Titel"), "text_empty"),
        (dataclasses.replace(TOPIC, visibility="direct"), "invalid_request"),
    ):
        with pytest.raises(Refused) as caught:
            ground.connector().send(draft, "k")
        assert caught.value.reason_code == reason
    narrow = ground.connector().check(dataclasses.replace(TOPIC, visibility="members"))
    assert [finding.code for finding in narrow] == ["visibility_unknown"]
    assert [finding.code for finding in ground.connector().check(Draft("Text"))] == ["title_missing"]


def test_an_answer_to_a_private_message_stays_there(ground: Ground) -> None:
    letter = ground.forum.write(ground.mia, "Meine Bestellung", "Wo ist sie?", ground.haus)
    draft = Draft("Unterwegs.", reply_to=Ref(f"{letter.topic_id}/1"), visibility="direct")
    assert ground.connector().check(draft) == ()
    receipt = ground.connector().send(draft, "k")
    assert receipt.ref.native_id == f"{letter.topic_id}/2"
    assert found(ground, draft) == receipt


def test_pictures_are_uploaded_and_shown_with_their_alternative_texts(ground: Ground) -> None:
    draft = dataclasses.replace(TOPIC, media=(PICTURE, dataclasses.replace(PICTURE, alt="", name="")))
    receipt = ground.connector().send(draft, "k")
    assert ground.forum.appeared[-1].split("\n\n")[-2:] == [
        "![Eine (Werk)bank / Hobel|40x30](upload://1.png)", "![|40x30](upload://2.png)",
    ]  # fmt: skip
    assert [upload["content"] for upload in ground.forum.uploads] == [PICTURE.content] * 2
    assert found(ground, draft) == receipt
    assert found(ground, TOPIC) is None


@pytest.mark.parametrize("kind", ["error_before", "error_after", "silence_after", "half", "too_many"])
def test_while_only_pictures_left_nothing_was_said(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.forum.plant("upload", kind, wait=SILENCE)
    draft = dataclasses.replace(TOPIC, media=(PICTURE,))
    with pytest.raises(TryLater):
        ground.connector().send(draft, "k")
    assert ground.forum.appeared == []
    ground.connector().send(draft, "k")
    assert len(ground.forum.appeared) == 1


def test_the_search_in_a_long_topic_ends_at_the_time_of_the_attempt(ground: Ground) -> None:
    root = asked(ground)
    long_ago = ground.forum.now() - 86_400
    for number in range(100):
        ground.forum.answer(ground.haus, 1, f"Alt {number}", at=long_ago + number)
    draft = Draft("Alt 99", reply_to=root)
    before = len(ground.forum.visits)
    assert found(ground, draft) is None
    assert len(ground.forum.visits) - before == 3  # the topic, its last page, the queue
    receipt = ground.connector().send(draft, "k")
    for number in range(50):
        ground.forum.answer(ground.mia, 1, f"Neu {number}")
    assert found(ground, draft) == receipt


def test_somebody_elses_equal_words_are_not_ours(ground: Ground) -> None:
    ground.forum.open(ground.mia, TOPIC.title, TOPIC.text)
    root = asked(ground)
    ground.forum.answer(ground.mia, 2, "Um neun.", 1)
    assert found(ground, TOPIC) is None
    assert found(ground, Draft("Um neun.", reply_to=root)) is None


def test_a_title_that_the_forum_tidied_is_found(ground: Ground) -> None:
    receipt = ground.connector().send(dataclasses.replace(TOPIC, title="werkstatt am samstag."), "k")
    ground.forum.topics[1].title = "Werkstatt am Samstag"
    assert found(ground, dataclasses.replace(TOPIC, title="werkstatt am samstag.")) == receipt


@EVERYBODY
def test_a_reply_is_taken_back(ground: Ground) -> None:
    root = asked(ground)
    reply = ground.connector().send(Draft("Um neun.", reply_to=root), "k").ref
    for _ in range(2):
        ground.connector().withdraw(reply)
    post = ground.forum.posts[2]
    assert bool(post.deleted) is ground.haus.is_moderator
    assert post.user_deleted is not ground.haus.is_moderator
    assert ground.connector().measure([reply]) == ()


@MEMBER
def test_others_words_are_not_ours_to_touch(ground: Ground) -> None:
    root = asked(ground)
    with pytest.raises(Refused):
        ground.connector().withdraw(root)
    for measure in ("remove", "lock", "hide"):
        with pytest.raises(Refused) as caught:
            ground.connector().moderate(root, measure)  # type: ignore[arg-type]
        assert caught.value.reason_code == "not_supported"
    assert not ground.forum.posts[1].deleted


def test_a_moderator_closes_and_opens_topics(ground: Ground) -> None:
    root = asked(ground)
    for measure, state in (("lock", True), ("unlock", False)):
        ground.connector().moderate(root, measure)  # type: ignore[arg-type]
        assert ground.forum.topics[1].is_closed is state


def test_counters_of_a_topic_and_of_a_reply(ground: Ground) -> None:
    root = ground.connector().send(TOPIC, "k").ref
    reply = ground.forum.answer(ground.mia, 1, "Danke")
    ground.forum.answer(ground.haus, 1, "Gern", reply.number)
    ground.forum.like(ground.mia, ground.forum.posts[1])
    read = {
        (one.ref.native_id, one.name): one.value for one in ground.connector().measure([root, Ref("1/2"), Ref("9/9")])
    }
    assert read == {
        ("1/1", "replies"): 2, ("1/1", "likes"): 1, ("1/1", "reads"): 3,
        ("1/2", "replies"): 1, ("1/2", "likes"): 0, ("1/2", "reads"): 4,
    }  # fmt: skip


def test_a_server_error_while_reading_is_no_answer(ground: Ground) -> None:
    ref = ground.connector().send(TOPIC, "k").ref
    for kind in ("error_before", "half", "html", "garbage", "too_many"):
        ground.forum.plant("read", kind)
        with pytest.raises(TryLater):
            ground.connector().measure([ref])
        ground.forum.plant("read", kind)
        with pytest.raises(ConnectorError) as caught:
            found(ground, TOPIC)
        assert isinstance(caught.value, TryLater)


def test_other_words_keep_the_pictures_and_a_forum_without_solved_takes_no_mark(ground: Ground) -> None:
    connector, draft = ground.connector(), dataclasses.replace(TOPIC, media=(PICTURE,))
    ref = connector.send(draft, "k").ref
    connector.edit(ref, Draft("Die Werkstatt öffnet um 10 Uhr.", title="Werkstatt am Sonntag"))
    (post,), (topic,) = ground.forum.posts.values(), ground.forum.topics.values()
    assert post.raw == "Die Werkstatt öffnet um 10 Uhr.\n\n![Eine (Werk)bank / Hobel|40x30](upload://1.png)"
    assert topic.title == "Werkstatt am Sonntag"
    answer = ground.forum.answer(ground.mia, topic.id, "Danke!")
    with pytest.raises(Refused) as caught:
        connector.edit(Ref(f"{topic.id}/{answer.number}"), Draft(""))
    assert caught.value.reason_code == "text_empty"
    ground.forum.solved = False
    with pytest.raises(Refused) as caught:
        connector.accept(Ref(f"{topic.id}/{answer.number}"))
    assert caught.value.reason_code == "not_supported"
