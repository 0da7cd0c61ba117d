"""A promise that was not kept goes to a person, once, and not to a log."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from allmende.channels.actions import send_due
from allmende.channels.models import Message
from allmende.guidelines.actions import open_draft, put_in_force, save_rule
from allmende.inbox.actions import (
    assign_conversation,
    choose_situation,
    close_conversation,
    merge_conversations,
    reopen_conversation,
    send_reply,
    split_conversation,
)
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.actions.regroup import undo_regroup
from allmende.inbox.jobs import file_new, follow_broken
from allmende.inbox.models import BrokenPromise, Conversation
from allmende.team.actions import approve_absence, confirm_deputy, make_responsible, request_absence, unit_of_person
from allmende.team.models import Notice, Person

DAY = timedelta(days=1)


@pytest.fixture
def late(asked):
    """A question whose promise ended two days later, by the plan that is in force."""
    (one,) = asked(1)
    assert one.due_at
    return one, one.due_at + timedelta(minutes=1)


def told(kind: str = "inbox.broken_response") -> list[str]:
    return [one.person.name for one in Notice.objects.filter(kind=kind).order_by("person__name")]


def test_nobody_is_told_before_the_promise_has_passed(late):
    _one, at = late
    assert follow_broken(at - timedelta(hours=1)) == 0 and not told()


def test_it_goes_once_to_whoever_answers_for_the_channel_and_to_whoever_takes_care(owner, new_person, late, now):
    one, at = late
    lead, moderator = new_person("lead", "Lene Lead"), new_person("moderator", "Mo Moderator")
    unit = unit_of_person(colleague=lead, now=now, person=owner)
    make_responsible(person=owner, kind="channel", key=str(one.channel_id), label="Forum", unit=unit, now=now)
    assign_conversation(person=owner, conversation=one, assignee=moderator, now=now)
    assert follow_broken(at) == 1
    assert told() == ["Lene Lead", "Mo Moderator"]
    assert BrokenPromise.objects.get().told == lead
    assert follow_broken(at + DAY) == 0 and len(told()) == 2
    notice = Notice.objects.get(kind="inbox.broken_response", person=lead)
    assert notice.url.endswith(f"/inbox/{one.public_id}/")


def test_whom_the_rule_names_comes_first_and_the_page_says_so(owner, new_person, client_of, late, now):
    one, at = late
    press = new_person("lead", "Petra Presse")
    plan = open_draft(person=owner, channel=one.channel, now=now)
    rule = plan.rules.get(situation=one.rule.situation)
    unit = unit_of_person(colleague=press, now=now, person=owner)
    save_rule(person=owner, rule=rule, now=now, decider_id=unit.pk, must_not="Keine Zahlen.", escalate_when="Immer.")
    put_in_force(person=owner, plan=plan, now=now)
    Conversation.objects.filter(pk=one.pk).update(rule=rule)
    follow_broken(at)
    assert BrokenPromise.objects.get().told == press
    shown = client_of(owner).get(f"/w/{owner.workspace.slug}/inbox/{one.public_id}/").content.decode()
    for words in ("Petra Presse weiß davon und entscheidet", "Keine Zahlen.", "Immer."):
        assert words in shown, words


def test_who_is_away_is_stood_in_for(owner, new_person, late, now):
    one, at = late
    away, deputy = new_person("lead", "Anna Fort"), new_person("lead", "Dora Da")
    unit = unit_of_person(colleague=away, now=now, person=owner)
    make_responsible(person=owner, kind="channel", key=str(one.channel_id), label="Forum", unit=unit, now=now)
    day = {"starts_date": at.date(), "ends_date": at.date()}
    absence = request_absence(person=away, absent=away, kind="leave", deputy=deputy, now=now, **day)
    approve_absence(person=owner, absence=absence, now=now)
    confirm_deputy(person=deputy, absence=absence, now=now)
    follow_broken(at)
    assert BrokenPromise.objects.get().told == deputy and "Anna Fort" not in told()


def test_where_nobody_answers_for_it_whoever_is_away_is_passed_over(owner, new_person, late, now):
    _one, at = late
    lead, day = new_person("lead", "Lene Lead"), owner.workspace.day_at(at)
    absence = request_absence(
        person=owner, absent=owner, kind="leave", starts_date=day, ends_date=day, deputy=None, now=now
    )
    approve_absence(person=lead, absence=absence, now=now)
    follow_broken(at)
    assert BrokenPromise.objects.get().told == lead and told() == ["Lene Lead"]


def test_whoever_left_is_told_nothing(owner, new_person, late, now):
    one, at = late
    moderator = new_person("moderator", "Mo Moderator")
    assign_conversation(person=owner, conversation=one, assignee=moderator, now=now)
    Person.objects.filter(pk=moderator.pk).update(left_at=now)
    follow_broken(at)
    assert told() == [owner.name]


def test_who_was_answered_in_time_breaks_nothing(says, listen, owner, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", now - timedelta(minutes=40))
    (one,) = listen(now)
    at = one.due_at + timedelta(minutes=1)
    send_reply(person=owner, conversation=one, text="Guten Tag, hier: …", seen_until=10**9, now=now)
    send_due(now=now + timedelta(seconds=11))
    file_new(now + timedelta(seconds=12))
    assert follow_broken(at) == 0 and not BrokenPromise.objects.exists()


def test_many_at_one_time_are_one_notice(owner, asked):
    several = asked(5)
    at = max(one.due_at for one in several if one.due_at) + timedelta(minutes=1)
    assert follow_broken(at) == 5
    assert told() == [] and told("inbox.broken_response_several") == [owner.name]
    assert BrokenPromise.objects.count() == 5


def test_what_is_not_closed_in_time_goes_to_a_person_too(owner, late, now):
    one, _at = late
    plan = open_draft(person=owner, channel=one.channel, now=now)
    rule = plan.rules.get(situation=one.rule.situation)
    save_rule(person=owner, rule=rule, now=now, resolution_minutes=60)
    put_in_force(person=owner, plan=plan, now=now)
    fold_conversations(conversation_ids=[one.pk], now=timezone.now())
    one.refresh_from_db()
    assert one.resolve_by and one.due_at and one.resolve_by < one.due_at
    assert follow_broken(one.resolve_by + timedelta(minutes=1)) == 1
    assert told("inbox.broken_resolution") == [owner.name]
    close_conversation(person=owner, conversation=one, reason="answered", now=timezone.now() + timedelta(minutes=1))
    one.refresh_from_db()
    assert one.resolve_by is None


def test_the_database_keeps_one_row_of_each(late):
    one, at = late
    row = {"conversation": one, "began_at": at, "told_at": at}
    BrokenPromise.objects.create(clock="response", due_at=at, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        BrokenPromise.objects.create(clock="response", due_at=at + DAY, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        BrokenPromise.objects.create(clock="whim", due_at=at, **row)


def promise(owner, one: Conversation, now, **what) -> None:
    """Another plan, which promises something else in the situation of this conversation."""
    plan = open_draft(person=owner, channel=one.channel, now=now)
    save_rule(person=owner, rule=plan.rules.get(situation=one.rule.situation), now=now, **what)
    put_in_force(person=owner, plan=plan, now=now)
    fold_conversations(conversation_ids=Conversation.objects.values_list("pk", flat=True), now=now)


@pytest.mark.parametrize("minutes", [5, 5000])
def test_another_plan_makes_no_second_promise_of_it(owner, late, now, minutes):
    one, at = late
    assert follow_broken(at) == 1
    promise(owner, one, timezone.now(), first_response_minutes=minutes, member_first_minutes=0)
    moved = Conversation.objects.get(pk=one.pk)
    assert moved.due_at != one.due_at and moved.rule.first_response_minutes == minutes
    assert follow_broken(moved.due_at + 30 * DAY) == 0 and told() == [owner.name]


def test_what_somebody_chose_follows_the_plan(owner, late, now):
    one, _at = late
    choose_situation(person=owner, conversation=one, rule=one.rule, now=now)
    one.refresh_from_db()
    promise(owner, one, timezone.now(), first_response_minutes=5, member_first_minutes=0)
    moved = Conversation.objects.get(pk=one.pk)
    assert moved.is_rule_chosen_by_person and moved.rule.first_response_minutes == 5
    assert moved.rule.situation == one.rule.situation and moved.rule != one.rule


def test_opened_again_it_is_the_same_promise_and_a_new_question_another(says, listen, owner, now):
    post = says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", now - timedelta(minutes=40))
    (one,) = listen(now)
    at = one.due_at + timedelta(minutes=1)
    assert follow_broken(at) == 1
    closed_at = now + timedelta(seconds=1)
    close_conversation(person=owner, conversation=one, reason="answered", now=closed_at)
    reopen_conversation(person=owner, conversation=one, now=closed_at)
    one.refresh_from_db()
    assert one.waiting_since and follow_broken(at + 30 * DAY) == 0
    close_conversation(person=owner, conversation=one, reason="answered", now=closed_at)
    says("Mirko Tietz", "Und wo die neue?", now + timedelta(minutes=1), reply_to=post["id"])
    (again,) = listen(now + timedelta(minutes=2))
    assert again.waiting_since > closed_at and follow_broken(again.due_at + DAY) == 1
    assert told() == [owner.name] * 2


def test_put_together_it_is_the_same_promise(owner, client_of, asked, now):
    first, second = asked(2)
    at = max(first.due_at, second.due_at) + timedelta(minutes=1)
    assert follow_broken(at) == 2
    merge_conversations(person=owner, source=first, target=second, now=now)
    second.refresh_from_db()
    assert second.waiting_since == first.waiting_since and follow_broken(at + DAY) == 0
    shown = client_of(owner).get(f"/w/{owner.workspace.slug}/inbox/{second.public_id}/").content.decode()
    assert f"{owner.name} weiß davon und entscheidet" in shown


def test_parted_again_it_is_the_same_promise(owner, asked, now):
    first, second = asked(2)
    at = max(first.due_at, second.due_at) + timedelta(minutes=1)
    row = merge_conversations(person=owner, source=first, target=second, now=now)
    assert follow_broken(at) == 1
    undo_regroup(person=owner, regrouping=row.pk, now=now)
    assert follow_broken(at + DAY) == 1  # of the second, whose own promise nobody has heard of
    assert BrokenPromise.objects.get(conversation=first).told == owner


def test_split_off_it_is_the_same_promise(says, listen, owner, now):
    post = says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", now - timedelta(minutes=40))
    (one,) = listen(now)
    close_conversation(person=owner, conversation=one, reason="answered", now=now + timedelta(seconds=1))
    says("Mirko Tietz", "Und wo die neue?", now + timedelta(minutes=1), reply_to=post["id"])
    (again,) = listen(now + timedelta(minutes=2))
    assert follow_broken(again.due_at + DAY) == 1
    turn = Message.objects.filter(entry__conversation=again).order_by("occurred_at").last()
    new = split_conversation(person=owner, turn=turn, now=now + timedelta(minutes=3)).target
    new.refresh_from_db()
    assert new.waiting_since == again.waiting_since and follow_broken(again.due_at + 30 * DAY) == 0


def test_a_plan_promises_nothing_for_the_past(says, listen, owner, now):
    post = says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", now - 40 * DAY)
    says("Svenja Albers", "Wie buche ich Porto?", now - timedelta(minutes=20))
    old, new = listen(now)
    send_reply(person=owner, conversation=old, text="Guten Tag, hier: …", seen_until=10**9, now=now)
    send_due(now=now + timedelta(seconds=11))
    file_new(now + timedelta(seconds=12))
    promise(owner, old, now, resolution_minutes=60)
    promise(owner, new, now + timedelta(seconds=13), resolution_minutes=60)
    old.refresh_from_db()
    new.refresh_from_db()
    assert post and old.state == "answered" and old.resolve_by < now < new.resolve_by
    assert follow_broken(new.resolve_by + timedelta(minutes=1)) == 1
    assert [row.conversation for row in BrokenPromise.objects.filter(told=owner)] == [new]
    assert BrokenPromise.objects.get(told=None, clock="resolution").conversation == old
    assert told("inbox.broken_resolution") == [owner.name]
