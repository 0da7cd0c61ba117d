"""What we manage beside what we promised, and how earlier cases ended."""

from datetime import timedelta
from math import inf

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import send_due
from allmende.channels.models import Message
from allmende.domain.capability import capability, is_kept
from allmende.inbox.actions import close_conversation, send_reply
from allmende.inbox.models import Conversation, Wait
from allmende.inbox.queries import managed_here, managed_in, similar_to

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        ([], None),
        ([5] * 9, None),
        (list(range(1, 11)), 9),
        (list(range(1, 21)), 18),
        ([3] * 9 + [900], 3),
        ([3] * 8 + [900] * 2, 900),
    ],
)
def test_s4_21_nine_of_ten_cases_took_no_longer(minutes, found):
    assert capability(minutes) == found


@pytest.mark.parametrize(
    ("unanswered", "found"), [(0, None), (1, 3), (2, inf)], ids=["too few", "one in ten", "two of eleven"]
)
def test_s4_21_what_waits_beyond_its_promise_is_a_case_too(unanswered, found):
    assert capability([3] * 9, unanswered) == found


@pytest.mark.parametrize(
    ("target", "took", "kept"), [(60, inf, False), (60, 60, True), (60, 61, False), (60, None, None), (None, 5, None)]
)
def test_s4_21_a_target_below_what_we_manage_is_not_promised_yet(target, took, kept):
    assert is_kept(target, took) is kept


@pytest.fixture
def answered(asked):
    """Twelve questions of one situation, each answered after ten hours of service."""
    found, now = asked(12), timezone.now()
    Wait.objects.all().delete()
    message = Message.objects.first()
    for one in found:
        Wait.objects.create(
            conversation=one, clock="our_response", started_at=now - timedelta(days=2), ended_at=now, ended_by=message,
            service_minutes=600,
        )  # fmt: skip
    return found


def test_s4_21_speed_is_told_by_channel_situation_and_kind(answered, forum, client_of, owner):
    one = answered[0]
    type(one.rule).objects.filter(pk=one.rule_id).update(first_response_minutes=240, member_first_minutes=0)
    Conversation.objects.filter(pk__in=[two.pk for two in answered]).update(rule=one.rule)
    situations, kinds = managed_in(forum, timezone.now())
    (found,) = [row for row in situations if row.cases]
    assert (found.name, found.target, found.cases, found.took, found.is_kept) == (one.rule.name, 240, 12, 600, False)
    assert [(row.name, row.cases, row.took) for row in kinds] == [
        ("enquiry", 12, 600), ("comment", 0, None), ("message", 0, None),
    ]  # fmt: skip
    page = client_of(owner).get(reverse("inbox:capability", args=["lotsenforum", forum.slug])).content.decode()
    assert "noch nicht zugesagt" in page and "Private Nachrichten" in page


def test_s4_21_questions_nobody_answered_in_time_are_no_sign_of_speed(answered, forum, client_of, owner):
    one, late, now = answered[0], answered[10:], timezone.now()
    type(one.rule).objects.filter(pk=one.rule_id).update(first_response_minutes=1200, member_first_minutes=0)
    Conversation.objects.filter(pk__in=[two.pk for two in answered]).update(rule=one.rule)
    Wait.objects.update(due_at=now + timedelta(hours=1))
    Wait.objects.filter(conversation__in=late).update(ended_at=None, ended_by=None, due_at=now - timedelta(hours=1))
    (found,) = [row for row in managed_in(forum, now)[0] if row.cases]
    assert (found.cases, found.took, found.is_kept, found.in_time, found.promised) == (12, inf, False, 10, 12)
    assert managed_here(Conversation.objects.select_related("rule").get(pk=one.pk), now) == found
    page = client_of(owner).get(reverse("inbox:capability", args=["lotsenforum", forum.slug])).content.decode()
    assert "Mehr als ein Fall von zehn wartet" in page and "noch nicht zugesagt" in page
    assert page.count("In der zugesagten Zeit: 10 von 12.") == 2, "by situation, and by kind"


