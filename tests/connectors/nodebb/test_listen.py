"""Listening: recent topics, whole topics, edits, deletions, solutions, votes, and a bounded cursor."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.neutral import Batch, Draft, Item
from allmende.connectors.nodebb.listen import WINDOW, Ear
from allmende.connectors.nodebb.position import POSTS_OF_ONE, THREADS, Position, Watched, position_of
from tests.networks.nodebb.forum import Post
from tests.networks.nodebb.ground import Ground

EVERYBODY = pytest.mark.parametrize("ground", ["moderator", "member"], indirect=True)
MINUTE, DAY = 60.0, 86_400.0


def batches(ground: Ground, cursor: str = "", after: float = 0.0) -> list[Batch]:
    connector = ground.connector()
    horizon = datetime.fromisoformat(connector.settings["since"])
    now = datetime.now(UTC) + timedelta(seconds=after)
    return list(Ear(connector._door(), connector._us(), cursor, horizon, now).batches())


def heard(ground: Ground, cursor: str = "", after: float = 0.0) -> tuple[list[Item], str]:
    found = batches(ground, cursor, after)
    return [item for batch in found for item in batch.items], found[-1].cursor if found else cursor


def told(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(item.ref.native_id, item.act, item.text) for item in items]


@pytest.fixture
def thread(ground: Ground) -> tuple[Post, Post, Post]:
    """A question by Mia, our answer, her word to it."""
    root = ground.forum.open(ground.mia, "Werkstatt & Café", "Wann öffnet sie?")
    ours = ground.forum.answer(ground.haus, root.tid, "Um neun.", root.pid)
    return root, ours, ground.forum.answer(ground.mia, root.tid, "Danke!", ours.pid)


@EVERYBODY
def test_a_whole_topic_is_read(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    items, _ = heard(ground)
    assert told(items) == [
        ("1", "asked", "Wann öffnet sie?"),
        ("2", "answered", "Um neun."),
        ("3", "commented", "Danke!"),
    ]
    root, ours, thanks = items
    assert (root.title, root.reply_to, root.thread, root.extra) == ("Werkstatt & Café", "", "1", {"category_id": "5"})
    assert ours.author is not None
    assert ours.author.is_us
    assert (thanks.reply_to, thanks.thread, thanks.ref.url) == ("2", "1", f"{ground.face.url}/post/3")


@EVERYBODY
def test_an_answer_in_an_old_topic_brings_the_topic(ground: Ground) -> None:
    old = ground.forum.now() - 200 * DAY
    root = ground.forum.open(ground.mia, "Alt", "Eine alte Frage", at=old)
    ground.forum.open(ground.mia, "Auch alt", "Bleibt alt", at=old)
    ground.forum.answer(ground.mia, root.tid, "Gilt das noch?")
    assert told(heard(ground)[0]) == [("1", "asked", "Eine alte Frage"), ("3", "commented", "Gilt das noch?")]


@EVERYBODY
def test_a_long_topic_is_read_from_both_ends_and_then_goes_on(ground: Ground) -> None:
    root = ground.forum.open(ground.mia, "Lang", "Beginn")
    for number in range(150):
        ground.forum.answer(ground.mia, root.tid, f"Satz {number}")
    items, cursor = heard(ground)
    texts = [item.text for item in items]
    assert texts[:20] == ["Beginn", *(f"Satz {number}" for number in range(19))]
    assert texts[-51:] == [f"Satz {number}" for number in range(99, 150)]
    for number in range(150, 200):
        ground.forum.answer(ground.mia, root.tid, f"Satz {number}")
    items, cursor = heard(ground, cursor)
    assert [item.text for item in items] == [f"Satz {number}" for number in range(150, 200)]
    assert heard(ground, cursor)[0] == []


@EVERYBODY
def test_the_past_begins_at_the_horizon_and_nothing_is_read_twice(ground: Ground) -> None:
    ground.forum.page = 5
    number = WINDOW * 5 + 40
    for turn in range(number + 100):
        age = 200 * DAY if turn < 100 else 2 * DAY - turn
        ground.forum.open(ground.mia, f"Thema {turn}", f"Text {turn}", at=ground.forum.now() - age)
    found = batches(ground)
    assert [item.text for batch in found for item in batch.items] == [
        f"Text {turn}" for turn in range(100, number + 100)
    ]
    middle = found[number // 2].cursor
    assert [item.text for item in heard(ground, middle)[0]] == [
        f"Text {turn}" for turn in range(101 + number // 2, number + 100)
    ]


@EVERYBODY
def test_every_batch_can_be_the_last_that_was_stored(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    ground.forum.vote(ground.mia, thread[1])
    for number in range(50):
        ground.forum.open(ground.mia, f"Thema {number}", f"Frage {number}")
    found = batches(ground)
    everything = {item.ref.native_id for batch in found for item in batch.items}
    assert len(everything) == 54
    for place, batch in enumerate(found):
        before = {item.ref.native_id for one in found[: place + 1] for item in one.items}
        assert before | {item.ref.native_id for item in heard(ground, batch.cursor)[0]} == everything


@EVERYBODY
def test_edits_are_heard_at_the_next_visit(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.edit(thread[0], "Wann öffnet sie am Samstag?")
    assert heard(ground, cursor)[0] == []
    items, cursor = heard(ground, cursor, after=3 * MINUTE)
    assert told(items) == [("1", "asked", "Wann öffnet sie am Samstag?")]
    assert items[0].edited_at is not None
    assert heard(ground, cursor, after=6 * MINUTE)[0] == []


@EVERYBODY
def test_deleted_and_restored_posts_are_heard(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.delete(thread[1])
    items, cursor = heard(ground, cursor, after=3 * MINUTE)
    assert [(item.ref.native_id, item.text, item.deleted_at is not None) for item in items] == [("2", "", True)]
    assert heard(ground, cursor, after=6 * MINUTE)[0] == []
    ground.forum.delete(thread[1], is_deleted=False)
    items, cursor = heard(ground, cursor, after=9 * MINUTE)
    assert told(items) == [("2", "answered", "Um neun.")]


@EVERYBODY
def test_a_deleted_last_post_is_missed_at_once(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    thread[2].at += 5
    _, cursor = heard(ground)
    ground.forum.delete(thread[2])
    items, _ = heard(ground, cursor)
    assert [(item.ref.native_id, item.deleted_at is not None) for item in items] == [("3", True)]


@EVERYBODY
def test_a_purged_post_is_missed_at_once(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.purge(thread[1])
    items, cursor = heard(ground, cursor)
    assert [(item.ref.native_id, item.deleted_at is not None) for item in items] == [("2", True)]
    assert heard(ground, cursor, after=6 * MINUTE)[0] == []


@EVERYBODY
def test_a_deleted_topic_takes_all_its_posts_along(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.delete_topic(1)
    items, cursor = heard(ground, cursor)
    assert [item.ref.native_id for item in items if item.deleted_at] == ["1", "2", "3"]
    assert json.loads(cursor)["w"] == {}
    assert heard(ground, cursor)[0] == []


def test_a_topic_that_lists_leave_out_is_not_gone(ground: Ground, thread: Any) -> None:
    _, cursor = heard(ground)
    ground.forum.topics[1].is_ignored = True
    items, cursor = heard(ground, cursor)
    assert items == []
    before = len(ground.forum.visits)
    assert heard(ground, cursor)[0] == []
    assert len(ground.forum.visits) - before == 3


@EVERYBODY
def test_solutions_come_and_go(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.topics[1].solved = thread[1].pid
    items, cursor = heard(ground, cursor, after=3 * MINUTE)
    (accepted,) = items
    assert (accepted.ref.native_id, accepted.kind, accepted.act, accepted.target, accepted.thread) == ("2#accepted", "gesture", "accepted_answer", "2", "1")  # fmt: skip
    ground.forum.topics[1].solved = 0
    items, _ = heard(ground, cursor, after=6 * MINUTE)
    assert [(item.ref.native_id, item.deleted_at is not None) for item in items] == [("2#accepted", True)]


def test_a_forum_without_questions_is_read_all_the_same(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    ground.forum.asks = False
    _, cursor = heard(ground)
    ground.forum.answer(ground.mia, 1, "Noch etwas")
    assert [item.text for item in heard(ground, cursor)[0]] == ["Noch etwas"]


@EVERYBODY
def test_votes_are_heard_once(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    for user in (ground.mia, ground.forum.enrol("jan")):
        ground.forum.vote(user, thread[1])
    items, cursor = heard(ground, cursor)
    assert [(item.ref.native_id, item.act, item.target, item.thread) for item in items] == [
        ("2#upvote-2", "voted", "2", "1"), ("2#upvote-3", "voted", "2", "1"),
    ]  # fmt: skip
    assert [item.author.handle for item in items if item.author] == ["mia", "jan"]
    assert heard(ground, cursor)[0] == []


@pytest.mark.parametrize("seed", range(5))
def test_late_doubled_and_reordered_readings_end_the_same(ground: Ground, seed: int) -> None:
    """Whatever was read from which cursor, the last word on each post is the same as one clean reading's."""
    chance = random.Random(seed)
    forum, cursors, last = ground.forum, [""], {}
    forum.open(ground.mia, "Thema 0", "Frage 0")
    for step in range(25):
        post = chance.choice([post for post in forum.posts.values() if not post.is_deleted])
        forum.skipped += 0.01
        match chance.randrange(5):
            case 0:
                forum.open(ground.mia, f"Thema {step}", f"Frage {step}")
            case 1:
                forum.edit(post, f"Geändert {step}")
            case 2 if forum.topics[post.tid].main != post.pid:
                forum.delete(post)
            case _:
                forum.answer(chance.choice([ground.mia, ground.haus]), post.tid, f"Antwort {step}", post.pid)
        items, cursor = heard(ground, chance.choice(cursors[-3:]), after=chance.random() * 20 * MINUTE)
        cursors.append(cursor)
        last |= {item.ref.native_id: item for item in items}
    for visit in range(15):
        items, cursor = heard(ground, cursors[-1], after=(1 + visit) * 40 * MINUTE)
        cursors.append(cursor)
        last |= {item.ref.native_id: item for item in items}
    standing = {str(one.pid): one.content for one in forum.posts.values() if not one.is_deleted}
    assert {name: item.text for name, item in last.items() if not item.deleted_at} == standing


