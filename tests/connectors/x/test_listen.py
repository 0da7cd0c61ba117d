"""Listening: conversations of any depth, mentions, what we said elsewhere, deletions, limits, nonsense."""

from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import TryLater
from allmende.connectors.http import Client
from allmende.connectors.x.connector import X
from allmende.connectors.x.session import Session
from tests.networks.listener import Listener
from tests.networks.nonsense import endures, odd_values
from tests.networks.patience import during
from tests.networks.x.ground import Ground
from tests.networks.x.network import JAN, MIA, PEOPLE, US


def test_a_whole_conversation_is_heard_and_later_answers_too(ground: Ground, ear: Listener) -> None:
    ground.town.page = 10
    root = ground.town.say(US, "Frage der Woche")
    first = ground.say("Ich", root)
    deeper = ground.say("Und ich", first, JAN)
    for number in range(25):
        ground.say(f"Antwort {number}", deeper)
    heard = ear.hear()
    assert [item.ref.native_id for item in heard][:3] == [root, first, deeper]
    assert len(heard) == 28
    assert {item.thread for item in heard} == {root}
    assert [item.reply_to for item in heard[:4]] == ["", root, first, deeper]
    assert [item.author.handle for item in heard[:3] if item.author] == ["haus_am_see", "mia", "jan"]
    late = ground.say("Später", deeper)
    assert [item.ref.native_id for item in ear.hear(61)] == [late]


def test_what_mentions_us_and_what_we_said_elsewhere_is_heard_once(ground: Ground, ear: Listener) -> None:
    theirs = ground.say("Was meint @haus_am_see?", user=JAN)
    ours = ground.town.say(US, "Viel Gutes.", theirs)
    heard = {item.ref.native_id: item for item in ear.hear()}
    assert set(heard) == {theirs, ours}
    assert (heard[ours].thread, heard[ours].reply_to) == (theirs, theirs)
    assert ear.hear(61) == []


def test_addresses_are_whole_and_signs_as_they_were_typed(ground: Ground, ear: Listener) -> None:
    ground.town.say(US, "Mehr & <mehr>: https://haus.example/a?b=1&c=2")
    (item,) = ear.hear()
    assert item.text == "Mehr & <mehr>: https://haus.example/a?b=1&c=2"
    assert item.html == ""


def test_deletions_are_told_and_what_is_no_longer_found_is_not_gone(ground: Ground, ear: Listener) -> None:
    root = ground.town.say(US, "Frage")
    first, second = ground.say("Erste", root), ground.say("Zweite", root)
    ear.hear()
    del ground.town.rows[first]
    assert [(item.ref.native_id, bool(item.deleted_at)) for item in ear.hear(61)] == [(first, True)]
    ground.town.rows[second]["at"] -= 8 * 86_400  # beyond what can be searched
    assert ear.hear(61) == []
    del ground.town.rows[root]
    assert [(item.ref.native_id, bool(item.deleted_at)) for item in ear.hear(61)] == [(root, True)]


def test_others_posts_that_are_not_shown_any_more_are_not_called_deleted(ground: Ground, ear: Listener) -> None:
    theirs = ground.say("Was meint @haus_am_see?", user=JAN)
    ear.hear()
    del ground.town.rows[theirs]
    assert ear.hear(61) == []


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "half", "html", "garbage", "too_many"])
def test_a_reading_that_fails_loses_nothing(ground: Ground, ear: Listener, kind: str) -> None:
    ground.town.say(US, "Eins")
    ground.limits = during(kind)
    ground.town.plant("read", kind)
    with pytest.raises(TryLater):
        ear.hear()
    assert ear.texts() == ["Eins"]


def test_a_used_up_limit_lets_the_rest_wait(ground: Ground, ear: Listener) -> None:
    root = ground.town.say(US, "Frage")
    ear.hear()
    ground.say("Antwort", root)
    ground.town.headers["X-Rate-Limit-Remaining"] = "0"
    assert "Antwort" not in ear.texts(61)
    ground.town.headers.clear()
    assert "@haus_am_see Antwort" in ear.texts(700)


NAMES = ["data", "includes", "users", "meta", "next_token", "errors", "id", "text", "author_id", "conversation_id", "created_at",
         "referenced_tweets", "type", "entities", "urls", "public_metrics", "reply_count", "note_tweet", "username"]  # fmt: skip
ODD = odd_values(NAMES, "2026-11-20T10:00:00Z", "1994000000000000001", US, "replied_to")
ROW: dict[str, Any] = {"id": "1994000000000000001", "text": "x", "author_id": US, "created_at": "2026-11-20T10:00:00Z", "username": PEOPLE[MIA][0]}  # fmt: skip
rows = st.dictionaries(st.sampled_from(NAMES), ODD, max_size=4).map(lambda odd: ROW | odd)
wholes = st.fixed_dictionaries(
    {"data": st.lists(rows | ODD, max_size=3) | rows | ODD, "meta": st.just({}) | ODD}, optional={"includes": ODD}
)


@settings(max_examples=150, deadline=None)
@given(wholes | ODD)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=body)))
    endures(X({"user_id": US, "handle": "haus_am_see"}, Session("t").sealed(), client), "1994000000000000001")
