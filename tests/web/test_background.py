"""Strategy and planned content stand beside the conversations they cause (S2-03)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from allmende.channels.actions import record_batch, send_due
from allmende.channels.models import Message
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.domain.wording import words_hash
from allmende.editorial.actions import ItemText, approve_variant, move_variant, publish_now, save_item
from allmende.guidelines.actions import save_message
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.web.queries import background
from tests.plan.conftest import write_plan

__all__ = ["write_plan"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def written(owner, forum, now, write_plan):
    """Two items of the forum that serve the objective: one is out, the other comes tomorrow."""
    plan = write_plan(publish=True)
    message = save_message(
        person=owner, message=None, sentence="Sie können das selbst.", proof_points="", valid_from_date=now.date(),
        valid_until_date=None, now=now,
    )  # fmt: skip
    made = []
    for title in ("Checkliste", "Sprechstunde"):
        text = ItemText(
            title=title, serves_key=plan.objective.key, texts={forum.pk: f"{title}: was fehlt Ihnen?"},
            expected_behaviour="einen Schritt ergänzen", core_message_id=message.pk,
        )  # fmt: skip
        made.append(save_item(person=owner, item=None, written=text, now=now).variants.get())
    seen = words_hash(made[0].item.title, made[0].text)
    approve_variant(person=owner, variant=made[0], seen_hash=seen, now=now)
    made[0].refresh_from_db()
    publish_now(person=owner, variant=made[0], now=now)
    tomorrow = datetime(2026, 10, 8, 9)
    move_variant(person=owner, variant=made[1], wall=tomorrow, zone="Europe/Berlin", seen_revision=None, now=now)
    send_due(now=now + timedelta(minutes=1))
    return plan


@pytest.fixture
def answered(written, now):
    """A member answers the item that is out."""
    post = Message.objects.get(subject_kind="item")
    at, thread = post.occurred_at + timedelta(minutes=5), post.thread_native_id or post.native_id
    said = Item(
        Ref("r1"),
        "message",
        "answered",
        Author("a", name="Anne"),
        at,
        thread,
        reply_to=post.native_id,
        text="Der Abzug.",
    )
    record_batch(channel=post.channel, batch=Batch([said], "1"), now=at)
    file_new(at + timedelta(minutes=1))
    return Conversation.objects.select_related("workspace", "channel").get()


def test_s2_03_a_conversation_knows_the_item_it_answers_and_what_it_is_for(answered, written, now):
    found = background(answered, now + timedelta(hours=1))
    assert (found.item.title, found.item.expected_behaviour) == ("Checkliste", "einen Schritt ergänzen")
    assert found.chip.key == written.objective.key and found.strategy.statement == written.strategy.statement
    assert found.item.core_message.sentence == "Sie können das selbst."
    assert [entry.title for entry in found.upcoming] == ["Sprechstunde"]


def test_s2_03_strategy_and_planned_content_are_visible_beside_the_conversation(
    answered, written, owner, client_of, now, monkeypatch
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(hours=1))
    client, address = client_of(owner), reverse("web:background", args=["lotsenforum", answered.public_id])
    thread = client.get(reverse("inbox:conversation", args=["lotsenforum", answered.public_id])).content.decode()
    assert address in thread, "the third pane asks for it, and links to it without scripts"
    for page in (client.get(address), client.get(address, HTTP_HX_REQUEST="true")):
        said = page.content.decode()
        assert all(
            words in said
            for words in ("Checkliste", "einen Schritt ergänzen", "Sie können das selbst.", "Sprechstunde", "Erfahrene")
        )
        assert written.strategy.statement in said


def test_s2_03_what_a_member_began_says_so_and_shows_what_comes(written, forum, owner, client_of, now):
    at = now + timedelta(minutes=10)
    asked = Item(Ref("q1"), "message", "asked", Author("k", name="Karl"), at, "q1", title="Frage", text="Wie?")
    record_batch(channel=forum, batch=Batch([asked], "1"), now=at)
    file_new(at + timedelta(minutes=1))
    conversation = Conversation.objects.get(thread_native_id="q1")
    found = background(conversation, now + timedelta(hours=1))
    assert not found.is_ours and found.item is None and len(found.upcoming) == 1
    address = reverse("web:background", args=["lotsenforum", conversation.public_id])
    assert "Ein Mitglied hat es begonnen" in client_of(owner).get(address).content.decode()


def test_s2_03_it_takes_the_same_few_queries_for_a_long_thread(answered, forum, now, django_assert_max_num_queries):
    background(answered, now)  # its rule and what that serves hang on it from now on
    with django_assert_max_num_queries(5) as few:
        background(answered, now)
    at = now + timedelta(minutes=20)
    more = [
        Item(Ref(f"m{n}"), "message", "answered", Author("a", name="Anne"), at, answered.thread_native_id, text="Mehr.")
        for n in range(20)
    ]
    record_batch(channel=forum, batch=Batch(more, "2"), now=at)
    file_new(at + timedelta(minutes=1))
    with django_assert_max_num_queries(5) as many:
        background(answered, now)
    assert len(few) == len(many)
