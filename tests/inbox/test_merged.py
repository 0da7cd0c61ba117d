"""What stands at a conversation goes along when it is merged: its open promise, its questions, and words typed meanwhile."""

from datetime import timedelta

import pytest

from allmende.channels.models import Dispatch, Message
from allmende.inbox.actions import (
    CannotClose,
    CannotRegroup,
    CannotReply,
    add_note,
    ask_department,
    close_conversation,
    close_several,
    merge_conversations,
    send_reply,
    split_conversation,
)
from allmende.inbox.actions.regroup import undo_regroup
from allmende.inbox.models import Closing, Conversation, Inquiry
from allmende.team.actions import CannotUndo, save_unit
from tests.inbox.test_regroup import as_it_is, page_of, two  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(owner, new_person, now):
    jonas = new_person("observer", name="Jonas Thiel")
    return save_unit(person=owner, unit=None, kind="department", name="Produkt", lead=jonas, members=[], now=now)


@pytest.fixture
def ask(owner, product, now):
    def asked(conversation: Conversation) -> Inquiry:
        return ask_department(
            person=owner, conversation=conversation, unit=product, question="Wo ist sie?", now=now,
            due_date=now.date() + timedelta(days=5),
        )  # fmt: skip

    return asked


@pytest.mark.parametrize("is_into_closed", [True, False])
def test_whoever_waits_in_one_of_two_waits_on_when_the_other_was_closed(two, owner, now, is_into_closed):  # noqa: F811
    waiting, closed = two
    since, later = waiting.waiting_since, now + timedelta(hours=2)
    close_conversation(person=owner, conversation=closed, reason="spam", now=later)
    before = as_it_is(waiting, closed)
    source, target = (waiting, closed) if is_into_closed else (closed, waiting)
    row = merge_conversations(person=owner, source=source, target=target, now=later)
    target.refresh_from_db()
    assert (target.state, target.waiting_since) == ("waiting", since)
    undo_regroup(person=owner, regrouping=row.pk, now=later)
    assert as_it_is(waiting, closed) == before
    assert not Closing.objects.filter(undone_at__isnull=False).exists()


def test_two_that_were_closed_stay_closed_when_they_are_one(two, owner, now):  # noqa: F811
    first, second = two
    for one in (first, second):
        close_conversation(person=owner, conversation=one, reason="spam", now=now + timedelta(hours=2))
    merge_conversations(person=owner, source=second, target=first, now=now + timedelta(hours=3))
    first.refresh_from_db()
    assert first.state == "closed"


def test_a_question_to_a_department_goes_along_and_keeps_the_one_open(two, owner, ask, now):  # noqa: F811
    first, second = two
    asked = ask(second)
    row = merge_conversations(person=owner, source=second, target=first, now=now)
    asked.refresh_from_db()
    assert asked.conversation_id == first.pk
    with pytest.raises(CannotClose, match="Produkt"):
        close_conversation(person=owner, conversation=first, reason="answered", now=now)
    later = ask(first)
    undo_regroup(person=owner, regrouping=row.pk, now=now)
    asked.refresh_from_db()
    later.refresh_from_db()
    assert (asked.conversation_id, later.conversation_id) == (second.pk, first.pk)


def test_a_closed_one_is_merged_into_one_whose_department_was_asked(two, owner, ask, now):  # noqa: F811
    first, second = two
    ask(first)
    send_reply(person=owner, conversation=first, text="Wir fragen nach.", seen_until=10**9, now=now)
    close_conversation(person=owner, conversation=second, reason="spam", now=now + timedelta(hours=2))
    row = merge_conversations(person=owner, source=second, target=first, now=now + timedelta(hours=3))
    first.refresh_from_db()
    assert first.state != "closed" and first.turns == 2
    undo_regroup(person=owner, regrouping=row.pk, now=now + timedelta(hours=3))
    second.refresh_from_db()
    assert second.state == "closed"


def test_a_closing_does_not_come_back_over_a_department_that_was_asked_since(two, owner, ask, now):  # noqa: F811
    first, second = two
    close_conversation(person=owner, conversation=first, reason="spam", now=now + timedelta(hours=2))
    row = merge_conversations(person=owner, source=second, target=first, now=now + timedelta(hours=2))
    first.refresh_from_db()
    ask(first)
    undo_regroup(person=owner, regrouping=row.pk, now=now + timedelta(hours=2))
    first.refresh_from_db()
    assert first.state == "waiting"


def test_undoing_a_split_brings_the_questions_asked_since_back(says, listen, owner, ask, now):
    post = says("Birgit Ahlers", "Wo finde ich die Vorlage?", now)
    says("Mirko Tietz", "Ich habe eine andere Frage.", now + timedelta(hours=1), reply_to=post["id"])
    (one,) = listen(now + timedelta(hours=1))
    row = split_conversation(person=owner, turn=Message.objects.order_by("occurred_at").last(), now=now)
    asked = ask(row.target)
    undo_regroup(person=owner, regrouping=row.pk, now=now)
    asked.refresh_from_db()
    assert asked.conversation_id == one.pk


