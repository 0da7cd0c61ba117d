"""Whatever a server writes, reading ends in items or in one word of the grammar; no name or text becomes markup or code."""

from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.mastodon import read
from allmende.connectors.mastodon.connector import Mastodon
from allmende.connectors.mastodon.content import words
from allmende.connectors.mastodon.login import look_at
from allmende.connectors.neutral import Draft, Item, Ref
from allmende.connectors.secret import Secret

pytestmark = pytest.mark.thorough

SETTINGS = {"server": "https://a.example", "account_id": "1", "handle": "haus@a.example"}
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["1", "2", "2026-11-20T10:00:00Z", "<p>x", "mention", "favourite"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = (
    "id", "created_at", "in_reply_to_id", "spoiler_text", "visibility", "url", "edited_at", "content", "reblog",
    "media_attachments", "mentions", "poll", "quote", "language", "replies_count",
)  # fmt: skip
ACCOUNT: dict[str, Any] = {"id": "7", "acct": "mia", "display_name": "Mia", "bot": False}
STATUS: dict[str, Any] = {"id": "3", "created_at": "2026-11-20T10:00:00Z", "content": "<p>x</p>", "account": ACCOUNT}
statuses = st.dictionaries(st.sampled_from((*FIELDS, "account")), ODD, max_size=4).map(lambda odd: STATUS | odd)
notifications = st.tuples(st.sampled_from([*read.GESTURES, "mention", "poll", "update", "quote"]), statuses | ODD, ODD | st.just(ACCOUNT)).map(
    lambda parts: {"id": "5", "type": parts[0], "created_at": "2026-11-20T10:00:00Z", "status": parts[1], "account": parts[2]}
)  # fmt: skip


def answering(body: Any) -> Mastodon:
    client = Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, json=body(request))))
    return Mastodon(SETTINGS, Secret("t"), client)


def told(statuses: Any, notifications: Any, context: Any) -> Mastodon:
    def body(request: httpx2.Request) -> Any:
        path = request.url.path
        if path.endswith("/context"):
            return context
        if path.endswith("/notifications"):
            return notifications
        return statuses if path.endswith("/statuses") else STATUS

    return answering(body)


@settings(max_examples=300, deadline=None)
@given(st.lists(statuses, max_size=3), st.lists(notifications, max_size=3), ODD | st.fixed_dictionaries({"ancestors": st.lists(statuses, max_size=2), "descendants": st.lists(statuses, max_size=2)}))  # fmt: skip
def test_reading_ends_in_items_or_in_a_word_of_the_grammar(said: Any, noticed: Any, context: Any) -> None:
    items: list[Item] = []
    try:
        for batch in told(said, noticed, context).collect(""):
            items += batch.items
    except ConnectorError:
        pass
    for item in items:
        assert item.ref.native_id
        assert item.thread
        assert item.occurred_at.tzinfo is not None
        assert all(isinstance(part, str) for part in (item.text, item.html, item.title, item.reply_to, item.ref.url))


@settings(max_examples=100, deadline=None)
@given(ODD | statuses)
def test_every_verb_ends_in_a_word_of_the_grammar(body: Any) -> None:
    connector = answering(lambda _: body)
    for verb in (
        connector.whoami,
        lambda: connector.send(Draft("x"), "k"),
        lambda: connector.send(Draft("x", reply_to=Ref("1")), "k"),
        lambda: connector.measure([Ref("1")]),
        lambda: connector.withdraw(Ref("1")),
        lambda: look_at("https://a.example", connector.client),
    ):
        try:
            verb()
        except ConnectorError:
            continue


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>&;/\"'ap brscit=#x0 \n", max_size=200))
def test_no_markup_survives_in_words_unless_it_was_written_as_words(html: str) -> None:
    found = words(html, {})
    assert "<script" not in found or "&lt;" in html or "&#" in html
    assert found == found.strip()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202egnal", "a" * 100_000, "\x00", "'; DROP TABLE"])
def test_names_stay_names(name: str) -> None:
    author = read.author({"id": "7", "acct": name, "display_name": name}, read.Us("1", "a.example"))
    assert (author.name, author.is_us, author.is_bot) == (name, False, False)
