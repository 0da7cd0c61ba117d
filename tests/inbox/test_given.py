"""To whom conversations are given: nobody who just took one loses it, and what is no more theirs asks for nothing on Today."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.inbox.actions import (
    assign_conversation,
    assign_several,
    close_conversation,
    reopen_conversation,
    undo_assign,
    undo_reopen,
)
from allmende.inbox.models import Conversation
from allmende.team.models import Notice, Person

pytestmark = pytest.mark.django_db
SLUG = "lotsenforum"


@pytest.fixture
def ida(new_person):
    return new_person("manager", "Ida")


@pytest.fixture
def emre(new_person):
    return new_person("moderator", "Emre Yıldız")


def give(person, conversation, assignee, at=None):
    conversation = Conversation.objects.select_related("workspace").get(pk=conversation.pk)
    assign_conversation(person=person, conversation=conversation, assignee=assignee, now=at or timezone.now())


def asks(person) -> int:
    return Notice.objects.filter(person=person, kind="inbox.assigned", seen_at=None).count()


def test_what_a_colleague_took_meanwhile_stays_there(owner, ida, emre, asked, client_of):
    conversations, client = asked(3), client_of(owner)
    page = client.get(reverse("inbox:index", args=[SLUG])).content.decode()
    ticks = [f"{one.public_id}." for one in conversations]
    assert all(f'name="picked" value="{tick}"' in page for tick in ticks)
    give(ida, conversations[0], ida)
    typed = {"what": "assign", "assignee": str(emre.pk), "picked": ticks}
    said = client.post(reverse("inbox:several", args=[SLUG]), typed, follow=True).content.decode()
    with_whom = list(Conversation.objects.order_by("started_at", "pk").values_list("assignee__name", flat=True))
    assert with_whom == ["Ida", "Emre Yıldız", "Emre Yıldız"]
    assert "1 blieb, wo es ist: Inzwischen hat es jemand aus dem Team übernommen." in said
    assert f"{conversations[0].public_id}.{ida.pk}" in said, "the list says with whom each lies now"
    typed = {"what": "assign", "assignee": str(emre.pk), "picked": [f"{conversations[0].public_id}.{ida.pk}"]}
    client.post(reverse("inbox:several", args=[SLUG]), typed)
    assert Conversation.objects.get(pk=conversations[0].pk).assignee == emre


def test_of_a_page_that_does_not_say_with_whom_they_lay_all_are_given(owner, ida, emre, asked, client_of):
    conversations = asked(2)
    give(ida, conversations[0], ida)
    picked = [str(one.public_id) for one in conversations]
    typed = {"what": "assign", "assignee": str(emre.pk), "picked": picked}
    client_of(owner).post(reverse("inbox:several", args=[SLUG]), typed)
    assert set(Conversation.objects.values_list("assignee", flat=True)) == {emre.pk}


def test_where_all_were_taken_nothing_is_said_to_have_moved(owner, ida, emre, asked):
    (one,) = asked(1)
    give(ida, one, ida)
    stale = list(Conversation.objects.select_related("workspace"))
    given = assign_several(
        person=owner, conversations=stale, assignee=emre, now=timezone.now(), urls={}, seen={one.pk: ""}
    )
    assert (given.before, given.kept) == ({}, 1)


def test_what_goes_to_somebody_else_or_is_closed_asks_no_more(owner, ida, emre, asked):
    first, second, third = asked(3)
    for one in (first, second, third):
        give(owner, one, ida)
    assert asks(ida) == 3
    give(owner, first, emre)
    assert (asks(ida), asks(emre)) == (2, 1)
    at = timezone.now()
    close_conversation(person=owner, conversation=second, reason="spam", now=at)
    assert asks(ida) == 1
    reopen_conversation(
        person=owner,
        conversation=Conversation.objects.select_related("workspace").get(pk=second.pk),
        now=at + timedelta(minutes=1),
    )
    assert asks(ida) == 2
    give(owner, third, None)
    assert asks(ida) == 1
    undo_assign(person=owner, conversation=third.pk, before=str(ida.pk), after="", now=timezone.now())
    assert asks(ida) == 2


def test_what_was_seen_before_it_was_closed_is_not_new_when_it_opens_again(owner, ida, asked):
    (one,) = asked(1)
    give(owner, one, ida)
    Notice.objects.filter(person=ida).update(seen_at=timezone.now() - timedelta(hours=1))
    close_conversation(person=owner, conversation=one, reason="spam", now=timezone.now())
    reopen_conversation(
        person=owner, conversation=Conversation.objects.select_related("workspace").get(pk=one.pk), now=timezone.now()
    )
    assert asks(ida) == 0


def test_what_is_closed_once_more_because_its_opening_is_taken_back_asks_no_more(owner, ida, asked):
    (one,) = asked(1)
    give(owner, one, ida)
    close_conversation(person=owner, conversation=one, reason="spam", now=timezone.now())
    closed = Conversation.objects.select_related("workspace").get(pk=one.pk)
    closings = reopen_conversation(person=owner, conversation=closed, now=timezone.now())
    assert asks(ida) == 1
    undo_reopen(person=owner, closings=closings, now=timezone.now())
    assert asks(ida) == 0
    reopen_conversation(person=owner, conversation=closed, now=timezone.now())
    assert asks(ida) == 1


def test_nothing_is_offered_to_a_helper_whose_last_day_has_passed(owner, emre, asked, client_of):
    (one,) = asked(1)
    client, today = client_of(owner), owner.workspace.day_at(timezone.now())
    Person.objects.filter(pk=emre.pk).update(employment="external", access_until_date=today)
    page = reverse("inbox:conversation", args=[SLUG, one.public_id])
    offered = f'<option value="{emre.pk}"'
    assert offered in client.get(page).content.decode()
    Person.objects.filter(pk=emre.pk).update(access_until_date=today - timedelta(days=1))
    give(owner, one, owner)  # what was remembered of the list is read anew
    assert offered not in client.get(page).content.decode()
    typed = {"what": "assign", "assignee": str(emre.pk), "picked": [str(one.public_id)]}
    client.post(reverse("inbox:several", args=[SLUG]), typed)
    assert Conversation.objects.get().assignee == owner
    assert emre.name in client.get(reverse("team:index", args=[SLUG])).content.decode(), (
        "there they get another last day"
    )
