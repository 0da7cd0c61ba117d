"""Listening: lists, threads, late words, deletions, edits, gaps."""

import json
from datetime import timedelta

import pytest

from allmende.connectors.bluesky import listen, position
from allmende.connectors.bluesky.connector import Bluesky
from allmende.connectors.bluesky.position import KNOWN, Position, Reach, digest, position_of
from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.neutral import Batch, Draft, Item
from tests.networks.bluesky.ground import Ground
from tests.networks.bluesky.network import POST


def heard(connector: Bluesky, cursor: str = "") -> tuple[list[Item], str]:
    """Everything new, and the last cursor."""
    batches = list(connector.collect(cursor))
    return [item for batch in batches for item in batch.items], batches[-1].cursor if batches else cursor


def texts(items: list[Item]) -> list[str]:
    return [item.text for item in items if item.kind == "message"]


def test_a_whole_thread_is_heard_with_who_answers_whom(ground: Ground) -> None:
    connector = ground.connector()
    root = connector.send(Draft("Wer kommt?"), "key-1").ref.native_id
    jo = ground.network.join("jo.test", "Jo")
    first = ground.say("Ich!", to=root)
    nested = ground.say("Ich auch", by=jo, to=first)  # an answer to an answer: nobody notifies us
    found = {item.ref.native_id: item for item in heard(connector)[0]}
    assert (found[nested].reply_to, found[nested].thread, found[nested].act) == (first, root, "commented")
    assert found[root].author is not None and found[root].author.is_us
    assert len(found) == 3


def test_a_reply_that_nobody_notified_is_found_in_the_thread(ground: Ground) -> None:
    connector = ground.connector()
    ground.network.lag = timedelta(seconds=30)
    root = connector.send(Draft("Wer kommt?"), "key-1").ref.native_id
    ground.say("Sofort geantwortet", to=root)
    assert heard(connector)[0] == []
    ground.skipped += timedelta(minutes=1)
    assert ground.network.all("SELECT * FROM notice") == []
    assert texts(heard(connector)[0]) == ["Wer kommt?", "Sofort geantwortet"]


def test_gestures_mentions_and_quotes(ground: Ground) -> None:
    connector = ground.connector()
    post = connector.send(Draft("Hafenfest"), "key-1").ref.native_id
    ground.like(post)
    ground.repost(post)
    ground.do("app.bsky.graph.follow", ground.us.did)
    ground.say("haus schaut mal", mention=True)
    ground.say("Lest das", embed={"$type": "app.bsky.embed.record", "record": {"uri": post, "cid": "c"}})
    items, _ = heard(connector)
    assert [(item.act, item.target) for item in items if item.kind == "gesture"] == [
        ("voted", post), ("referred", post), ("joined", ""),
    ]  # fmt: skip
    assert texts(items) == ["Hafenfest", "haus schaut mal", "Lest das"]
    assert items[-1].extra["quotes"] == post


def test_a_reply_that_mentions_is_heard_once_and_in_its_place(ground: Ground) -> None:
    connector = ground.connector()
    post = connector.send(Draft("Hafenfest"), "key-1").ref.native_id
    ground.say("haus ja bitte", to=post, mention=True)
    (item,) = [item for item in heard(connector)[0] if item.text == "haus ja bitte"]
    assert (item.reply_to, item.thread) == (post, post)


def test_our_own_words_from_elsewhere_and_no_foreign_reposts(ground: Ground) -> None:
    ground.say("Am Telefon geschrieben", by=ground.us)
    ground.do("app.bsky.feed.repost", {"uri": ground.say("Fremdes"), "cid": "c"}, by=ground.us)
    (item,) = heard(ground.connector())[0]
    assert (item.text, item.act) == ("Am Telefon geschrieben", "posted")


def test_our_reply_in_a_stranger_s_thread_is_followed_but_not_their_thread(ground: Ground) -> None:
    connector = ground.connector()
    theirs = ground.say("Mein Thema")
    ground.say("Geht euch nichts an", to=theirs)
    ours = ground.say("Dürfen wir helfen?", by=ground.us, to=theirs)
    jo = ground.network.join("jo.test", "Jo")
    ground.say("Unter uns", by=jo, to=ground.say("Gern", to=ours))
    assert sorted(texts(heard(connector)[0])) == ["Dürfen wir helfen?", "Gern", "Unter uns"]


def test_deletions_are_noticed_once(ground: Ground) -> None:
    connector = ground.connector()
    root = connector.send(Draft("Wer kommt?"), "key-1").ref
    leaf, branch = ground.say("Ich!", to=root.native_id), ground.say("Wann?", to=root.native_id)
    ground.say("Um acht", to=branch)
    _, cursor = heard(connector)
    ground.network.delete(leaf)
    items, cursor = heard(connector, cursor)
    assert [(item.ref.native_id, item.text) for item in items if item.deleted_at] == [(leaf, "")]
    connector.withdraw(root)
    items, cursor = heard(connector, cursor)
    assert root in [item.ref for item in items if item.deleted_at]
    assert heard(connector, cursor)[0] == []


def test_an_edit_comes_again_as_the_same_message(ground: Ground) -> None:
    connector = ground.connector()
    root = connector.send(Draft("Wer kommt?"), "key-1").ref.native_id
    answer = ground.say("Ihc!", to=root)
    _, cursor = heard(connector)
    row = ground.network.record(answer)
    assert row
    ground.network.put(ground.mia.did, POST, row["rkey"], json.loads(row["value"]) | {"text": "Ich!"})
    (item,), cursor = heard(connector, cursor)
    assert (item.ref.native_id, item.text, item.edited_at is not None) == (answer, "Ich!", True)
    assert heard(connector, cursor)[0] == []


