"""Listening: all comments and their answers on every floor, late ones, edits and deletions; nonsense and failures."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError, LoggedOut, TryLater
from allmende.connectors.http import Client
from allmende.connectors.instagram.connector import Instagram
from allmende.connectors.neutral import Draft, Item, Ref
from allmende.connectors.secret import Secret
from tests.networks.instagram.ground import Ground
from tests.networks.instagram.network import HANDLE, US
from tests.networks.patience import during


def heard(ground: Ground, cursor: str = "") -> tuple[list[Item], str]:
    items = []
    for batch in ground.connector().collect(cursor):
        items += batch.items
        cursor = batch.cursor
    return items, cursor


def test_comments_and_their_answers_are_heard_to_the_last(ground: Ground) -> None:
    ground.network.page, ground.network.first_answers = 10, 3
    first = ground.say("Erste")
    for number in range(25):
        ground.say(f"Antwort {number}", first)
    for number in range(35):
        ground.say(f"Kommentar {number}")
    items, _ = heard(ground)
    assert {item.text for item in items} == {
        "Erste", *(f"Antwort {number}" for number in range(25)), *(f"Kommentar {number}" for number in range(35)),
    }  # fmt: skip
    assert len(items) == 61
    assert {item.thread for item in items} == {ground.old}
    assert {item.reply_to for item in items if item.text.startswith("Antwort")} == {first}


def test_later_answers_edits_and_deletions_are_told(ground: Ground) -> None:
    first, second = ground.say("Erste"), ground.say("Zweite")
    _, cursor = heard(ground)
    assert heard(ground, cursor)[0] == []
    ground.say("Dritte", first)
    items, cursor = heard(ground, cursor)
    assert [(item.text, item.reply_to) for item in items] == [("Dritte", first)]
    ground.network.comments[first]["text"] = "Geändert"
    ground.network.delete(second)
    items, cursor = heard(ground, cursor)
    assert {(item.ref.native_id, item.text, item.edited_at is not None, item.deleted_at is not None) for item in items} == {
        (first, "Geändert", True, False), (second, "", False, True),
    }  # fmt: skip
    assert heard(ground, cursor)[0] == []


def test_a_post_that_is_gone_takes_its_comments_along(ground: Ground) -> None:
    post = ground.network.post("Neu", [{"image_url": "https://haus.example/x.jpg"}])
    comment = ground.say("Schön", post)
    items, cursor = heard(ground)
    assert [item.text for item in items] == ["Neu", "Schön"]
    ground.network.delete(post)
    items, _ = heard(ground, cursor)
    assert [item.ref.native_id for item in items if item.deleted_at] == [comment, post]


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "half", "html", "garbage", "too_many"])
def test_a_reading_that_fails_loses_nothing(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.say("Eins")
    ground.network.plant("read", kind, times=1)
    with pytest.raises(TryLater):
        heard(ground)
    assert [item.text for item in heard(ground)[0]] == ["Eins"]
    ground.network.tokens.clear()
    with pytest.raises(LoggedOut):
        heard(ground)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["2026-11-20T10:00:00+0000", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "data", "paging", "cursors", "after", "next"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
FIELDS = ("id", "caption", "text", "timestamp", "from", "username", "children", "replies", "media_type", "media", "parent_id",
          "comments_count", "media_url", "status_code", "user_id")  # fmt: skip
ROW: dict[str, Any] = {"id": "1", "timestamp": "2026-11-20T10:00:00+0000", "username": "mia", "status_code": "FINISHED"}
rows = st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=4).map(lambda odd: ROW | odd)


@settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries({"data": st.lists(rows | ODD, max_size=3)}, optional={"paging": ODD}) | rows | ODD)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=body)))
    connector = Instagram({"user_id": US, "handle": HANDLE}, Secret("t"), client)
    now = datetime.now(UTC)
    for verb in (
        lambda: [batch.items for batch in connector.collect("")],
        connector.whoami,
        lambda: connector.send(Draft("x", reply_to=Ref("1"), thread="1"), "k"),
        lambda: connector.find("k", Draft("x", reply_to=Ref("1")), now),
        lambda: connector.find("k", Draft("x"), now),
        lambda: connector.measure([Ref("1")]),
        lambda: connector.moderate(Ref("1"), "remove"),
    ):
        try:
            verb()
        except ConnectorError:
            continue
