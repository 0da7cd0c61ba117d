"""Helpers from outside only read until they confirmed their briefing, whatever door they try (S4-15)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from allmende.channels.models import Dispatch
from allmende.crisis.actions import CannotKeep, change_incident, declare_incident
from allmende.inbox.actions import send_reply
from allmende.inbox.queries.broken import who_decides
from allmende.team.actions import NotTrained, change_person, check_duty, join_person, unit_of_person
from allmende.team.models import Notice, Person, User
from allmende.team.queries import holders_of
from allmende.web.queries.briefing import briefing
from tests.inbox.conftest import listen, says  # noqa: F401 - fixtures
from tests.team.test_rota import undo_in

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


def test_s4_15_whoever_gets_a_last_day_later_is_asked_too_and_goes_on_meanwhile(owner, new_person, client_of, now):
    """They know the house, and what they wrote leaves in their name; but they get no further duty before."""
    lena, asks = new_person("moderator", "Lena Brandt"), Notice.objects.filter(kind="team.briefing_asked")
    url, until = reverse("team:edit_person", args=["lotsenforum", lena.pk]), timezone.localdate() + timedelta(days=30)
    typed = {"name": lena.name, "role": "moderator", "access_until_date": until.isoformat(), "revision": lena.revision}
    given = client_of(owner).post(url, typed, follow=True)
    lena.refresh_from_db()
    assert lena.employment == "external" and not lena.only_reads and lena in holders_of(owner.workspace, REPLY)
    assert asks.get(seen_at__isnull=True).person == lena and briefing(lena, timezone.now()).must_confirm
    assert "vorher bekommen Sie keinen weiteren Dienst" in client_of(lena).get("/w/lotsenforum/").content.decode()
    with pytest.raises(NotTrained, match="Einweisung"):
        check_duty(lena, None, now.date())
    client_of(owner).post(undo_in(given))
    lena.refresh_from_db()
    assert lena.employment == "internal" and not asks.filter(seen_at__isnull=True).exists()
    change_person(person=owner, colleague=lena, name="Lena", role="moderator", access_until_date=until, now=now)
    assert asks.filter(seen_at__isnull=True).count() == 1
    change_person(person=owner, colleague=lena, name="Lena Brandt", role="moderator", access_until_date=until, now=now)
    assert asks.count() == 2, "asked once for each time she became one"
    client_of(lena).post(reverse("team:confirm_briefing", args=["lotsenforum"]))
    assert not asks.filter(seen_at__isnull=True).exists() and not briefing(lena, timezone.now()).must_confirm
    check_duty(lena, None, now.date())


def test_s4_15_nothing_is_given_to_a_helper_who_only_reads(owner, helper, conversation, client_of):
    client, name = client_of(owner), f">{helper.name}</option>"
    shown = reverse("inbox:conversation", args=["lotsenforum", conversation.public_id])
    for page in (shown, reverse("inbox:index", args=["lotsenforum"])):
        assert name not in client.get(page).content.decode(), page
    give = reverse("inbox:assign", args=["lotsenforum", conversation.public_id])
    refused = client.post(give, {"assignee": helper.pk})
    assert refused.status_code == 422 and "liest nur mit" in refused.content.decode()
    assert "assign-why" not in refused.content.decode(), "no reason helps here"
    incident = declare_incident(person=owner, title="Update", cause="Meldungen", level=3, now=timezone.now())
    about = reverse("crisis:about", args=["lotsenforum", incident.pk])
    assert name not in client.get(about).content.decode()
    with pytest.raises(CannotKeep, match="liest nur"):
        change_incident(person=owner, incident=incident, led_by=helper, now=timezone.now())
    client_of(helper).post(reverse("team:confirm_briefing", args=["lotsenforum"]))
    assert name in client.get(about).content.decode()
    assert client.post(give, {"assignee": helper.pk}).status_code == 302
    assert name in client.get(shown).content.decode()


def test_s4_15_who_decides_is_nobody_who_only_reads(owner, helper, conversation):
    unit = unit_of_person(colleague=helper, now=timezone.now())
    type(conversation.rule).objects.filter(pk=conversation.rule_id).update(decider=unit)
    found = type(conversation).objects.select_related("rule__decider__lead", "channel", "workspace").get()
    assert who_decides(found, timezone.now()) == owner
