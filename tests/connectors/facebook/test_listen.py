"""Listening: whole threads, late answers, edits, deletions, and what the limits leave for later."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors import watching
from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.facebook import connector as module
from allmende.connectors.neutral import Item
from tests.networks.facebook.ground import US, Ground
from tests.networks.patience import during


class Listener:
    """Collects with a clock that can be moved, and keeps the cursor."""

    def __init__(self, ground: Ground, monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
        self.ground, self.settings, self.cursor, self.skipped = ground, settings, "", 0.0
        moved = self

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):  # type: ignore[no-untyped-def, override]
                return datetime.now(tz) + timedelta(seconds=moved.skipped)

        monkeypatch.setattr(module, "datetime", Clock)

    def hear(self, wait: float = 0) -> list[Item]:
        self.skipped += wait
        items = []
        for batch in self.ground.connector(**self.settings).collect(self.cursor):
            self.cursor = batch.cursor
            items += batch.items
        return items

    def texts(self, wait: float = 0) -> list[str]:
        return [item.text for item in self.hear(wait)]


@pytest.fixture
def ear(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Listener:
    return Listener(ground, monkeypatch)


def test_a_whole_thread_is_heard_at_once_and_later_answers_too(ground: Ground, ear: Listener) -> None:
    root = ground.network.say(US, "Frage der Woche")
    first = ground.say("Ich zuerst", root)
    ground.network.say(US, "Danke!", first)
    heard = ear.hear()
    assert [item.text for item in heard] == ["Frage der Woche", "Ich zuerst", "Danke!"]
    assert {item.thread for item in heard} == {root}
    assert [item.reply_to for item in heard] == ["", root, first]
    assert [item.author.is_us for item in heard if item.author] == [True, False, True]
    ground.say("Noch eine", first)
    assert ear.texts() == ["Noch eine"]
    assert ear.texts(61) == []


def test_a_thread_of_many_comments_is_read_to_its_end(ground: Ground, ear: Listener) -> None:
    root = ground.network.say(US, "Beliebt")
    for number in range(230):
        ground.say(f"Kommentar {number}", root)
    assert ear.texts() == ["Beliebt", *(f"Kommentar {number}" for number in range(230))]


def test_edits_are_told_and_signed_addresses_are_no_edits(ground: Ground, ear: Listener) -> None:
    photo = ground.network.upload(b"x", "image/png", "")
    root = ground.network.say(US, "Der Garten", photos=(photo,))
    comment = ground.say("Schon", root)
    ear.hear()
    assert ear.hear() == []
    ground.network.edit(root, "Der Garten ist offen")
    (item,) = ear.hear()
    assert (item.ref.native_id, item.text) == (root, "Der Garten ist offen")
    assert item.edited_at is not None
    ground.network.edit(comment, "Schön")
    assert [(item.text, item.edited_at is not None) for item in ear.hear(61)] == [("Schön", True)]


def test_deletions_are_told_once_and_take_what_stood_below(ground: Ground, ear: Listener) -> None:
    root = ground.network.say(US, "Frage")
    gone, kept = ground.say("Weg", root), ground.say("Bleibt", root)
    ear.hear()
    ground.network.delete(gone)
    assert [(one.ref.native_id, one.deleted_at is not None, one.text) for one in ear.hear(61)] == [(gone, True, "")]
    assert ear.hear(61) == []
    ground.network.delete(root)
    assert [one.ref.native_id for one in ear.hear()] == [kept, root]
    assert ear.hear(61) == []


def test_a_deleted_old_post_is_missed_at_its_next_visit(ground: Ground, ear: Listener) -> None:
    root = ground.network.say(US, "Frage", at=ground.network.clock() - 7200)
    ground.say("Neuer")
    ear.hear()
    ground.network.delete(root)
    assert ear.hear() == []
    assert [one.ref.native_id for one in ear.hear(700)] == [root]


def test_a_post_that_waited_for_approval_is_heard_when_it_appears(ground: Ground, ear: Listener) -> None:
    """It bears the time at which it was written, below what was read meanwhile."""
    ground.say("Neuer")
    ear.hear()
    ground.say("Wartete", at=ground.network.clock() - 1800)
    assert ear.texts() == ["Wartete"]
    assert ear.texts() == []


def test_who_is_not_named_stays_unknown(ground: Ground, ear: Listener) -> None:
    native_id = ground.say("Wer bin ich?")
    ground.network.rows[native_id]["who"] = None
    (item,) = ear.hear()
    assert item.author is None


def test_what_is_older_than_the_log_in_is_not_told_but_answers_to_it_are(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = ground.network.clock()
    since = datetime.fromtimestamp(now - 3600, UTC).isoformat()
    ear = Listener(ground, monkeypatch, since=since)
    ancient = ground.say("Uralt", at=now - 40 * 86400)
    old = ground.network.say(US, "Alt", at=now - 86400)
    ground.say("Alte Antwort", old, at=now - 80000)
    ground.say("Neue Antwort", old)
    ground.say("Nie gehört", ancient)
    assert ear.texts() == ["Neue Antwort"]


def test_a_page_is_looked_at_once_a_minute(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Listener(ground, monkeypatch, pace_seconds=60)
    ground.say("Eins")
    assert ear.texts() == ["Eins"]
    asked = len(ground.network.asked)
    ground.say("Zwei")
    assert ear.texts(30) == []
    assert len(ground.network.asked) == asked
    assert ear.texts(31) == ["Zwei"]


def test_a_scarce_limit_leaves_answers_and_visits_for_later(ground: Ground, ear: Listener) -> None:
    root = ground.network.say(US, "Frage")
    ground.say("Antwort", root)
    ground.network.usage = 85
    assert ear.texts() == ["Frage"]
    ground.network.usage = 10
    assert ear.texts(601) == ["Antwort"]


def test_a_long_absence_is_made_up_for_without_loss(
    ground: Ground, ear: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PAGES", 2)
    ground.network.page = 5
    now = ground.network.clock()
    for number in range(48):
        ground.say(f"Frage {number}", at=now - 48_000 + 1000 * number)
    heard: list[str] = []
    for _ in range(6):
        heard += ear.texts()
    assert heard[:10] == [f"Frage {number}" for number in range(38, 48)]
    assert sorted(heard, key=lambda text: int(text.split()[1])) == [f"Frage {number}" for number in range(48)]


@pytest.mark.parametrize(
    "kind", ["error_before", "bad_gateway", "silence_before", "half", "html", "garbage", "too_many"]
)
def test_a_reading_that_fails_loses_nothing(ground: Ground, ear: Listener, kind: str) -> None:
    ground.say("Eins")
    ear.hear()
    ground.limits = during(kind)
    ground.say("Zwei")
    ground.network.plant("read", kind, times=1)
    with pytest.raises(TryLater):
        ear.hear()
    assert ear.texts() == ["Zwei"]


def test_one_thread_that_fails_does_not_silence_the_others(ground: Ground, ear: Listener) -> None:
    ground.say("Antwort", ground.network.say(US, "Kaputt"))
    ground.network.plant("answers", "error_before")
    ground.say("Heil")
    assert ear.texts() == ["Kaputt", "Heil"]
    ground.say("Noch heiler")
    assert ear.texts(61) == ["Noch heiler"]
    ground.network.clear()
    assert ear.texts(601) == ["Antwort"]


def test_reading_twice_or_from_a_strange_cursor_repeats_at_most(ground: Ground) -> None:
    root = ground.network.say(US, "Frage")
    ground.say("Antwort", root)
    whole = [item for batch in ground.connector().collect("") for item in batch.items]
    for strange in ("x", "[]", '{"t": 3}', '{"l": {"feed": [1]}}', '{"n": "x"}', '{"t": {"a": {}}}'):
        assert [item for batch in ground.connector().collect(strange) for item in batch.items] == whole


def test_a_revoked_token_ends_the_reading(ground: Ground) -> None:
    ground.network.tokens.clear()
    with pytest.raises(LoggedOut):
        list(ground.connector().collect(""))
