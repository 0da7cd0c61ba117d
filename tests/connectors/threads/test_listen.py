"""Listening: conversations of any depth, what mentions us, what we said elsewhere, edits, deletions, nonsense."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import ConnectorError, TryLater
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Item, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.threads import connector as module
from allmende.connectors.threads.connector import Threads
from tests.networks.patience import during
from tests.networks.threads.face import SCOPES
from tests.networks.threads.ground import Ground
from tests.networks.threads.network import HANDLE, US


class Listener:
    """Collects with a clock that can be moved, and keeps the cursor."""

    def __init__(self, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ground, self.cursor, self.skipped, moved = ground, "", 0.0, self

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):  # type: ignore[no-untyped-def, override]
                return datetime.now(tz) + timedelta(seconds=moved.skipped)

        monkeypatch.setattr(module, "datetime", Clock)

    def hear(self, wait: float = 0, token: str | None = None) -> list[Item]:
        self.skipped += wait
        items = []
        for batch in self.ground.connector(token).collect(self.cursor):
            self.cursor = batch.cursor
            items += batch.items
        return items

    def texts(self, wait: float = 0) -> list[str]:
        return [item.text for item in self.hear(wait)]


@pytest.fixture
def ear(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Listener:
    return Listener(ground, monkeypatch)


def test_a_whole_conversation_is_heard_and_later_answers_too(ground: Ground, ear: Listener) -> None:
    ground.network.page = 10
    root = ground.network.say(HANDLE, "Frage der Woche")
    first = ground.say("Ich", root)
    deeper = ground.say("Und ich", first)
    for number in range(25):
        ground.say(f"Antwort {number}", deeper)
    heard = ear.hear()
    assert [item.text for item in heard][:3] == ["Frage der Woche", "Ich", "Und ich"]
    assert len(heard) == 28
    assert {item.thread for item in heard} == {root}
    assert [item.reply_to for item in heard[:4]] == ["", root, first, deeper]
    ground.say("Später", deeper)
    assert ear.texts() == []
    assert ear.texts(61) == ["Später"]


def test_what_mentions_us_and_what_we_said_elsewhere_is_heard_once(ground: Ground, ear: Listener) -> None:
    theirs = ground.network.say("jan", "Was meint @haus.am.see?", mentions=True)
    ours = ground.network.say(HANDLE, "Viel Gutes.", theirs)
    here = ground.say("Hallo @haus.am.see", mentions=True)
    heard = {item.ref.native_id: item for item in ear.hear()}
    assert list(heard) == [here, ours, theirs]
    assert (heard[ours].thread, heard[ours].reply_to) == (theirs, theirs)
    assert heard[theirs].thread == theirs
    assert heard[here].thread == ground.old
    assert ear.hear(61) == []


def test_others_posts_that_are_not_shown_any_more_are_not_called_deleted(ground: Ground, ear: Listener) -> None:
    theirs = ground.network.say("jan", "Was meint @haus.am.see?", mentions=True)
    ear.hear()
    ground.network.delete(theirs)
    assert ear.hear(3601) == []


def test_edits_and_deletions_are_told(ground: Ground, ear: Listener) -> None:
    root = ground.network.say(HANDLE, "Frage")
    first, second = ground.say("Erste", root), ground.say("Zweite", root)
    ear.hear()
    ground.network.rows[root]["text"] = "Fragen"
    assert [(item.text, item.edited_at is not None) for item in ear.hear()] == [("Fragen", True)]
    ground.network.rows[first]["text"] = "Geändert"
    ground.network.delete(second)
    items = ear.hear(61)
    assert [(item.ref.native_id, item.text, bool(item.deleted_at)) for item in items] == [
        (first, "Geändert", False), (second, "", True),
    ]  # fmt: skip
    ground.network.delete(root)
    assert [item.ref.native_id for item in ear.hear()] == [root]  # what answers it stays
    assert ear.hear(61) == []


def test_reposts_are_no_words(ground: Ground, ear: Listener) -> None:
    ground.network.say(HANDLE, "", type="REPOST_FACADE")
    ground.network.say(HANDLE, "Eigenes")
    assert ear.texts() == ["Eigenes"]


def test_without_the_permission_for_mentions_the_rest_is_heard(ground: Ground, ear: Listener) -> None:
    token = ground.network.grant(US, [one for one in SCOPES if one != "threads_manage_mentions"])
    ground.network.say(HANDLE, "Eigenes")
    assert [item.text for item in ear.hear(token=token)] == ["Eigenes"]


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "half", "html", "garbage", "too_many"])
def test_a_reading_that_fails_loses_nothing(ground: Ground, ear: Listener, kind: str) -> None:
    ground.network.say(HANDLE, "Eins")
    ground.limits = during(kind)
    ground.network.plant("read", kind, times=1)
    with pytest.raises(TryLater):
        ear.hear()
    assert ear.texts() == ["Eins"]


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["2026-11-20T10:00:00+0000", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "data", "paging", "cursors", "after", "next", "name", "values", "value"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
FIELDS = ("id", "text", "timestamp", "username", "children", "media_type", "root_post", "replied_to", "hide_status", "status",
          "quota_usage", "config")  # fmt: skip
ROW: dict[str, Any] = {"id": "1", "timestamp": "2026-11-20T10:00:00+0000", "username": HANDLE, "status": "FINISHED",
                       "quota_usage": 0, "config": {"quota_total": 5}, "reply_quota_usage": 0, "reply_config": {"quota_total": 5}}  # fmt: skip
rows = st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=4).map(lambda odd: ROW | odd)


@settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries({"data": st.lists(rows | ODD, max_size=3)}, optional={"paging": ODD}) | rows | ODD)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=body)))
    connector = Threads({"user_id": US, "handle": HANDLE}, Secret("t"), client)
    connector.poll_seconds = 60  # type: ignore[misc]  # what is not ready at once never is
    now = datetime.now(UTC)
    for verb in (
        lambda: [batch.items for batch in connector.collect("")],
        connector.whoami,
        lambda: connector.send(Draft("x"), "k"),
        lambda: connector.send(Draft("x", reply_to=Ref("1"), thread="1"), "k"),
        lambda: connector.find("k", Draft("x", reply_to=Ref("1")), now),
        lambda: connector.measure([Ref("1")]),
        lambda: connector.withdraw(Ref("1")),
    ):
        try:
            verb()
        except ConnectorError:
            continue