def test_s4_21_where_anybody_keeps_the_promise_the_answers_of_others_count(answered, forum, client_of, owner):
    """Of twelve questions members answered ten within an hour, we were first in two, after two hours."""
    one, now = answered[0], timezone.now()
    type(one.rule).objects.filter(pk=one.rule_id).update(
        first_response_minutes=240, member_first_minutes=60, satisfied_by="anyone"
    )
    Conversation.objects.filter(pk__in=[two.pk for two in answered]).update(rule=one.rule)
    Wait.objects.update(clock="first_answer", service_minutes=60, due_at=now + timedelta(hours=1))
    for two in answered[10:]:
        Wait.objects.filter(conversation=two).update(service_minutes=120)
        ours = Wait.objects.get(conversation=two)
        ours.pk, ours.clock, ours.due_at = None, "our_response", None
        ours.save()
    (found,) = [row for row in managed_in(forum, now)[0] if row.cases]
    assert (found.cases, found.took, found.is_kept, found.in_time, found.promised) == (12, 120, True, 12, 12)
    kind = managed_in(forum, now)[1][0]
    assert (kind.cases, kind.took, kind.in_time, kind.promised) == (2, None, 12, 12), (
        "how fast we are is told of us alone"
    )
    assert managed_here(Conversation.objects.select_related("rule").get(pk=one.pk), now) == found
    page = client_of(owner).get(reverse("inbox:capability", args=["lotsenforum", forum.slug])).content.decode()
    assert "Neun von zehn Fällen hatten binnen 2\N{NO-BREAK SPACE}h eine Antwort, von uns oder einem Mitglied." in page
    late = Wait.objects.filter(conversation__in=answered[:2])
    late.update(ended_at=None, ended_by=None, due_at=now - timedelta(hours=1))
    (found,) = [row for row in managed_in(forum, now)[0] if row.cases]
    assert (found.cases, found.took, found.is_kept, found.in_time) == (12, inf, False, 10)
    assert managed_in(forum, now)[1][0].cases == 4, "what waits for anybody waits for us too"


def test_s4_21_what_we_manage_stands_beside_the_message(answered, client_of, owner):
    one = Conversation.objects.select_related("rule").get(pk=answered[0].pk)
    assert managed_here(one, timezone.now()).took == 600
    page = client_of(owner).get(reverse("inbox:similar", args=["lotsenforum", one.public_id])).content.decode()
    assert "Neun von zehn" in page


def test_s4_12_similar_cases_come_with_their_outcome(says, listen, owner, client_of, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", now)
    (first,) = listen(now)
    send_reply(person=owner, conversation=first, text="Unter Menü, Kasse.", seen_until=10**9, now=now)
    send_due(now=now + timedelta(minutes=1))
    close_conversation(person=owner, conversation=first, reason="answered", now=now + timedelta(hours=1))
    says("Birgit Ahlers", "Die Kassenbuch-Vorlage fehlt bei mir", now + timedelta(hours=2))
    second = next(one for one in listen(now + timedelta(hours=2)) if one.pk != first.pk)
    (found,) = similar_to(second)
    assert (found.pk, found.state, found.close_reason, found.last_answer) == (
        first.pk, "closed", "answered", "Unter Menü, Kasse.",
    )  # fmt: skip
    page = client_of(owner).get(reverse("inbox:similar", args=["lotsenforum", second.public_id])).content.decode()
    assert "Unter Menü, Kasse." in page and "geschlossen: beantwortet" in page


def test_s4_12_what_members_answered_is_an_outcome_too_and_comes_first(says, listen, owner, client_of, now):
    answered = says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", now)
    says("Birgit Ahlers", "Im Menü Kasse, ganz unten.", now + timedelta(minutes=5), reply_to=answered["id"])
    says("Onno Gerdes", "Die Kassenbuch-Vorlage ist weg", now + timedelta(hours=1))
    says("Femke Harms", "Ich suche die Kassenbuch-Vorlage", now + timedelta(hours=2))
    first, _unanswered, third = listen(now + timedelta(hours=2))
    found = similar_to(third)
    assert (found[0].pk, found[0].last_answer, found[0].members_answer) == (
        first.pk, "", "Im Menü Kasse, ganz unten.",
    )  # fmt: skip
    assert [one.members_answer for one in found[1:]] == [""]
    page = client_of(owner).get(reverse("inbox:similar", args=["lotsenforum", third.public_id])).content.decode()
    assert "Ein Mitglied antwortete: Im Menü Kasse, ganz unten." in page


def test_s4_12_a_word_that_stands_everywhere_makes_nothing_similar(says, listen, now):
    for n in range(20):
        says("Onno Gerdes", f"Nummer {n}: welcher Ort?", now + timedelta(minutes=n), f"Ort {n}")
    says("Mirko Tietz", "Rückstellungen buchen", now + timedelta(hours=1))
    says("Femke Harms", "Rückstellung: welcher Betrag?", now + timedelta(hours=2))
    asked = listen(now + timedelta(hours=2))[-1]
    assert [one.title for one in similar_to(asked)] == ["Rückstellungen buchen"]