@pytest.mark.parametrize(("kind", "error"), [("error_before", TryLater), ("half", TryLater), ("html", TryLater), ("garbage", TryLater), ("logged_out", LoggedOut)])  # fmt: skip
def test_a_forum_that_says_no_is_asked_later(ground: Ground, thread: Any, kind: str, error: type[Exception]) -> None:
    ground.forum.plant("read", kind)
    with pytest.raises(error):
        heard(ground)


def test_a_topic_that_cannot_be_read_is_left_for_later(ground: Ground, thread: Any) -> None:
    ground.forum.open(ground.mia, "Kaputt", "Kaputt")
    ground.forum.open(ground.mia, "Heil", "Heil")
    original = ground.forum._topic

    def broken(asked: Any, tid: str) -> Any:
        return {"tid": "kaputt"} if tid == "2" else original(asked, tid)

    ground.forum._topic = broken  # type: ignore[method-assign]
    items, cursor = heard(ground)
    assert [item.text for item in items] == ["Wann öffnet sie?", "Um neun.", "Danke!", "Heil"]
    ground.forum._topic = original  # type: ignore[method-assign]
    items, _ = heard(ground, cursor, after=61 * MINUTE)
    assert "Kaputt" in [item.text for item in items]


def test_an_idle_call_is_cheap(ground: Ground, thread: Any) -> None:
    _, cursor = heard(ground)
    before = len(ground.forum.visits)
    assert batches(ground, cursor) == []
    assert len(ground.forum.visits) - before == 3


