"""Gaps, threads, edits and going; rooms that come and go; late, doubled and broken tellings."""

import json
from typing import Any

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.matrix import listen
from allmende.connectors.neutral import Draft, Item
from tests.networks.matrix.ground import Ground
from tests.networks.patience import during


def heard(ground: Ground, cursor: str = "", **settings: Any) -> tuple[list[Item], str]:
    batches = list(ground.connector(**settings).collect(cursor))
    return [item for batch in batches for item in batch.items], batches[-1].cursor if batches else cursor


def by_text(items: list[Item]) -> dict[str, Item]:
    return {item.text: item for item in items}


def test_chains_and_threads_have_one_root(ground: Ground) -> None:
    root = ground.say("Wurzel")
    _, cursor = heard(ground)
    rich = ground.say("Antwort", root)
    _, cursor = heard(ground, cursor)
    chain = ground.say("Antwort darauf", rich)
    threaded = ground.say("Im Faden", thread=root)
    ground.say("Darauf im Faden", threaded, thread=root)
    items, _ = heard(ground, cursor)
    found = by_text(items)
    assert {item.thread for item in items} == {ground.id(root)}
    assert found["Antwort darauf"].reply_to == ground.id(rich)
    assert found["Im Faden"].reply_to == ground.id(root)
    assert found["Darauf im Faden"].reply_to == ground.id(threaded)
    assert [item.act for item in items] == ["commented"] * 3
    assert chain in json.loads(heard(ground)[1])["t"]


def test_a_chain_in_a_circle_ends(ground: Ground) -> None:
    first = ground.say("A")
    second = ground.say("B", first)
    content = ground.network.event(ground.network.rooms[ground.room], first)["content"]
    content["m.relates_to"] = {"m.in_reply_to": {"event_id": second}}
    items, _ = heard(ground)
    assert [item.text for item in items] == ["A", "B"]


def test_an_answer_to_what_we_may_not_see_still_comes(ground: Ground) -> None:
    ground.say("Worauf?", "$verborgen")
    (item,), _ = heard(ground)
    assert (item.reply_to, item.thread) == (ground.id("$verborgen"), ground.id("$verborgen"))


def test_edits_bring_new_words_and_keep_the_place(ground: Ground) -> None:
    root = ground.say("Wurzel")
    answer = ground.say("Falsch", root)
    _, cursor = heard(ground)
    ground.edit(answer, "Richtig")
    (item,), cursor = heard(ground, cursor)
    assert (item.ref.native_id, item.text, item.reply_to, item.thread) == (ground.id(answer), "Richtig", ground.id(root), ground.id(root))  # fmt: skip
    assert item.edited_at is not None
    assert item.edited_at >= item.occurred_at
    ground.edit(answer, "Untergeschoben", by=ground.haus)
    assert heard(ground, cursor)[0] == []
    assert {item.text for item in heard(ground)[0]} == {"Wurzel", "Richtig"}


def test_what_is_taken_away_is_told_as_what_it_was(ground: Ground) -> None:
    root, other = ground.say("Wurzel"), ground.say("Bleibt")
    vote, edit = ground.react(root), ground.edit(other, "Bleibt so")
    items, cursor = heard(ground)
    assert [item.act for item in items if item.kind == "gesture"] == ["voted"]
    for gone in (vote, root, edit):
        ground.network.redact(ground.room, ground.mia, gone)
    items, cursor = heard(ground, cursor)
    assert [(item.kind, item.ref.native_id) for item in items] == [
        ("gesture", ground.id(vote)),
        ("message", ground.id(root)),
        ("message", ground.id(edit)),  # a server tells no more of it than that a message is gone
    ]
    assert all(item.deleted_at and not item.text for item in items)
    assert heard(ground, cursor)[0] == []


