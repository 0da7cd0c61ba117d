"""Listening: whole trees, what reaches us from elsewhere, private messages, edits, deletions, what a filter holds back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.neutral import Item, Ref
from allmende.connectors.reddit import connector as module
from tests.networks.patience import during
from tests.networks.reddit.ground import Ground


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

    def texts(self, wait: float = 0) -> list[str]:
        return [item.text for item in self.hear(wait)]


@pytest.fixture
def ear(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Listener:
    return Listener(ground, monkeypatch)


def test_a_whole_tree_is_heard_however_it_comes(ground: Ground, ear: Listener) -> None:
    network = ground.network
    network.breadth, network.depth = 4, 3
    post = network.post("mia", "Fahrt", "Wann geht es los?")
    above, names = post, []
    for number in range(9):
        above = network.comment("jan", f"Tief {number}", above)
        names.append(above)
    names += [network.comment("mia", f"Breit {number}", post) for number in range(11)]
    below = network.comment("haus", "Ganz unten", names[-1])
    heard = ear.hear()
    assert heard[0].title == "Fahrt"
    assert sorted(item.ref.native_id for item in heard[1:]) == sorted([*names, below])
    assert {item.thread for item in heard} == {post}
    told = {item.ref.native_id: item for item in heard}
    assert (told[names[1]].reply_to, told[below].reply_to) == (names[0], names[-1])
    assert (told[names[0]].act, told[names[-1]].act) == ("answered", "commented")  # whoever asked only comments
    assert told[below].author is not None
    assert told[below].author.is_us
    assert ear.hear(61) == []


def test_late_comments_are_heard_once_whichever_list_shows_them(ground: Ground, ear: Listener) -> None:
    post = ground.network.post("haus", "Frage der Woche", "Was meint ihr?")
    ear.hear()
    ground.network.comment("mia", "Viel. u/haus", post)
    assert ear.texts(61) == ["Viel. u/haus"]
    assert ear.texts(61) == []
    old = ground.network.post("mia", "Alt", "Von früher", at=ground.network.now() - 60 * 86_400)
    ground.network.comment("mia", "Spät zu Altem", old)
    assert ear.texts(61)[:1] == ["Spät zu Altem"]


def test_what_reaches_us_from_elsewhere_is_heard(ground: Ground, ear: Listener) -> None:
    network = ground.network
    theirs = network.post("jan", "Woanders", "Kennt ihr das?", "anderswo")
    ours = network.comment("haus", "Ja.", theirs)
    answer = network.comment("jan", "Danke!", ours)
    network.comment("jan", "Das geht uns nichts an", theirs)
    (item,) = ear.hear()
    assert (item.ref.native_id, item.thread, item.reply_to) == (answer, theirs, ours)
    assert item.ref.url.endswith(f"/r/anderswo/comments/{theirs[3:]}/titel/{answer[3:]}/")


def test_a_box_that_reddit_closed_keeps_the_subreddit_from_nobody(ground: Ground, ear: Listener) -> None:
    post = ground.network.post("mia", "Frage", "Wann?")
    ground.network.has_boxes = False
    assert post in {item.ref.native_id for item in ear.hear()}


def test_private_messages_are_heard_as_such_ours_too(ground: Ground, ear: Listener) -> None:
    first = ground.network.write("mia", "haus", "Kann ich euch etwas fragen?")
    answer = ground.network.write("haus", "mia", "Gern.", parent=first)
    second = ground.network.write("mia", "haus", "Wann?", parent=answer)
    heard = {item.ref.native_id: item for item in ear.hear()}
    assert {item.visibility for item in heard.values()} == {"direct"}
    assert {item.thread for item in heard.values()} == {first}
    assert (heard[first].title, heard[second].title, heard[second].reply_to) == ("Frage", "", answer)
    assert ear.hear(61) == []


def test_edits_and_deletions_are_told(ground: Ground, ear: Listener) -> None:
    network = ground.network
    post = network.post("mia", "Frage", "Wann?")
    first, second, third = (network.comment("jan", text, post) for text in ("Erste", "Zweite", "Dritte"))
    network.comment("mia", "Unter der zweiten", second)
    ear.hear()
    network.edit(post, "Wann denn?")
    assert [(item.text, item.edited_at is not None) for item in ear.hear()] == [("Wann denn?", True)]
    network.edit(first, "Geändert")
    network.rows[second]["state"] = "deleted"
    network.rows[third]["state"] = "removed"
    told = [(item.ref.native_id, item.text, bool(item.deleted_at)) for item in [*ear.hear(61), *ear.hear(61)]]
    assert sorted(told) == sorted([(first, "Geändert", False), (second, "", True), (third, "", True)])
    network.rows[post]["state"] = "deleted"
    assert [(item.ref.native_id, bool(item.deleted_at)) for item in ear.hear(61)] == [(post, True)]
    assert ear.hear(61) == []


def test_a_page_of_stones_hides_nothing_behind_it(ground: Ground, ear: Listener) -> None:
    network = ground.network
    network.page = 5
    network.post("mia", "Unten", "Steht")
    for number in range(12):
        network.rows[network.post("mia", f"Weg {number}", "x")]["state"] = "removed"
    assert ear.texts() == ["Steht"]


def test_what_a_filter_holds_back_is_heard_by_moderators_and_let_through(ground: Ground, ear: Listener) -> None:
    network = ground.network
    network.filters = True
    held, other = network.post("mia", "Neu hier", "Hallo!"), network.post("jan", "Auch neu", "Kauft!")
    network.filters = False
    heard = ear.hear()
    assert sorted((item.ref.native_id, item.extra.get("is_held")) for item in heard) == [(held, True), (other, True)]
    connector = ground.connector()
    connector.moderate(Ref(held), "approve")
    connector.moderate(Ref(other), "remove")
    assert [(item.ref.native_id, bool(item.deleted_at)) for item in ear.hear(61)] == [(other, True)]
    network.moderators.discard("haus")
    network.post("mia", "Danach", "Weiter")
    assert "Weiter" in [item.text for item in ear.hear(61, is_moderator=True)]


def test_an_account_that_left_takes_its_name_but_not_its_words(ground: Ground, ear: Listener) -> None:
    from allmende.connectors.reddit import read

    row = {
        "name": "t3_1", "author": "[deleted]", "selftext": "Bleibt", "title": "T", "created_utc": 1.0, "subreddit": "HausAmSee",
    }  # fmt: skip
    assert not read.is_gone(row)
    item = read.message(row, read.Us("t2_h1", "haus", "HausAmSee"))
    assert (item.text, item.author) == ("Bleibt", None)
    assert read.is_gone(row | {"selftext": "[deleted]"})


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "half", "html", "garbage", "too_many"])
def test_a_reading_that_fails_loses_nothing(ground: Ground, ear: Listener, kind: str) -> None:
    ground.network.post("mia", "T", "Eins")
    ground.limits = during(kind)
    ground.network.plant("read", kind)
    with pytest.raises(TryLater):
        ear.hear()
    assert ear.texts() == ["Eins"]


def test_the_wait_of_a_429_is_counted_from_now(ground: Ground) -> None:
    ground.network.plant("read", "too_many", wait=90)
    with pytest.raises(TryLater) as caught:
        list(ground.connector().collect(""))
    assert (caught.value.reason_code, caught.value.when) == ("too_many", timedelta(seconds=91))


def test_little_left_of_the_limit_is_left_for_speaking(ground: Ground, ear: Listener) -> None:
    post = ground.network.post("mia", "T", "Eins")
    ground.network.comment("jan", "Zwei", post)
    ground.network.remaining = 20
    assert ear.texts() == ["Eins"]
    assert len([one for one in ground.network.visits if "/comments/" in one]) == 0
    ground.network.remaining = 900
    assert ear.texts(601) == ["Zwei"]


def test_a_revoked_token_logs_out(ground: Ground) -> None:
    ground.network.tokens.clear()
    with pytest.raises(LoggedOut):
        list(ground.connector().collect(""))
