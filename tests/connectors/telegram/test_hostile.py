"""Whatever a server writes, reading ends in items or in one word of the grammar."""

from typing import Any

import httpx2
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.telegram import read
from allmende.connectors.telegram.connector import Telegram
from tests.networks.telegram.ground import TOKEN

SETTINGS = {"server": "https://a.example", "bot_id": 1, "chat": {"id": -1001, "name": "hofhof"}, "discussion": {"id": -1003}, "can_remove": True}  # fmt: skip
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([-1001, 1_795_165_200]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "chat", "message_id", "date", "type", "emoji", "offset", "length", "url", "username"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
MESSAGE: dict[str, Any] = {"message_id": 3, "date": 1_795_165_200, "chat": {"id": -1001, "type": "supergroup"}, "from": {"id": 7, "first_name": "Mia"}, "text": "x"}  # fmt: skip
FIELDS = ("message_id", "date", "edit_date", "from", "sender_chat", "text", "caption", "entities", "photo", "document", "reply_to_message",
          "message_thread_id", "is_topic_message", "is_automatic_forward", "forward_origin", "new_chat_members", "left_chat_member",
          "user", "actor_chat", "old_reaction", "new_reaction")  # fmt: skip
messages = st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=4).map(lambda odd: MESSAGE | odd)
updates = st.tuples(st.integers(min_value=1), st.sampled_from(read.UPDATES), messages | ODD).map(
    lambda parts: {"update_id": parts[0], parts[1]: parts[2]}
)


def answering(result: Any) -> Telegram:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json={"ok": True, "result": result})))
    return Telegram(SETTINGS, Secret(TOKEN), client)


@settings(max_examples=400, deadline=None)
@given(st.lists(updates | ODD, max_size=4) | ODD)
def test_reading_ends_in_items_or_in_a_word_of_the_grammar(told: Any) -> None:
    items = []
    try:
        for batch in answering(told).collect(""):
            items += batch.items
            assert isinstance(batch.cursor, str)
    except ConnectorError:
        pass
    for item in items:
        assert 0 < len(item.ref.native_id) <= 255
        assert item.thread
        assert item.occurred_at.tzinfo is not None
        assert all(isinstance(part, str) for part in (item.text, item.html, item.title, item.reply_to, item.ref.url))


@settings(max_examples=150, deadline=None)
@given(ODD | messages)
def test_every_verb_ends_in_a_word_of_the_grammar(body: Any) -> None:
    connector = answering(body)
    ref = Ref("-1001/3")
    for verb in (
        connector.whoami,
        lambda: list(connector.collect("")),
        lambda: connector.send(Draft("x"), "k"),
        lambda: connector.send(Draft("x", reply_to=ref), "k"),
        lambda: connector.withdraw(ref),
        lambda: connector.moderate(ref, "remove"),
        lambda: Telegram.log_in({"token": TOKEN, "chat": "@hofhof", "server": "https://a.example"}, connector.client),
    ):
        try:
            verb()
        except ConnectorError:
            continue


def test_addresses_behind_words_are_written_out_at_the_right_place() -> None:
    link = {"type": "text_link", "length": 4, "url": "https://haus.example/"}
    told = {"text": "🌊🌊 hier und da", "entities": [link | {"offset": 5}, {"type": "bold"}, "x"]}
    assert read.words(told) == "🌊🌊 hier (https://haus.example/) und da"
    assert read.words({"caption": "x", "caption_entities": [link | {"offset": 10**6}]}) == "x (https://haus.example/)"
    assert read.words({"text": "https://haus.example/", "entities": [link | {"offset": 0}]}) == "https://haus.example/"
