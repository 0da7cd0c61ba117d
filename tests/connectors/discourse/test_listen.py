"""Listening: the stream, whole topics, edits, deletions, solutions, likes, private messages, and a bounded cursor."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from allmende.connectors.discourse import read
from allmende.connectors.discourse.connector import Discourse
from allmende.connectors.discourse.listen import LIKES, MEETINGS, PAGES, Ear
from allmende.connectors.discourse.position import POSTS_OF_ONE, THREADS, Position, Watched, position_of
from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.http import Client
from allmende.connectors.neutral import Batch, Draft, Item
from allmende.connectors.secret import Secret
from tests.networks.discourse.forum import CLOSED_CATEGORY, Post
from tests.networks.discourse.ground import Ground

EVERYBODY = pytest.mark.parametrize("ground", ["moderator", "member"], indirect=True)
MINUTE, DAY = 60.0, 86_400.0


def batches(ground: Ground, cursor: str = "", after: float = 0.0, **settings: Any) -> list[Batch]:
    connector = ground.connector(**settings)
    since = connector.settings.get("since")
    horizon = read.moment(since) if since else None
    now = datetime.now(UTC) + timedelta(seconds=after)
    return list(Ear(connector._door(), connector._us(), cursor, horizon, now).batches())


def heard(ground: Ground, cursor: str = "", after: float = 0.0, **settings: Any) -> tuple[list[Item], str]:
    found = batches(ground, cursor, after, **settings)
    return [item for batch in found for item in batch.items], found[-1].cursor if found else cursor


def told(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(item.ref.native_id, item.act, item.text) for item in items]


@pytest.fixture
def thread(ground: Ground) -> tuple[Post, Post, Post]:
    """A question by Mia, our answer, her word to it."""
    root = ground.forum.open(ground.mia, "Die Werkstatt", "Wann öffnet **sie**?")
    ours = ground.forum.answer(ground.haus, root.topic_id, "Um neun.", 1)
    return root, ours, ground.forum.answer(ground.mia, root.topic_id, "Danke!", 2)


@EVERYBODY
def test_a_whole_topic_is_read(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    items, _ = heard(ground)
    assert told(items) == [
        ("1/1", "asked", "Wann öffnet **sie**?"), ("1/2", "answered", "Um neun."), ("1/3", "commented", "Danke!"),
    ]  # fmt: skip
    root, ours, thanks = items
    assert (root.title, root.html, root.reply_to, root.thread) == (
        "Die Werkstatt",
        "<p>Wann öffnet **sie**?</p>",
        "",
        "1/1",
    )
    assert ours.author is not None
    assert ours.author.is_us
    assert (thanks.reply_to, thanks.thread, thanks.ref.url) == ("1/2", "1/1", f"{ground.face.url}/t/1/3")
    assert (root.visibility, root.extra) == ("public", {"post_id": 1, "category_id": 1})


@EVERYBODY
def test_an_answer_in_an_old_topic_brings_how_it_began(ground: Ground) -> None:
    root = ground.forum.open(ground.mia, "Alt", "Eine alte Frage", at=ground.forum.now() - 200 * DAY)
    for number in range(130):
        ground.forum.open(ground.mia, f"Anderes {number}", "Auch alt", at=ground.forum.now() - 199 * DAY)
    ground.forum.answer(ground.mia, root.topic_id, "Gilt das noch?")
    items, _ = heard(ground)
    assert told(items) == [("1/1", "asked", "Eine alte Frage"), ("1/2", "commented", "Gilt das noch?")]


@EVERYBODY
def test_the_past_begins_at_the_horizon(ground: Ground) -> None:
    for number in range(700):
        age = 200 * DAY if number < 640 else 2 * DAY
        ground.forum.open(ground.mia, f"Thema {number}", f"Text {number}", at=ground.forum.now() - age)
    items, _ = heard(ground)
    assert [item.text for item in items if item.kind == "message"][:60] == [
        f"Text {number}" for number in range(640, 700)
    ]
    assert len(ground.forum.visits) < 25


@EVERYBODY
def test_every_batch_can_be_the_last_that_was_stored(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    ground.forum.like(ground.mia, thread[1])
    for number in range(90):
        ground.forum.open(ground.mia, f"Thema {number}", f"Frage {number}")
    found = batches(ground)
    everything = {item.ref.native_id for batch in found for item in batch.items}
    assert len(found) >= 3
    for place, batch in enumerate(found):
        before = {item.ref.native_id for one in found[: place + 1] for item in one.items}
        after = {item.ref.native_id for item in heard(ground, batch.cursor)[0]}
        assert before | after == everything


@EVERYBODY
def test_so_much_is_read_in_one_call_and_the_rest_in_the_next(ground: Ground) -> None:
    for number in range(PAGES * 49 + 120):
        ground.forum.open(ground.mia, f"Thema {number}", f"Frage {number}")
    first, cursor = heard(ground)
    second, cursor = heard(ground, cursor)
    texts = [item.text for item in first + second]
    assert texts == [f"Frage {number}" for number in range(PAGES * 49 + 120)]
    assert len(first) == PAGES * 49
    assert heard(ground, cursor)[0] == []


@EVERYBODY
def test_so_many_unknown_topics_are_met_in_one_call_and_no_reply_is_lost(ground: Ground) -> None:
    old, number = ground.forum.now() - 200 * DAY, MEETINGS * 2 + 3
    for topic in range(number):
        ground.forum.open(ground.mia, f"Alt {topic}", f"Alte Frage {topic}", at=old)
    for topic in range(number):
        ground.forum.answer(ground.mia, topic + 1, f"Nachfrage {topic}")
    found: list[Item] = []
    cursor = ""
    for _ in range(4):
        more, cursor = heard(ground, cursor)
        found += more
    replies = [item.text for item in found if item.reply_to]
    assert replies == [f"Nachfrage {topic}" for topic in range(number)]
    assert len({item.ref.native_id for item in found}) == len(found) == 2 * number


@EVERYBODY
def test_edits_are_heard_at_the_next_visit(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.edit(thread[0], "Wann öffnet sie am Samstag?")
    ground.forum.edit(thread[2], "Vielen Dank!")
    assert heard(ground, cursor)[0] == []
    items, cursor = heard(ground, cursor, after=6 * MINUTE)
    assert told(items) == [("1/1", "asked", "Wann öffnet sie am Samstag?"), ("1/3", "commented", "Vielen Dank!")]
    assert all(item.edited_at is not None for item in items)
    assert heard(ground, cursor, after=12 * MINUTE)[0] == []


def test_edits_behind_the_first_page_are_heard_too(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    posts = [ground.forum.answer(ground.mia, 1, f"Und {number}?") for number in range(30)]
    _, cursor = heard(ground)
    ground.forum.edit(posts[25], "Und nun?")
    items, _ = heard(ground, cursor, after=6 * MINUTE)
    assert [item.text for item in items] == ["Und nun?"]


@EVERYBODY
def test_a_deleted_reply_is_missed_at_once(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.delete(thread[2])
    items, cursor = heard(ground, cursor)
    assert [(item.ref.native_id, item.text, item.deleted_at is not None) for item in items] == [("1/3", "", True)]
    assert heard(ground, cursor, after=12 * MINUTE)[0] == []


@EVERYBODY
def test_a_deleted_topic_takes_all_its_posts_along(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.delete(thread[0])
    items, cursor = heard(ground, cursor)
    assert [item.ref.native_id for item in items if item.deleted_at] == ["1/1", "1/2", "1/3"]
    assert json.loads(cursor)["t"] == {}


@EVERYBODY
def test_what_its_author_took_back_counts_as_gone(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.take_back(thread[2])
    items, cursor = heard(ground, cursor, after=6 * MINUTE)
    assert [(item.ref.native_id, item.text, item.html, item.deleted_at is not None) for item in items] == [
        ("1/3", "", "", True)
    ]
    assert heard(ground, cursor, after=20 * MINUTE)[0] == []


def test_an_unlisted_topic_is_not_gone_and_not_asked_for_again_and_again(ground: Ground, thread: Any) -> None:
    _, cursor = heard(ground)
    ground.forum.topics[1].is_unlisted = True
    items, cursor = heard(ground, cursor)
    assert items == []
    before = len(ground.forum.visits)
    assert heard(ground, cursor)[0] == []
    assert not [one for one in ground.forum.visits[before:] if "/t/1.json" in one]


@EVERYBODY
def test_a_moved_post_is_gone_here_and_stands_there(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    other = ground.forum.open(ground.mia, "Anderes Thema", "Eine andere Frage")
    _, cursor = heard(ground)
    ground.forum.move(thread[2], other.topic_id)
    found: list[Item] = []
    for _ in range(3):
        more, cursor = heard(ground, cursor)
        found += more
    assert {item.ref.native_id: item.deleted_at is not None for item in found} == {"1/3": True, "2/2": False}


@EVERYBODY
def test_solutions_come_and_go(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    _, cursor = heard(ground)
    ground.forum.accept(thread[1])
    items, cursor = heard(ground, cursor)
    (accepted,) = items
    assert (accepted.ref.native_id, accepted.kind, accepted.act, accepted.target) == ("1/2#accepted", "gesture", "accepted_answer", "1/2")  # fmt: skip
    assert heard(ground, cursor)[0] == []
    ground.forum.accept(None, 1)
    items, cursor = heard(ground, cursor)
    assert [(item.ref.native_id, item.deleted_at is not None) for item in items] == [("1/2#accepted", True)]


def test_a_forum_without_solutions_is_read_all_the_same(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    ground.forum.solved = False
    _, cursor = heard(ground)
    ground.forum.answer(ground.mia, 1, "Noch etwas")
    assert [item.text for item in heard(ground, cursor)[0]] == ["Noch etwas"]


@EVERYBODY
def test_likes_are_heard_with_everybody_who_likes(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    jan = ground.forum.enrol("jan")
    _, cursor = heard(ground)
    for user in (ground.mia, jan):
        ground.forum.like(user, thread[1])
    items, cursor = heard(ground, cursor)
    by_id = {item.ref.native_id: item for item in items}
    assert set(by_id) == {"1/2#like-mia", "1/2#like-jan"}
    assert {item.author.native_id for item in items if item.author} == {str(ground.mia.id), str(jan.id)}
    assert {(item.act, item.target, item.thread) for item in items} == {("voted", "1/2", "1/1")}
    assert heard(ground, cursor)[0] == []


def test_many_likes_take_several_calls(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    fans = [ground.forum.enrol(f"fan{number}") for number in range(LIKES * 2 + 1)]
    _, cursor = heard(ground)
    for fan in fans:
        ground.forum.like(fan, ground.forum.answer(ground.haus, 1, f"Für {fan.username}"))
    found: list[Item] = []
    for _ in range(4):
        more, cursor = heard(ground, cursor)
        found += [item for item in more if item.kind == "gesture"]
    assert sorted(item.ref.native_id.partition("-")[2] for item in found) == sorted(fan.username for fan in fans)


@EVERYBODY
def test_private_messages_are_read_and_stay_private(ground: Ground) -> None:
    letter = ground.forum.write(ground.mia, "Meine Bestellung", "Wo ist sie?", ground.haus)
    others = ground.forum.write(ground.mia, "Vertraulich", "Nur für Jan", ground.forum.enrol("jan"))
    items, cursor = heard(ground)
    assert [(item.ref.native_id, item.text, item.visibility) for item in items] == [
        (f"{letter.topic_id}/1", "Wo ist sie?", "direct")
    ]
    ground.forum.answer(ground.mia, letter.topic_id, "Hallo?", 1)
    items, cursor = heard(ground, cursor)
    assert [(item.text, item.visibility, item.act) for item in items] == [("Hallo?", "direct", "commented")]
    assert others.topic_id != letter.topic_id


def test_a_closed_category_is_not_shown_as_public(ground: Ground) -> None:
    ground.forum.open(ground.mia, "Intern", "Unter uns", category=CLOSED_CATEGORY)
    assert [item.visibility for item in heard(ground)[0]] == ["members"]


def test_what_nobody_said_is_left_out(ground: Ground, thread: tuple[Post, Post, Post]) -> None:
    for kind in (2, 3, 4):
        ground.forum.answer(ground.haus, 1, f"Art {kind}").post_type = kind
    assert len(heard(ground)[0]) == 3


@pytest.mark.parametrize("seed", range(5))
def test_late_doubled_and_reordered_readings_end_the_same(ground: Ground, seed: int) -> None:
    """Whatever was read from which cursor, the last word on each post is the same as one clean reading's."""
    chance = random.Random(seed)
    forum, cursors, last = ground.forum, [""], {}
    forum.open(ground.mia, "Thema 0", "Frage 0")
    for step in range(25):
        posts = [post for post in forum.posts.values() if not post.deleted and not forum.topics[post.topic_id].deleted]
        post = chance.choice(posts)
        match chance.randrange(5):
            case 0:
                forum.open(ground.mia, f"Thema {step}", f"Frage {step}")
            case 1:
                forum.edit(post, f"Geändert {step}")
            case 2 if post.number > 1:
                forum.delete(post)
            case _:
                forum.answer(chance.choice([ground.mia, ground.haus]), post.topic_id, f"Antwort {step}", post.number)
        items, cursor = heard(ground, chance.choice(cursors[-3:]), after=chance.random() * 20 * MINUTE)
        cursors.append(cursor)
        last |= {item.ref.native_id: item for item in items}
    for visit in range(12):
        items, cursor = heard(ground, cursors[-1], after=(1 + visit) * 40 * MINUTE)
        cursors.append(cursor)
        last |= {item.ref.native_id: item for item in items}
    standing = {f"{one.topic_id}/{one.number}": one.raw for one in forum.posts.values() if not one.deleted}
    assert {name: item.text for name, item in last.items() if not item.deleted_at} == standing


