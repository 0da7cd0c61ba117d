"""Answers in chosen situations are read by a colleague before they leave; nothing gets past that, and nobody waits alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.channels.actions import hand_over, send_due
from allmende.channels.models import Dispatch
from allmende.guidelines.models import ReactionRule
from allmende.inbox.actions import (
    CannotRead,
    CannotReply,
    NeedsReader,
    answer,
    approve_reading,
    ask_reader,
    choose_situation,
    decline_reading,
    remind_readers,
    send_reply,
    take_back_reading,
    take_back_reply,
)
from allmende.inbox.actions.ask_reader import undo_taken_back
from allmende.inbox.jobs import ask_readers
from allmende.inbox.models import Conversation, SecondReading
from allmende.team.actions import CannotUndo, undo_change
from allmende.team.models import Notice, Person
from allmende.team.queries import undo_url
from tests.inbox.test_screens import MOST_QUERIES

WORDS = "Das war unser Fehler. Am Montag ist es behoben."


@pytest.fixture
def lena(new_person) -> Person:
    return new_person("moderator", name="Lena Brandt")


@pytest.fixture
def heard(says, listen) -> Conversation:
    """A member complains on the network."""
    says("Birgit Ahlers", "Seit Freitag stimmt die Umsatzsteuer nicht.", at=timezone.now() - timedelta(minutes=5))
    return listen(timezone.now())[0]


@pytest.fixture
def dispute(owner, forum, heard, lena) -> Conversation:
    """A conversation whose situation wants a second reader."""
    ReactionRule.objects.filter(plan__channel=forum, situation=8).update(needs_second_reader=True)
    rule = ReactionRule.objects.get(plan__channel=forum, plan__state="in_force", situation=8)
    conversation = heard
    choose_situation(person=owner, conversation=conversation, rule=rule, now=timezone.now())
    return Conversation.objects.select_related("channel", "workspace", "rule").get(pk=conversation.pk)


def ask(person: Person, conversation: Conversation, text: str = WORDS, **more) -> SecondReading:
    found = answer(person=person, conversation=conversation, text=text, seen_until=10**9, now=timezone.now(), **more)
    assert isinstance(found, SecondReading)
    return found


def approve(person: Person, reading: SecondReading) -> Dispatch:
    return approve_reading(person=person, reading=reading, seen_hash=reading.words_hash, now=timezone.now())


def undo(person: Person, kind: str, reading: SecondReading) -> None:
    token = undo_url(person, kind, reading=reading.pk).rstrip("/").rsplit("/", 1)[1]
    undo_change(person=person, token=token, now=timezone.now())


def notices(person: Person) -> list[str]:
    return [one.kind for one in Notice.objects.filter(person=person, kind__startswith="inbox.reading")]


def test_s3_8_an_answer_waits_for_its_reader_and_leaves_when_approved(owner, lena, dispute):
    reading = ask(owner, dispute)
    assert not Dispatch.objects.exists()
    assert notices(lena) == ["inbox.reading_asked"]
    dispatch = approve(lena, reading)
    send_due(now=timezone.now() + timedelta(minutes=1))
    dispatch.refresh_from_db()
    reading.refresh_from_db()
    assert (dispatch.state, dispatch.message.text, dispatch.created_by) == ("sent", WORDS, owner)
    assert (reading.state, reading.answered_by, reading.dispatch) == ("approved", lena, dispatch)
    assert notices(owner) == ["inbox.reading_approved"]


def asks(person: Person) -> int:
    rows = Notice.objects.filter(person=person, seen_at__isnull=True)
    return rows.filter(kind__in=("inbox.reading_asked", "inbox.reading_waits")).count()


@pytest.mark.parametrize("ends", ["approved", "declined", "taken back", "changed"])
def test_what_is_read_already_asks_nobody_on_today(owner, lena, new_person, dispute, ends):
    others = [lena, new_person("moderator", name="Ole Petersen")]
    reading = ask(owner, dispute)
    assert [asks(one) for one in others] == [1, 1]
    if ends == "approved":
        approve(lena, reading)
    elif ends == "declined":
        decline_reading(person=lena, reading=reading, reason="Kein Datum nennen.", now=timezone.now())
    elif ends == "taken back":
        take_back_reading(person=owner, reading=reading, now=timezone.now())
    else:
        ask(owner, dispute, text="Am Montag ist es behoben.")
    assert [asks(one) for one in others] == ([1, 1] if ends == "changed" else [0, 0])
    if ends == "declined":
        undo(lena, "inbox.reading_declined", reading)
        assert [asks(one) for one in others] == [0, 1], "it waits again, and who undid it knows"
    if ends == "taken back":
        undo(owner, "inbox.reading_taken_back", reading)
        assert [asks(one) for one in others] == [1, 1]


def test_s3_8_no_way_leads_past_the_reader(owner, dispute):
    now = timezone.now()
    with pytest.raises(NeedsReader):
        send_reply(person=owner, conversation=dispute, text=WORDS, seen_until=10**9, now=now)
    asked_message = dispute.entries.get().message
    dispatch = hand_over(
        person=owner, channel=dispute.channel, kind="reply", text=WORDS, reply_to=asked_message, now=now, send_after=now
    )
    send_due(now=now + timedelta(minutes=1))
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.attempts) == ("waiting", 0)


def test_what_waits_for_its_reader_keeps_nothing_else_back(owner, dispute):
    """Also where the network states a budget, which stops an account once it is used up."""
    now = timezone.now()
    account = dispute.channel.account
    account.settings |= {"budgets": [[100, 60]]}
    account.save()
    given = {"person": owner, "channel": dispute.channel, "now": now, "send_after": now}
    hand_over(kind="reply", text=WORDS, reply_to=dispute.entries.get().message, **given)
    post = hand_over(kind="post", title="Hinweis", text="Morgen ist das Büro zu.", **given)
    send_due(now=now + timedelta(minutes=1))
    post.refresh_from_db()
    assert post.state == "sent"


def test_s3_8_an_approval_holds_for_exactly_the_words_that_were_read(owner, lena, dispute):
    reading = ask(owner, dispute)
    with pytest.raises(CannotRead):
        approve_reading(person=lena, reading=reading, seen_hash="0" * 64, now=timezone.now())
    for name in ("words", "words_hash", "text"):
        with pytest.raises(IntegrityError), transaction.atomic():
            SecondReading.objects.filter(pk=reading.pk).update(**{name: "x" * 64})
    dispatch = approve(lena, reading)
    Dispatch.objects.filter(pk=dispatch.pk).update(text_hash="f" * 64)
    send_due(now=timezone.now() + timedelta(minutes=1))
    dispatch.refresh_from_db()
    assert dispatch.state == "waiting"


def test_nobody_reads_their_own_answer(owner, dispute, lena):
    reading = ask(owner, dispute)
    with pytest.raises(CannotRead):
        approve(owner, reading)
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondReading.objects.filter(pk=reading.pk).update(
            state="approved", answered_by=owner, answered_at=timezone.now()
        )


def test_whoever_changes_a_word_asks_anew(owner, lena, dispute):
    first = ask(owner, dispute)
    second = ask(lena, dispute, "Das war unser Fehler. Am Dienstag ist es behoben.")
    first.refresh_from_db()
    assert (first.state, second.state, second.asked_by) == ("changed", "asked", lena)
    assert set(notices(owner)) == {"inbox.reading_changed", "inbox.reading_asked"}
    with pytest.raises(CannotRead):
        approve(lena, first)
    assert approve(owner, second).created_by == lena


def test_the_same_press_twice_asks_once(owner, lena, dispute):
    assert ask(owner, dispute) == ask(owner, dispute)
    assert SecondReading.objects.count() == len(notices(lena)) == 1


def test_a_reader_declines_with_a_reason_and_can_take_it_back(owner, lena, dispute):
    reading, now = ask(owner, dispute), timezone.now()
    with pytest.raises(CannotRead):
        decline_reading(person=lena, reading=reading, reason=" ", now=now)
    decline_reading(person=lena, reading=reading, reason="Montag ist Feiertag.", now=now)
    reading.refresh_from_db()
    assert (reading.state, reading.reason, Dispatch.objects.count()) == ("declined", "Montag ist Feiertag.", 0)
    assert notices(owner) == ["inbox.reading_declined"]
    undo(lena, "inbox.reading_declined", reading)
    reading.refresh_from_db()
    assert (reading.state, reading.answered_by) == ("asked", None)


def test_asking_is_taken_back_by_whoever_asked(owner, lena, dispute):
    reading, now = ask(owner, dispute), timezone.now()
    with pytest.raises(CannotRead):
        take_back_reading(person=lena, reading=reading, now=now)
    assert take_back_reading(person=owner, reading=reading, now=now) == WORDS
    with pytest.raises(CannotRead):
        approve(lena, reading)
    undo(owner, "inbox.reading_taken_back", reading)
    assert approve(lena, reading).kind == "reply"


def test_an_approval_is_taken_back_before_the_answer_leaves(owner, lena, dispute):
    reading = ask(owner, dispute)
    dispatch = approve(lena, reading)
    assert take_back_reply(person=lena, dispatch=dispatch, now=timezone.now()) is None
    reading.refresh_from_db()
    assert (reading.state, reading.dispatch) == ("asked", None)
    again = approve(lena, reading)
    assert take_back_reply(person=owner, dispatch=again, now=timezone.now()) == WORDS
    reading.refresh_from_db()
    assert reading.state == "approved"


def test_what_waits_already_is_not_asked_for_twice_by_an_undo(owner, lena, dispute):
    """Two asked at once: the second has the conversation later, though its moment was earlier."""
    now = timezone.now()
    earlier, later = ask(owner, dispute), ask(lena, dispute, "Am Montag ist es behoben.")
    take_back_reading(person=lena, reading=later, now=now)
    third = answer(person=owner, conversation=dispute, text="Kommt.", seen_until=10**9, now=earlier.asked_at)
    with pytest.raises(CannotUndo, match=r"\.$"):
        undo(lena, "inbox.reading_taken_back", later)
    decline_reading(person=lena, reading=third, reason="Wann?", now=now)
    answer(person=owner, conversation=dispute, text="Kommt am Montag.", seen_until=10**9, now=earlier.asked_at)
    with pytest.raises(CannotUndo, match=r"\.$"):
        undo(lena, "inbox.reading_declined", third)
    assert SecondReading.objects.filter(state="asked").count() == 1


def test_the_conversation_is_held_before_its_reading_and_the_queue(owner, lena, dispute):
    """`lock_conversation.locked`: the conversation, the reading, the dispatch. Threads would show it only by chance."""
    reading, now = ask(owner, dispute), timezone.now()
    dispatch = holding_first(lambda: approve(lena, reading))
    holding_first(lambda: take_back_reply(person=lena, dispatch=dispatch, now=now))
    holding_first(lambda: take_back_reading(person=owner, reading=SecondReading.objects.get(), now=now))
    holding_first(lambda: undo(owner, "inbox.reading_taken_back", reading))
    holding_first(lambda: decline_reading(person=lena, reading=reading, reason="Montag ist Feiertag.", now=now))
    holding_first(lambda: undo(lena, "inbox.reading_declined", reading))
    reading.refresh_from_db()
    assert reading.state == "asked"


def holding_first(act: Callable[[], Any]) -> Any:
    """Do it, and see that it asks for the conversation before it locks or changes a reading or a dispatch."""
    with CaptureQueriesContext(connection) as seen:
        done = act()
    begins = [
        'SELECT "inbox_conversation"' in sql
        for sql in (one["sql"] for one in seen.captured_queries)
        if sql.startswith(('SELECT "inbox_conversation"', 'UPDATE "inbox_secondreading"', 'UPDATE "channels_dispatch"'))
        or 'FOR UPDATE OF "inbox_secondreading"' in sql
    ]
    assert begins[0]
    return done


def test_i_03_in_solo_mode_nobody_waits_for_a_reader(owner, lena, dispute):
    Person.objects.filter(pk=lena.pk).update(left_at=timezone.now())
    found = answer(person=owner, conversation=dispute, text=WORDS, seen_until=10**9, now=timezone.now())
    assert isinstance(found, Dispatch)
    send_due(now=timezone.now() + timedelta(minutes=3))
    found.refresh_from_db()
    assert found.state == "sent"


def test_s4_15_whoever_only_reads_yet_keeps_no_answer_waiting_for_them(owner, lena, dispute):
    """The page asks nobody, so the database must not wait for them either: the answer would never leave."""
    now = timezone.now()
    until = timezone.localdate() + timedelta(days=30)
    Person.objects.filter(pk=lena.pk).update(employment="external", access_until_date=until, briefing_asked_at=now)
    found = answer(person=owner, conversation=dispute, text=WORDS, seen_until=10**9, now=now)
    assert isinstance(found, Dispatch)
    send_due(now=now + timedelta(minutes=3))
    found.refresh_from_db()
    assert found.state == "sent"


def test_other_situations_want_no_reader(owner, lena, heard):
    found = answer(person=owner, conversation=heard, text=WORDS, seen_until=10**9, now=timezone.now())
    assert isinstance(found, Dispatch)


def test_a_reply_that_waits_already_is_read_in_the_queue(owner, lena, forum, heard):
    now = timezone.now()
    dispatch = send_reply(person=owner, conversation=heard, text=WORDS, seen_until=10**9, now=now)
    ReactionRule.objects.filter(plan__channel=forum).update(needs_second_reader=True)
    send_due(now=now + timedelta(minutes=1))
    assert ask_readers(now + timedelta(minutes=1)) == 1
    reading = SecondReading.objects.get()
    assert (reading.dispatch, reading.words) == (dispatch, WORDS)
    assert approve(lena, reading) == dispatch
    send_due(now=now + timedelta(minutes=2))
    dispatch.refresh_from_db()
    assert dispatch.state == "sent"


def test_declining_takes_a_waiting_reply_out_of_the_queue(owner, lena, forum, heard):
    now = timezone.now()
    dispatch = send_reply(person=owner, conversation=heard, text=WORDS, seen_until=10**9, now=now)
    ReactionRule.objects.filter(plan__channel=forum).update(needs_second_reader=True)
    ask_readers(now)
    decline_reading(person=lena, reading=SecondReading.objects.get(), reason="So nicht.", now=now)
    dispatch.refresh_from_db()
    assert dispatch.state == "withdrawn"


def test_a_colleagues_answer_meanwhile_stops_the_approval(owner, lena, forum, dispute):
    reading = answer(person=owner, conversation=dispute, text=WORDS, seen_until=0, now=timezone.now())
    other = ReactionRule.objects.filter(plan__channel=forum, plan__state="in_force", situation=1).get()
    choose_situation(person=owner, conversation=dispute, rule=other, now=timezone.now())
    send_reply(person=lena, conversation=dispute, text="Schon erledigt.", seen_until=10**9, now=timezone.now())
    with pytest.raises(CannotRead, match="Lena Brandt"):
        approve(lena, reading)
    reading.refresh_from_db()
    assert reading.state == "asked"


def test_who_was_asked_is_reminded_once(owner, lena, dispute):
    ask(owner, dispute)
    now = timezone.now()
    Conversation.objects.update(due_at=None)
    assert remind_readers(now=now + timedelta(minutes=59)) == 0
    assert remind_readers(now=now + timedelta(minutes=61)) == 1
    assert remind_readers(now=now + timedelta(minutes=99)) == 0
    assert set(notices(lena)) == {"inbox.reading_asked", "inbox.reading_waits"}


def test_who_is_asked_again_is_reminded_again(owner, lena, dispute):
    reading, now = ask(owner, dispute), timezone.now()
    Conversation.objects.update(due_at=None)
    assert remind_readers(now=now + timedelta(minutes=61)) == 1
    take_back_reading(person=owner, reading=reading, now=now + timedelta(minutes=62))
    undo_taken_back(person=owner, reading=reading.pk, now=now + timedelta(minutes=63))
    assert remind_readers(now=now + timedelta(minutes=122)) == 0, "an hour from when they were asked again"
    assert remind_readers(now=now + timedelta(minutes=124)) == 1
    assert notices(lena).count("inbox.reading_waits") == 2


def test_who_may_not_answer_reads_nothing(owner, new_person, dispute):
    reading = ask(owner, dispute)
    for role in ("author", "observer"):
        with pytest.raises(PermissionDenied):
            approve(new_person(role), reading)
    with pytest.raises(SecondReading.DoesNotExist):
        approve(new_person("owner", slug="other"), reading)


def test_an_empty_answer_asks_nobody(owner, dispute):
    with pytest.raises(CannotReply):
        ask_reader(person=owner, conversation=dispute, text=" ", seen_until=10**9, now=timezone.now())


# --- on the screens --------------------------------------------------------------------------------------------------


def place(conversation: Conversation, rest: str = "") -> str:
    return f"/w/{conversation.workspace.slug}/inbox/{rest or f'{conversation.public_id}/'}"


def test_s3_8_asking_and_approving_in_the_conversation(owner, lena, dispute, client_of):
    writer, reader = client_of(owner), client_of(lena)
    page = writer.get(place(dispute)).content.decode()
    assert "Zum Gegenlesen geben" in page and "Antwort senden" not in page
    answer_ = writer.post(place(dispute), {"text": WORDS, "seen_until": 10**9}, follow=True).content.decode()
    reading = SecondReading.objects.get()
    assert (
        "/undo/" in answer_ and "Wartet aufs Gegenlesen" in answer_ and f"{reading.public_id}/approve/" not in answer_
    )
    seen = reader.get(place(dispute)).content.decode()
    assert WORDS in seen and 'data-key="y"' in seen
    given = {"seen_hash": reading.words_hash}
    done = reader.post(place(dispute, f"readings/{reading.public_id}/approve/"), given, follow=True)
    dispatch = Dispatch.objects.get()
    assert f"replies/{dispatch.public_id}/take-back/" in done.content.decode()
    assert "Wartet aufs Gegenlesen" not in done.content.decode()
    back = reader.post(place(dispute, f"replies/{dispatch.public_id}/take-back/"), follow=True)
    assert "wartet wieder aufs Gegenlesen" in back.content.decode()
    assert SecondReading.objects.get().state == "asked"


def test_the_list_shows_what_waits_and_takes_the_answer(owner, lena, dispute, client_of):
    reader, page = client_of(lena), place(dispute, "readings/")
    assert "Keine Antwort ist gegenzulesen" in reader.get(page).content.decode()
    reading = ask(owner, dispute)
    html = reader.get(page).content.decode()
    assert WORDS in html and "Seit Freitag stimmt die Umsatzsteuer nicht" in html and "data-item" in html
    address = place(dispute, f"readings/{reading.public_id}/decline/")
    refused = reader.post(address, {"reason": "", "to": "list"})
    assert refused.status_code == 422 and "Sagen Sie, warum" in refused.content.decode()
    declined = reader.post(address, {"reason": "Montag ist Feiertag.", "to": "list"})
    assert declined["Location"] == page
    seen = client_of(owner).get(place(dispute)).content.decode()
    assert "Montag ist Feiertag." in seen and f">\n{WORDS}</textarea>" in seen


def test_a_refused_decline_stays_in_the_conversation(owner, lena, dispute, client_of):
    reading = ask(owner, dispute)
    refused = client_of(lena).post(place(dispute, f"readings/{reading.public_id}/decline/"), {"reason": "x" * 501})
    assert refused.status_code == 422 and "x" * 501 in refused.content.decode()


def test_taking_back_brings_the_words_into_the_form(owner, lena, dispute, client_of):
    reading, writer = ask(owner, dispute), client_of(owner)
    page = writer.post(place(dispute, f"readings/{reading.public_id}/take-back/"), follow=True).content.decode()
    assert f">\n{WORDS}</textarea>" in page and "Wartet aufs Gegenlesen" not in page


def test_where_nobody_is_asked_the_page_takes_as_few_queries_as_before(
    owner, lena, heard, client_of, django_assert_max_num_queries
):
    client, page = client_of(owner), place(Conversation.objects.select_related("workspace").get(pk=heard.pk))
    client.get(page)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(page)


def test_a_list_of_many_takes_as_few_queries_as_of_one(owner, lena, forum, asked, client_of, django_assert_num_queries):
    rules = ReactionRule.objects.filter(plan__channel=forum)
    rules.update(needs_second_reader=True)
    client, first = client_of(lena), asked(1)[0]
    ask(owner, first)
    page = f"/w/{owner.workspace.slug}/inbox/readings/"
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for one in asked(8, first=1):
        ask(owner, one)
    with django_assert_num_queries(len(few)):
        assert len(client.get(page).context["asked"]) == 9
