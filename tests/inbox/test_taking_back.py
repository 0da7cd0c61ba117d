"""Every change in the inbox can be taken back, and never over somebody else's later change."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.inbox.actions import assign_conversation, close_conversation
from allmende.inbox.models import Conversation, Note

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


def offer(answer) -> str:
    """The address behind the toast's button."""
    return re.search(r'class="toast[^"]*">.*?action="([^"]+)"', answer.content.decode(), re.DOTALL)[1]


def state_of(one: Conversation) -> tuple:
    one = Conversation.objects.get(pk=one.pk)
    return (one.state, one.close_reason, one.assignee_id, one.rule_id, one.is_rule_chosen_by_person, one.due_at,
            one.snoozed_until, Note.objects.count())  # fmt: skip


def other_rule(one):
    return one.rule.plan.rules.exclude(pk=one.rule_id).order_by("situation").last().pk


CHANGES = {
    "close": lambda one, owner: {"reason": "spam"},
    "assign": lambda one, owner: {"assignee": owner.pk},
    "situation": lambda one, owner: {"rule": other_rule(one)},
    "note": lambda one, owner: {"note-text": "Peer ist dran."},
    "snooze": lambda one, owner: {"until": "tomorrow"},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_and_its_undo_leave_everything_as_it_was(client, owner, asked, name):
    (one,) = asked(1)
    before = state_of(one)
    said = client.post(at(name, one.public_id), CHANGES[name](one, owner), follow=True)
    assert state_of(one) != before
    answer = client.post(offer(said), {"next": at("index") + "?tab=mine"}, follow=True)
    assert answer.redirect_chain == [(at("index") + "?tab=mine", 302)]
    assert "Rückgängig gemacht" in answer.content.decode()
    assert state_of(one) == before


@pytest.mark.parametrize("first", ["close", "snooze"])
def test_opening_again_can_be_taken_back_too(client, owner, asked, first):
    (one,) = asked(1)
    client.post(at(first, one.public_id), CHANGES[first](one, owner))
    before = state_of(one)
    client.get(at("index"))
    said = client.post(at({"close": "reopen", "snooze": "wake"}[first], one.public_id), follow=True)
    assert state_of(one) != before
    client.post(offer(said))
    assert state_of(one) == before


def test_undo_leaves_what_a_colleague_did_since(client, owner, asked, new_person):
    (one,) = asked(1)
    said = client.post(at("assign", one.public_id), {"assignee": owner.pk}, follow=True)
    emre = new_person("manager", "Emre Yıldız")
    assign_conversation(person=emre, conversation=one, assignee=emre, now=timezone.now())
    answer = client.post(offer(said), follow=True)
    assert "Nicht rückgängig gemacht" in answer.content.decode()
    assert Conversation.objects.get().assignee == emre


def test_undo_pressed_twice_says_so(client, owner, asked):
    (one,) = asked(1)
    undo = offer(client.post(at("note", one.public_id), {"note-text": "Notiz"}, follow=True))
    client.post(undo)
    assert "ist schon weg" in client.post(undo, follow=True).content.decode()


def test_undoing_a_close_leaves_an_earlier_one(client, owner, asked, now):
    """Only this closing is taken back: one that a colleague wrote before holds again."""
    (one,) = asked(1)
    close_conversation(person=owner, conversation=one, reason="answered", now=timezone.now())
    before = state_of(one)
    client.post(offer(client.post(at("close", one.public_id), {"reason": "spam"}, follow=True)))
    assert state_of(one) == before


def test_nobody_else_takes_it_back(client, client_of, owner, asked, new_person):
    (one,) = asked(1)
    undo = offer(client.post(at("note", one.public_id), {"note-text": "Notiz"}, follow=True))
    client_of(new_person("manager", "Emre Yıldız")).post(undo)
    assert Note.objects.count() == 1
