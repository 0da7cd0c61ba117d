"""Feedback goes to a department and its result back to the member; questions go to experts by agreement and come back."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.inbox import queries, states
from allmende.inbox.actions import (
    CannotAnswer,
    CannotClose,
    CannotInquire,
    CannotTell,
    accept_inquiry,
    answer_inquiry,
    ask_department,
    ask_expert,
    close_conversation,
    close_several,
    decline_inquiry,
    drop_inquiry,
    keep_knowledge,
    note_member_told,
    open_question,
    send_reply,
    take_back_reply,
    take_up,
)
from allmende.inbox.jobs import follow_inquiries
from allmende.inbox.models import Closing, Conversation, Inquiry
from allmende.inbox.queries import Filter, listing
from allmende.team.actions import CannotSaveExpert, CannotUndo, save_expert, save_unit, undo_change
from allmende.team.models import Expert, GuestLink, Mail, Notice, Person, ResponsibleUnit
from allmende.team.queries import kept, undo_of

WISH = "Mitglieder wünschen sich eine Sammelbuchung."
RESULT = "Die Sammelbuchung kommt mit Version 12 im März."


@pytest.fixture
def lena(owner, new_person) -> Person:
    return new_person("moderator", name="Lena Brandt")


@pytest.fixture
def jonas(owner, new_person) -> Person:
    """Leads the product department and may only read."""
    return new_person("observer", name="Jonas Thiel")


@pytest.fixture
def product(owner, jonas) -> ResponsibleUnit:
    return save_unit(
        person=owner, unit=None, kind="department", name="Produkt", lead=jonas, members=[], now=timezone.now()
    )


@pytest.fixture
def talk(asked) -> Conversation:
    return asked(1)[0]


@pytest.fixture
def feedback(owner, talk, product) -> Inquiry:
    return ask_department(
        person=owner,
        conversation=talk,
        unit=product,
        question=WISH,
        topic="Sammelbuchung",
        due_date=in_days(5),
        now=timezone.now(),
    )


@pytest.fixture
def tax(owner) -> Callable[..., Expert]:
    """`tax("Petra Voss", deputy=…)`: an expert for VAT, asked by e-mail."""

    def make(name: str, **more) -> Expert:
        given = {
            "topics": ["Umsatzsteuer"],
            "way": "mail",
            "email": "petra@steuer.example",
            "now": timezone.now(),
            **more,
        }
        return save_expert(person=owner, expert=None, name=name, **given)

    return make


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def told(person: Person) -> list[str]:
    return [one.kind for one in Notice.objects.filter(person=person, kind__startswith="inbox.inquiry").order_by("pk")]


def undo(url: str, person: Person) -> None:
    undo_change(person=person, token=url.rstrip("/").rsplit("/", 1)[1], now=timezone.now())


def reply(person: Person, conversation: Conversation, text: str = RESULT):
    return send_reply(person=person, conversation=conversation, text=text, seen_until=10**9, now=timezone.now())


def state_of(inquiry: Inquiry) -> str:
    return Inquiry.objects.get(pk=inquiry.pk).state


# --- I-15, S2-07 -----------------------------------------------------------------------------------------------------


def test_s4_15_whoever_only_reads_yet_says_nothing_where_they_were_asked_either(feedback, jonas):
    until, about = in_days(30), {"inquiry": feedback, "now": timezone.now()}
    Person.objects.filter(pk=jonas.pk).update(
        employment="external", access_until_date=until, briefing_asked_at=timezone.now()
    )
    jonas.refresh_from_db()
    with pytest.raises(PermissionDenied):
        accept_inquiry(person=jonas, **about)
    Person.objects.filter(pk=jonas.pk).update(briefing_asked_at=None)
    jonas.refresh_from_db()
    assert accept_inquiry(person=jonas, **about).state == states.ACCEPTED


def test_s2_07_feedback_goes_to_the_department_and_its_answer_back_to_the_member(owner, jonas, talk, feedback):
    assert told(jonas) == ["inbox.inquiry_asked"]
    answer_inquiry(inquiry=feedback, person=jonas, answer=RESULT, now=timezone.now())
    assert told(owner) == ["inbox.inquiry_answered"]
    assert take_up(person=owner, inquiry=feedback, now=timezone.now()) == RESULT
    dispatch = reply(owner, talk)
    found = Inquiry.objects.get(pk=feedback.pk)
    assert (found.state, found.dispatch_id, found.told_at is not None) == (states.USED, dispatch.pk, True)
    close_conversation(person=owner, conversation=talk, reason="answered", now=timezone.now())


def test_i_15_a_conversation_stays_open_until_the_member_was_told(owner, jonas, talk, feedback):
    now = timezone.now()
    for step in (lambda: None, lambda: answer_inquiry(inquiry=feedback, person=jonas, answer=RESULT, now=now)):
        step()
        with pytest.raises(CannotClose, match="Produkt"):
            close_conversation(person=owner, conversation=talk, reason="answered", now=now)
        assert close_several(person=owner, conversations=[talk], reason="answered", now=now) == []
    drop_inquiry(person=owner, inquiry=feedback, reason="Das Mitglied hat sich abgemeldet.", now=now)
    assert close_several(person=owner, conversations=[talk], reason="answered", now=now)


def test_i_15_the_database_itself_refuses_to_close(owner, talk, feedback):
    row = {"conversation": talk, "at": timezone.now(), "person": owner, "reason": "answered"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.create(**row)
    undone = Closing.objects.create(**row, undone_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.filter(pk=undone.pk).update(undone_at=None)
    Inquiry.objects.filter(pk=feedback.pk).update(archived_at=timezone.now())
    Closing.objects.create(**row)


def test_i_15_words_that_were_taken_back_told_nobody(owner, jonas, talk, feedback):
    answer_inquiry(inquiry=feedback, person=jonas, answer=RESULT, now=timezone.now())
    take_up(person=owner, inquiry=feedback, now=timezone.now())
    dispatch = reply(owner, talk)
    take_back_reply(person=owner, dispatch=dispatch, now=timezone.now())
    assert state_of(feedback) == states.ANSWERED
    with pytest.raises(CannotClose):
        close_conversation(person=owner, conversation=talk, reason="answered", now=timezone.now())


def test_i_15_no_undo_closes_over_an_open_question(owner, talk, product):
    from allmende.inbox.actions.close_conversation import undo_reopen

    now = timezone.now()
    closing = close_conversation(person=owner, conversation=talk, reason="answered", now=now)
    Closing.objects.filter(pk=closing.pk).update(undone_at=now)
    Conversation.objects.filter(pk=talk.pk).update(state=states.WAITING)
    talk.refresh_from_db()
    ask_department(person=owner, conversation=talk, unit=product, question=WISH, due_date=in_days(5), now=now)
    with pytest.raises(CannotUndo):
        undo_reopen(person=owner, closings=[closing.pk], now=now)


def test_nobody_is_asked_out_of_a_closed_conversation_without_words_or_for_a_day_gone_by(owner, talk, product):
    given = {"person": owner, "conversation": talk, "unit": product, "now": timezone.now()}
    with pytest.raises(CannotInquire):
        ask_department(**given, question=" ", due_date=in_days(5))
    with pytest.raises(CannotInquire):
        ask_department(**given, question=WISH, due_date=in_days(-1))
    close_conversation(person=owner, conversation=talk, reason="answered", now=timezone.now())
    talk.refresh_from_db()
    with pytest.raises(CannotInquire):
        ask_department(**given, question=WISH, due_date=in_days(5))


def test_told_needs_words_of_ours_after_the_answer(owner, jonas, talk, feedback):
    answer_inquiry(inquiry=feedback, person=jonas, answer=RESULT, now=timezone.now())
    with pytest.raises(CannotTell):
        note_member_told(person=owner, inquiry=feedback, now=timezone.now())
    reply(owner, talk)
    assert state_of(feedback) == states.ANSWERED, "nobody took the answer up for these words"
    note_member_told(person=owner, inquiry=feedback, now=timezone.now())
    assert state_of(feedback) == states.USED


def test_who_was_not_asked_and_sorts_nothing_cannot_answer(new_person, feedback):
    stranger = new_person("author", name="Otto")
    with pytest.raises(PermissionDenied):
        answer_inquiry(inquiry=feedback, person=stranger, answer="x", now=timezone.now())


def test_when_the_day_passes_people_are_reminded_once(owner, jonas, feedback):
    Inquiry.objects.filter(pk=feedback.pk).update(due_date=in_days(-2))
    assert follow_inquiries(timezone.now()) == 1
    assert follow_inquiries(timezone.now()) == 0
    assert told(jonas)[-1] == told(owner)[-1] == "inbox.inquiry_late"
    assert state_of(feedback) == states.ASKED


def test_a_department_cannot_time_out_or_decline(jonas, feedback):
    with pytest.raises(CannotAnswer):
        decline_inquiry(inquiry=feedback, person=jonas, reason="keine Zeit", now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.filter(pk=feedback.pk).update(state=states.TIMED_OUT)


@pytest.mark.parametrize(
    "broken",
    [
        {"question": ""}, {"unit": None}, {"state": "answered"}, {"state": "used"}, {"state": "dropped"}, {"state": "x"},
        {"knowledge": "x"}, {"kind": "expert"},
    ],
    ids=str,
)  # fmt: skip
def test_the_database_keeps_what_a_question_needs(feedback, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.filter(pk=feedback.pk).update(**broken)


def test_the_view_of_those_who_wait_for_a_department(owner, talk, feedback):
    reply(owner, talk, "Danke, wir fragen nach.")
    found = listing(owner.workspace, owner, timezone.now(), Filter(tab="department"))
    assert [row.pk for row in found.rows] == [talk.pk]
    assert not listing(owner.workspace, owner, timezone.now(), Filter(tab="expert")).rows
    drop_inquiry(person=owner, inquiry=feedback, reason="doppelt", now=timezone.now())
    assert not listing(owner.workspace, owner, timezone.now(), Filter(tab="department")).rows


def test_a_question_that_waits_no_more_asks_nobody_on_today(owner, jonas, feedback):
    asks = Notice.objects.filter(person=jonas, kind="inbox.inquiry_asked", seen_at__isnull=True)
    assert asks.count() == 1
    before = kept(feedback, "state", "reason")
    dropped = drop_inquiry(person=owner, inquiry=feedback, reason="doppelt", now=timezone.now())
    assert not asks.exists()
    undo(undo_of(owner, "inbox.inquiry", dropped, before), owner)
    assert asks.count() == 1, "it is asked again"
    answer_inquiry(inquiry=feedback, person=owner, answer=RESULT, now=timezone.now())
    assert not asks.exists()


def test_each_view_of_those_who_wait_holds_its_own_kind_and_stands_in_the_address(
    owner, client_of, asked, tax, product
):
    first, second, third = asked(3)
    now, client = timezone.now(), client_of(owner)
    ask_department(person=owner, conversation=first, unit=product, question=WISH, due_date=in_days(5), now=now)
    ask_expert(person=owner, conversation=second, expert=tax("Petra Voss"), question="Gilt 7 %?", now=now)
    for one in (first, second, third):
        reply(owner, one, f"Danke, wir fragen nach, {one.pk}.")

    def shown(tab: str) -> set[int]:
        page = client.get(reverse("inbox:index", args=["lotsenforum"]), {"tab": tab})
        return {row.pk for row in page.context["listing"].rows}

    assert shown("department") == {first.pk} and shown("expert") == {second.pk} and not shown("outside")
    assert third.pk in shown("all"), "nobody else is asked there"


def test_steps_are_taken_back(owner, jonas, feedback):
    before = kept(feedback, "state", "reason")
    dropped = drop_inquiry(person=owner, inquiry=feedback, reason="doppelt", now=timezone.now())
    undo(undo_of(owner, "inbox.inquiry", dropped, before), owner)
    assert state_of(feedback) == states.ASKED
    fresh = Inquiry.objects.get(pk=feedback.pk)
    undo(undo_of(owner, "inbox.inquiry", fresh, {"archived_at": timezone.now().isoformat()}), owner)
    assert queries.waiting_inquiries(owner.workspace) == []
    with pytest.raises(CannotAnswer):
        answer_inquiry(inquiry=feedback, person=jonas, answer="x", now=timezone.now())


# --- S2-21 -----------------------------------------------------------------------------------------------------------


def test_s2_21_the_procedure_says_who_answers_what_is_promised_and_where_it_is_recorded(
    owner, client_of, forum, tax, feedback
):
    tax("Petra Voss")
    found = queries.procedure(owner.workspace)
    assert {rule.situation for rule in found.rules} == {4, 5}
    assert [unit.name for unit in found.departments] == ["Produkt"]
    assert [(topic, [one.name for one in people]) for topic, people in found.topics] == [
        ("Umsatzsteuer", ["Petra Voss"])
    ]
    assert found.open == 1
    page = client_of(owner).get(reverse("inbox:procedure", args=["lotsenforum"])).content.decode()
    assert all(word in page for word in ("Produkt", "Umsatzsteuer", "Petra Voss", forum.name))


# --- S3-13 -----------------------------------------------------------------------------------------------------------


def test_s3_13_a_question_reaches_an_expert_by_mail_and_the_answer_comes_back_as_a_reply(owner, talk, tax):
    expert = tax("Petra Voss", is_named=True)
    asked = ask_expert(
        person=owner, conversation=talk, expert=expert, question="Gilt 7 %?", topic="Umsatzsteuer", now=timezone.now()
    )
    mail = Mail.objects.get(once_key=f"inquiry:asked:{asked.pk}")
    assert mail.to_address == "petra@steuer.example" and "Gilt 7 %?" in mail.body
    path = mail.body[mail.body.index("/guest/question/") :].split()[0]
    guest = Client()
    assert "Gilt 7 %?" in guest.get(path).content.decode()
    answered = guest.post(
        path, {"what": "answered", "answer": "Ja, seit Januar.", "name": "Petra Voss", "minutes": "20"}
    )
    assert answered.status_code == 200
    found = Inquiry.objects.get(pk=asked.pk)
    assert (found.state, found.answered_name, found.minutes) == (states.ANSWERED, "Petra Voss", 20)
    assert take_up(person=owner, inquiry=found, now=timezone.now()).endswith(": Ja, seit Januar.")
    reply(owner, talk, "Petra Voss sagt: ja, seit Januar.")
    assert state_of(asked) == states.USED
    assert "<textarea" not in guest.get(path).content.decode()


def test_s3_13_experts_stand_by_topic_with_their_agreement_and_what_they_carry(owner, client_of, talk, tax):
    expert = tax("Petra Voss", hours_per_month=Decimal(2), most_open=3)
    asked = ask_expert(person=owner, conversation=talk, expert=expert, question="Gilt 7 %?", now=timezone.now())
    answer_inquiry(inquiry=asked, person=None, name="Petra", answer="Ja.", minutes=90, now=timezone.now())
    ask_expert(person=owner, conversation=talk, expert=expert, question="Und Bücher?", now=timezone.now())
    load = queries.loads(owner.workspace, timezone.now())[0]
    assert (load.open, load.minutes, load.is_full) == (1, 90, False)
    page = client_of(owner).get(reverse("inbox:experts", args=["lotsenforum"]) + "?topic=Umsatzsteuer").content.decode()
    assert "Petra Voss" in page
    page = client_of(owner).get(reverse("inbox:experts", args=["lotsenforum"]) + "?topic=Bienen").content.decode()
    assert "Petra Voss" not in page


def test_s3_13_nobody_is_asked_more_than_was_agreed(owner, talk, tax):
    deputy = tax("Uwe Ott", email="uwe@steuer.example")
    full = tax("Petra Voss", most_open=1, deputy=deputy)
    ask_expert(person=owner, conversation=talk, expert=full, question="Gilt 7 %?", now=timezone.now())
    with pytest.raises(CannotInquire, match="Uwe Ott"):
        ask_expert(person=owner, conversation=talk, expert=full, question="Und Bücher?", now=timezone.now())
    asked = ask_expert(person=owner, conversation=talk, expert=deputy, question="Und Bücher?", now=timezone.now())
    answer_inquiry(inquiry=asked, person=None, name="Uwe", answer="Ja.", minutes=120, now=timezone.now())
    with pytest.raises(CannotInquire, match="Uwe Ott"):
        ask_expert(person=owner, conversation=talk, expert=deputy, question="Und Hefte?", now=timezone.now())


def test_s3_13_who_does_not_answer_in_time_or_declines_hands_on_to_the_deputy(owner, talk, tax):
    last = tax("Ida Roth", email="ida@steuer.example")
    deputy = tax("Uwe Ott", email="uwe@steuer.example", deputy=last)
    asked = ask_expert(
        person=owner,
        conversation=talk,
        expert=tax("Petra Voss", deputy=deputy),
        question="Gilt 7 %?",
        now=timezone.now(),
    )
    accept_inquiry(inquiry=asked, person=None, now=timezone.now())
    Inquiry.objects.filter(pk=asked.pk).update(due_date=in_days(-2))
    assert follow_inquiries(timezone.now()) == 1
    second = Inquiry.objects.get(follows=asked)
    assert (state_of(asked), second.expert, second.question) == (states.TIMED_OUT, deputy, "Gilt 7 %?")
    assert "inbox.inquiry_timed_out_passed_on" in told(owner)
    third = decline_inquiry(inquiry=second, person=None, reason="im Urlaub", now=timezone.now())
    assert third and third.expert == last
    assert decline_inquiry(inquiry=third, person=None, reason="nicht mein Thema", now=timezone.now()) is None
    assert told(owner)[-1] == "inbox.inquiry_declined"
    late = answer_inquiry(inquiry=asked, person=None, name="Petra", answer="Doch noch: ja.", now=timezone.now())
    assert late.state == states.ANSWERED, "an answer that comes late is an answer"


def test_s3_13_an_answer_is_proposed_as_knowledge_and_kept(owner, talk, tax):
    asked = ask_expert(
        person=owner, conversation=talk, expert=tax("Petra Voss"), question="Gilt 7 %?", now=timezone.now()
    )
    answer_inquiry(inquiry=asked, person=None, name="Petra", answer="Ja.", now=timezone.now())
    assert queries.known_answers(owner, states.PROPOSED) == [asked]
    keep_knowledge(person=owner, inquiry=asked, is_kept=True, now=timezone.now())
    assert queries.known_answers(owner, states.KEPT, "7 %") == [asked]
    assert queries.known_answers(owner, states.KEPT, "Bienen") == []


def test_s3_13_due_days_are_working_days(owner, talk, tax):
    asked = ask_expert(
        person=owner, conversation=talk, expert=tax("Petra Voss", answer_days=3), question="?", now=timezone.now()
    )
    assert (asked.due_date - timezone.localdate()).days >= 3 and asked.due_date.weekday() < 5


def test_an_expert_who_cannot_be_reached_is_not_saved(owner, tax):
    with pytest.raises(CannotSaveExpert):
        tax("Petra Voss", email="")
    with pytest.raises(CannotSaveExpert):
        tax("Petra Voss", way="app")
    with pytest.raises(CannotSaveExpert):
        tax("Petra Voss", topics=[" "])
    expert = tax("Petra Voss")
    with pytest.raises(IntegrityError), transaction.atomic():
        Expert.objects.filter(pk=expert.pk).update(deputy=expert.pk)


def test_a_moderator_cannot_make_links_but_asks_who_has_an_account(lena, jonas, owner, talk, tax):
    with pytest.raises(CannotInquire):
        ask_expert(person=lena, conversation=talk, expert=tax("Petra Voss"), question="?", now=timezone.now())
    inside = tax("Jonas Thiel", way="app", email="", colleague=jonas)
    asked = ask_expert(person=lena, conversation=talk, expert=inside, question="Gilt 7 %?", now=timezone.now())
    assert told(jonas) == ["inbox.inquiry_asked"]
    with pytest.raises(PermissionDenied):
        open_question(person=lena, inquiry=asked, now=timezone.now())


# --- screens ---------------------------------------------------------------------------------------------------------


def test_asking_answering_and_telling_through_the_screens(owner, jonas, client_of, talk, product):
    here, there = client_of(owner), client_of(jonas)
    page = reverse("inbox:inquire", args=["lotsenforum", talk.public_id])
    assert "Produkt" in here.get(page).content.decode()
    refused = here.post(page, {"whom": "", "question": WISH})
    assert refused.status_code == 422 and WISH in refused.content.decode()
    assert (
        here.post(page, {"whom": f"unit:{product.pk}", "question": WISH, "topic": "Sammelbuchung"}).status_code == 302
    )
    asked = Inquiry.objects.get()
    question = reverse("inbox:question", args=["lotsenforum", asked.pk])
    assert WISH in there.get(question).content.decode()
    assert "Sammelbuchung" in there.get(reverse("inbox:questions", args=["lotsenforum"])).content.decode()
    assert there.post(question, {"answer": ""}).status_code == 422
    assert there.post(question, {"answer": RESULT}).status_code == 302
    beside = reverse("inbox:asked_here", args=["lotsenforum", talk.public_id])
    assert "Produkt" in here.get(beside).content.decode()
    above = here.get(beside, headers={"HX-Request": "true"}).content.decode().split('id="answers-came"')[1]
    assert RESULT[:40] in above and question in above, (
        "an answer that came stands above the reply, not only in the drawer"
    )
    thread = here.get(reverse("inbox:conversation", args=["lotsenforum", talk.public_id])).content.decode()
    assert 'id="answers-came"' in thread.split('id="reply"')[1].split("<textarea")[0]
    refused = here.post(reverse("inbox:close", args=["lotsenforum", talk.public_id]), {"reason": "answered"})
    assert refused.status_code == 422
    head = refused.content.decode().split('id="thread"')[1].split('class="turns"')[0]
    assert 'role="alert"' in head and "Produkt" in head, "said where one looks, not only in the closed drawer beside it"
    assert here.post(reverse("inbox:take_up_answer", args=["lotsenforum", asked.pk])).status_code == 302
    thread = here.get(reverse("inbox:conversation", args=["lotsenforum", talk.public_id])).content.decode()
    assert RESULT in thread


def test_who_was_not_asked_and_reads_no_conversations_finds_nothing(new_person, client_of, feedback):
    observer = new_person("observer", name="Otto")
    assert client_of(observer).get(reverse("inbox:question", args=["lotsenforum", feedback.pk])).status_code == 404
    assert (
        "Sammelbuchung"
        not in client_of(observer).get(reverse("inbox:questions", args=["lotsenforum"])).content.decode()
    )


def test_a_guest_loses_nothing_typed_and_finds_a_closed_door_after_revoking(owner, talk, tax):
    asked = ask_expert(
        person=owner, conversation=talk, expert=tax("Petra Voss"), question="Gilt 7 %?", now=timezone.now()
    )
    token = open_question(person=owner, inquiry=asked, now=timezone.now())
    path, guest = reverse("guest_question", args=[token]), Client()
    refused = guest.post(path, {"what": "answered", "answer": "Ja, seit Januar.", "name": ""})
    assert refused.status_code == 409 and "Ja, seit Januar." in refused.content.decode()
    assert guest.post(path, {"what": "accepted"}).status_code == 200 and state_of(asked) == states.ACCEPTED
    assert guest.post(path, {"what": "declined", "reason": ""}).status_code == 409
    GuestLink.objects.update(revoked_at=timezone.now())
    assert guest.get(path).status_code == 404
