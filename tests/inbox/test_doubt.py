"""Where an answer gets doubled, goes to the wrong person, or does not stop the clock."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from allmende.channels.actions import record_batch, send_due, settle_by_person
from allmende.channels.actions.claim_dispatch import claim_dispatch
from allmende.channels.actions.write_outcome import write_receipt
from allmende.channels.models import Dispatch, Message
from allmende.connectors.neutral import Author, Batch, Item, Receipt, Ref
from allmende.inbox.actions import close_conversation, send_reply
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation, Wait

pytestmark = pytest.mark.django_db


def turn(native_id: str, name: str, at: datetime, text: str = "", **more) -> Item:
    given = {"thread": "1", "act": "asked", "text": text or f"Wie geht {native_id}?"} | more
    return Item(Ref(native_id), "message", given.pop("act"), Author(name, name=name), at, given.pop("thread"), **given)


@pytest.fixture
def arrive(forum, now):
    def take(*items: Item, at: datetime = now) -> Conversation:
        record_batch(channel=forum, batch=Batch(items, str(Message.objects.count())), now=at)
        while file_new(at):
            pass
        return Conversation.objects.get(thread_native_id="1")

    return take


def newest() -> int:
    return Message.objects.order_by("-pk").values_list("pk", flat=True).first()


def test_pressing_send_twice_sends_once_and_says_so(arrive, owner, client_of, now):
    conversation = arrive(turn("1", "Karl", now))
    client, address = client_of(owner), f"/w/{owner.workspace.slug}/inbox/{conversation.public_id}/"
    form = {"text": "So geht es.", "seen_until": newest()}
    answers = [client.post(address, form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert Dispatch.objects.count() == 1


def test_the_same_words_once_more_are_sent_when_somebody_means_them(arrive, owner, now):
    conversation = arrive(turn("1", "Karl", now))
    for _ in range(2):
        send_reply(person=owner, conversation=conversation, text="Danke!", seen_until=newest(), now=now)
    assert Dispatch.objects.count() == 2


def test_an_answer_goes_to_the_message_its_writer_saw(arrive, owner, now):
    conversation = arrive(turn("1", "Karl", now, visibility="members"))
    seen = newest()
    arrive(turn("2", "Troll", now + timedelta(seconds=5), "Alles Mist hier!", reply_to="1"))
    dispatch = send_reply(person=owner, conversation=conversation, text="Gern: …", seen_until=seen, now=now)
    assert dispatch.message.reply_to_native_id == "1"
    assert dispatch.message.visibility == "members"


def test_an_answer_a_person_found_at_the_network_stops_the_clock(arrive, owner, now):
    conversation = arrive(turn("1", "Karl", now - timedelta(hours=1)))
    dispatch = send_reply(person=owner, conversation=conversation, text="So.", seen_until=newest(), now=now)
    Dispatch.objects.filter(pk=dispatch.pk).update(state="unclear", reason_code="needs_person", first_spoke_at=now)
    later = now + timedelta(minutes=5)
    settle_by_person(person=owner, dispatch=dispatch, was_sent=True, now=later)
    file_new(later)
    conversation.refresh_from_db()
    assert conversation.state == "answered"


def test_a_receipt_written_after_a_newer_message_was_filed_still_stops_the_clock(arrive, owner, now):
    conversation = arrive(turn("1", "Karl", now - timedelta(hours=1)))
    send_reply(person=owner, conversation=conversation, text="So.", seen_until=newest(), now=now)
    claimed = claim_dispatch(pk=Dispatch.objects.get().pk, holder="w", now=now + timedelta(seconds=11))
    spoken = now + timedelta(seconds=12)
    arrive(turn("2", "Jana", now - timedelta(minutes=50), reply_to="1", act="answered"), at=now + timedelta(seconds=30))
    # Its transaction had to wait for the one above.
    write_receipt(dispatch=claimed, receipt=Receipt(Ref("9"), spoken), now=spoken)
    file_new(now + timedelta(seconds=40))
    assert Wait.objects.filter(clock="our_response", ended_at=spoken).exists()
    conversation.refresh_from_db()
    assert conversation.state == "answered"


def test_words_that_never_left_are_no_turn(arrive, owner, now):
    from allmende.inbox.actions import take_back_reply

    conversation = arrive(turn("1", "Karl", now - timedelta(hours=1)))
    dispatch = send_reply(person=owner, conversation=conversation, text="Zu schnell.", seen_until=newest(), now=now)
    take_back_reply(person=owner, dispatch=dispatch, now=now)
    arrive(turn("1", "Karl", now - timedelta(hours=1), "Wie geht das?", edited_at=now))
    conversation.refresh_from_db()
    assert (conversation.turns, conversation.last_turn_at) == (1, now - timedelta(hours=1))


def test_deleted_words_are_not_the_title(arrive, client_of, owner, now):
    secret = "Meine Kontonummer ist DE00"
    conversation = arrive(turn("1", "Karl", now, secret))
    gone = replace(turn("1", "Karl", now), text="", deleted_at=now + timedelta(minutes=1))
    arrive(gone, at=now + timedelta(minutes=1))
    conversation.refresh_from_db()
    assert secret not in conversation.title
    page = client_of(owner).get(f"/w/{owner.workspace.slug}/inbox/{conversation.public_id}/").content.decode()
    assert secret not in page


def test_one_conversation_nobody_can_fold_does_not_stop_the_filing(arrive, forum, now):
    arrive(turn("1", "Karl", now))
    record_batch(
        channel=forum,
        batch=Batch([turn("5", "Karl", now, thread="5"), turn("6", "Jana", now, thread="6")], "x"),
        now=now,
    )
    Message.objects.filter(native_id="5").update(occurred_at=datetime.max.replace(tzinfo=now.tzinfo, microsecond=0))
    file_new(now)
    states = dict(Conversation.objects.values_list("thread_native_id", "state"))
    assert states["6"] == "waiting"
    assert states["5"] in ("new", "waiting")  # not lost: somebody sees it
    assert file_new(now) == 0


def test_turns_of_one_moment_leave_one_wait_per_clock(arrive, now):
    conversation = arrive(
        turn("1", "Karl", now),
        turn("2", "Jana", now, reply_to="1", act="answered"),
        turn("3", "Karl", now, reply_to="2", act="commented"),
        turn("4", "Jana", now, reply_to="3", act="answered"),
    )
    keys = list(Wait.objects.filter(conversation=conversation).values_list("clock", "started_at"))
    assert len(keys) == len(set(keys))


def test_a_closed_conversation_stays_closed_when_an_old_message_arrives_late(arrive, owner, now):
    conversation = arrive(turn("1", "Karl", now - timedelta(hours=3)))
    close_conversation(person=owner, conversation=conversation, reason="no_reply_needed", now=now)
    late = now + timedelta(minutes=5)
    conversation = arrive(turn("2", "Jana", now - timedelta(hours=2), reply_to="1", act="answered"), at=late)
    assert conversation.state == "closed"


def test_a_refused_answer_lets_the_member_wait_on(arrive, owner, practice, now):
    conversation = arrive(turn("1", "Karl", now - timedelta(hours=1)))
    send_reply(person=owner, conversation=conversation, text="So.", seen_until=newest(), now=now)
    send_due(now=now + timedelta(seconds=20))  # the practice network knows no message "1"
    file_new(now + timedelta(seconds=30))
    conversation.refresh_from_db()
    assert Dispatch.objects.get().state == "refused"
    assert conversation.state == "waiting"


def test_a_message_whose_thread_is_told_later_moves_to_it(arrive, now):
    arrive(turn("1", "Karl", now))
    arrive(turn("2", "Jana", now + timedelta(minutes=1), thread="", act="answered"))
    assert Conversation.objects.count() == 2
    later = now + timedelta(minutes=2)
    told = turn("2", "Jana", now + timedelta(minutes=1), "Wie geht 2?", reply_to="1", act="answered")
    conversation = arrive(told, at=later)
    assert conversation.turns == 2


def test_a_note_sent_twice_is_one_note(arrive, owner, now):
    from allmende.inbox.actions import add_note

    conversation = arrive(turn("1", "Karl", now))
    for second in range(2):
        add_note(person=owner, conversation=conversation, text="Rückruf?", now=now + timedelta(seconds=second))
    assert conversation.notes.count() == 1


@pytest.mark.parametrize(
    ("byline", "said"), [("none", "Gern."), ("initials", "Gern. ^JP"), ("name", "Gern.\n– Jana Petersen")]
)
def test_s2_01_replies_show_a_human_author_as_chosen_per_channel(arrive, owner, client_of, forum, now, byline, said):
    conversation, client = arrive(turn("1", "Karl", now)), client_of(owner)
    address = f"/w/{owner.workspace.slug}/channels/{forum.slug}/change/"
    form = {"name": forum.name, "slug": forum.slug, "mark": "F", "byline": byline, "revision": forum.revision}
    assert client.post(address, form).status_code == 302
    seen = newest()
    for _ in range(2):  # pressed twice, signed once
        dispatch = send_reply(person=owner, conversation=conversation, text="Gern.", seen_until=seen, now=now)
    assert dispatch.message.text == said
    assert Dispatch.objects.count() == 1
    page = client.get(f"/w/{owner.workspace.slug}/inbox/{conversation.public_id}/").content.decode()
    assert ("Gezeichnet:" in page) == (byline != "none")
