"""Listening: threads as they grow, what changes without a trace, and a site whose clock is not ours."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from allmende.connectors.errors import TryLater
from allmende.connectors.neutral import Item
from allmende.connectors.wordpress.connector import WordPress
from tests.networks.wordpress.ground import Ground

pytestmark = pytest.mark.thorough

EVERYBODY = pytest.mark.parametrize("ground", ["editor", "author", "plain"], indirect=True)
DAY = 86_400.0


class Ear:
    """Collects from where it stopped; looks at everything each time unless told otherwise."""

    def __init__(self, connector: WordPress) -> None:
        self.connector = connector
        self.cursor = ""

    def listen(self) -> list[Item]:
        found: list[Item] = []
        for batch in self.connector.collect(self.cursor):
            self.cursor = batch.cursor
            found += batch.items
        return found


def ear(ground: Ground, **settings: object) -> Ear:
    return Ear(ground.connector(revisit_seconds=0, **settings))


def ids(items: Iterable[Item]) -> list[str]:
    return [item.ref.native_id for item in items]


@EVERYBODY
def test_a_thread_is_a_post_with_its_comments_and_their_answers(ground: Ground) -> None:
    post = ground.network.write(ground.ute.id, "Aufräumen", "<p>Wer kommt &quot;mit&quot;?</p>")
    first = ground.say("Ich", post=post.id)
    second = ground.say("Ich auch", post=post.id, parent=first.id, name="Jan")
    items = ear(ground).listen()
    assert [(item.ref.native_id, item.reply_to, item.thread) for item in items] == [
        (f"post-{post.id}", "", f"post-{post.id}"),
        (f"comment-{first.id}", f"post-{post.id}", f"post-{post.id}"),
        (f"comment-{second.id}", f"comment-{first.id}", f"post-{post.id}"),
    ]
    assert [item.author and item.author.name for item in items] == ["Ute Ulm", "Mia", "Jan"]
    assert [item.act for item in items] == ["posted", "commented", "commented"]
    assert items[0].text == 'Wer kommt "mit"?'


def test_held_comments_are_heard_by_moderators_only(ground: Ground) -> None:
    held, spam = ground.say("Gehalten", status="hold"), ground.say("Reklame", status="spam")
    listener = ear(ground)
    (item,) = listener.listen()
    assert (item.ref.native_id, item.extra["status"]) == (f"comment-{held.id}", "hold")
    held.status, spam.status = "approved", "hold"
    assert {item.ref.native_id: item.extra.get("status") for item in listener.listen()} == {
        f"comment-{held.id}": None, f"comment-{spam.id}": "hold"}  # fmt: skip


@pytest.mark.parametrize("ground", ["author"], indirect=True)
def test_a_comment_that_is_freed_days_later_reaches_who_is_no_moderator(ground: Ground) -> None:
    old = ground.say("Lange gehalten", status="hold", at=ground.network.clock() - 3 * DAY)
    ground.say("Neu")
    listener = ear(ground)
    assert [item.text for item in listener.listen()] == ["Neu"]
    old.status = "approved"
    kept = json.loads(listener.cursor)
    listener.cursor = json.dumps(kept | {"swept": kept["swept"] - 3_601})
    assert [item.text for item in listener.listen()] == ["Lange gehalten"]
    assert listener.listen() == []


@EVERYBODY
def test_edits_removals_and_deletions_are_heard(ground: Ground) -> None:
    post = ground.network.write(ground.ute.id, "Aufräumen", "<p>Alt</p>")
    edited, trashed, spam, deleted = (ground.say(f"Wort {number}", post=post.id) for number in range(4))
    listener = ear(ground)
    assert len(listener.listen()) == 5
    edited.content, trashed.status, spam.status = "Neues Wort", "trash", "spam"
    del ground.network.comments[deleted.id]
    ground.network.change(post.id, content="<p>Neu</p>", modified=0)
    heard = {item.ref.native_id: item for item in listener.listen()}
    assert heard[f"comment-{edited.id}"].text == "Neues Wort"
    assert heard[f"comment-{edited.id}"].edited_at is not None
    for gone in (trashed, spam, deleted):
        item = heard[f"comment-{gone.id}"]
        assert (item.deleted_at is not None, item.text, item.thread) == (True, "", f"post-{post.id}")
    assert listener.listen() == []
    del ground.network.posts[post.id]
    (gone_post,) = listener.listen()
    assert gone_post.ref.native_id == f"post-{post.id}"
    assert gone_post.deleted_at is not None


def test_a_post_that_is_taken_offline_is_gone_and_a_draft_is_nobodys_business(ground: Ground) -> None:
    post = ground.network.write(ground.ute.id, "Offen", "<p>x</p>")
    draft = ground.network.write(ground.ute.id, "Entwurf", "<p>y</p>", status="draft")
    listener = ear(ground)
    assert ids(listener.listen()) == [f"post-{post.id}"]
    ground.network.change(post.id, status="draft")
    ground.network.change(draft.id, status="publish", at=ground.network.clock())
    heard = {item.ref.native_id: bool(item.deleted_at) for item in listener.listen()}
    assert heard == {f"post-{post.id}": True, f"post-{draft.id}": False}


@EVERYBODY
def test_a_planned_post_appears_in_its_time_and_hides_nothing_before(ground: Ground) -> None:
    """WordPress writes the planned time also as the last change, and changes nothing but the state when it comes."""
    later = ground.network.clock() + 7_200
    author = ground.haus if ground.haus.may < ground.ute.may else ground.ute
    planned = ground.network.write(author.id, "Geplant", "<p>x</p>", status="future", at=later, modified=later)
    listener = ear(ground)
    assert listener.listen() == []
    today = ground.network.write(ground.ute.id, "Heute", "<p>y</p>")
    assert ids(listener.listen()) == [f"post-{today.id}"]
    planned.status = "publish"
    assert ids(listener.listen()) == [f"post-{planned.id}"]
    assert listener.listen() == []


def test_an_old_post_comes_along_with_what_was_said_below_it(ground: Ground) -> None:
    now = ground.network.clock()
    post = ground.network.write(ground.ute.id, "Alt", "<p>x</p>", at=now - 200 * DAY)
    old = ground.say("Damals", post=post.id, at=now - 190 * DAY)
    new = ground.say("Heute", post=post.id, parent=old.id)
    since = (datetime.now(UTC) - timedelta(days=90)).isoformat()
    listener = ear(ground, since=since)
    assert ids(listener.listen()) == [f"post-{post.id}", f"comment-{old.id}", f"comment-{new.id}"]
    another = ground.say("Und noch", post=post.id)
    assert ids(listener.listen()) == [f"comment-{another.id}"]


def test_a_quiet_site_is_not_read_again_and_again(ground: Ground) -> None:
    """What is older than all we look at again must not be told at each reading."""
    now = ground.network.clock()
    ground.network.write(ground.ute.id, "Alt", "<p>x</p>", at=now - 60 * DAY)
    ground.say("Alt", at=now - 60 * DAY)
    listener = Ear(ground.connector())
    assert len(listener.listen()) == 2
    before = len(ground.network.visits)
    assert [batch.items for batch in listener.connector.collect(listener.cursor)] == []
    assert len(ground.network.visits) == before + 2


@EVERYBODY
@pytest.mark.parametrize("number", [99, 100, 101, 250])
def test_many_of_the_same_second_are_all_heard(ground: Ground, number: int) -> None:
    at = ground.network.clock() - 100
    said = [ground.say(f"Wort {turn}", at=at) for turn in range(number)]
    hidden = [ground.say(f"Versteckt {turn}", at=at - 50, status="hold") for turn in range(120)]
    heard = ids(ear(ground).listen())
    expected = [f"comment-{one.id}" for one in said]
    if "moderate_comments" in ground.haus.may:
        expected = [f"comment-{one.id}" for one in hidden] + expected
    assert heard == expected


def test_reading_stops_at_any_cursor_and_goes_on_without_loss(ground: Ground) -> None:
    for turn in range(150):
        ground.say(f"Wort {turn}", at=ground.network.clock() - 300 + turn)
    whole = {item.ref.native_id for item in ear(ground).listen()}
    first = next(iter(ground.connector().collect("")))
    listener = ear(ground)
    listener.cursor = first.cursor
    assert {item.ref.native_id for item in [*first.items, *listener.listen()]} == whole


def test_a_cursor_nobody_understands_is_the_beginning(ground: Ground) -> None:
    ground.say("Wort")
    for cursor in ("{", "[]", "7", '{"v":1}', '{"v":1,"posts":[1],"comments":[],"swept":0,"brought":[]}', '{"v":9}'):
        assert [item.text for batch in ground.connector().collect(cursor) for item in batch.items] == ["Wort"]


def test_a_guest_is_the_same_person_below_every_post(ground: Ground) -> None:
    for text, name, email in (
        ("1", "Mia", "mia@fern.example"),
        ("2", "Mia M.", "MIA@fern.example"),
        ("3", "Mia", "andere@fern.example"),
    ):
        ground.say(text, name=name, email=email)
    first, second, third = (item.author for item in ear(ground).listen())
    assert first
    assert second
    assert third
    assert first.native_id == second.native_id != third.native_id
    assert "fern.example" not in f"{first}{third}"


@pytest.mark.parametrize("kind", ["error_before", "maintenance", "list_html", "silence_before"])
def test_a_site_that_does_not_answer_is_asked_later_and_nothing_is_lost(ground: Ground, kind: str) -> None:
    ground.say("Wort")
    listener = ear(ground)
    ground.network.plant("read", kind)
    with pytest.raises(TryLater):
        listener.listen()
    assert [item.text for item in listener.listen()] == ["Wort"]


def test_rows_nobody_can_read_do_not_hide_the_others(ground: Ground) -> None:
    ground.network.plant("read", "garbage")
    ground.say("Wort")
    batches = list(ground.connector().collect(""))
    assert [item.text for batch in batches for item in batch.items] == ["Wort"]
    assert len([row for batch in batches for row in batch.refused]) == 2


def test_hostile_words_stay_words(ground: Ground) -> None:
    cases = ["<script>alert(1)</script>Wort", '<img src=x onerror="alert(1)">', "\u202ekehrt\u200b", "<!--" * 500, "&#0;&#xD800;", "<div>" * 3_000, "=cmd|' /C calc'!A0"]  # fmt: skip
    for number, text in enumerate(cases):
        ground.say(text, name=f"Gast {number}")
    items = ear(ground).listen()
    assert len(items) == len(cases)
    assert all("<script" not in item.text and "onerror" not in item.text for item in items)
    for item in items:
        item.text.encode()
