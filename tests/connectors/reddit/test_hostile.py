"""Whatever Reddit writes, every verb ends in items or in one word of the grammar."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Ref
from allmende.connectors.reddit.connector import Reddit
from allmende.connectors.secret import Secret

pytestmark = pytest.mark.thorough

SETTINGS = {"account_id": "t2_h1", "handle": "haus", "subreddit": "HausAmSee", "is_moderator": True}
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["t3_1", "t1_2", 1795521600.0]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "data", "children", "after", "json", "errors", "things", "name"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
ROW: dict[str, Any] = {
    "name": "t1_2", "id": "2", "author": "mia", "author_fullname": "t2_m2", "body": "x", "created_utc": 1795521600.0, "edited": False,
    "link_id": "t3_1", "parent_id": "t3_1", "subreddit": "HausAmSee", "permalink": "/r/HausAmSee/comments/1/t/2/", "replies": "",
}  # fmt: skip
FIELDS = (
    *ROW,
    "title",
    "selftext",
    "num_comments",
    "media_metadata",
    "url",
    "banned_by",
    "removed_by_category",
    "context",
    "score",
)
rows = st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=4).map(lambda odd: ROW | odd)
children = st.lists(
    st.fixed_dictionaries({"kind": st.sampled_from(["t1", "t3", "t4", "more"]), "data": rows | ODD}) | ODD, max_size=3
)
listings = st.fixed_dictionaries(
    {"kind": st.just("Listing"), "data": st.fixed_dictionaries({"children": children, "after": ODD})}
)
said = st.fixed_dictionaries(
    {"json": st.fixed_dictionaries({"errors": ODD, "data": ODD | st.fixed_dictionaries({"things": children})})}
)


@settings(max_examples=200, deadline=None)
@given(listings | st.lists(listings, max_size=2) | said | rows | ODD)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=_written(body), headers={"content-type": "application/json"})

    connector = Reddit(SETTINGS, Secret("t"), Client(transport=httpx2.MockTransport(answer)))
    now = datetime.now(UTC)
    for verb in (
        lambda: [batch.items for batch in connector.collect("")],
        connector.whoami,
        lambda: connector.send(Draft("x", title="T"), "k"),
        lambda: connector.send(Draft("x", reply_to=Ref("t3_1"), thread="t3_1"), "k"),
        lambda: connector.find("k", Draft("x", reply_to=Ref("t3_1")), now),
        lambda: connector.find("k", Draft("x", title="T"), now),
        lambda: connector.measure([Ref("t3_1")]),
        lambda: connector.withdraw(Ref("t3_1")),
        lambda: connector.moderate(Ref("t3_1"), "remove"),
    ):
        try:
            verb()
        except ConnectorError:
            continue


def _written(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()


@pytest.mark.parametrize("name", ["t3_", "t2_1", "t3_../..", "t3_1,t3_2", "x" * 300, ""])
def test_a_strange_id_is_never_asked_for(name: str) -> None:
    def nobody(_: httpx2.Request) -> httpx2.Response:
        raise AssertionError("asked")

    connector = Reddit(SETTINGS, Secret("t"), Client(transport=httpx2.MockTransport(nobody)))
    assert connector.measure([Ref(name)]) == ()
    connector.withdraw(Ref(name))
    for verb in (
        lambda: connector.send(Draft("x", reply_to=Ref(name)), "k"),
        lambda: connector.moderate(Ref(name), "remove"),
    ):
        with pytest.raises(ConnectorError):
            verb()
