"""What was written for us alone: seen by who needs it, and every other look stands in the audit book."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.channels.actions import record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.inbox import audit
from allmende.inbox.actions import ask_reader, assign_conversation, look_into_private
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.inbox.queries import asked_readings, similar_to
from allmende.team.models import AuditRow

SECRET = "Meine Kontonummer steht falsch in der Umsatzsteuer"


@pytest.fixture
def wrote(forum):
    """`wrote("direct")` files a message of a member; returns its conversation."""

    def write(visibility: str, name: str = "p1", title: str = "", text: str = SECRET) -> Conversation:
        at = timezone.now() - timedelta(minutes=5)
        item = Item(
            ref=Ref(name), kind="message", act="asked", author=Author("m1", name="Birgit Ahlers"), occurred_at=at, thread=name,
            title=title, text=text, visibility=visibility,
        )  # fmt: skip
        record_batch(channel=forum, batch=Batch([item], name), now=timezone.now())
        while file_new(timezone.now()):
            pass
        return Conversation.objects.get(thread_native_id=name)

    return write


def looks() -> list[str]:
    return [row.person.name for row in AuditRow.objects.filter(verb=audit.LOOKED_INTO).order_by("number") if row.person]


def page(conversation: Conversation, tail: str = "") -> str:
    return f"/w/{conversation.workspace.slug}/inbox/{conversation.public_id}/{tail}"


def test_a_look_by_somebody_else_is_in_the_audit_book(owner, new_person, client_of, wrote):
    one, moderator = wrote("direct"), new_person("moderator", "Mo")
    assign_conversation(person=owner, conversation=one, assignee=moderator, now=timezone.now())
    assert SECRET in client_of(moderator).get(page(one)).content.decode() and looks() == []
    assert SECRET in client_of(owner).get(page(one)).content.decode() and looks() == [owner.name]
    assert AuditRow.objects.get(verb=audit.LOOKED_INTO).object_id == str(one.pk)
    shown = client_of(owner).get(f"/w/{one.workspace.slug}/team/audit/").content.decode()
    assert "hat private Nachrichten eingesehen" in shown


def test_a_page_that_is_open_goes_on_looking_and_a_later_one_looks_again(owner, client_of, wrote):
    one, client = wrote("direct"), client_of(owner)
    client.get(page(one))
    client.get(page(one, "turns/"))
    assert looks() == [owner.name]
    one.is_private = True
    assert look_into_private(person=owner, conversation=one, now=timezone.now() + timedelta(minutes=11))
    assert looks() == [owner.name] * 2


def test_no_door_leads_past_the_book(owner, new_person, client_of, wrote):
    one = wrote("direct")
    turn = one.entries.get().message_id
    slug = one.workspace.slug
    doors = (page(one, "turns/"), page(one, "forward/"), f"/w/{slug}/inbox/said/{turn}/moderate/")
    for number, door in enumerate(doors):
        person = new_person("owner", f"Wer {number}")
        answer = client_of(person).get(door)
        assert answer.status_code == 200, door
        assert person.name in looks(), door


def test_a_form_that_comes_back_with_its_mistake_is_a_look_too(owner, client_of, wrote):
    one = wrote("direct")
    answer = client_of(owner).post(page(one, "close/"), {"reason": "whim"})
    assert answer.status_code == 422 and SECRET in answer.content.decode()
    assert looks() == [owner.name]


def test_words_begun_with_a_pattern_without_scripts_are_a_look_too(owner, client_of, wrote):
    one = wrote("direct")
    assert SECRET in client_of(owner).post(page(one, "begin/"), {"text": "Guten Tag"}).content.decode()
    assert looks() == [owner.name]


def test_what_waits_for_its_reader_shows_a_private_question_only_to_whoever_takes_care(owner, new_person, wrote):
    one, moderator = wrote("direct"), new_person("moderator", "Mo")
    ask_reader(person=owner, conversation=one, text="Wir sehen nach.", seen_until=10**9, now=timezone.now())
    assert [asked.question for asked in asked_readings(owner.workspace, moderator)] == [""]
    assign_conversation(person=owner, conversation=one, assignee=moderator, now=timezone.now())
    assert [asked.question for asked in asked_readings(owner.workspace, moderator)] == [SECRET]


def test_public_words_are_read_without_a_line(owner, client_of, wrote):
    client_of(owner).get(page(wrote("public")))
    assert looks() == []


def test_no_list_gives_private_words_away_and_none_opens_by_itself(owner, client_of, wrote):
    one, client = wrote("direct"), client_of(owner)
    assert one.title == "✉ …"
    inbox = client.get(f"/w/{one.workspace.slug}/inbox/").content.decode()
    assert SECRET not in inbox and "Birgit Ahlers" in inbox and looks() == []
    assert "Niemand wartet" not in inbox
    assert wrote("direct", "p2", title="Bitte um Rückruf").title == "Bitte um Rückruf"


def test_the_first_public_one_opens_beside_the_list(owner, client_of, wrote):
    wrote("direct")
    wrote("public", "p2", text="Wie buche ich Porto?")
    inbox = client_of(owner).get(f"/w/{owner.workspace.slug}/inbox/")
    assert inbox.context["conversation"].title == "Wie buche ich Porto?"


def test_many_private_ones_at_the_top_cost_no_more_questions(owner, client_of, wrote):
    client, address = client_of(owner), f"/w/{owner.workspace.slug}/inbox/"
    asked = []
    for number in range(6):
        wrote("direct", f"p{number}")
        if number in (1, 5):
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                client.get(address)
            asked.append(len(seen))
    assert asked[0] == asked[1] and looks() == []


def test_private_answers_are_no_similar_cases(owner, wrote):
    private, public = wrote("direct"), wrote("public", "p2", text="Umsatzsteuer: Kontonummer falsch")
    assert similar_to(public) == []
    private.is_private = True
    assert [one.pk for one in similar_to(private)] == [public.pk]
