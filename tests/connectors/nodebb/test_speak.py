"""Speaking: topics and replies, the forum's pace, approval by moderators, and what is found afterwards."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import CannotLook, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.neutral import Draft, Media, Receipt, Ref
from tests.networks.nodebb.face import CLOSED_CATEGORY
from tests.networks.nodebb.ground import Ground
from tests.networks.patience import SILENCE, during

EVERYBODY = pytest.mark.parametrize("ground", ["moderator", "member"], indirect=True)
MEMBER = pytest.mark.parametrize("ground", ["member"], indirect=True)
TOPIC = Draft("Die Werkstatt öffnet um 9 Uhr.\n\nMit **Kaffee** & <b>Kuchen</b>.", title="Werkstatt & Café")


def found(ground: Ground, draft: Draft, key: str = "k") -> Receipt | None:
    return ground.connector().find(key, draft, datetime.now(UTC) - timedelta(seconds=5))


def asked(ground: Ground) -> Ref:
    return Ref(str(ground.forum.open(ground.mia, "Eine Frage zur Werkstatt", "Wann öffnet sie?").pid))


@MEMBER
def test_other_words_and_another_title_for_what_we_said(ground: Ground) -> None:
    us = ground.connector()
    topic = us.send(TOPIC, "k1").ref
    answer = us.send(Draft("Auch samstags.", reply_to=topic), "k2").ref
    us.edit(topic, Draft("Ab zehn.", title="Werkstatt"))
    us.edit(answer, Draft("Nur samstags.", title="Kein Titel"))
    posts = [ground.forum.posts[int(ref.native_id)] for ref in (topic, answer)]
    assert [post.content for post in posts] == ["Ab zehn.", "Nur samstags."]
    assert ground.forum.topics[posts[0].tid].title == "Werkstatt"
    for ref, text, reason in ((asked(ground), "x", "forbidden"), (Ref("99"), "x", "not_found"), (topic, " ", "text_empty")):  # fmt: skip
        with pytest.raises(Refused) as caught:
            us.edit(ref, Draft(text))
        assert caught.value.reason_code == reason


@EVERYBODY
def test_a_topic_and_replies_stand_where_they_belong(ground: Ground) -> None:
    receipt = ground.connector().send(TOPIC, "k1")
    assert receipt.ref == Ref("1", f"{ground.face.url}/post/1")
    topic = ground.forum.topics[1]
    assert (topic.title, topic.cid) == (TOPIC.title, 5)
    first = ground.connector().send(Draft("Um neun.", reply_to=receipt.ref), "k2")
    ground.connector().send(Draft("Oder zehn.", reply_to=first.ref), "k3")
    assert [(post.tid, post.to, post.user.username) for post in ground.forum.posts.values()] == [
        (1, 0, "haus"), (1, 1, "haus"), (1, 2, "haus"),
    ]  # fmt: skip


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
    assert receipt.ref.native_id == ("2" if is_reply else "1")
    assert len(ground.forum.appeared) == (2 if is_reply else 1)


@pytest.mark.parametrize(
    ("kind", "error"), [("error_before", Unclear), ("too_many", TryLater), ("logged_out", LoggedOut)]
)
def test_what_did_not_arrive_is_not_found(ground: Ground, kind: str, error: type[Exception]) -> None:
    ground.forum.plant("say", kind, wait=90)
    with pytest.raises(error) as caught:
        ground.connector().send(TOPIC, "k")
    if isinstance(caught.value, TryLater):
        assert caught.value.reason_code == "too_many"
        now = datetime.now(UTC)
        assert timedelta(seconds=85) < caught.value.due(now) - now < timedelta(seconds=95)
    if kind != "logged_out":
        assert found(ground, TOPIC) is None
    assert ground.forum.appeared == []


@EVERYBODY
def test_the_forum_s_pace_is_kept(ground: Ground) -> None:
    ground.forum.delay = 10
    ground.connector().send(TOPIC, "k1")
    with pytest.raises(TryLater) as caught:
        ground.connector().send(dataclasses.replace(TOPIC, title="Noch einer"), "k2")
    now = datetime.now(UTC)
    assert timedelta(seconds=10) < caught.value.due(now) - now < timedelta(seconds=12)
    ground.forum.skipped += 11
    ground.connector().send(dataclasses.replace(TOPIC, title="Noch einer"), "k2")
    assert len(ground.forum.appeared) == 2


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("As a new user, you can only post once every 120 second(s) until you have earned 3 reputation", 121),
        ("[[error:too-many-posts, 10]]", 11),
        ("You can only post once every 2 minute(s) - please wait", 121),
        ("[[error:already-posting]]", 10),
    ],
)
def test_a_refusal_that_only_means_later_is_one(message: str, seconds: int) -> None:
    import httpx2

    from allmende.connectors.http import Client
    from allmende.connectors.nodebb.connector import NodeBB
    from allmende.connectors.secret import Secret

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(200, json={"uid": 1})
        return httpx2.Response(400, json={"status": {"code": "bad-request", "message": message}})

    client = Client(transport=httpx2.MockTransport(answer))
    connector = NodeBB({"server": "https://a.example", "account_id": "1", "category": 5}, Secret("t"), client)
    with pytest.raises(TryLater) as caught:
        connector.send(TOPIC, "k")
    assert caught.value.when == timedelta(seconds=seconds)


@MEMBER
@pytest.mark.parametrize("is_reply", [False, True])
def test_what_waits_for_approval_is_told_and_never_said_again(ground: Ground, is_reply: bool) -> None:
    ground.forum.queues = True
    draft = Draft("Um **neun**.", reply_to=asked(ground)) if is_reply else TOPIC
    for ask in (lambda: ground.connector().send(draft, "k"), lambda: found(ground, draft)):
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.reason_code == "awaits_approval"
    approved = ground.forum.approve()
    receipt = found(ground, draft)
    assert receipt is not None
    assert receipt.ref.native_id == str(approved.pid)


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
    ground.forum.shows_queue = False
    with pytest.raises(CannotLook):
        found(ground, TOPIC)
    receipt = ground.connector().send(TOPIC, "k")
    assert found(ground, TOPIC) == receipt


def test_whom_the_forum_takes_for_a_guest_says_nothing(ground: Ground) -> None:
    """Some forums let guests write: then a token that was revoked must not make a guest's post of ours."""
    ground.forum.guests_write = True
    with pytest.raises(LoggedOut):
        ground.connector("widerrufen").send(TOPIC, "k")
    assert ground.forum.appeared == []


