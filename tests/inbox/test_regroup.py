"""Two conversations become one, one becomes two: the clocks are read anew, and all of it can be taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from allmende.channels.models import Message
from allmende.inbox.actions import (
    CannotRegroup,
    add_note,
    close_conversation,
    file_messages,
    merge_conversations,
    split_conversation,
)
from allmende.inbox.actions.regroup import undo_regroup
from allmende.inbox.models import Conversation, Regrouping, Wait
from allmende.team.actions import CannotUndo
from tests.inbox.test_sorting import undo_in

pytestmark = pytest.mark.django_db


def page_of(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


@pytest.fixture
def two(says, listen, now):
    """Birgit asks twice, in two threads, an hour apart."""
    says("Birgit Ahlers", "Wo finde ich die Kassenbuch-Vorlage?", now)
    says("Birgit Ahlers", "Niemand da wegen der Vorlage?", now + timedelta(hours=1))
    return listen(now + timedelta(hours=1))


def as_it_is(*conversations) -> list:
    """State, clock, turns, notes and entries of conversations, as the database has them."""
    return [
        (
            one.state, one.waiting_since, one.due_at, one.turns, one.title, one.merged_into_id,
            sorted(one.entries.values_list("message", flat=True)), sorted(one.notes.values_list("text", flat=True)),
            sorted(one.waits.values_list("clock", "started_at")),
        )
        for one in Conversation.objects.filter(pk__in=[one.pk for one in conversations]).order_by("pk")
    ]  # fmt: skip


def test_merged_turns_stand_in_one_and_wait_since_the_first(two, owner, now):
    first, second = two
    since = first.waiting_since
    add_note(person=owner, conversation=second, text="Hat angerufen.", now=now)
    merge_conversations(person=owner, source=second, target=first, now=now)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.turns, first.waiting_since, second.state, second.turns) == (2, since, "merged", 0)
    assert first.notes.get().text == "Hat angerufen." and not Wait.objects.filter(conversation=second).exists()


def test_merging_into_the_later_one_counts_from_the_earlier_question(two, owner, now):
    first, second = two
    since = first.waiting_since
    merge_conversations(person=owner, source=first, target=second, now=now)
    second.refresh_from_db()
    assert second.waiting_since == since and second.started_at == first.started_at


def test_merging_and_its_undo_leave_everything_as_it_was(two, owner, now):
    first, second = two
    add_note(person=owner, conversation=second, text="Hat angerufen.", now=now)
    close_conversation(person=owner, conversation=second, reason="spam", now=now + timedelta(hours=2))
    before = as_it_is(first, second)
    row = merge_conversations(person=owner, source=second, target=first, now=now + timedelta(hours=3))
    undo_regroup(person=owner, regrouping=row.pk, now=now + timedelta(hours=3))
    assert as_it_is(first, second) == before
    with pytest.raises(CannotUndo):
        undo_regroup(person=owner, regrouping=row.pk, now=now + timedelta(hours=3))


def test_what_comes_in_a_merged_thread_goes_where_it_was_merged_into(two, says, listen, owner, now):
    first, second = two
    row = merge_conversations(person=owner, source=second, target=first, now=now)
    posted = second.thread_native_id
    says("Birgit Ahlers", "Noch etwas.", now + timedelta(hours=2), reply_to=posted)
    listen(now + timedelta(hours=2))
    first.refresh_from_db()
    assert first.turns == 3
    file_messages(messages=list(Message.objects.select_related("channel")), now=now + timedelta(hours=2))
    first.refresh_from_db()
    assert first.turns == 3
    undo_regroup(person=owner, regrouping=row.pk, now=now + timedelta(hours=3))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.turns, second.turns) == (1, 2)


def test_a_later_part_becomes_a_conversation_of_its_own(says, listen, owner, now):
    post = says("Birgit Ahlers", "Wo finde ich die Vorlage?", now)
    says("Mirko Tietz", "Ich habe eine andere Frage zur Umsatzsteuer.", now + timedelta(hours=1), reply_to=post["id"])
    (one,) = listen(now + timedelta(hours=1))
    before = as_it_is(one)
    turn = Message.objects.select_related("entry").order_by("occurred_at").last()
    row = split_conversation(person=owner, turn=turn, now=now)
    one.refresh_from_db()
    assert (one.turns, row.target.entries.count()) == (1, 1)
    new = Conversation.objects.get(pk=row.target_id)
    assert new.title.startswith("Ich habe eine andere Frage") and new.opener_name == "Mirko Tietz"
    file_messages(messages=list(Message.objects.select_related("channel")), now=now)
    says("Enno", "Dazu auch von mir.", now + timedelta(hours=2), reply_to=turn.native_id)
    listen(now + timedelta(hours=2))
    new.refresh_from_db()
    one.refresh_from_db()
    assert (one.turns, new.turns) == (1, 2)
    undo_regroup(person=owner, regrouping=row.pk, now=now + timedelta(hours=2))
    one.refresh_from_db()
    assert one.turns == 3 and as_it_is(one)[0][4] == before[0][4]


def test_what_cannot_be_regrouped_says_why(two, owner, now):
    first, second = two
    turn = Message.objects.select_related("entry").get(entry__conversation=first)
    with pytest.raises(CannotRegroup, match="Nicht geteilt"):
        split_conversation(person=owner, turn=turn, now=now)
    with pytest.raises(CannotRegroup, match="Nicht zusammengelegt"):
        merge_conversations(person=owner, source=first, target=first, now=now)
    merge_conversations(person=owner, source=second, target=first, now=now)
    with pytest.raises(CannotRegroup, match="schon Teil"):
        merge_conversations(person=owner, source=second, target=first, now=now)


def test_the_database_lets_nobody_wait_in_a_merged_one(two, owner, now):
    first, second = two
    merge_conversations(person=owner, source=second, target=first, now=now)
    rows = Conversation.objects.filter(pk=second.pk)
    for wrong in ({"waiting_since": now}, {"state": "new"}, {"merged_into": second}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_both_are_done_and_taken_back_on_the_page(two, client_of, owner, new_person):
    first, second = two
    client = client_of(owner)
    page = client.get(page_of("merge", second.public_id))
    assert [one.pk for one in page.context["candidates"]] == [first.pk]
    assert not client.get(page_of("merge", second.public_id) + "?q=Xylophon").context["candidates"]
    assert client.post(page_of("merge", second.public_id), {}).status_code == 422
    merged = client.post(page_of("merge", second.public_id), {"into": first.public_id}, follow=True)
    assert merged.context["conversation"].pk == first.pk
    assert client.get(page_of("conversation", second.public_id)).url == page_of("conversation", first.public_id)
    client.post(undo_in(merged))
    second.refresh_from_db()
    assert second.state == "waiting" and Regrouping.objects.get().undone_at
    turn = Message.objects.get(entry__conversation=first)
    assert "Nicht geteilt" in client.post(page_of("split", turn.pk), follow=True).content.decode()
    assert client_of(new_person("observer")).post(page_of("split", turn.pk)).status_code == 403
