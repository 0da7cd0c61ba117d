"""Whatever Facebook writes, reading ends in items or in one word of the grammar."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError
from allmende.connectors.facebook.connector import Facebook
from allmende.connectors.graph import error_from
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Item, Ref
from allmende.connectors.secret import Secret
from tests.networks.facebook.ground import Ground

pytestmark = pytest.mark.thorough

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["1_2", "2026-11-20T10:00:00+0000"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "data", "media", "image", "src", "type", "count", "summary", "total_count"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
FIELDS = ("id", "message", "created_time", "from", "parent", "permalink_url", "attachments", "attachment", "comments",
          "story", "shares", "reactions", "is_hidden")  # fmt: skip
ROW: dict[str, Any] = {"id": "1_2", "created_time": "2026-11-20T10:00:00+0000", "message": "x", "from": {"id": "7"}}
rows = st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=4).map(lambda odd: ROW | odd)
pages = st.fixed_dictionaries({"data": st.lists(rows | ODD, max_size=3)}, optional={"paging": ODD})
HOSTILE = ["<script>alert(1)</script>", "\u202eabc\u202c", "\u200b\u2060", "=cmd|' /C calc'!A0", "a\r\nSet-Cookie: x=1", "x" * 60_000, "{{7*7}}"]  # fmt: skip


def answering(body: Any) -> Facebook:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=body)))
    return Facebook({"page_id": "1"}, Secret("t"), client)


@settings(max_examples=300, deadline=None)
@given(pages | ODD)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    try:
        connector = answering(body)
    except ValueError:  # no JSON has such a number
        return
    items: list[Item] = []
    try:
        for batch in connector.collect(""):
            items += batch.items
    except (ConnectorError, ValueError) as error:
        assert isinstance(error, ConnectorError) or "JSON" in str(error)
    for item in items:
        assert item.thread
        assert all(isinstance(part, str) for part in (item.text, item.reply_to, item.ref.native_id, item.ref.url))
    for verb in (
        connector.whoami,
        lambda: connector.send(Draft("x"), "k"),
        lambda: connector.send(Draft("x", reply_to=Ref("1")), "k"),
        lambda: connector.find("k", Draft("x"), datetime.now(UTC)),
        lambda: connector.find("k", Draft("x", reply_to=Ref("1"), thread="1"), datetime.now(UTC)),
        lambda: connector.measure([Ref("1_2")]),
        lambda: connector.withdraw(Ref("1")),
    ):
        try:
            verb()
        except (ConnectorError, ValueError) as error:
            assert isinstance(error, ConnectorError) or "JSON" in str(error)


@settings(max_examples=200, deadline=None)
@given(st.integers(100, 599), st.binary(max_size=60) | st.sampled_from([b'{"error": 5}', b'{"error": {"code": "x"}}', b'{"error": {"code": 1e400}}', b"[" * 5000]), st.dictionaries(st.sampled_from(["x-app-usage", "x-business-use-case-usage"]), st.text(max_size=30) | st.sampled_from(['{"1": [{"call_count": null}]}', '{"1": 5}', "[]"])), st.booleans())  # fmt: skip
def test_every_error_has_a_word(status: int, body: bytes, headers: dict[str, str], is_spoken: bool) -> None:
    assert isinstance(error_from(status, headers, body, is_spoken=is_spoken), ConnectorError)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_as_they_are(ground: Ground, text: str) -> None:
    ground.say(text)
    (item,) = [item for batch in ground.connector().collect("") for item in batch.items]
    assert item.text == text.strip()
    assert item.html == ""


def test_an_id_from_elsewhere_leads_nowhere_else(ground: Ground) -> None:
    for strange in ("../me/accounts", "1?fields=access_token", "me", "%2e%2e", "1/feed", "1\r\nX: y"):
        with pytest.raises(ConnectorError):
            ground.connector().moderate(Ref(strange), "hide")
    assert {one.count("/") for one in ground.network.asked} == {1}
