"""Messages become conversations that wait, and the clock is a fold over all turns."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from allmende.channels.actions import choose_channel, hand_over, record_batch, send_due, set_live
from allmende.channels.models import Cursor, Dispatch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.guidelines.actions import draft_from_catalogue, open_channel, put_in_force
from allmende.inbox.actions import (
    CannotReply,
    SomebodyAnswered,
    assign_conversation,
    choose_situation,
    close_conversation,
    reopen_conversation,
    send_reply,
    take_back_reply,
)
from allmende.inbox.jobs import OURS_BESIDE, file_new
from allmende.inbox.models import Conversation, Wait
from allmende.inbox.queries import Filter, count_waiting, listing
from allmende.web.templatetags.house import due_clock

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 7) -> datetime:
    """Wall-clock time in Berlin in October 2026."""
    return datetime(2026, 10, day, hour - 2, minute, tzinfo=UTC)


def test_s2_04_a_members_question_waits_with_a_due_time(says, listen, now):
    says("Birgit Ahlers", "Wie buche ich den Privatanteil vom Firmenwagen?", at(9))
    (conversation,) = listen(now)
    assert conversation.state == "waiting"
    assert conversation.waiting_since == at(9)
    assert conversation.opener_name == "Birgit Ahlers"


def test_s2_04_what_comes_in_all_channels_stands_in_one_list_by_what_is_due(
    says, listen, forum, owner, workspace, now, client_of
):
    says("Birgit Ahlers", "Wie buche ich den Privatanteil vom Firmenwagen?", at(9))
    listen(now)
    second = choose_channel(
        person=owner, name="Werkstatt", slug="werkstatt", kind="own_forum", account=forum.account, place="", now=now
    )
    put_in_force(person=owner, plan=draft_from_catalogue(person=owner, channel=second, now=now), now=now)
    item = Item(
        ref=Ref("w1"), kind="message", act="asked", author=Author("enno", name="Enno"), occurred_at=at(8), thread="w1",
        text="Wo finde ich die Kassenbuch-Vorlage?",
    )  # fmt: skip
    later = now + timedelta(minutes=1)
    record_batch(channel=open_channel(person=owner, channel=second, now=now), batch=Batch([item], "1"), now=later)
    while file_new(later):
        pass
    rows = listing(workspace, owner, later, Filter()).rows
    assert [(row.channel_name, row.opener_name, row.state) for row in rows] == [
        ("Werkstatt", "Enno", "waiting"), ("Forum", "Birgit Ahlers", "waiting"),
    ]  # fmt: skip
    waited = {one.channel.name: now - one.waiting_since for one in Conversation.objects.select_related("channel")}
    assert waited == {"Werkstatt": now - at(8), "Forum": now - at(9)}
    page = client_of(owner).get(reverse("inbox:rows", args=["lotsenforum"])).content.decode()
    with timezone.override("Europe/Berlin"), translation.override("de"):
        shown = [f"seit\N{NO-BREAK SPACE}{due_clock(at(hour), timezone.localdate())}" for hour in (8, 9)]
    assert page.index(shown[0]) < page.index(shown[1]), "each says its age, what is due first stands first"


def test_beside_a_pile_of_posts_members_are_filed_first_and_our_posts_in_no_haste(forum, owner, now):
    def post(number):
        hand_over(person=owner, channel=forum, kind="post", text=f"Beitrag {number}.", now=now, send_after=now)

    for number in range(OURS_BESIDE + 2):
        post(number)
    send_due(now=now)
    post("der noch aussteht")
    item = Item(
        ref=Ref("w1"), kind="message", act="asked", author=Author("enno", name="Enno"), occurred_at=now, thread="w1",
        text="Wo finde ich die Kassenbuch-Vorlage?",
    )  # fmt: skip
    later = now + timedelta(minutes=1)
    record_batch(channel=forum, batch=Batch([item], "1"), now=later)
    assert file_new(later) == OURS_BESIDE + 1
    assert Conversation.objects.filter(opener_name="Enno").exists()
    assert file_new(later) == 2
    assert file_new(later) == 0


def test_s4_20_a_newcomers_question_is_due_within_two_service_hours(says, listen, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", at(9))
    (conversation,) = listen(now)
    assert conversation.rule.situation == 2
    assert conversation.due_at == at(11)
    assert conversation.members_until is None


def test_an_ordinary_question_leaves_members_four_hours(says, listen, now):
    says("Birgit Ahlers", "Danke euch allen für den Tipp.", at(8))
    says("Birgit Ahlers", "Wie buche ich die Umsatzsteuer?", at(9))
    waiting = listen(now)[1]
    assert waiting.rule.situation == 1
    assert waiting.members_until == at(13)


def test_another_members_answer_ends_an_ordinary_wait(says, listen, now):
    says("Birgit Ahlers", "Danke euch allen für den Tipp.", at(8))
    question = says("Birgit Ahlers", "Wie buche ich die Umsatzsteuer?", at(9))
    says("Peer Jansen", "Mit dem Steuerschlüssel 9.", at(9, 20), reply_to=question["id"])
    answered = listen(now)[1]
    assert answered.state == "answered"
    wait = answered.waits.get(clock="first_answer")
    assert (wait.started_at, wait.ended_at, wait.is_breached) == (at(9), at(9, 20), False)


def test_our_reply_leaves_after_ten_seconds_and_stops_the_clock(says, listen, owner, practice, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", at(9))
    (conversation,) = listen(now)
    dispatch = send_reply(person=owner, conversation=conversation, text="Guten Tag, hier: …", seen_until=10**9, now=now)
    file_new(now)
    assert Conversation.objects.get().state == "waiting"
    assert send_due(now=now) == 0
    assert send_due(now=now + timedelta(seconds=11)) == 1
    file_new(now + timedelta(seconds=12))
    conversation.refresh_from_db()
    dispatch.refresh_from_db()
    assert (dispatch.state, conversation.state, conversation.due_at) == ("sent", "answered", None)
    assert practice.network.times_seen("Guten Tag, hier: …") == 1
    assert conversation.waits.get(clock="our_response").is_breached is False


def test_a_reply_can_be_taken_back_before_it_leaves(says, listen, owner, practice, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", at(9))
    (conversation,) = listen(now)
    dispatch = send_reply(person=owner, conversation=conversation, text="Zu schnell", seen_until=10**9, now=now)
    assert take_back_reply(person=owner, dispatch=dispatch, now=now + timedelta(seconds=3)) == "Zu schnell"
    send_due(now=now + timedelta(seconds=30))
    assert practice.network.times_seen("Zu schnell") == 0
    assert Conversation.objects.get().state == "waiting"


def test_two_people_answering_are_told(says, listen, owner, new_person, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", at(9))
    (conversation,) = listen(now)
    seen = conversation.entries.get().message_id
    colleague = new_person("manager", "Emre Yıldız")
    send_reply(person=colleague, conversation=conversation, text="Unter Vorlagen.", seen_until=seen, now=now)
    with pytest.raises(SomebodyAnswered, match="Emre"):
        send_reply(person=owner, conversation=conversation, text="Im Menü Kasse.", seen_until=seen, now=now)
    assert Dispatch.objects.count() == 1


def test_a_closed_conversation_opens_again_when_the_member_writes(says, listen, owner, now):
    question = says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", at(9))
    (conversation,) = listen(now)
    close_conversation(person=owner, conversation=conversation, reason="no_reply_needed", now=now)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.due_at) == ("closed", None)
    says("Mirko Tietz", "Ich finde sie immer noch nicht, wo ist sie?", at(10), reply_to=question["id"])
    Cursor.objects.update(next_at=None)
    (conversation,) = listen(at(10, 1))
    assert (conversation.state, conversation.waiting_since) == ("waiting", at(10))


def test_undoing_a_closing_restores_the_wait(says, listen, owner, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", at(9))
    (conversation,) = listen(now)
    before = conversation.due_at
    close_conversation(person=owner, conversation=conversation, reason="spam", now=now)
    reopen_conversation(person=owner, conversation=conversation, now=now)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.due_at, conversation.close_reason) == ("waiting", before, "")


def test_a_person_chooses_another_situation_and_the_due_time_follows(says, listen, owner, forum, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", at(9))
    (conversation,) = listen(now)
    rule = conversation.rule.plan.rules.get(situation=8)
    choose_situation(person=owner, conversation=conversation, rule=rule, now=now)
    conversation.refresh_from_db()
    assert (conversation.rule.situation, conversation.due_at) == (8, at(13))


def test_an_archived_conversation_is_never_answered(says, listen, owner, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", at(9))
    (conversation,) = listen(now)
    Conversation.objects.update(state="archived", due_at=None, waiting_since=None, members_until=None)
    with pytest.raises(CannotReply):
        send_reply(person=owner, conversation=conversation, text="Hallo", seen_until=10**9, now=now)


def test_assigning_tells_the_colleague(says, listen, owner, new_person, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", at(9))
    (conversation,) = listen(now)
    colleague = new_person("manager", "Emre Yıldız")
    assign_conversation(person=owner, conversation=conversation, assignee=colleague, now=now)
    assert colleague.notices.get().values["title"].startswith("Wo finde ich")
    assert [row.pk for row in listing(owner.workspace, colleague, now, Filter("mine")).rows] == [conversation.pk]


def _turn(number: int, name: str, minute: int, reply_to: str = "") -> Item:
    return Item(
        ref=Ref(f"n{number}"),
        kind="message",
        act="answered" if reply_to else "asked",
        author=Author(name, name=name),
        occurred_at=at(9) + timedelta(minutes=minute),
        thread="n1",
        reply_to=reply_to,
        title="" if reply_to else "Kassenbuch",
        text=f"Wo ist Punkt {number}?",
    )


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_arrival_gives_the_same_conversation(forum, now, seed):
    turns = [
        _turn(1, "Birgit Ahlers", 0),
        _turn(2, "Peer Jansen", 10, "n1"),
        _turn(3, "Birgit Ahlers", 25, "n2"),
        _turn(4, "Hanne Voss", 70, "n1"),
        _turn(5, "Birgit Ahlers", 90, "n4"),
    ]
    random.Random(seed).shuffle(turns)
    for step, turn in enumerate(turns):
        record_batch(channel=forum, batch=Batch([turn], str(step)), now=now + timedelta(seconds=step))
        file_new(now + timedelta(seconds=step))
    conversation = Conversation.objects.get()
    assert (conversation.title, conversation.opener_name, conversation.turns) == ("Kassenbuch", "Birgit Ahlers", 5)
    assert (conversation.state, conversation.waiting_since) == ("waiting", at(9))
    assert conversation.rule.situation == 2
    assert Wait.objects.count() == 2


def test_the_list_takes_the_same_few_queries_for_three_and_thirty(
    says, listen, workspace, owner, now, django_assert_max_num_queries
):
    for number in range(3):
        says(f"Mitglied {number}", f"Wie geht Punkt {number}?", at(9, number))
    listen(now)
    with django_assert_max_num_queries(8):
        assert len(listing(workspace, owner, now).rows) == 3
    Cursor.objects.update(next_at=None)
    for number in range(3, 40):
        says(f"Mitglied {number}", f"Wie geht Punkt {number}?", at(9, number))
    listen(at(10))
    with django_assert_max_num_queries(8):
        page = listing(workspace, owner, now)
    assert (len(page.rows), page.counts["all"]) == (30, 40)
    rest = listing(workspace, owner, now, after=page.after)
    assert len(rest.rows) == 10
    assert not {row.pk for row in page.rows} & {row.pk for row in rest.rows}
    assert count_waiting(workspace, now) == (40, 0)


def test_under_our_own_post_the_list_names_the_member_who_answered(forum, now):
    us, mia = Author("us", name="Jana Petersen", is_us=True), Author("m1", name="Mia Muster")

    def item(ref: str, author: Author, hour: int, **more: str) -> Item:
        return Item(
            ref=Ref(ref), kind="message", act="posted", author=author, occurred_at=at(hour), thread="p1", **more
        )

    for spoken in (
        item("p1", us, 8, text="Wer kommt am Samstag mit?"),
        item("r1", mia, 9, text="Wann?", reply_to="p1"),
    ):
        record_batch(channel=forum, batch=Batch([spoken], spoken.ref.native_id), now=now)
        file_new(now)
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.title) == ("waiting", "Wer kommt am Samstag mit?")
    assert conversation.opener_name == "Mia Muster"


def test_messages_of_many_channels_are_filed_with_as_few_questions_as_those_of_one(forum, owner, now):
    channels = [forum]
    for name in ("zwei", "drei", "vier"):
        by = {"person": owner, "now": now}
        made = choose_channel(name=name, slug=name, kind="forum", account=forum.account, **by)
        channels.append(set_live(channel=made, reaction_plan_version_key="test", **by))

    def questions_of(heard) -> int:
        for number, channel in enumerate(heard):
            ref = f"{len(heard)}-{len(set(heard))}-{number}"
            item = Item(Ref(ref), "message", act="asked", author=Author("m1"), occurred_at=now, thread=ref, text="Wie?")
            record_batch(channel=channel, batch=Batch([item], ref), now=now)
        with CaptureQueriesContext(connection) as queries:
            assert file_new(now)
        return len(queries)

    questions_of([forum])
    assert questions_of(channels) == questions_of([forum] * 4)