@pytest.mark.parametrize(("kind", "error"), [("error_before", TryLater), ("too_many", TryLater), ("half", TryLater), ("html", TryLater), ("logged_out", LoggedOut)])  # fmt: skip
def test_a_forum_that_says_no_is_asked_later(ground: Ground, thread: Any, kind: str, error: type[Exception]) -> None:
    ground.forum.plant("read", kind, wait=90)
    with pytest.raises(error) as caught:
        heard(ground)
    if kind == "too_many":
        now = datetime.now(UTC)
        assert isinstance(caught.value, TryLater)
        assert timedelta(seconds=85) < caught.value.due(now) - now < timedelta(seconds=95)


def test_an_idle_call_is_cheap(ground: Ground, thread: Any) -> None:
    _, cursor = heard(ground)
    before = len(ground.forum.visits)
    assert batches(ground, cursor) == []
    assert len(ground.forum.visits) - before == 3


@pytest.mark.parametrize("cursor", ["kein JSON", "[]", "7", '{"t": 7}', '{"t": {"x": {}}}', '{"t": {"1": {"i": {"1": "x"}}}}', '{"p": -1}', '{"p": "5"}'])  # fmt: skip
def test_a_cursor_nobody_understands_is_the_beginning(ground: Ground, thread: Any, cursor: str) -> None:
    assert len(heard(ground, cursor)[0]) == 3


