"""What protects the people who answer, whether somebody is neglected, and how it sounds."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.channels.models import Message
from allmende.guidelines.models import ReactionRule
from allmende.inbox import queries
from allmende.inbox.actions import (
    CannotProtect,
    assign_conversation,
    choose_situation,
    mark_atmosphere,
    save_protection,
    send_reply,
    set_budget,
    take_back_reply,
)
from allmende.inbox.jobs import watch_trust
from allmende.inbox.models import AtmosphereReading, Conversation, Entry, PresenceBudget, ProtectionRules, Wait
from allmende.inbox.queries.care import MONTH, Neglect, Stretch
from allmende.team.actions import approve_absence, move_shift, plan_shift, request_absence, undo_change
from allmende.team.models import Notice, Person, Shift
from allmende.team.queries import undo_url


@pytest.fixture
def lena(owner, new_person) -> Person:
    return new_person("moderator", name="Lena Brandt")


@pytest.fixture
def disputes(owner, forum, asked) -> list[Conversation]:
    """Three conversations in which somebody criticises us."""
    rule = ReactionRule.objects.get(plan__channel=forum, plan__state="in_force", situation=9)
    for one in asked(3):
        choose_situation(person=owner, conversation=one, rule=rule, now=timezone.now())
    return list(Conversation.objects.select_related("rule", "workspace", "channel").order_by("pk"))


def reply(person: Person, conversation: Conversation, text: str = "Das sehen wir uns an."):
    return send_reply(person=person, conversation=conversation, text=text, seen_until=10**9, now=timezone.now())


def protect(person: Person, **more) -> ProtectionRules:
    given = {"conflict_replies": 2, "cool_down_minutes": 5, "measures_people": False, "works_council_note": "", **more}
    return save_protection(person=person, now=timezone.now(), **given)


def test_s4_11_an_answer_in_a_conflict_can_be_taken_back_for_longer(owner, disputes, asked):
    protect(owner)
    first = reply(owner, disputes[0])
    assert first.send_after - first.created_at == timedelta(minutes=5)
    Conversation.objects.filter(pk=disputes[1].pk).update(rule=None)
    calm = reply(owner, disputes[1])
    assert calm.send_after - calm.created_at == timedelta(seconds=owner.workspace.reply_delay_seconds)
    protect(owner, cool_down_minutes=0)
    usual = reply(owner, disputes[2])
    assert usual.send_after - usual.created_at == timedelta(seconds=owner.workspace.reply_delay_seconds)


def test_i_14_after_so_many_conflict_answers_a_colleague_is_proposed(owner, lena, disputes):
    protect(owner)
    reply(owner, disputes[0])
    assert not queries.relief_for(owner, timezone.now()).is_due
    second = reply(owner, disputes[1])
    found = queries.relief_for(owner, timezone.now())
    assert (found.count, found.is_due, found.colleague) == (2, True, lena)
    take_back_reply(person=owner, dispatch=second, now=timezone.now())
    assert not queries.relief_for(owner, timezone.now()).is_due
    assert not queries.relief_for(lena, timezone.now()).is_due


def test_i_14_nobody_is_proposed_who_carries_as_much(owner, lena, disputes):
    protect(owner, conflict_replies=1)
    reply(owner, disputes[0])
    reply(lena, disputes[1])
    found = queries.relief_for(owner, timezone.now())
    assert found.is_due and found.colleague is None


def test_where_a_colleague_reads_first_neither_a_pause_nor_a_time_is_promised(owner, lena, client_of, disputes):
    client, where = client_of(owner), ["lotsenforum", disputes[0].public_id]
    ReactionRule.objects.filter(pk=disputes[0].rule_id).update(needs_second_reader=True)
    care = client.get(reverse("inbox:care", args=where)).content.decode()
    thread = client.get(reverse("inbox:conversation", args=where)).content.decode()
    assert "zurücknehmen" not in care and 'name="send_at"' not in thread
    typed = {"text": "Am Dienstag ist es behoben.", "send_at": "2027-01-04T10:00", "seen_until": str(10**9)}
    refused = client.post(reverse("inbox:conversation", args=where), typed).content.decode()
    assert "2027-01-04T10:00" in refused, "what was typed stays, to be taken out"


def test_s4_11_the_screen_proposes_a_colleague_and_hints_at_the_tone(owner, lena, client_of, disputes):
    protect(owner, conflict_replies=1)
    reply(owner, disputes[0])
    client = client_of(owner)
    page = client.get(reverse("inbox:care", args=["lotsenforum", disputes[1].public_id])).content.decode()
    assert "Lena Brandt" in page
    thread = client.get(reverse("inbox:conversation", args=["lotsenforum", disputes[1].public_id])).content.decode()
    assert reverse("inbox:care", args=["lotsenforum", disputes[1].public_id]) in thread
    assert "zurücknehmen" in page and 'name="send_at"' in thread
    tone = client.post(reverse("inbox:tone", args=["lotsenforum"]), {"text": "Wie bereits gesagt: nein"})
    assert "wie bereits" in tone.content.decode()
    assert not client.post(reverse("inbox:tone", args=["lotsenforum"]), {"text": "Danke."}).content.strip()


def test_s4_11_people_are_measured_only_by_what_was_agreed(owner, lena, disputes):
    Wait.objects.all().delete()
    said = reply(lena, disputes[0]).message
    Wait.objects.create(
        conversation=disputes[0], clock="our_response", started_at=timezone.now() - timedelta(hours=1),
        ended_at=timezone.now(), ended_by=said, service_minutes=60,
    )  # fmt: skip
    assert queries.times_by_person(owner.workspace, timezone.now()) == []
    with pytest.raises(CannotProtect):
        protect(owner, measures_people=True)
    protect(owner, measures_people=True, works_council_note="Betriebsvereinbarung vom 3. Mai")
    assert queries.times_by_person(owner.workspace, timezone.now() + timedelta(minutes=1)) == [("Lena Brandt", 1, 60)]
    with pytest.raises(IntegrityError), transaction.atomic():
        ProtectionRules.objects.update(works_council_note="")


def test_s4_11_the_page_prints_what_is_not_measured(owner, lena, client_of):
    page = reverse("inbox:protection", args=["lotsenforum"])
    shown = client_of(lena).get(page).content.decode()
    assert "Ranglisten" in shown
    assert "conflict_replies" not in shown
    assert client_of(lena).post(page, {}).status_code == 403
    typed = {"conflict_replies": "3", "cool_down_minutes": "4", "measures_people": "on", "works_council_note": ""}
    refused = client_of(owner).post(page, typed)
    assert refused.status_code == 422 and not ProtectionRules.objects.exists()
    assert client_of(owner).post(page, {**typed, "works_council_note": "BV 3"}).status_code == 302
    assert "BV 3" in client_of(lena).get(page).content.decode()
    with pytest.raises(PermissionDenied):
        protect(lena)


def test_s4_11_paper_says_what_holds_and_names_nobody(owner, client_of, asked):
    """For a works council: whoever may change the rules prints them too, and no colleague's numbers."""
    protect(owner, conflict_replies=3, cool_down_minutes=4, most_open=7)
    assign_conversation(person=owner, conversation=asked(1)[0], assignee=owner, now=timezone.now())
    page = client_of(owner).get(reverse("inbox:protection", args=["lotsenforum"])).content.decode()
    printed = re.sub(r'<(section|form|nav) class="(no-print|form|tabs)".*?</\1>', "", page, flags=re.DOTALL)
    main = printed.split("<main")[1].split("</main>")[0]
    assert "Nach 3 Antworten" in main and "nach 4 Min" in main and "Höchstens 7 offene Gespräche" in main
    assert "Antwortzeiten nach Person" in main and "Stand: " in main and "Jana Petersen" not in main


