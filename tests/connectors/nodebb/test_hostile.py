"""Whatever a forum writes, reading ends in items or in one word of the grammar; no name becomes markup or code."""

from typing import Any

import httpx2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Item, Ref
from allmende.connectors.nodebb import read
from allmende.connectors.nodebb.connector import NodeBB
from allmende.connectors.nodebb.login import log_in
from allmende.connectors.secret import Secret

pytestmark = pytest.mark.thorough

SETTINGS = {"server": "https://a.example", "account_id": "1", "slug": "haus", "is_moderator": True, "category": 5}
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["1", 1, 2, "<p>x", "/login"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
USER = {"uid": 7, "username": "mia", "displayname": "Mia"}
POST: dict[str, Any] = {
    "pid": 3, "tid": 1, "uid": 7, "content": "<p>x</p>", "timestamp": 1_790_000_000_000, "edited": 0, "deleted": 0,
    "upvotes": 1, "toPid": None, "user": USER, "replies": {"count": 0}, "isMainPost": True,
}  # fmt: skip
TOPIC: dict[str, Any] = {
    "tid": 1, "uid": 7, "cid": 5, "title": "T", "mainPid": 3, "postcount": 1, "lastposttime": 1_790_000_000_000,
    "deleted": 0, "solvedPid": 4, "isSolved": 1, "pagination": {"pageCount": 1},
}  # fmt: skip
NOTICE = {"nid": "n", "type": "upvote", "pid": 3, "tid": 1, "from": 7, "datetime": 1_790_000_000_000, "user": USER}
posts = st.dictionaries(st.sampled_from([*POST]), ODD, max_size=4).map(lambda odd: POST | odd)
topics = st.tuples(st.dictionaries(st.sampled_from([*TOPIC]), ODD, max_size=4), st.lists(posts, max_size=3) | ODD).map(
    lambda parts: TOPIC | {"posts": parts[1]} | parts[0]
)
notices = st.dictionaries(st.sampled_from([*NOTICE]), ODD, max_size=3).map(lambda odd: NOTICE | odd)


def told(answers: dict[str, Any]) -> NodeBB:
    def answer(request: httpx2.Request) -> httpx2.Response:
        found = next((body for path, body in answers.items() if request.url.path.startswith(path)), None)
        try:
            return httpx2.Response(200, json=found)
        except ValueError:
            return httpx2.Response(200, json={})

    return NodeBB(SETTINGS, Secret("t"), Client(transport=httpx2.MockTransport(answer)))


@settings(max_examples=250, deadline=None)
@given(st.lists(notices, max_size=3) | ODD, topics | ODD, st.lists(topics, max_size=2) | ODD, posts | ODD)
def test_reading_ends_in_items_or_in_a_word_of_the_grammar(noticed: Any, topic: Any, listed: Any, post: Any) -> None:
    connector = told({
        "/api/self": {"uid": 1, "username": "haus"}, "/api/notifications": {"notifications": noticed},
        "/api/recent": {"topics": listed, "pagination": {"pageCount": 1}}, "/api/topic/": topic, "/api/v3/": {"response": post},
    })  # fmt: skip
    items: list[Item] = []
    try:
        for batch in connector.collect(""):
            items += batch.items
    except ConnectorError:
        pass
    for item in items:
        assert 0 < len(item.ref.native_id) <= 255
        assert item.thread
        assert item.occurred_at.tzinfo is not None
        assert all(isinstance(part, str) for part in (item.text, item.html, item.title, item.reply_to, item.ref.url))


@settings(max_examples=120, deadline=None)
@given(ODD | posts | topics | st.fixed_dictionaries({"response": ODD | posts, "posts": ODD, "uid": st.just(1)}))
@example(POST | {"uid": ""})
def test_every_verb_ends_in_a_word_of_the_grammar(body: Any) -> None:
    us = {"uid": 1, "username": "haus"}
    for connector in (told({"/": body}), told({"/api/self": us, "/": body})):
        for verb in (
            connector.whoami,
            lambda connector=connector: connector.send(Draft("x", title="T"), "k"),
            lambda connector=connector: connector.send(Draft("x", reply_to=Ref("1")), "k"),
            lambda connector=connector: connector.find("k", Draft("x", reply_to=Ref("1")), read.moment(1_799_000_000_000)),
            lambda connector=connector: connector.measure([Ref("1")]),
            lambda connector=connector: connector.withdraw(Ref("1")),
            lambda connector=connector: connector.moderate(Ref("1"), "lock"),
            lambda connector=connector: log_in({"server": "a.example", "token": "t", "category": "5"}, connector.client),
        ):  # fmt: skip
            try:
                verb()
            except ConnectorError:
                continue


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202egnal", "a" * 100_000, "\x00", "'; DROP TABLE"])
def test_names_stay_names(name: str) -> None:
    author = read.user({"uid": 7, "username": name}, read.Us("1", "https://a.example"))
    assert (author.name, author.is_us) == (name, False)


def test_guests_and_posts_from_other_servers_are_read() -> None:
    place = read.topic(TOPIC)
    us = read.Us("1", "https://a.example")
    guest = read.item(POST | {"uid": 0, "user": {"uid": 0, "username": "Gast"}}, place, us)
    assert guest.author is not None
    assert (guest.author.native_id, guest.author.is_us) == ("0", False)
    far = read.item(POST | {"pid": "https://fern.example/notes/7", "uid": "https://fern.example/users/jan"}, place, us)
    assert far.ref.native_id == "https://fern.example/notes/7"
    assert far.ref.url == "https://a.example/post/https%3A%2F%2Ffern.example%2Fnotes%2F7"