@EVERYBODY
def test_a_revoked_token_logs_out_everywhere(ground: Ground) -> None:
    connector = ground.connector()
    ref = connector.send(TOPIC, "k").ref
    ground.forum.tokens.clear()
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


@MEMBER
def test_what_the_account_may_not_is_no_log_out(ground: Ground) -> None:
    root = asked(ground)
    ground.forum.topics[1].is_locked = True
    for ask in (
        lambda: ground.connector(category=CLOSED_CATEGORY).send(TOPIC, "k"),
        lambda: ground.connector().send(Draft("Um neun.", reply_to=root), "k"),
        lambda: ground.connector().withdraw(root),
    ):
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.reason_code == "forbidden"
    with pytest.raises(Refused) as caught:
        ground.connector().moderate(root, "lock")
    assert caught.value.reason_code == "not_supported"


def test_what_cannot_be_said_there_is_not_tried(ground: Ground) -> None:
    picture = Media("image/png", content=b"x")
    for draft, reason, settings in (
        (Draft(" \n", title="Titel"), "text_empty", {}),
        (dataclasses.replace(TOPIC, media=(picture,)), "invalid_request", {}),
        (dataclasses.replace(TOPIC, visibility="direct"), "invalid_request", {}),
        (TOPIC, "bad_setting", {"category": 0}),
        (Draft("Ja", reply_to=Ref("77")), "not_found", {}),
    ):
        with pytest.raises(Refused) as caught:
            ground.connector(**settings).send(draft, "k")
        assert caught.value.reason_code == reason
    assert {one.code for one in ground.connector().check(dataclasses.replace(TOPIC, media=(picture,)))} >= {
        "too_many_media"
    }
    assert ground.connector().check(Draft("Ja", reply_to=Ref("1"), visibility="members")) == ()


def test_somebody_elses_equal_words_and_older_ones_are_not_ours(ground: Ground) -> None:
    ground.forum.open(ground.mia, TOPIC.title, TOPIC.text)
    ground.forum.open(ground.haus, TOPIC.title, TOPIC.text, at=ground.forum.now() - 3600)
    assert found(ground, TOPIC) is None
    root = asked(ground)
    draft = Draft("Um neun.", reply_to=root)
    ground.forum.answer(ground.mia, 3, "Um neun.", int(root.native_id))
    ground.forum.answer(ground.haus, 1, "Um neun.", 1)
    assert found(ground, draft) is None
    other = ground.forum.answer(ground.mia, 3, "Und am Sonntag?")
    ground.forum.answer(ground.haus, 3, "Um neun.", other.pid)
    assert found(ground, draft) is None
    with pytest.raises(CannotLook):
        found(ground, Draft("Um neun.", reply_to=Ref("99")))


@EVERYBODY
def test_a_reply_is_taken_back_and_moderators_lock(ground: Ground) -> None:
    root = asked(ground)
    reply = ground.connector().send(Draft("Um neun.", reply_to=root), "k").ref
    for _ in range(2):
        ground.connector().withdraw(reply)
    assert ground.forum.posts[2].is_deleted
    assert not ground.forum.topics[1].is_deleted
    if ground.haus.is_moderator:
        for measure, state in (("lock", True), ("unlock", False)):
            ground.connector().moderate(root, measure)  # type: ignore[arg-type]
            assert ground.forum.topics[1].is_locked is state


def test_counters_of_a_topic_and_of_a_reply(ground: Ground) -> None:
    root = ground.connector().send(TOPIC, "k").ref
    reply = ground.forum.answer(ground.mia, 1, "Danke")
    ground.forum.answer(ground.haus, 1, "Gern", reply.pid)
    ground.forum.vote(ground.mia, ground.forum.posts[1])
    read = {(one.ref.native_id, one.name): one.value for one in ground.connector().measure([root, Ref("2"), Ref("99")])}
    assert read == {("1", "replies"): 2, ("1", "upvotes"): 1, ("2", "replies"): 1, ("2", "upvotes"): 0}
