"""Listening: new entries once, edits, feeds that forget, servers that fail."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.feed.connector import Feed
from allmende.connectors.neutral import Item
from tests.networks.feed.ground import Ground
from tests.networks.feed.network import START
from tests.networks.patience import PATIENT, during

pytestmark = pytest.mark.thorough

EVERY_FORMAT = pytest.mark.parametrize("ground", ["rss", "atom", "json"], indirect=True)


class Ear:
    """Collects from where it stopped."""

    def __init__(self, connector: Feed) -> None:
        self.connector = connector
        self.cursor = ""

    def listen(self) -> list[Item]:
        found: list[Item] = []
        for batch in self.connector.collect(self.cursor):
            self.cursor = batch.cursor
            found += batch.items
        return found


@EVERY_FORMAT
def test_an_entry_is_read_whole(ground: Ground) -> None:
    ground.network.publish("<p>Er <a href='/dreht'>dreht</a> sich.</p>", title="Der Kran &amp; mehr", by="Ute Ulm")
    (item,) = Ear(ground.connector()).listen()
    assert (item.ref.native_id, item.ref.url) == ("https://haus.example/0", f"{ground.face.url}/0")
    assert (item.title, item.act, item.thread) == ("Der Kran & mehr", "posted", item.ref.native_id)
    assert item.text.startswith("Er dreht (")
    assert item.occurred_at == START
    assert item.author is not None
    assert (item.author.name, item.author.is_us, item.author.is_bot) == ("Ute Ulm", False, True)


@EVERY_FORMAT
def test_other_words_under_the_same_id_are_an_edit(ground: Ground) -> None:
    first, second = ground.network.publish("Alt"), ground.network.publish("Bleibt")
    ear = Ear(ground.connector())
    assert [item.edited_at for item in ear.listen()] == [None, None]
    first.text, first.updated = "Neu", datetime.now(UTC) - timedelta(minutes=5)
    (item,) = ear.listen()
    assert (item.ref.native_id, item.text, item.occurred_at) == (first.id, "Neu", START)
    assert item.edited_at is not None
    assert second.text == "Bleibt"
    assert ear.listen() == []


@EVERY_FORMAT
def test_a_feed_that_forgets_the_old_loses_us_nothing_and_tells_nothing_twice(ground: Ground) -> None:
    ground.network.shown = 5
    ear, heard = Ear(ground.connector()), []
    for turn in range(20):
        ground.network.publish(f"Wort {turn}")
        if turn % 3 == 0:
            heard += ear.listen()
    heard += ear.listen()
    assert [item.text for item in heard] == [f"Wort {turn}" for turn in range(20)]
    ground.network.shown = None
    again = [item.text for item in ear.listen()]
    assert again == []


def test_what_did_not_change_is_not_sent_again(ground: Ground) -> None:
    ground.network.publish("Wort")
    ear = Ear(ground.connector())
    ear.listen()
    assert list(ear.connector.collect(ear.cursor)) == []
    assert [status for _, status in ground.network.visits] == [200, 304]
    ground.network.publish("Noch eins")
    assert [item.text for item in ear.listen()] == ["Noch eins"]


def test_who_stops_in_between_finds_the_rest_in_spite_of_the_marks(ground: Ground) -> None:
    for turn in range(250):
        ground.network.publish(f"Wort {turn}")
    first = next(iter(ground.connector().collect("")))
    ear = Ear(ground.connector())
    ear.cursor = first.cursor
    assert [item.text for item in [*first.items, *ear.listen()]] == [f"Wort {turn}" for turn in range(250)]


def test_a_feed_is_visited_each_quarter_of_an_hour(ground: Ground) -> None:
    ground.network.publish("Wort")
    ear = Ear(ground.connector(poll_seconds=900))
    ear.listen()
    for _ in range(3):
        assert list(ear.connector.collect(ear.cursor)) == []
    assert len(ground.network.visits) == 1
    patient = Ear(ground.connector(poll_seconds=1e-9))
    patient.cursor = ear.cursor
    patient.listen()
    assert ground.network.visits[-1][1] == 304


@EVERY_FORMAT
def test_an_entry_without_a_time_happened_when_it_was_seen_and_none_in_the_future(ground: Ground) -> None:
    ground.network.publish("Ohne", at=None)
    ground.network.publish("Morgen", at=datetime.now(UTC) + timedelta(days=400))
    before = datetime.now(UTC)
    ear = Ear(ground.connector())
    found = ear.listen()
    assert {item.text for item in found} == {"Ohne", "Morgen"}
    assert all(before <= item.occurred_at <= datetime.now(UTC) for item in found)
    assert ear.listen() == []


def test_history_ends_at_the_horizon(ground: Ground) -> None:
    ground.network.publish("Früher", at=START - timedelta(days=1))
    ground.network.publish("Später", at=START + timedelta(days=1))
    assert [item.text for item in Ear(ground.connector(since=START.isoformat())).listen()] == ["Später"]


def test_entries_in_any_order_and_twice_give_the_same(ground: Ground) -> None:
    for turn in range(6):
        ground.network.publish(f"Wort {turn}")
    straight = Ear(ground.connector()).listen()
    ground.network.pieces = [ground.network.pieces[place] for place in (3, 0, 5, 1, 4, 2)] * 2
    assert Ear(ground.connector()).listen() == straight


def test_ids_that_are_missing_or_endless_still_name_one_entry(ground: Ground) -> None:
    for name in ("a", "b"):
        ground.network.publish(name, title=name).id = "https://haus.example/" + "x" * 900 + name
    ground.network.media_type = "application/xml"
    ear = Ear(ground.connector())
    assert len({item.ref.native_id for item in ear.listen()}) == 2
    ground.network.body = (
        b'<rss version="2.0"><channel><title>x</title><item><title>Nur ein Titel</title></item><item/></channel></rss>'
    )
    (item,) = ear.listen()
    assert item.title == "Nur ein Titel"
    assert 0 < len(item.ref.native_id) <= 255
    assert ear.listen() == []


@pytest.mark.parametrize("fault", ["error", "page", "half", "silence", "too_many"])
def test_a_server_that_fails_is_asked_later_and_nothing_is_lost(ground: Ground, fault: str) -> None:
    ground.network.publish("Wort")
    ground.network.faults = [fault]
    ground.limits = during(fault)
    with pytest.raises(TryLater) as caught:
        Ear(ground.connector()).listen()
    if fault == "too_many":
        now = datetime.now(UTC)
        assert caught.value.due(now) - now == timedelta(seconds=90)
    ground.limits = PATIENT
    assert [item.text for item in Ear(ground.connector()).listen()] == ["Wort"]


def test_a_feed_that_is_gone_says_so(ground: Ground) -> None:
    ground.network.faults = ["gone"]
    with pytest.raises(Refused) as caught:
        Ear(ground.connector()).listen()
    assert caught.value.reason_code == "not_found"


@pytest.mark.parametrize(
    "cursor", ["{", "[]", "7", '{"v":1}', '{"v":1,"etag":"","modified":"","next":"x","known":{}}', '{"v":9}']
)
def test_a_cursor_nobody_understands_is_the_beginning(ground: Ground, cursor: str) -> None:
    ground.network.publish("Wort")
    assert [item.text for batch in ground.connector().collect(cursor) for item in batch.items] == ["Wort"]


def test_an_entry_nobody_can_read_does_not_hide_the_others(ground: Ground) -> None:
    ground.network.shape, ground.network.media_type = "json", "application/json"
    ground.network.body = b'{"version":"https://jsonfeed.org/version/1.1","items":[7,{"id":1,"content_text":"1 < 2"},{"id":"x","authors":[3],"content_text":"b"}]}'
    batches = list(ground.connector().collect(""))
    assert sorted(item.text for batch in batches for item in batch.items) == ["1 < 2", "b"]
    assert [row.reason_code for batch in batches for row in batch.refused] == ["bad_value"]


def test_settings_that_say_nothing_are_refused_not_guessed(ground: Ground) -> None:
    with pytest.raises(Refused) as caught:
        ground.connector(url="").whoami()
    assert caught.value.reason_code == "bad_setting"
    assert ground.connector(page="javascript:x").public_url == f"{ground.face.url}/feed"