def test_reactions_are_gestures_of_their_thread(ground: Ground) -> None:
    root = ground.say("Wurzel")
    answer = ground.say("Antwort", thread=root)
    _, cursor = heard(ground)
    vote = ground.react(answer, "🎉")
    (item,), _ = heard(ground, cursor)
    assert (item.ref.native_id, item.target, item.thread, item.extra) == (ground.id(vote), ground.id(answer), ground.id(root), {"reaction": "🎉"})  # fmt: skip


def test_coming_and_going_are_acts_and_a_new_name_is_not(ground: Ground) -> None:
    _, cursor = heard(ground)
    jan = ground.network.enrol("jan", "Jan")
    ground.network.join(ground.room, jan)
    renamed = {"membership": "join", "displayname": "Jan der Große"}
    ground.network.put(ground.room, jan, "m.room.member", renamed, state_key=jan)
    ground.network.leave(ground.room, jan, by=ground.haus)
    items, _ = heard(ground, cursor)
    assert [(item.act, item.author and item.author.native_id) for item in items] == [("joined", jan), ("left", jan)]


def test_what_the_stream_leaves_out_is_walked_for(ground: Ground) -> None:
    _, cursor = heard(ground)
    said = [ground.id(ground.say(f"Flut {number}")) for number in range(350)]
    ground.network.visits.clear()
    items, end = heard(ground, cursor)
    assert [item.ref.native_id for item in items] == said
    assert heard(ground, end)[0] == []
    walked = [visit for visit in ground.network.visits if visit.endswith("/messages")]
    assert len(walked) == 3


def test_a_gap_that_is_too_long_is_closed_bit_by_bit(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "PAGES", 1)
    monkeypatch.setattr(listen, "FILLS", 1)
    said = {ground.id(ground.say(f"Flut {number}")) for number in range(650)}
    cursor, found, calls = "", list[str](), 0
    while calls < 10 and len(found) < 650:
        items, cursor = heard(ground, cursor)
        assert len(items) <= 300
        found += [item.ref.native_id for item in items]
        calls += 1
    assert (len(found), set(found)) == (650, said)
    assert json.loads(cursor)["g"] == []


def test_a_room_with_many_gaps_is_read_again_rather_than_lost(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "PAGES", 0)
    monkeypatch.setattr(listen, "FILLS", 0)
    cursor, said = "", set()
    for turn in range(6):
        said |= {ground.id(ground.say(f"Flut {turn}.{number}")) for number in range(120)}
        _, cursor = heard(ground, cursor)
    assert len(json.loads(cursor)["g"]) <= listen.GAPS_OF_A_ROOM
    monkeypatch.undo()
    found = set()
    for _ in range(5):
        items, cursor = heard(ground, cursor)
        found |= {item.ref.native_id for item in items}
    assert len(said - found) <= 200  # what was heard in the stream itself
    every = {item.ref.native_id for item in heard(ground)[0]}
    assert said <= every


def test_older_than_the_horizon_is_not_heard(ground: Ground) -> None:
    at = ground.network.clock()
    ground.network.put(
        ground.room, ground.mia, "m.room.message", {"msgtype": "m.text", "body": "Alt"}, at=at - 91 * 86_400
    )
    ground.say("Neu")
    assert [item.text for item in heard(ground)[0]] == ["Neu"]


def test_rooms_of_two_are_heard_from_the_moment_they_are_known(ground: Ground) -> None:
    _, cursor = heard(ground)
    two = ground.network.make_room("zwei", ground.mia, (ground.haus,), is_open=False, is_direct=True)
    asked = ground.say("Nur für euch", room=two)
    ground.say("Noch da?", room=two)
    items, cursor = heard(ground, cursor)
    assert [(item.text, item.visibility, item.thread) for item in items] == [
        ("Nur für euch", "direct", two),
        ("Noch da?", "direct", two),
    ]
    connector = ground.connector()
    answer = connector.send(Draft("Ja", reply_to=items[0].ref, visibility="direct"), "k").ref
    ground.network.redact(two, ground.mia, asked)
    items, cursor = heard(ground, cursor)
    assert [(item.ref.native_id, item.thread) for item in items] == [(answer.native_id, two), (f"{two}/{asked}", two)]
    (said,) = [one for one in ground.network.rooms[two].events if one["content"].get("body") == "Ja"]
    assert "rel_type" not in said["content"]["m.relates_to"]