def test_s4_34_a_time_budget_says_when_it_is_used_up_and_only_to_its_person(owner, client_of, asked):
    talk = asked(1)[0]
    client = client_of(owner)
    assert client.post(reverse("inbox:budget", args=["lotsenforum"]), {"minutes": "5"}).status_code == 302
    here = reverse("inbox:here", args=["lotsenforum", talk.public_id])
    for _ in range(9):
        assert "soon" not in client.post(here).content.decode()
    assert "soon" in client.post(here).content.decode()
    assert "soon" not in client_of(owner).post(here).content.decode(), "another session knows nothing of it"
    url = undo_url(owner, "inbox.budget", minutes=None)
    undo_change(person=owner, token=url.rstrip("/").rsplit("/", 1)[1], now=timezone.now())
    assert not PresenceBudget.objects.exists()
    set_budget(person=owner, minutes=60, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        PresenceBudget.objects.update(minutes=1)


def stretch(**more) -> Stretch:
    day = timezone.localdate()
    given = {"waits": 20, "unanswered": 2, "minutes": 60.0, "writers": 20, "returning": 10, **more}
    return Stretch(first=day, last=day, **given)


@pytest.mark.parametrize(
    ("worse", "signs"),
    [
        ({}, ()),
        ({"unanswered": 6}, ("unanswered",)),
        ({"overdue": 4}, ("overdue",)),
        ({"overdue": 3}, ()),
        ({"minutes": 90.0}, ("slower",)),
        ({"returning": 7}, ("fewer_return",)),
        ({"unanswered": 6, "minutes": 90.0, "returning": 1}, ("unanswered", "slower", "fewer_return")),
        ({"waits": 4, "unanswered": 4, "minutes": 900.0}, ()),
    ],
)
def test_s2_06_neglect_is_told_by_what_got_worse(worse, signs):
    assert Neglect(stretch(), stretch(**worse)).signs == signs


@pytest.mark.parametrize(
    ("now", "signs", "is_decline"),
    [
        ({"writers": 15, "returning": 5}, ("fewer_write", "fewer_return"), True),
        ({"writers": 15}, ("fewer_write",), False),
        ({"writers": 18, "returning": 9}, (), False),
        ({"provocations": 6}, ("provoked",), False),
        ({"provocations": 4}, (), False),
    ],
)
def test_s1_27_decline_and_trolls_are_told_by_what_changed(now, signs, is_decline):
    found = Neglect(stretch(), stretch(**now))
    assert (found.signs, found.is_decline) == (signs, is_decline)


def test_s1_27_trolls_are_a_situation_of_the_plan_and_counted(owner, client_of, says, listen):
    now = timezone.now()
    for number in range(5):
        says(
            f"Laut {number}",
            "Ihr seid alle Witzfiguren, was für ein Schwachsinn",
            at=now - timedelta(minutes=9 - number),
        )
    found = listen(now)
    assert {one.rule.situation for one in found} == {13}
    neglect = queries.neglect(owner.workspace, now + timedelta(minutes=1))
    assert neglect.now.provocations == 5 and "provoked" in neglect.signs
    page = client_of(owner).get(reverse("inbox:neglect", args=["lotsenforum"])).content.decode()
    assert "Nennen Sie die Regel einmal" in page and "?situation=13" in page


def test_s2_06_what_began_just_now_has_not_got_worse():
    nothing = stretch(waits=0, unanswered=0, minutes=None, writers=0, returning=0)
    begun = Neglect(nothing, stretch(unanswered=9))
    assert begun.signs == () and not begun.is_comparable
    assert Neglect(nothing, stretch(unanswered=9, overdue=9)).signs == ("overdue",), "promises count from the first day"


def test_s2_06_both_stretches_are_taken_as_they_stood_at_their_end(owner, asked):
    """Who answers everybody on the next day is no slower now than before, though today's questions are still open."""
    now, talks = timezone.now(), asked(1)
    Wait.objects.all().delete()
    for number in range(56):
        began = now - timedelta(days=number, hours=6)
        ended = began + timedelta(days=1)
        Wait.objects.create(
            conversation=talks[0], clock="our_response", started_at=began, due_at=began + timedelta(days=2),
            ended_at=ended if ended < now else None, service_minutes=600 if ended < now else None,
        )  # fmt: skip
    found = queries.neglect(owner.workspace, now)
    assert (found.before.waits, found.before.unanswered, found.before.overdue) == (28, 1, 0)
    assert (found.now.waits, found.now.unanswered, found.now.overdue) == (28, 1, 0)
    assert not {"unanswered", "slower", "overdue"} & set(found.signs)


def test_s2_06_whoever_plans_is_told_of_each_sign_once_in_four_weeks(owner, lena, client_of, asked):
    now, talks = timezone.now(), asked(12)
    Wait.objects.filter(conversation__in=talks).update(due_at=now - timedelta(minutes=1))
    assert watch_trust(now) == 1 and watch_trust(now + timedelta(days=1)) == 0
    notice = Notice.objects.get(kind="inbox.neglected")
    assert notice.person == owner and notice.values == {"signs": ["overdue"]}
    assert "die zugesagte Zeit verstrichen" in client_of(owner).get("/w/lotsenforum/").content.decode()
    page = client_of(owner).get(reverse("inbox:neglect", args=["lotsenforum"])).content.decode()
    assert (
        reverse("inbox:atmosphere", args=["lotsenforum"]) in page
        and reverse("hub:survey", args=["lotsenforum"]) in page
    )
    assert watch_trust(now + timedelta(days=27)) == 0


def test_s2_06_unanswered_slower_and_fewer_returning_are_counted(owner, client_of, asked):
    asked(3)
    found = queries.neglect(owner.workspace, timezone.now() + timedelta(minutes=1))
    assert (found.now.waits, found.now.unanswered, found.now.writers, found.now.returning) == (3, 3, 3, 0)
    assert found.before.waits == 0
    later = queries.neglect(owner.workspace, timezone.now() + MONTH)
    assert later.before.writers == 3
    assert client_of(owner).get(reverse("inbox:neglect", args=["lotsenforum"])).status_code == 200


def last_week(talks):
    """Let the talks have been held a week ago, two turns each."""
    ago = timezone.now() - timedelta(days=7)
    for talk in talks:
        said = Message.objects.get(entry__conversation=talk)
        said.pk, said.native_id, said.public_id = None, f"{said.native_id}-2", uuid4()
        said.save()
        Entry.objects.create(message=said, conversation=talk)
    Message.objects.update(occurred_at=ago)
    Conversation.objects.update(started_at=ago, last_turn_at=ago, turns=2)


def test_s2_13_the_sample_stays_the_same_all_week_and_holds_nothing_said_to_us_alone(owner, asked):
    talks = asked(6)
    last_week(talks[:5])
    alone = Message.objects.filter(entry__conversation=talks[4])
    alone.update(visibility="direct")
    _week, drawn = queries.sample_of(owner.workspace, timezone.now())
    assert drawn == talks[:4], "neither the one of today nor the direct one"
    Conversation.objects.filter(pk=talks[0].pk).update(last_turn_at=timezone.now(), turns=3)
    assert queries.sample_of(owner.workspace, timezone.now())[1] == drawn, "somebody wrote on"


def test_s2_13_the_atmosphere_is_read_by_a_sample_of_last_weeks_conversations(owner, client_of, asked):
    last_week(asked(12))
    week, drawn = queries.sample_of(owner.workspace, timezone.now())
    assert len(drawn) == 8 and queries.sample_of(owner.workspace, timezone.now())[1] == drawn
    mark = reverse("inbox:mark_atmosphere", args=["lotsenforum", drawn[0].public_id])
    assert client_of(owner).post(mark, {"fits": "partly", "note": "etwas knapp"}).status_code == 302
    page = client_of(owner).get(reverse("inbox:atmosphere", args=["lotsenforum"])).content.decode()
    assert "etwas knapp" in page
    form = page.split(f'action="{mark}"')[1]
    assert re.findall("<button[^>]*>", form)[0] == "<button hidden disabled>", "Enter in the note judges nothing"
    assert queries.atmosphere_weeks(owner.workspace)[0]["partly"] == 1
    with pytest.raises(CannotProtect):
        mark_atmosphere(person=owner, conversation=drawn[1], week=week, fits="x", note="", now=timezone.now())
    url = undo_url(owner, "inbox.atmosphere", reading=AtmosphereReading.objects.get().pk)
    undo_change(person=owner, token=url.rstrip("/").rsplit("/", 1)[1], now=timezone.now())
    assert not AtmosphereReading.objects.exists()


def test_i_14_whoever_is_away_or_full_is_not_proposed_and_who_is_on_duty_comes_first(owner, lena, new_person, disputes):
    here = new_person("manager", name="Zoe Wolf")
    protect(owner, conflict_replies=1)
    reply(owner, disputes[0])
    now = timezone.now()
    assert queries.relief_for(owner, now).colleague == lena, "by name, while nobody stands duty"
    plan_shift(
        person=owner, shift=None, hours=None, kind="full", doer=here, starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=3), now=now - timedelta(hours=2),
    )  # fmt: skip
    move_shift(person=here, shift=Shift.objects.get(), to="confirmed", now=now - timedelta(hours=2))
    assert queries.relief_for(owner, now).colleague == here
    today = owner.workspace.day_at(now)
    absence = request_absence(
        person=here, absent=here, kind="leave", starts_date=today, ends_date=today, deputy=None, now=now
    )
    assert queries.relief_for(owner, now).colleague == here, "asking for leave is no absence yet"
    approve_absence(person=owner, absence=absence, now=now)
    assert queries.relief_for(owner, now).colleague == lena
    assign_conversation(person=owner, conversation=disputes[1], assignee=lena, now=now)
    protect(owner, conflict_replies=1, most_open=1)
    assert queries.relief_for(owner, now).colleague is None
