"""Listening: whole threads, several conversations, reactions, names, edits, deletions, nonsense."""

from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.errors import TryLater
from allmende.connectors.http import Client
from allmende.connectors.neutral import Item
from allmende.connectors.secret import Secret
from allmende.connectors.slack.connector import Slack
from tests.networks.listener import Listener
from tests.networks.nonsense import endures, odd_values
from tests.networks.patience import during
from tests.networks.slack.ground import Ground
from tests.networks.slack.workspace import ELSEWHERE, HOME, JAN, LETTER, MIA, SECRET_ROOM, US


def test_a_whole_thread_is_heard_with_names_and_later_answers_too(ground: Ground, ear: Listener) -> None:
    ground.town.page = 10
    root = ground.say("Frage der Woche")
    ts = root.partition("/")[2]
    for number in range(25):
        ground.say(f"Antwort {number}", thread=ts)
    heard = ear.hear()
    assert [item.text for item in heard] == ["Frage der Woche", *(f"Antwort {number}" for number in range(25))]
    assert {item.thread for item in heard} == {root}
    assert {item.reply_to for item in heard[1:]} == {root}
    assert {item.author.name for item in heard if item.author} == {"Mia Muster"}
    assert sum("users.info" in visit for visit in ground.town.visits) == 1
    ground.say("Später", thread=ts)
    assert ear.texts() == ["Später"]  # the list tells another number of answers
    assert ear.texts(61) == []


def test_each_conversation_is_heard_and_seen_by_whom_it_is(ground: Ground, ear: Listener) -> None:
    ground.say("Offen")
    ground.say("Geschlossen", SECRET_ROOM)
    letter = ground.say("Nur für euch", LETTER)
    ground.town.say(ELSEWHERE, MIA, "Woanders")
    heard = {item.text: item for item in ear.hear()}
    assert {text: item.visibility for text, item in heard.items()} == {
        "Offen": "members", "Geschlossen": "members", "Nur für euch": "direct",
    }  # fmt: skip
    assert (heard["Nur für euch"].ref.native_id, heard["Nur für euch"].thread) == (letter, LETTER)
    ground.town.joined.append(ELSEWHERE)
    assert ear.texts() == ["Woanders"]
    ground.town.joined.remove(HOME)
    ground.say("Ohne uns")
    ground.say("Mit uns", SECRET_ROOM)
    assert ear.texts(61) == ["Mit uns"]


def test_a_page_of_what_slack_says_itself_ends_nothing(ground: Ground, ear: Listener) -> None:
    ground.town.page = 5
    ground.say("Erste")
    for _ in range(12):
        ground.town.say(HOME, JAN, "has joined the channel", subtype="channel_join")
    assert ear.texts() == ["Erste"]


def test_reactions_come_and_go(ground: Ground, ear: Listener) -> None:
    row = ground.town.say(HOME, MIA, "Danke an <@U01JAN00000>")
    ground.town.react(row, "heart", JAN, US)
    message, *hearts = ear.hear()
    assert message.text == "Danke an @Jan Beispiel"
    assert [(item.kind, item.act, item.target, item.author.name if item.author else "") for item in hearts] == [
        ("gesture", "voted", message.ref.native_id, "Jan Beispiel"), ("gesture", "voted", message.ref.native_id, "Unser Haus"),
    ]  # fmt: skip
    assert [item.author.is_us for item in hearts if item.author] == [False, True]
    row["reactions"][0]["users"] = [US]
    (gone,) = ear.hear(61)
    assert (gone.ref, gone.kind, gone.deleted_at is not None) == (hearts[0].ref, "gesture", True)


def test_edits_and_deletions_are_told(ground: Ground, ear: Listener) -> None:
    root, other = ground.town.say(HOME, MIA, "Frage"), ground.town.say(HOME, MIA, "Anderes")
    first, second = ground.say("Erste", thread=root["ts"]), ground.say("Zweite", thread=root["ts"])
    ear.hear()
    root |= {"text": "Fragen", "edited": {"user": MIA, "ts": root["ts"]}}
    ground.town.remove(HOME, other["ts"])
    found = {item.ref.native_id: item for item in ear.hear()}
    assert found[f"{HOME}/{root['ts']}"].text == "Fragen"
    assert found[f"{HOME}/{root['ts']}"].edited_at is not None
    assert found[f"{HOME}/{other['ts']}"].deleted_at is not None
    ground.town.one(HOME, first.partition("/")[2])["text"] = "Geändert"
    ground.town.remove(HOME, second.partition("/")[2])
    told = [(item.ref.native_id, item.text, bool(item.deleted_at)) for item in ear.hear(61)]
    assert told == [(first, "Geändert", False), (second, "", True)]
    ground.town.remove(HOME, root["ts"])  # a stone stays in its place, and the answers below it
    gone = ear.hear(61)
    assert [(item.ref.native_id, bool(item.deleted_at)) for item in gone] == [(f"{HOME}/{root['ts']}", True)]
    assert ear.hear(61) == []


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "half", "html", "garbage", "too_many"])
@pytest.mark.parametrize("verb", ["read", "person"])
def test_a_reading_that_fails_loses_nothing(ground: Ground, ear: Listener, kind: str, verb: str) -> None:
    ground.say("Eins")
    ground.limits = during(kind)
    ground.town.plant(verb, kind)
    with pytest.raises(TryLater):
        ear.hear()
    assert ear.texts() == ["Eins"]


def test_hostile_words_stay_words(ground: Ground, ear: Listener) -> None:
    ground.say("&lt;script&gt;alert(1)&lt;/script&gt; <javascript:alert(1)|hier> <!channel> \u202e <@U01BAD00000>")
    (item,) = ear.hear()
    assert item.html == ""
    assert item.text == "<script>alert(1)</script> hier (javascript:alert(1)) @channel \u202e @U01BAD00000"


def test_what_nobody_can_read_keeps_nothing_else_from_being_heard(ground: Ground) -> None:
    ground.town.say(HOME, MIA, "Kaputt")["user"] = None
    ground.say("Heil")
    (batch, *_) = [one for one in ground.connector().collect("") if one.items]
    assert [item.text for item in batch.items] == ["Heil"]
    assert len(batch.refused) == 1


NAMES = ["ok", "error", "messages", "channels", "user", "text", "ts", "thread_ts", "id", "reactions", "files", "edited",
         "response_metadata", "next_cursor", "metadata", "bot_id", "channel", "name", "users", "type"]  # fmt: skip
ODD = odd_values(NAMES, "1732871045.000100", "U01MIA00000", "C01HOME0000")
ROW: dict[str, Any] = {"type": "message", "user": MIA, "text": "x", "ts": "1732871045.000100"}
WHOLE: dict[str, Any] = {"ok": True, "channels": [{"id": HOME}], "channel": HOME, "ts": "1732871045.000100"}
rows = st.dictionaries(st.sampled_from(NAMES), ODD, max_size=4).map(lambda odd: ROW | odd)


@settings(max_examples=150, deadline=None)
@given(st.lists(rows | ODD, max_size=3).map(lambda found: WHOLE | {"messages": found}) | ODD)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=body)))
    connector = Slack({"user_id": US, "channel": {"id": HOME}, "pace_seconds": 0}, Secret("xoxb-1"), client)
    endures(connector, f"{HOME}/1732871045.000100")


def test_an_item_is_told_only_once_however_often_it_is_asked_for(ground: Ground, ear: Listener) -> None:
    ground.say("Eins")
    heard: list[Item] = ear.hear()
    for _ in range(3):
        heard += ear.hear(61)
    assert [item.text for item in heard] == ["Eins"]