def test_threads_are_looked_at_less_often_as_they_age_and_at_once_when_somebody_speaks(ground: Ground) -> None:
    connector = ground.connector(revisit_seconds=60)
    asked = ground.face.asked
    root = connector.send(Draft("Wer kommt?"), "key-1").ref.native_id
    _, cursor = heard(connector)
    assert asked["app.bsky.feed.getPostThread"] == 1
    _, cursor = heard(connector, cursor)
    assert asked["app.bsky.feed.getPostThread"] == 1
    ground.say("Ich!", to=root)
    items, cursor = heard(connector, cursor)
    assert (texts(items), asked["app.bsky.feed.getPostThread"]) == (["Ich!"], 2)
    assert heard(connector, cursor) == ([], cursor)


def test_second_looks_give_way_when_the_limit_is_near(ground: Ground) -> None:
    connector = ground.connector()
    ground.face.left = 300
    connector.send(Draft("Wer kommt?"), "key-1")
    assert texts(heard(connector)[0]) == ["Wer kommt?"]
    assert "app.bsky.feed.getPostThread" not in ground.face.asked


def test_a_walk_broken_off_leaves_a_gap_that_is_closed_later(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "PAGE", 5)
    monkeypatch.setattr(listen, "PAGES", 2)
    monkeypatch.setattr(position, "KNOWN", 6)
    for number in range(38):
        ground.say(f"Frage {number}", mention=True)
    connector = ground.connector()
    found, cursor = heard(connector)
    assert texts(found) == [f"Frage {number}" for number in range(28, 38)]
    ground.say("Frage 38", mention=True)
    for _ in range(8):
        more, cursor = heard(connector, cursor)
        found += more
    assert sorted(texts(found)) == sorted(f"Frage {number}" for number in range(39))
    assert position_of(cursor).notices.gaps == []


def test_a_crash_after_any_batch_loses_nothing(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "PAGE", 4)
    monkeypatch.setattr(listen, "PAGES", 2)
    connector = ground.connector()
    root = connector.send(Draft("Wer kommt?"), "key-1").ref.native_id
    everything = {"Wer kommt?"}
    for number in range(19):
        ground.say(f"Antwort {number}", to=root)
        everything.add(f"Antwort {number}")
    cursor, found = "", set()
    for _ in range(30):  # each time the process dies after the first batch
        batch: Batch | None = next(connector.collect(cursor), None)
        if batch is None:
            break
        cursor = batch.cursor
        found |= {item.text for item in batch.items}
    assert found == everything


def test_an_unreadable_record_does_not_deafen(ground: Ground) -> None:
    ground.network.create(ground.mia.did, POST, {"text": "kaputt", "createdAt": "x", "facets": [
        {"index": {"byteStart": 0, "byteEnd": 6}, "features": [{"$type": "a#mention", "did": ground.us.did}]}],
        "reply": {"root": {}, "parent": {"uri": ""}}})  # fmt: skip
    ground.say("haus heil", mention=True)
    assert texts(heard(ground.connector())[0]) == ["haus heil"]


def test_a_network_that_fails_is_asked_later(ground: Ground) -> None:
    ground.face.faults.plant("collect", "garbage")
    with pytest.raises(TryLater):
        heard(ground.connector())


@pytest.mark.parametrize("cursor", ["17", "{", '{"v":1}', '{"v":1,"notices":[],"own":0,"threads":[]}', "null", "[]"])
def test_a_cursor_that_cannot_be_read_is_the_beginning(cursor: str) -> None:
    assert position_of(cursor) == Position()


def test_a_position_comes_back_as_it_was_and_stays_small() -> None:
    place = Position()
    place.notices.learn((float(second), digest(str(second))) for second in range(5000))
    for number in range(300):
        place.watch(f"at://did:plc:a/{POST}/{number}", float(number), "cid", 0.0)
    assert len(place.notices.known) == KNOWN
    assert len(place.threads) == 200
    assert position_of(place.written()) == place
    assert len(place.written()) < 40_000


def test_what_appears_below_the_top_is_new_and_what_is_old_is_known() -> None:
    reach = Reach()
    reach.learn([(10_000.0, "a"), (10_100.0, "b")])
    assert reach.floor == 10_100.0 - 3600
    assert reach.is_new(9_000.0, "late", reach.floor)
    assert not reach.is_new(10_000.0, "a", reach.floor)
    assert not reach.is_new(6_000.0, "old", reach.floor)


def test_a_thread_the_network_will_not_show_does_not_deafen(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    connector = ground.connector()
    connector.send(Draft("Wer kommt?"), "key-1")
    _, cursor = heard(connector)

    def refuse(self: object, anchor: str) -> None:
        raise Refused("rejected", anchor)

    monkeypatch.setattr(listen.Listener, "_nodes", refuse)
    ground.say("haus hört noch", mention=True)
    items, cursor = heard(connector, cursor)
    assert texts(items) == ["haus hört noch"]
    assert len(position_of(cursor).threads) == 1


def test_a_thread_too_large_to_remember_makes_room_for_the_others() -> None:
    place = Position()
    place.watch("at://old", 1.0, "cid", 0.0)
    place.watch("at://new", 2.0, "cid", 0.0)
    place.threads["at://old"].posts |= {f"at://reply/{number}": "cid" for number in range(2000)}
    place.make_room()
    assert list(place.threads) == ["at://new"]


def test_the_network_is_asked_often_enough_to_hear_an_answer_within_five_seconds(ground: Ground) -> None:
    abilities = ground.connector().abilities
    assert not abilities.can_stream and abilities.ask_every < timedelta(seconds=5)
