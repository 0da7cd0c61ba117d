"""Whatever a server writes, reading ends in items or in one word of the grammar."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.matrix import read
from allmende.connectors.matrix.connector import Matrix
from allmende.connectors.neutral import Draft, Ref
from allmende.connectors.secret import Secret

ROOM = "!hof:a.example"
SETTINGS = {
    "server": "https://a.example",
    "user_id": "@haus:a.example",
    "rooms": [{"id": ROOM, "visibility": "public", "can_remove": True}],
}
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["$1", "m.thread", "m.replace", "join", "@mia:a.example"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["m.relates_to", "event_id", "rel_type", "m.in_reply_to", "body", "m.new_content", "membership", "m.mentions", "x"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
EVENT: dict[str, Any] = {"event_id": "$1", "type": "m.room.message", "sender": "@mia:a.example", "origin_server_ts": 1_795_165_200_000, "content": {"body": "x"}}  # fmt: skip
FIELDS = ("event_id", "sender", "origin_server_ts", "content", "unsigned", "state_key", "redacts")
events = st.tuples(st.sampled_from(read.TYPES), st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=3)).map(
    lambda parts: EVENT | {"type": parts[0]} | parts[1]
)


def answering(body: Any) -> Matrix:
    client = Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, json=body(request))))
    return Matrix(SETTINGS, Secret("t"), client)


def told(said: list[Any], single: Any) -> Matrix:
    def body(request: httpx2.Request) -> Any:
        path = request.url.path
        if path.endswith("/joined_rooms"):
            return {"joined_rooms": [ROOM]}
        if path.endswith("/sync"):
            return {"next_batch": "s1", "rooms": {"join": {ROOM: {"timeline": {"events": said, "limited": True, "prev_batch": "t1"}}}}}  # fmt: skip
        return {"chunk": said, "end": "t1"} if path.endswith("/messages") else single

    return answering(body)


@settings(max_examples=300, deadline=None)
@given(st.lists(events | ODD, max_size=4), ODD | events)
def test_reading_ends_in_items_or_in_a_word_of_the_grammar(said: list[Any], single: Any) -> None:
    items = []
    try:
        for batch in told(said, single).collect(""):
            items += batch.items
    except ConnectorError:
        pass
    for item in items:
        assert 0 < len(item.ref.native_id) <= 255
        assert item.thread
        assert item.occurred_at.tzinfo is not None
        assert all(isinstance(part, str) for part in (item.text, item.html, item.title, item.reply_to, item.ref.url))


@settings(max_examples=100, deadline=None)
@given(ODD | events)
def test_every_verb_ends_in_a_word_of_the_grammar(body: Any) -> None:
    connector = answering(lambda _: body)
    ref = Ref(f"{ROOM}/$1")
    for verb in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(Draft("x"), "k"),
        lambda: connector.send(Draft("x", reply_to=ref), "k"),
        lambda: connector.find("k", Draft("x"), datetime.now(UTC)),
        lambda: connector.measure([ref]),
        lambda: connector.withdraw(ref),
        lambda: connector.moderate(ref, "remove"),
        connector.renew,
        lambda: Matrix.log_in(
            {"server": "a.example", "user": "haus", "password": "p", "rooms": "#a:b"}, connector.client
        ),
    ):
        try:
            verb()
        except ConnectorError:
            continue


def test_a_stream_that_runs_in_a_circle_ends() -> None:
    said = [EVENT | {"event_id": f"${number}"} for number in range(3)]
    batches = list(told(said, EVENT).collect(""))
    assert len(batches) < 40


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202egnal", "a" * 100_000, "'; DROP TABLE"])
def test_names_stay_names(name: str) -> None:
    where = read.Where(ROOM, "@haus:a.example", names=read.names_in([{"type": "m.room.member", "state_key": "@mia:a.example", "content": {"displayname": name}}]))  # fmt: skip
    author = read.author(EVENT, where)
    assert (author.name, author.is_us) == (name[:200], False)


def test_a_fallback_is_cut_and_a_quotation_of_ones_own_stays() -> None:
    quoted = {"body": "> Zitat von mir\n\nText"}
    assert read.plain(quoted, is_reply=True) == "> Zitat von mir\n\nText"
    assert read.plain({"body": "> <@a:b> x\n> y\n\nText"}, is_reply=True) == "Text"
    assert read.plain({"body": "> <@a:b> x"}, is_reply=True) == ""
    assert read.plain({"body": "> <@a:b> x\n\nText"}, is_reply=False).startswith("> <@a:b>")