def test_the_cursor_stays_small() -> None:
    many = {number: Watched({str(number): "1.1"}, 1_000_000 + number) for number in range(THREADS * 2)}
    assert set(position_of(Position(5, 6, True, many).written()).topics) == set(range(THREADS, THREADS * 2))
    long = Watched({str(number): f"{number}.1" for number in range(1_000)})
    long.shrink()
    assert set(long.posts) == {str(number) for number in range(1_000 - POSTS_OF_ONE, 1_000)}
    full = {number: Watched(dict(long.posts), number) for number in range(THREADS)}
    assert len(Position(5, 6, True, full).written()) < 100_000


def test_old_topics_are_let_go(ground: Ground, thread: Any) -> None:
    _, cursor = heard(ground)
    for days in (1, 5, 20, 40, 41, 42):
        _, cursor = heard(ground, cursor, after=days * DAY)
    assert json.loads(cursor)["t"] == {}


def test_one_unreadable_row_does_not_silence_the_others() -> None:
    row = {
        "topic_id": 1,
        "post_number": 1,
        "created_at": "2026-11-20T10:00:00Z",
        "raw": "x",
        "user_id": 7,
        "username": "mia",
    }
    posts = [
        7, {**row, "id": 3, "created_at": "gestern"}, {**row, "id": 4, "topic_id": "eins"}, {**row, "id": 5, "topic_id": 2},
        {**row, "id": 6, "topic_id": 3, "user_id": None, "username": None},
    ]  # fmt: skip

    def answer(request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path == "/posts.json":
            return httpx2.Response(200, json={"latest_posts": posts})
        if path == "/notifications.json":
            return httpx2.Response(200, json={"notifications": [{"id": 1, "notification_type": 6}, "x"]})
        return httpx2.Response(200, json={"topic_list": {"topics": []}})

    settings = {"server": "https://a.example", "account_id": "1", "handle": "haus"}
    connector = Discourse(settings, Secret("t"), Client(transport=httpx2.MockTransport(answer)))
    found: list[Batch] = []
    with pytest.raises(TryLater):  # the visit of topic 2 meets nonsense
        for batch in connector.collect(""):
            found.append(batch)
            raise TryLater
    assert [item.ref.native_id for item in found[0].items] == ["2/1"]
    assert [row.reason_code for row in found[0].refused] == ["bad_value"] * 3


@pytest.mark.parametrize("told", [{}, {"latest_posts": 7}, {"latest_posts": ["x"]}, [], "x", None])
def test_nonsense_is_asked_again_later(told: Any) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=told)))
    with pytest.raises(TryLater):
        list(
            Discourse({"server": "https://a.example", "account_id": "1", "handle": "h"}, Secret("t"), client).collect(
                ""
            )
        )


def test_our_own_words_said_elsewhere_are_ours(ground: Ground) -> None:
    ground.forum.open(ground.haus, "Vom Telefon", "Aus dem Browser")
    said = ground.connector().send(Draft("Von hier", title="Von hier aus"), "k")
    items, _ = heard(ground)
    assert [(item.text, item.author.is_us) for item in items if item.author] == [
        ("Aus dem Browser", True),
        ("Von hier", True),
    ]
    assert items[-1].ref == said.ref
