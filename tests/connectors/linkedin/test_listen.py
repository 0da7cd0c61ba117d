"""Listening: comments on two floors, what is new below old posts, mentions, edits, deletions, and what it costs."""

import pytest

from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.linkedin import connector as module
from tests.networks.linkedin.ground import OLD, Ground
from tests.networks.linkedin.network import JAN, MIA, US
from tests.networks.listener import Listener
from tests.networks.patience import during

DAY = 86_400


@pytest.fixture
def ear(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Listener:
    return Listener(ground, module, monkeypatch)


def test_a_post_is_heard_with_all_its_comments_and_late_ones(ground: Ground, ear: Listener) -> None:
    ground.network.page = 10
    root = ground.network.say(US, r"Offen \(hinten\) {hashtag|\#|Garten}")
    first = ground.network.answer(MIA, "Schön!", root)
    ours = ground.network.answer(US, "Danke!", first)
    for number in range(25):
        ground.network.answer(JAN, f"Antwort {number}", first)
    heard = {item.ref.native_id: item for item in ear.hear()}
    assert len(heard) == 28
    assert {item.thread for item in heard.values()} == {root}
    assert (heard[root].text, heard[root].reply_to) == ("Offen (hinten) #Garten", "")
    assert (heard[first].reply_to, heard[ours].reply_to) == (root, first)
    authors = {one: heard[one].author for one in (root, first, ours)}
    assert [(one.name, one.is_us) for one in authors.values() if one] == [
        ("5583111", True),
        ("Mia Muster", False),
        ("5583111", True),
    ]
    assert heard[root].ref.url == f"https://www.linkedin.com/feed/update/{root}/"
    ground.network.answer(MIA, "Und noch eins", root)
    assert ear.texts() == ["Und noch eins"]  # the counters tell another number


def test_names_are_left_out_where_the_application_is_not_told_them(ground: Ground, ear: Listener) -> None:
    ground.network.tells_names = False
    ground.network.answer(MIA, "Hallo", OLD)
    (item,) = ear.hear()
    assert item.author is not None
    assert (item.author.native_id, item.author.name) == (MIA, "mIa1")


def test_edits_and_deletions_are_told(ground: Ground, ear: Listener) -> None:
    root = ground.network.say(US, "Erster Wurf")
    first, second = ground.network.answer(MIA, "Erste", root), ground.network.answer(JAN, "Zweite", root)
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


def test_mentions_elsewhere_are_heard_once(ground: Ground, ear: Listener) -> None:
    urn = ground.network.mention(MIA, r"Danke an @[Haus am See](urn:li:organization:5583111) \*\*")
    (item,) = ear.hear()
    assert (item.ref.native_id, item.thread, item.text) == (urn, urn, "Danke an Haus am See **")
    assert item.extra["mentions_us"] is True
    assert ear.hear(200) == []


def test_a_comment_below_a_post_too_old_to_be_watched_is_heard(ground: Ground, ear: Listener) -> None:
    old = ground.network.say(US, "Vor zwei Monaten", at=ground.network.now() - 70 * DAY)
    ear.hear()
    ground.network.answer(US, "Nachtrag", old)
    urn = ground.network.answer(MIA, "Gilt das noch?", old)
    (item,) = ear.hear(200)
    assert (item.ref.native_id, item.thread, item.text) == (urn, old, "Gilt das noch?")
    assert ear.hear(200) == []


def test_reading_stops_where_its_share_of_the_calls_ends(ground: Ground, ear: Listener) -> None:
    posts = [ground.network.say(US, f"Beitrag {number}") for number in range(20)]
    for post in posts:
        ground.network.answer(JAN, "Antwort", ground.network.answer(MIA, "Frage", post))
    before = ground.network.calls
    first = [item.text for item in ear.hear(calls_per_look=12)]
    assert before - ground.network.calls <= 15
    later = [item.text for _ in range(20) for item in ear.hear(601, calls_per_look=25)]
    assert sorted([*first, *later]) == sorted(
        [*(f"Beitrag {number}" for number in range(20)), *["Antwort"] * 20, *["Frage"] * 20]
    )


def test_between_two_looks_nobody_is_asked(ground: Ground, ear: Listener) -> None:
    ear.hear(pace_seconds=180)
    before = ground.network.calls
    ear.hear(170, pace_seconds=180)
    assert ground.network.calls == before
    ear.hear(20, pace_seconds=180)
    assert ground.network.calls < before


def test_used_up_calls_are_waited_for_until_midnight_utc(ground: Ground) -> None:
    ground.network.calls = 0
    with pytest.raises(TryLater) as caught:
        list(ground.connector().collect(""))
    assert caught.value.reason_code == "quota_used_up"
    assert not isinstance(caught.value.when, float)
    assert str(caught.value.when).endswith("00:01:00+00:00")


def test_a_version_that_is_not_spoken_any_more_is_told_and_nothing_lost(ground: Ground, ear: Listener) -> None:
    ground.network.answer(MIA, "Eins", OLD)
    with pytest.raises(TryLater) as caught:
        ear.hear(version="202401")
    assert caught.value.reason_code == "version_ended"
    assert ear.texts() == ["Eins"]


@pytest.mark.parametrize("kind", ["error_before", "silence_before", "half", "html", "garbage", "too_many"])
def test_a_reading_that_fails_loses_nothing(ground: Ground, ear: Listener, kind: str) -> None:
    ground.network.answer(MIA, "Eins", OLD)
    ground.limits = during(kind)
    ground.network.plant("read", kind)
    with pytest.raises(TryLater):
        ear.hear()
    assert ear.texts() == ["Eins"]


def test_a_revoked_token_logs_out(ground: Ground) -> None:
    ground.network.tokens.clear()
    with pytest.raises(LoggedOut):
        list(ground.connector().collect(""))