def test_what_was_merged_before_comes_back_with_it(asked, owner, now):
    first, second, third = asked(3)
    inner = merge_conversations(person=owner, source=third, target=second, now=now)
    outer = merge_conversations(person=owner, source=second, target=first, now=now)
    third.refresh_from_db()
    assert third.merged_into_id == first.pk
    undo_regroup(person=owner, regrouping=outer.pk, now=now)
    third.refresh_from_db()
    assert (third.merged_into_id, second.entries.count()) == (second.pk, 2)
    undo_regroup(person=owner, regrouping=inner.pk, now=now)
    third.refresh_from_db()
    assert (third.state, third.merged_into_id, third.entries.count()) == ("waiting", None, 1)


@pytest.fixture
def parted(says, listen, owner, now):
    """A thread whose second message was split off, another thread, and the row of the split."""
    post = says("Birgit Ahlers", "Wo finde ich die Vorlage?", now)
    says("Mirko Tietz", "Ich habe eine andere Frage.", now + timedelta(hours=1), reply_to=post["id"])
    says("Enno", "Wer kennt sich mit Porto aus?", now + timedelta(hours=2))
    one, other = listen(now + timedelta(hours=2))
    turn = Message.objects.filter(entry__conversation=one).order_by("occurred_at").last()
    return one, other, split_conversation(person=owner, turn=turn, now=now)


def test_undoing_a_split_takes_along_what_was_merged_into_it(parted, owner, now):
    one, other, row = parted
    merge_conversations(person=owner, source=other, target=row.target, now=now)
    undo_regroup(person=owner, regrouping=row.pk, now=now)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.turns, other.merged_into_id) == (3, one.pk)


def test_undoing_a_split_whose_part_was_closed_ends_no_wait_and_no_question(parted, owner, ask, now):
    one, _other, row = parted
    ask(one)
    later = now + timedelta(hours=3)
    close_conversation(person=owner, conversation=row.target, reason="spam", now=later)
    undo_regroup(person=owner, regrouping=row.pk, now=later)
    one.refresh_from_db()
    assert (one.state, one.waiting_since, one.turns) == ("waiting", one.started_at, 2)


def test_a_split_is_not_undone_into_one_that_was_merged_since(parted, owner, now):
    one, other, row = parted
    merge_conversations(person=owner, source=one, target=other, now=now)
    with pytest.raises(CannotUndo):
        undo_regroup(person=owner, regrouping=row.pk, now=now)
    assert row.target.entries.count() == 1


def test_words_typed_while_a_colleague_merged_stand_in_the_form_of_the_one(two, client_of, owner, now):  # noqa: F811
    first, second = two
    seen = Message.objects.get(entry__conversation=second)
    merge_conversations(person=owner, source=second, target=first, now=now)
    client, typed = client_of(owner), {"text": "Im Menü Kasse.", "seen_until": str(seen.pk)}
    page = client.post(page_of("conversation", second.public_id), typed, follow=True)
    assert page.context["conversation"].pk == first.pk and page.context["form"].initial["text"] == "Im Menü Kasse."
    assert "Noch nicht gesendet" in page.content.decode() and not Dispatch.objects.exists()
    with pytest.raises(CannotReply, match="zusammengelegt"):
        send_reply(person=owner, conversation=second, text="Im Menü Kasse.", seen_until=seen.pk, now=now)


def test_a_note_written_while_a_colleague_merged_stands_in_the_one(two, client_of, owner, now):  # noqa: F811
    first, second = two
    merge_conversations(person=owner, source=second, target=first, now=now)
    client_of(owner).post(page_of("note", second.public_id), {"note-text": "Hat angerufen."})
    assert first.notes.get().text == "Hat angerufen."
    add_note(person=owner, conversation=second, text="Und nochmals.", now=now)
    assert first.notes.count() == 2


def test_nothing_is_closed_where_a_colleague_merged_meanwhile(two, owner, now):  # noqa: F811
    first, second = two
    merge_conversations(person=owner, source=second, target=first, now=now)
    second.refresh_from_db()
    with pytest.raises(CannotClose, match="zusammengelegt"):
        close_conversation(person=owner, conversation=second, reason="spam", now=now)
    assert close_several(person=owner, conversations=[second], reason="spam", now=now) == []


def test_a_message_a_colleague_moved_meanwhile_is_not_split_off(two, owner, now):  # noqa: F811
    first, second = two
    turn = Message.objects.select_related("entry__conversation").get(entry__conversation=second)
    merge_conversations(person=owner, source=second, target=first, now=now)
    with pytest.raises(CannotRegroup, match="Nicht geteilt"):
        split_conversation(person=owner, turn=turn, now=now)


def test_what_is_done_to_one_that_was_merged_meanwhile_is_done_to_the_one_it_became(two, owner, client_of, now):  # noqa: F811
    first, second = two
    merge_conversations(person=owner, source=second, target=first, now=now)
    client = client_of(owner)
    assert client.post(page_of("assign", second.public_id), {"assignee": str(owner.pk)}).status_code == 302
    client.post(page_of("tag", second.public_id), {"tag": "Kasse"})
    client.post(page_of("snooze", second.public_id), {"until": "hour"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.assignee, first.tags) == (owner, ["Kasse"]) and first.snoozed_until
    assert (second.assignee, second.tags, second.snoozed_until) == (None, [], None)