@pytest.mark.parametrize("cursor", ["kein JSON", "[]", "7", '{"w": 7}', '{"w": {"1": {}}}', '{"t": -1}', '{"t": "5"}'])
def test_a_cursor_nobody_understands_is_the_beginning(ground: Ground, thread: Any, cursor: str) -> None:
    assert len(heard(ground, cursor)[0]) == 3


def test_the_cursor_stays_small() -> None:
    many = {str(number): Watched("1", {"1": "0"}, 1_000_000 + number) for number in range(THREADS * 2)}
    assert set(position_of(Position(5, ["1"], 6, many).written()).topics) == {
        str(n) for n in range(THREADS, THREADS * 2)
    }
    full = {str(n): Watched("1", {str(p): "0" for p in range(POSTS_OF_ONE * 3)}, n) for n in range(THREADS)}
    assert len(Position(5, [], 6, full).written()) < 100_000


def test_old_topics_are_let_go(ground: Ground, thread: Any) -> None:
    _, cursor = heard(ground)
    for days in (1, 5, 20, 40, 41):
        _, cursor = heard(ground, cursor, after=days * DAY)
    assert json.loads(cursor)["w"] == {}


def test_our_own_words_said_elsewhere_are_ours(ground: Ground) -> None:
    ground.forum.open(ground.haus, "Vom Telefon", "Aus dem Browser")
    ground.forum.skipped += 1
    said = ground.connector().send(Draft("Von hier", title="Von hier aus"), "k")
    items, _ = heard(ground)
    assert [(item.text, item.author.is_us) for item in items if item.author] == [
        ("Aus dem Browser", True),
        ("Von hier", True),
    ]
    assert items[-1].ref == said.ref
