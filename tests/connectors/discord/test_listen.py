"""Listening: chains of answers, threads, forums with what was put away, edits, deletions, nonsense."""

from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.connectors.discord.connector import Discord
from allmende.connectors.errors import TryLater
from allmende.connectors.http import Client
from allmende.connectors.secret import Secret
from tests.networks.discord.ground import CHANNELS, Ground
from tests.networks.discord.guild import CLOSED, FORUM, GUILD, JAN, MIA, OTHER, TEXT, US
from tests.networks.listener import Listener
from tests.networks.nonsense import endures, odd_values
from tests.networks.patience import during

IN_FORUM = pytest.mark.parametrize("ground", ["forum"], indirect=True)


def test_a_chain_of_answers_is_one_thread_also_when_it_began_long_ago(ground: Ground, ear: Listener) -> None:
    root = ground.say("Frage")
    first = ground.say("Antwort", answered=root)
    second = ground.say("Dazu noch", answered=first)
    heard = ear.hear()
    assert [(item.text, item.thread, item.reply_to) for item in heard] == [
        ("Frage", root, ""), ("Antwort", root, root), ("Dazu noch", root, first),
    ]  # fmt: skip
    for number in range(120):
        ground.say(f"Anderes {number}")
    ear.hear()
    late = ground.say("Spät", answered=second)
    (item,) = ear.hear()
    assert (item.ref.native_id, item.thread, item.reply_to) == (late, root, second)


def test_a_thread_on_a_message_is_heard_whole_and_later_answers_too(ground: Ground, ear: Listener) -> None:
    row = ground.town.say(TEXT, MIA, "Frage")
    thread, root = ground.town.thread(row), f"{TEXT}/{row['id']}"
    said = [ground.say(f"Antwort {number}", thread) for number in range(120)]
    heard = ear.hear()
    assert [item.ref.native_id for item in heard] == [root, *said]
    assert {item.thread for item in heard} == {root}
    ground.say("Später", thread, said[0])
    (item,) = ear.hear()
    assert (item.text, item.thread, item.reply_to) == ("Später", root, said[0])


@IN_FORUM
def test_a_forum_is_heard_with_titles_and_with_what_was_put_away(ground: Ground, ear: Listener) -> None:
    ground.town.archive = 10
    old = [ground.town.open(MIA, f"Thema {number}", f"Frage {number}") for number in range(35)]
    for row in old:
        ground.town.put_away(row["id"])
        ground.town.skipped += 1
    new = ground.town.open(JAN, "Neues", "Frage", at=ground.town.now())
    answer = ground.say("Selbst beantwortet", new["id"])
    ground.town.rows[new["id"]][-1]["author"] |= {"id": JAN}
    heard = ear.hear()
    assert {item.title for item in heard if item.act == "asked"} == {
        *(f"Thema {number}" for number in range(35)),
        "Neues",
    }
    (found,) = [item for item in heard if item.ref.native_id == answer]
    assert (found.thread, found.act) == (f"{new['id']}/{new['id']}", "commented")
    assert ear.hear() == []
    ground.say("Auch dazu", old[0]["id"])
    for _ in range(15):  # four threads are visited at a time
        found_late = ear.texts(3700)
        if found_late:
            break
    assert found_late == ["Auch dazu"]


@IN_FORUM
def test_a_look_at_a_forum_asks_for_few_first_messages(ground: Ground, ear: Listener) -> None:
    for number in range(60):
        ground.town.open(MIA, f"Thema {number}", f"Frage {number}", at=ground.town.now() - 86_400 * (60 - number))
    assert len(ear.hear()) == 60
    ear.hear(40_000)
    before = len(ground.town.visits)
    ear.hear()
    assert len(ground.town.visits) - before < 40


def test_edits_and_deletions_are_told(ground: Ground, ear: Listener) -> None:
    row, other = ground.town.say(TEXT, MIA, "Frage"), ground.town.say(TEXT, MIA, "Anderes")
    thread = ground.town.thread(row)
    answer = ground.say("Antwort", thread)
    ear.hear()
    row |= {"content": "Fragen", "edited_timestamp": "2026-11-27T10:00:00+00:00"}
    ground.town.remove(other)
    found = {item.ref.native_id: item for item in ear.hear()}
    assert found[f"{TEXT}/{row['id']}"].text == "Fragen"
    assert found[f"{TEXT}/{row['id']}"].edited_at is not None
    assert found[f"{TEXT}/{other['id']}"].deleted_at is not None
    ground.town.rows[thread].pop()
    told = [(item.ref.native_id, bool(item.deleted_at)) for item in ear.hear(61)]
    assert told == [(answer, True)]


def test_what_discord_says_itself_is_no_message_and_ends_nothing(ground: Ground, ear: Listener) -> None:
    ground.say("Erste")
    for _ in range(210):
        ground.town.say(TEXT, JAN, "", type=7)
    assert ear.texts() == ["Erste"]


def test_a_closed_channel_keeps_the_others_from_nothing(ground: Ground, ear: Listener) -> None:
    ground.say("Hier", OTHER)
    closed = {"id": CLOSED, "name": "zu", "type": 0}
    assert [item.text for item in ear.hear(channels=[closed, CHANNELS[OTHER]])] == ["Hier"]


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "half", "html", "garbage", "too_many"])
def test_a_reading_that_fails_loses_nothing(ground: Ground, ear: Listener, kind: str) -> None:
    ground.say("Eins")
    ground.limits = during(kind)
    ground.town.plant("read", kind)
    with pytest.raises(TryLater):
        ear.hear()
    assert ear.texts() == ["Eins"]


def test_hostile_words_stay_words(ground: Ground, ear: Listener) -> None:
    ground.say("<script>alert(1)</script> [hier](javascript:alert(1)) @everyone <@999> <#1> <@&2> \u202e")
    ground.town.say(TEXT, MIA, "Kaputt")["author"] = None
    item, *others = ear.hear()
    assert others == []
    assert item.html == ""
    assert item.text == "<script>alert(1)</script> [hier](javascript:alert(1)) @everyone @999 #1 @2 \u202e"


NAMES = ["id", "channel_id", "type", "content", "author", "username", "message_reference", "message_id", "attachments", "thread",
         "threads", "parent_id", "thread_metadata", "archive_timestamp", "has_more", "edited_timestamp", "mentions", "code"]  # fmt: skip
ODD = odd_values(NAMES, "1511000000000000001", FORUM, TEXT, 0, 19)
ROW: dict[str, Any] = {"id": "1511000000000000001", "channel_id": TEXT, "type": 0, "content": "x", "author": {"id": MIA, "username": "mia"}}  # fmt: skip
rows = st.dictionaries(st.sampled_from(NAMES), ODD, max_size=4).map(lambda odd: ROW | odd)


@settings(max_examples=100, deadline=None)
@given(st.lists(rows | ODD, max_size=3) | rows | ODD)
def test_every_verb_ends_in_items_or_in_a_word_of_the_grammar(body: Any) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=body)))
    for home in (TEXT, FORUM):
        kept = {
            "guild": GUILD,
            "user_id": US,
            "channels": [CHANNELS[home]],
            "can_remove": True,
            "can_manage_threads": True,
        }
        endures(Discord(kept, Secret("token"), client), f"{home}/1511000000000000001")
