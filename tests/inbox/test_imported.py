"""An imported past: found by its words, never waiting, and alive again when somebody writes."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from allmende.channels.actions import choose_channel, import_file, record_batch, undo_import
from allmende.channels.models import Message
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.inbox.actions import add_note, ask_department, file_imported
from allmende.inbox.jobs import file_new, follow_undone
from allmende.inbox.models import Conversation, Entry, Wait
from allmende.inbox.queries import Filter, count_waiting, listing, rows_due, search
from allmende.inbox.queries.filters import TABS
from allmende.team.actions import save_unit

pytestmark = pytest.mark.django_db
PAST = datetime(2024, 1, 1, 10, tzinfo=UTC)


@pytest.fixture
def archive(owner, now):
    return choose_channel(person=owner, name="Kaffee", slug="kaffee", kind="archive", account=None, now=now)


@pytest.fixture
def take_in(owner, now):
    """`take_in(channel, path)` imports and files, as `allmende import` does."""

    def run(channel, path):
        imported = import_file(person=owner, channel=channel, path=path, now=now)
        return imported, file_imported(import_run=imported, now=now)

    return run


@pytest.fixture
def past(tmp_path):
    """A file with one old question that nobody answered and one that a member answered."""
    rows = [
        {"message_id": "q1", "thread_id": "q1", "author": "karl", "created_at": PAST.isoformat(), "text": "Wie entkalken?"},
        {"message_id": "q2", "thread_id": "q2", "author": "jana", "created_at": PAST.isoformat(), "text": "Wie fein mahlen?"},
        {"message_id": "a2", "thread_id": "q2", "parent_id": "q2", "author": "karl", "created_at": (PAST + timedelta(hours=2)).isoformat(), "text": "Sehr fein."},
    ]  # fmt: skip
    path = tmp_path / "past.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def turn(native_id: str, name: str, at: datetime, thread: str, text: str, reply_to: str = "") -> Item:
    act = "answered" if reply_to else "asked"
    return Item(
        ref=Ref(native_id), kind="message", act=act, author=Author(name, name=name), occurred_at=at, thread=thread,
        reply_to=reply_to, text=text,
    )  # fmt: skip


def hear(channel, now, *turns):
    record_batch(channel=channel, batch=Batch(list(turns), now.isoformat()), now=now)
    while file_new(now):
        pass


def test_coffee_is_archived_searchable_and_never_waits(take_in, archive, owner, workspace, now, shared_data):
    run, filed = take_in(archive, shared_data / "communities/stackexchange_coffee/coffee.jsonl")
    assert (run.new, filed) == (552, 552)
    assert set(Conversation.objects.values_list("state", flat=True)) == {"archived"}
    assert (Conversation.objects.count(), Entry.objects.count(), Wait.objects.count()) == (225, 552, 0)
    assert count_waiting(workspace, now) == (0, 0)
    assert not rows_due(workspace, now, 5).rows
    assert not any(listing(workspace, owner, now, Filter(tab)).rows for tab in TABS)
    hits = search(workspace, owner, "espresso grind")
    assert hits and all(re.fullmatch(r"Kaffee, \d+\.\s\w+\s20\d\d", hit.detail) for hit in hits)
    first = Message.objects.filter(channel=archive).order_by("occurred_at", "pk").first()
    thread = first.entry.conversation
    assert thread.turns == Message.objects.filter(thread_native_id=thread.thread_native_id).count()
    assert thread.started_at == first.occurred_at


def test_importing_twice_adds_nothing(take_in, archive, past, now):
    take_in(archive, past)
    before = list(Conversation.objects.order_by("pk").values())
    run, filed = take_in(archive, past)
    assert (run.new, run.known, filed) == (0, 3, 0)
    assert list(Conversation.objects.order_by("pk").values()) == before
    while file_new(now):
        pass
    assert list(Conversation.objects.order_by("pk").values()) == before


def test_the_worker_leaves_what_was_imported_alone(take_in, archive, past, now):
    take_in(archive, past)
    while file_new(now):
        pass
    assert set(Conversation.objects.values_list("state", "turns")) == {("archived", 1), ("archived", 2)}


def test_whoever_writes_in_an_imported_thread_waits_from_then_on(take_in, forum, past, workspace, now):
    take_in(forum, past)
    asked_at = now - timedelta(minutes=10)
    hear(forum, now, turn("n1", "karl", asked_at, "q1", "Wie entkalke ich sie denn nun?", reply_to="q1"))
    alive, asleep = (Conversation.objects.get(thread_native_id=thread) for thread in ("q1", "q2"))
    assert (alive.state, alive.waiting_since, alive.turns) == ("waiting", asked_at, 2)
    assert alive.due_at > now
    assert alive.waits.filter(started_at__lt=asked_at).count() == 0
    assert asleep.state == "archived"
    assert count_waiting(workspace, now) == (1, 0)


def test_an_import_completes_a_live_conversation_without_ending_its_wait(take_in, forum, past, now):
    asked_at = now - timedelta(minutes=30)
    hear(forum, now, turn("n1", "jana", asked_at, "q2", "Und wie fein für die Kanne?", reply_to="a2"))
    live = Conversation.objects.get()
    assert (live.state, live.turns) == ("waiting", 1)
    take_in(forum, past)
    live.refresh_from_db()
    assert (live.state, live.waiting_since, live.turns) == ("waiting", asked_at, 3)
    assert (live.opener_name, live.started_at) == ("jana", PAST)


def test_after_undoing_an_import_it_can_be_taken_in_again(take_in, archive, past, owner, workspace, now):
    run, _ = take_in(archive, past)
    undo_import(person=owner, import_run=run, now=now)
    assert not Entry.objects.exists()
    assert not search(workspace, owner, "entkalken")
    _, filed = take_in(archive, past)
    assert filed == 3
    assert [hit.title for hit in search(workspace, owner, "entkalken")] == ["Wie entkalken?"]


def test_conversations_go_with_an_undone_import(take_in, archive, past, owner, now, client_of, workspace):
    run, _ = take_in(archive, past)
    noted = Conversation.objects.get(thread_native_id="q1")
    add_note(person=owner, conversation=noted, text="Gehört in die Anleitung.", now=now)
    assert follow_undone(now) == 0
    undo_import(person=owner, import_run=run, now=now)
    assert follow_undone(now) == 2
    assert list(Conversation.objects.values_list("thread_native_id", "turns")) == [("q1", 0)]
    assert follow_undone(now) == 0
    answer = client_of(owner).get(f"/w/{workspace.slug}/inbox/{noted.public_id}/")
    assert answer.status_code == 200
    assert "Gehört in die Anleitung." in answer.content.decode()


def test_what_was_asked_out_of_an_imported_question_outlives_its_import(forum, past, owner, new_person, now):
    run = import_file(person=owner, channel=forum, path=past, now=now, open_since=PAST.date())
    file_imported(import_run=run, now=now)
    open_one = Conversation.objects.get(thread_native_id="q1")
    unit = save_unit(
        person=owner, unit=None, kind="department", name="Produkt", lead=new_person("observer"), members=[], now=now
    )
    due = now.date() + timedelta(days=5)
    asked = ask_department(
        person=owner, conversation=open_one, unit=unit, question="Womit entkalken?", due_date=due, now=now
    )
    undo_import(person=owner, import_run=run, now=now)
    follow_undone(now)
    asked.refresh_from_db()
    open_one.refresh_from_db()
    assert asked.conversation == open_one
    assert (open_one.state, open_one.waiting_since, open_one.due_at, open_one.turns) == ("answered", None, None, 0)


def test_a_conversation_that_lives_keeps_its_own_words_when_an_import_is_undone(take_in, forum, past, owner, now):
    asked_at = now - timedelta(minutes=30)
    hear(forum, now, turn("n1", "jana", asked_at, "q2", "Und wie fein für die Kanne?", reply_to="a2"))
    run, _ = take_in(forum, past)
    undo_import(person=owner, import_run=run, now=now)
    assert follow_undone(now) == 2
    live = Conversation.objects.get()
    assert (live.state, live.waiting_since, live.turns, live.started_at) == ("waiting", asked_at, 1, asked_at)
    assert follow_undone(now) == 0
