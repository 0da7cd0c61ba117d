"""The ear: every word once, in any order, whatever the network does to it."""

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.channels.actions import collect_due, record_batch
from allmende.channels.actions.clean_text import clean_html, storable, text_of
from allmende.channels.models import Channel, Cursor, Gesture, Message
from allmende.channels.queries import search
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.members.models import Member

KARL, JANA = Author("k", "karl", "Karl Ott"), Author("j", "jana", "Jana P.")


def rows(channel):
    """What a channel knows, without the accidents of arrival."""
    messages = Message.objects.filter(channel=channel).order_by("native_id")
    gestures = Gesture.objects.filter(channel=channel).order_by("native_id")
    return (
        [
            (
                m.native_id,
                m.text,
                m.title,
                m.html,
                m.edited_at,
                m.deleted_at,
                m.reply_to and m.reply_to.native_id,
                m.author_class,
            )
            for m in messages.select_related("reply_to")
        ],
        [
            (g.native_id, g.act, g.target and g.target.native_id, g.deleted_at)
            for g in gestures.select_related("target")
        ],
    )


def history(now):
    """A thread with an edit, a deletion, thanks that were taken back, and an answer to an answer."""

    def item(native_id, minute, **more):
        return Item(
            Ref(native_id), more.pop("kind", "message"), more.pop("act", "answered"), more.pop("author", KARL),
            now + timedelta(minutes=minute), "1", **more,
        )  # fmt: skip

    return [
        item("1", 0, act="asked", title="Frage", text="Wie?"),
        item("2", 1, author=JANA, reply_to="1", text="So."),
        item("2", 1, author=JANA, reply_to="1", text="Genau so.", edited_at=now + timedelta(minutes=5)),
        item("2", 1, author=JANA, reply_to="1", text="Ganz genau so.", edited_at=now + timedelta(minutes=6)),
        item("3", 2, reply_to="2", text="Danke!"),
        item("4", 3, reply_to="3", text="Doch nicht."),
        item("4", 3, deleted_at=now + timedelta(minutes=9)),
        item("g1", 4, kind="gesture", act="thanked", target="2"),
        item("g1", 4, kind="gesture", act="thanked", target="2", deleted_at=now + timedelta(minutes=8)),
        item("g2", 5, kind="gesture", act="accepted_answer", target="2", author=None),
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), cuts=st.lists(st.integers(1, 25), max_size=4), copies=st.integers(1, 3))
def test_late_doubled_and_reordered_arrivals_leave_the_same_rows(bare_channel, now, seed, cuts, copies):
    expected_in, shuffled_in = bare_channel(), bare_channel()
    items = history(now)
    record_batch(channel=expected_in, batch=Batch(items, "1"), now=now)
    arrivals = items * copies
    random.Random(seed).shuffle(arrivals)
    start = 0
    for cut in [*sorted(cuts), len(arrivals)]:
        record_batch(channel=shuffled_in, batch=Batch(arrivals[start:cut], str(cut)), now=now)
        start = max(start, cut)
    assert rows(shuffled_in) == rows(expected_in)


@pytest.fixture
def bare_channel(owner, now):
    """`bare_channel()` makes one more archive."""
    from allmende.channels.actions import choose_channel

    def make():
        number = Channel.objects.count()
        return choose_channel(
            person=owner, name=f"Archiv {number}", slug=f"a{number}", kind="archive", account=None, now=now, mark="A"
        )

    return make


def test_giving_a_batch_twice_adds_nothing(bare_channel, now):
    channel = bare_channel()
    first = record_batch(channel=channel, batch=Batch(history(now), "1"), now=now)
    again = record_batch(channel=channel, batch=Batch(history(now), "1"), now=now + timedelta(hours=1))
    assert (first.new, first.gestures, again.new, again.gestures) == (4, 2, 0, 0)
    assert not Message.objects.filter(changed_at__gt=now).exists()
    assert Member.objects.count() == 2


def test_the_cursor_moves_with_its_rows_or_not_at_all(bare_channel, now):
    channel = bare_channel()
    broken = Item(Ref("9"), "message", "asked", KARL, now, "9", text="x", visibility="nowhere" * 99)
    with pytest.raises(Exception):  # noqa: B017 - whatever the database or the row maker says
        record_batch(channel=channel, batch=Batch([*history(now), broken, object()], "7"), now=now)  # type: ignore[list-item]
    assert not Message.objects.exists()
    assert not Cursor.objects.filter(value="7").exists()


def test_a_reply_and_a_question_are_collected_with_their_members(world):
    root = world.says("Karl Ott", "Wie buche ich das?")
    world.says("Jana P.", "So geht es.", reply_to=root)
    assert world.collect() == 2
    assert world.collect() == 0
    reply = Message.objects.get(reply_to__native_id=root)
    assert (reply.act, reply.direction, reply.author_class) == ("answered", "inward", "member")
    assert reply.identity.member.alias == "Jana P."


