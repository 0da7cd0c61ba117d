"""Listening: threads with all their answers, what is held back, edits, deletions, and what it costs."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.neutral import Item, Ref
from allmende.connectors.youtube import connector as module
from tests.networks.patience import during
from tests.networks.youtube.ground import Ground
from tests.networks.youtube.network import JAN, MIA, US


class Listener:
    """Collects with a clock that can be moved, and keeps the cursor."""

    def __init__(self, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ground, self.cursor, self.skipped, moved = ground, "", 0.0, self

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):  # type: ignore[no-untyped-def, override]
                return datetime.now(tz) + timedelta(seconds=moved.skipped)

        monkeypatch.setattr(module, "datetime", Clock)

    def hear(self, wait: float = 0, **settings: Any) -> list[Item]:
        self.skipped += wait
        items = []
        for batch in self.ground.connector(**settings).collect(self.cursor):
            self.cursor = batch.cursor
            items += batch.items
            assert not batch.refused
        return items

    def texts(self, wait: float = 0, **settings: Any) -> list[str]:
        return [item.text for item in self.hear(wait, **settings)]


@pytest.fixture
def ear(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Listener:
    return Listener(ground, monkeypatch)


def test_a_thread_is_heard_with_all_its_answers_and_late_ones(ground: Ground, ear: Listener) -> None:
    ground.network.page = 10
    root = ground.network.say(MIA, "Schönes Video")
    ours = ground.network.say(US, "Danke!", root)
    for number in range(25):
        ground.network.say(JAN, f"Antwort {number}", root)
    heard = {item.ref.native_id: item for item in ear.hear()}
    assert len(heard) == 27
    assert {item.thread for item in heard.values()} == {root}
    assert (heard[root].reply_to, heard[ours].reply_to) == ("", root)
    author = heard[ours].author
    assert author is not None
    assert author.is_us
    assert heard[root].ref.url == f"https://www.youtube.com/watch?v=vid1&lc={root}"
    ground.network.say(MIA, "Und noch eins", root)
    assert ear.texts() == ["Und noch eins"]  # the list tells another number of answers


def test_edits_and_deletions_are_told(ground: Ground, ear: Listener) -> None:
    root = ground.network.say(MIA, "Erster Wurf")
    first, second = ground.network.say(JAN, "Erste", root), ground.network.say(JAN, "Zweite", root)
    ear.hear()
    ground.network.edit(root, "Zweiter Wurf")
    assert [(item.text, item.edited_at is not None) for item in ear.hear()] == [("Zweiter Wurf", True)]
    ground.network.edit(first, "Geändert")
    ground.network.delete(second)
    told = [(item.ref.native_id, item.text, bool(item.deleted_at)) for item in ear.hear(61)]
    assert sorted(told) == sorted([(first, "Geändert", False), (second, "", True)])
    ground.network.delete(root)
    assert sorted(item.ref.native_id for item in ear.hear(61) if item.deleted_at) == sorted([root, first])
    assert ear.hear(61) == []


def test_what_is_held_back_is_heard_as_such_and_let_through_or_rejected(ground: Ground, ear: Listener) -> None:
    held = ground.network.say(MIA, "Mit Link", status="heldForReview")
    spam = ground.network.say(JAN, "Kauft!", status="likelySpam")
    heard = ear.hear()
    assert {(item.ref.native_id, item.extra.get("is_held")) for item in heard} == {(held, True), (spam, True)}
    connector = ground.connector()
    connector.moderate(Ref(held), "approve")
    connector.moderate(Ref(spam), "remove")
    assert ground.network.rows[held]["status"] == "published"
    assert [(item.ref.native_id, bool(item.deleted_at)) for item in ear.hear(61)] == [(spam, True)]
    connector.moderate(Ref(held), "hide")
    assert ear.hear(61) == []  # held back is not gone


def test_reading_stops_where_its_share_of_the_quota_ends(ground: Ground, ear: Listener) -> None:
    for number in range(40):
        ground.network.say(JAN, f"Antwort {number}", ground.network.say(MIA, f"Frage {number}"))
    first = ear.texts(units_per_look=10)
    assert ground.network.quota >= 10_000 - 13
    assert set(first) >= {f"Frage {number}" for number in range(40)}
    missing = 80 - len(first)
    assert missing > 20
    later = [text for _ in range(12) for text in ear.texts(601, units_per_look=20)]
    assert len(later) == missing
    assert not set(later) & set(first)


def test_a_used_up_quota_is_waited_for_until_midnight_in_california(ground: Ground) -> None:
    ground.network.quota = 0
    with pytest.raises(TryLater) as caught:
        list(ground.connector().collect(""))
    assert caught.value.reason_code == "quota_used_up"
    assert isinstance(caught.value.when, datetime)
    assert (caught.value.when.hour, caught.value.when.minute, str(caught.value.when.tzinfo)) == (
        0,
        1,
        "America/Los_Angeles",
    )


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "half", "html", "garbage", "too_many"])
def test_a_reading_that_fails_loses_nothing(ground: Ground, ear: Listener, kind: str) -> None:
    ground.network.say(MIA, "Eins")
    ground.limits = during(kind)
    ground.network.plant("read", kind)
    with pytest.raises(TryLater):
        ear.hear()
    assert ear.texts() == ["Eins"]


def test_a_revoked_token_logs_out(ground: Ground) -> None:
    ground.network.tokens.clear()
    with pytest.raises(LoggedOut):
        list(ground.connector().collect(""))
