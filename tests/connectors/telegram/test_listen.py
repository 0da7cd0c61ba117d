"""What a bot is told, once; the threads it belongs to; and that nothing is lost whatever cursor is given back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.neutral import Draft, Item
from allmende.connectors.telegram.listen import Ear
from allmende.connectors.telegram.read import UPDATES, Where
from tests.networks.patience import during
from tests.networks.telegram.ground import ALONE, CHANNEL, DISCUSSION, GROUP, Ground


def heard(ground: Ground, cursor: str = "", chat: str = "@nachbarhof") -> tuple[list[Item], str]:
    batches = list(ground.connector(chat=chat).collect(cursor))
    assert len(batches) <= 1
    return [item for batch in batches for item in batch.items], batches[-1].cursor if batches else cursor


def read(ground: Ground, cursor: str, after: timedelta) -> list[Any]:
    where = Where(ground.bot.user["id"], GROUP)
    return list(Ear(ground.connector()._door(), where, cursor, datetime.now(UTC) + after).batches())


def test_only_what_was_stored_is_confirmed(ground: Ground) -> None:
    """Who reads on without storing, or gives back an earlier cursor, makes Telegram forget nothing that counts."""
    for number in range(250):
        ground.say(f"Frage {number}")
    first, cursor = heard(ground)
    assert [item.text for item in first] == [f"Frage {number}" for number in range(100)]
    assert heard(ground) == (first, cursor)
    assert heard(ground) == (first, cursor)  # as a reader that died before it stored
    assert len(ground.bot.updates) == 250
    second, later = heard(ground, cursor)
    assert [item.text for item in second][:1] == ["Frage 100"]
    assert len(ground.bot.updates) == 150
    assert heard(ground, "")[0] == second  # what was confirmed is gone, all the rest is there
    third, end = heard(ground, later)
    assert len({item.ref.native_id for item in (*first, *second, *third)}) == 250
    assert heard(ground, end) == ([], end)
    assert ground.bot.updates == []


def test_it_is_asked_for_what_is_understood_and_no_more(ground: Ground) -> None:
    heard(ground)
    (asked,) = ground.network.asked
    assert json.loads(asked["allowed_updates"]) == list(UPDATES)
    assert "offset" not in asked


def test_after_a_week_of_silence_numbers_begin_anew(ground: Ground) -> None:
    ground.say("Vorher")
    _, cursor = heard(ground)
    ground.network.next_update = 12
    assert heard(ground, cursor)[0] == []
    ground.say("Nachher")
    (batch,) = read(ground, cursor, timedelta(days=7))
    assert [item.text for item in batch.items] == ["Nachher"]
    assert json.loads(batch.cursor)["u"] == 12


def test_answers_have_the_root_that_telegram_names(ground: Ground) -> None:
    root = ground.say("Wurzel")
    answer = ground.say("Antwort", root)
    _, cursor = heard(ground)
    ground.say("Darauf", answer)
    (item,), _ = heard(ground, cursor)
    assert (item.act, item.reply_to, item.thread) == ("commented", f"{GROUP}/{answer}", f"{GROUP}/{root}")
    assert item.ref.url.startswith("https://t.me/nachbarhof/")


def test_in_a_simple_group_or_below_a_topic_the_chain_is_followed(ground: Ground) -> None:
    ground.network.chats[GROUP]["type"] = "group"
    root = ground.say("Wurzel")
    answer = ground.say("Antwort", root)
    _, cursor = heard(ground)
    ground.say("Darauf", answer, is_topic_message=True, message_thread_id=4)
    (item,), _ = heard(ground, cursor)
    assert (item.thread, item.extra) == (f"{GROUP}/{root}", {"topic": 4})


def test_comments_belong_to_the_post_and_not_to_its_copy(ground: Ground) -> None:
    receipt = ground.connector(chat="@unser_haus").send(Draft("Offene Werkstatt"), "k")
    copy = max(number for chat, number in ground.network.messages if chat == DISCUSSION)
    comment = ground.say("Wann?", copy, chat=DISCUSSION)
    (post, item), cursor = heard(ground, chat="@unser_haus")
    assert (post.ref, post.text, post.thread, post.author and post.author.is_us) == (receipt.ref, "Offene Werkstatt", receipt.ref.native_id, True)  # fmt: skip
    assert (item.reply_to, item.thread) == (receipt.ref.native_id, receipt.ref.native_id)
    ground.say("Am Samstag", comment, chat=DISCUSSION)
    ground.network.react(DISCUSSION, copy, ground.mia, [], ["🔥"])
    (below, vote), _ = heard(ground, cursor, chat="@unser_haus")
    assert (below.reply_to, below.thread) == (f"{DISCUSSION}/{comment}", receipt.ref.native_id)
    assert (vote.target, vote.thread) == (receipt.ref.native_id, receipt.ref.native_id)


def test_a_post_by_another_administrator_is_one_item_told_twice(ground: Ground) -> None:
    heard(ground, chat="@unser_haus")
    told = ground.network.put(
        CHANNEL, {"sender_chat": ground.network.chats[CHANNEL], "text": "Von Jan"}, kind="channel_post"
    )
    items, _ = heard(ground, chat="@unser_haus")
    assert {item.ref.native_id for item in items} == {f"{CHANNEL}/{told['message_id']}"}
    assert [(item.text, item.author and item.author.is_us) for item in items] == [("Von Jan", True)] * 2


def test_edits_come_as_the_same_message_again(ground: Ground) -> None:
    said = ground.say("Falsch")
    _, cursor = heard(ground)
    ground.network.edit(GROUP, said, "Richtig")
    (item,), _ = heard(ground, cursor)
    assert (item.ref.native_id, item.text) == (f"{GROUP}/{said}", "Richtig")
    assert item.edited_at is not None
    assert item.edited_at > item.occurred_at


def test_reactions_come_and_go(ground: Ground) -> None:
    root = ground.say("Wurzel")
    _, cursor = heard(ground)
    ground.network.react(GROUP, root, ground.mia, [], ["👍", "🎉"])
    ground.network.react(GROUP, root, ground.mia, ["👍", "🎉"], ["🎉"])
    items, _ = heard(ground, cursor)
    assert [(item.ref.native_id, item.deleted_at is None) for item in items] == [
        (f"{GROUP}/{root}~👍~77", True),
        (f"{GROUP}/{root}~🎉~77", True),
        (f"{GROUP}/{root}~👍~77", False),
    ]
    assert {item.target for item in items} == {f"{GROUP}/{root}"}


def test_coming_and_going_are_acts(ground: Ground) -> None:
    jan = ground.network.person(88, "Jan")
    ground.network.put(GROUP, {"from": jan, "new_chat_members": [jan, ground.bot.user]})
    ground.network.put(GROUP, {"from": jan, "left_chat_member": jan})
    ground.network.put(GROUP, {"from": jan, "pinned_message": {"message_id": 1}})
    items, _ = heard(ground)
    assert [(item.act, item.author and item.author.handle) for item in items] == [("joined", "jan"), ("left", "jan")]


def test_what_is_said_to_the_bot_alone_is_direct_and_answered_there(ground: Ground) -> None:
    asked = ground.say("Unter uns", chat=ALONE)
    (item,), _ = heard(ground)
    assert (item.visibility, item.thread) == ("direct", str(ALONE))
    receipt = ground.connector().send(Draft("Gern", reply_to=item.ref, visibility="direct"), "k")
    assert receipt.ref.native_id.startswith(f"{ALONE}/")
    assert ground.network.said[-1][1]["reply_parameters"]["message_id"] == asked


def test_other_groups_are_none_of_ours(ground: Ground) -> None:
    ground.network.make_chat(-1009, "supergroup", "Fremd", "fremdes_haus")
    ground.say("Nicht für euch", chat=-1009)
    ground.network.react(-1009, 1, ground.mia, [], ["👍"])
    assert heard(ground)[0] == []


def test_files_are_named_but_their_addresses_hold_the_token_and_are_not_told(ground: Ground) -> None:
    animation = {"file_id": "a", "mime_type": "video/mp4", "file_name": "welle.mp4", "width": 320, "height": 240}
    ground.network.put(GROUP, {"from": ground.mia, "animation": animation, "document": animation})
    ground.network.put(GROUP, {"from": ground.mia, "voice": {"file_id": "b", "duration": 3}})
    items, _ = heard(ground)
    assert [(one.media_type, one.name, one.url, one.width) for item in items for one in item.media] == [
        ("video/mp4", "welle.mp4", "", 320),
        ("audio/ogg", "", "", 0),
    ]


def test_one_broken_update_does_not_keep_the_others(ground: Ground) -> None:
    ground.say("Vorher")
    ground.network.tell("message", {"message_id": "x", "chat": {"id": GROUP}, "text": "?"})
    ground.network.tell("message", {"chat": []})
    ground.say("Nachher")
    (batch,) = ground.connector().collect("")
    assert [item.text for item in batch.items] == ["Vorher", "Nachher"]
    assert len(batch.refused) == 2


def test_a_cursor_of_garbage_is_the_beginning(ground: Ground) -> None:
    ground.say("Frage")
    for cursor in (
        "{}",
        "null",
        "kein JSON",
        '{"u":"7","a":1,"t":{},"c":{}}',
        '{"u":7,"a":-1,"t":{},"c":{}}',
        "[" * 5_000,
    ):
        assert [item.text for item in heard(ground, cursor)[0]] == ["Frage"]


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("error_before", TryLater, "status_500"),
        ("silence_before", TryLater, "cut_off"),
        ("half", TryLater, "cut_off"),
        ("html", TryLater, "unexpected_type"),
        ("too_many", TryLater, "too_many"),
        ("elsewhere", TryLater, "read_elsewhere"),
        ("logged_out", LoggedOut, "logged_out"),
    ],
)
def test_a_network_that_fails_is_told_in_the_grammar_and_nothing_is_lost(ground: Ground, kind: str, error: type[Exception], reason: str) -> None:  # fmt: skip
    ground.limits = during(kind)
    us = ground.connector()
    ground.say("Frage")
    ground.network.plant("read", kind, times=1, wait=7)
    with pytest.raises(error) as caught:
        list(us.collect(""))
    assert caught.value.reason_code == reason  # type: ignore[attr-defined]
    if kind == "too_many":
        assert caught.value.when == timedelta(seconds=7)  # type: ignore[attr-defined]
    (batch,) = us.collect("")
    assert [item.text for item in batch.items] == ["Frage"]