def test_our_own_post_is_one_message_however_it_comes_back(world):
    dispatch = world.post("Von uns.")
    world.send()
    world.collect()
    assert Message.objects.count() == 1
    assert Message.objects.get().pk == dispatch.message_id


def test_our_own_post_collected_before_its_receipt_is_adopted(world):
    world.plant("send", "error_after", times=1)
    dispatch = world.post("Schon da.")
    world.send()
    dispatch.refresh_from_db()
    assert dispatch.state == "unclear"
    world.collect()
    dispatch.refresh_from_db()
    assert dispatch.state == "sent"
    message = Message.objects.get()
    assert message.pk == dispatch.message_id
    assert message.native_id
    for _ in range(3):
        world.pass_time(minutes=5)
        world.send()
    assert world.seen("Schon da.") == 1


def test_a_twin_collected_in_other_words_gives_its_replies_to_our_message(world):
    world.plant("send", "error_after", times=1)
    dispatch = world.post("Unser Text.")
    world.send()
    Message.objects.filter(pk=dispatch.message_id).update(text="Unser Text!")  # the network shows it differently
    world.collect()
    twin = Message.objects.exclude(pk=dispatch.message_id).get()
    world.says("Karl Ott", "Danke.", reply_to=twin.native_id)
    world.collect()
    Message.objects.filter(pk=dispatch.message_id).update(text="Unser Text.")
    world.settle(dispatch)
    answer = Message.objects.get(text="Danke.")
    assert answer.reply_to_id == dispatch.message_id
    assert not Message.objects.filter(pk=twin.pk).exists()


def test_an_edit_by_the_author_arrives_and_a_deletion_marks(world):
    root = world.says("Karl Ott", "Wie?")
    world.collect()
    karl = world.network.member("Karl Ott")
    world.pass_time(minutes=1)
    world.network.edit(karl, root, "Wie genau?", now=world.now)
    world.collect()
    assert Message.objects.get().text == "Wie genau?"
    world.network.remove(karl, root, now=world.pass_time(minutes=1))
    world.collect()
    assert Message.objects.get().deleted_at


def test_scripts_never_reach_the_rows_that_are_shown(world):
    world.plant("collect", "scripts")
    world.says("Karl Ott", "Harmlos?")
    world.collect()
    message = Message.objects.get()
    assert "<script" in message.html_raw
    for bad in ("<script", "onerror", "onload", "<svg", "<img"):
        assert bad not in message.html
    assert message.sanitiser_version


@pytest.mark.parametrize("kind", ["duplicates", "reordered"])
def test_doubled_and_reordered_pages_leave_the_same_rows(new_world, kind):
    clean, faulty = new_world(slug="sauber"), new_world(slug="wirr")
    faulty.plant("collect", kind)
    for world in (clean, faulty):
        root = world.says("Karl Ott", "Frage.")
        for n in range(4):
            world.says("Jana P.", f"Antwort {n}", reply_to=root)
        world.collect()
    assert rows(clean.channel) == rows(faulty.channel)


def test_a_network_that_fails_is_asked_later_and_the_row_says_why(world):
    world.plant("collect", "error_before", times=2)
    world.says("Karl Ott", "Hört mich jemand?")
    assert world.collect() == 0
    cursor = Cursor.objects.get()
    assert cursor.failures_in_row == 1
    assert "500" in cursor.last_error
    assert cursor.next_at > world.now
    assert collect_due(now=world.now, client=world.client) == 0
    assert world.collect() == 0
    assert world.collect() == 1
    assert Cursor.objects.get().last_error == ""


def test_what_no_database_takes_is_mended():
    assert storable("a\x00b") == "ab"
    assert storable("ä\ud800b") == "ä?b"
    assert storable("schön") == "schön"


def test_text_is_derived_from_html_without_scripts():
    html = "<p>Erstens &amp; zweitens</p><script>alert(1)</script><ul><li>a</li><li>b</li></ul>"
    assert text_of(html) == "Erstens & zweitens\na\nb"
    assert clean_html(clean_html(html)) == clean_html(html)
    assert 'href="javascript' not in clean_html('<a href="javascript:alert(1)">x</a>')


def test_search_finds_beginnings_of_words_and_never_what_was_deleted(bare_channel, now, owner):
    channel = bare_channel()
    record_batch(channel=channel, batch=Batch(history(now), "1"), now=now)
    found = search(owner.workspace, "gen")
    assert [message.native_id for message in found] == ["2"]
    assert search(owner.workspace, "nicht") == []
    assert search(owner.workspace, '" OR NEAR(') == []