def test_a_strangers_room_is_none_of_ours(ground: Ground) -> None:
    other = ground.network.make_room("fremd", ground.mia, (ground.haus,))
    ground.say("Nicht für uns", room=other)
    assert heard(ground)[0] == []


def test_who_was_thrown_out_of_one_room_hears_the_other(ground: Ground) -> None:
    other = ground.network.make_room("garten", ground.mia, (ground.haus,))
    rooms = [*ground.settings["rooms"], {"id": other, "name": "", "alias": "", "visibility": "public"}]
    ground.network.leave(other, ground.haus, by=ground.mia)
    ground.say("Hier noch")
    found = []
    with pytest.raises(Refused) as caught:
        for batch in ground.connector(rooms=rooms).collect(""):
            found += batch.items
    assert [item.text for item in found] == ["Hier noch"]
    assert (caught.value.reason_code, caught.value.detail) == ("not_in_room", other)


def test_one_broken_event_does_not_keep_the_others(ground: Ground) -> None:
    ground.say("Vorher")
    for content in (
        {"body": 7},
        {"msgtype": "m.text", "m.relates_to": []},
        {"m.relates_to": {"rel_type": "m.replace"}},
    ):
        ground.network.put(ground.room, ground.mia, "m.room.message", content)
    ground.network.put(ground.room, "niemand", "m.room.message", {"body": "x"})
    broken = ground.network.put(ground.room, ground.mia, "m.room.message", {"body": "x"})
    ground.network.event(ground.network.rooms[ground.room], broken)["origin_server_ts"] = "gestern"
    ground.say("Nachher")
    batches = list(ground.connector().collect(""))
    texts = [item.text for batch in batches for item in batch.items]
    assert (texts[0], texts[-1]) == ("Vorher", "Nachher")
    assert sum(len(batch.refused) for batch in batches) == 2


def test_a_cursor_of_garbage_is_the_beginning(ground: Ground) -> None:
    ground.say("Frage")
    for cursor in ("{}", "null", "kein JSON", '{"s": 7}', '{"s":"s1","k":[1],"g":[],"t":{}}', "[" * 5_000):
        assert [item.text for item in heard(ground, cursor)[0]] == ["Frage"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [("error_before", TryLater), ("silence_before", TryLater), ("too_many", TryLater), ("logged_out", LoggedOut), ("locked", LoggedOut)],
)  # fmt: skip
def test_a_server_that_fails_is_told_in_the_grammar_and_nothing_is_lost(ground: Ground, kind: str, error: type[Exception]) -> None:  # fmt: skip
    ground.limits = during(kind)
    _, cursor = heard(ground)
    ground.say("Frage")
    ground.network.plant("read", kind, times=1, wait=7)
    with pytest.raises(error) as caught:
        heard(ground, cursor)
    if kind == "locked":
        assert caught.value.reason_code == "account_closed"  # type: ignore[attr-defined]
    if kind == "too_many":
        assert caught.value.when.total_seconds() == 7  # type: ignore[attr-defined]
    assert [item.text for item in heard(ground, cursor)[0]] == ["Frage"]


def test_encrypted_words_are_told_to_be_that(ground: Ground) -> None:
    ground.do("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA"})
    (item,), _ = heard(ground)
    assert (item.text, dict(item.extra)) == ("\N{LOCK}", {"encrypted": True})


def test_notices_are_a_programs_words(ground: Ground) -> None:
    ground.say("Erinnerung", msgtype="m.notice")
    ground.say("winkt", msgtype="m.emote")
    items, _ = heard(ground)
    assert [(item.author and item.author.is_bot, item.extra["msgtype"]) for item in items] == [(True, "m.notice"), (False, "m.emote")]  # fmt: skip
