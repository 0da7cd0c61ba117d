"""Helpers from outside only read until they confirmed their briefing, whatever door they try (S4-15)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from allmende.channels.models import Dispatch
from allmende.inbox.actions import send_reply
from allmende.team.actions import change_person, join_person
from allmende.team.models import Notice, Person, User
from allmende.team.queries import holders_of
from allmende.web.queries.briefing import briefing
from tests.inbox.conftest import listen, says  # noqa: F401 - fixtures

REPLY = "inbox.reply.send"


@pytest.fixture
def helper(owner, now) -> Person:
    user = User.objects.create_user(email="nord@agentur.example", name="Agentur Nord")
    until = timezone.localdate() + timedelta(days=30)
    return join_person(person=owner, user=user, role="moderator", access_until_date=until, now=now)


@pytest.fixture
def conversation(says, listen):  # noqa: F811
    now = timezone.now()
    says("Karl", "Wie buche ich das?", at=now - timedelta(hours=1))
    return listen(now)[0]


def test_s4_15_a_helper_reads_and_says_nothing_before_the_briefing_is_confirmed(owner, helper, conversation, client_of):
    client, place = client_of(helper), reverse("inbox:conversation", args=["lotsenforum", conversation.public_id])
    read = reverse("web:briefing", args=["lotsenforum"])
    assert Notice.objects.get(person=helper, kind="team.briefing_asked").url == read
    assert read in client.get(reverse("web:today", args=["lotsenforum"])).content.decode().split("<main")[1]
    shown = client.get(place)
    assert shown.status_code == 200 and "Wie buche ich das?" in shown.content.decode()
    assert 'id="reply"' not in shown.content.decode()
    typed = {"text": "So geht es.", "seen_until": "0"}
    refused = client.post(place, typed)
    assert refused.status_code == 403 and read in refused.content.decode()
    with pytest.raises(PermissionDenied):
        send_reply(person=helper, conversation=conversation, text="So.", seen_until=10**9, now=timezone.now())
    assert helper not in holders_of(owner.workspace, REPLY) and not Dispatch.objects.exists()
    assert "bestätigen Sie sie am Ende" in client.get(read).content.decode()
    client.post(reverse("team:confirm_briefing", args=["lotsenforum"]))
    helper.refresh_from_db()
    assert not briefing(helper, timezone.now()).must_confirm and helper in holders_of(owner.workspace, REPLY)
    assert 'id="reply"' in client.get(place).content.decode()
    assert client.post(place, typed).status_code == 302 and Dispatch.objects.get().message.text.startswith(
        "So geht es."
    )


def test_s4_15_who_comes_back_from_outside_confirms_anew_and_who_is_employed_need_not(owner, helper, client_of, now):
    client_of(helper).post(reverse("team:confirm_briefing", args=["lotsenforum"]))
    Person.objects.filter(pk=helper.pk).update(left_at=now)
    until = timezone.localdate() + timedelta(days=9)
    join_person(person=owner, user=helper.user, role="moderator", access_until_date=until, now=now + timedelta(days=1))
    helper.refresh_from_db()
    assert helper.only_reads and briefing(helper, timezone.now()).must_confirm
    change_person(person=owner, colleague=helper, name=helper.name, role="moderator", now=now)
    assert not helper.only_reads and helper in holders_of(owner.workspace, REPLY)


@pytest.mark.parametrize("ends", ["confirmed", "employed"])
def test_s4_15_what_asks_for_the_briefing_ends_with_its_reason(owner, helper, client_of, ends):
    asks = Notice.objects.filter(person=helper, kind="team.briefing_asked", seen_at__isnull=True)
    assert asks.count() == 1
    if ends == "confirmed":
        client_of(helper).post(reverse("team:confirm_briefing", args=["lotsenforum"]))
    else:
        change_person(person=owner, colleague=helper, name=helper.name, role="moderator", now=timezone.now())
    helper.refresh_from_db()
    assert not helper.only_reads and asks.count() == 0


def test_whoever_gets_a_last_day_later_goes_on_as_before(owner, new_person, now):
    """They know the house, and what they wrote leaves in their name."""
    lena = new_person("moderator", "Lena Brandt")
    until = timezone.localdate() + timedelta(days=30)
    change_person(person=owner, colleague=lena, name=lena.name, role="moderator", access_until_date=until, now=now)
    lena.refresh_from_db()
    assert not lena.only_reads and lena in holders_of(owner.workspace, REPLY)
