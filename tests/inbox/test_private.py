"""What was written for us alone: seen by who needs it, and every other look stands in the audit book."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.channels.actions import record_batch
from allmende.channels.models import Dispatch, Message
from allmende.channels.queries import found_ids
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.inbox import audit, states
from allmende.inbox.actions import (
    answer_inquiry,
    ask_department,
    ask_expert,
    ask_reader,
    assign_conversation,
    decide_moderation,
    keep_knowledge,
    look_into_private,
    merge_conversations,
    send_reply,
)
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation, PublicNotice
from allmende.inbox.queries import (
    asked_readings,
    journal,
    known_answers,
    merge_candidates,
    search,
    similar_to,
    words_at,
)
from allmende.inbox.queries.filters import private_to
from allmende.inbox.templatetags.sealed_words import facts_for
from allmende.team.actions import save_expert, save_unit
from allmende.team.models import AuditRow, Notice, Person

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


ANSWER = "Wir haben die Kontonummer 4711 für Sie berichtigt"


@pytest.fixture
def answered(owner, wrote):
    """A private question in which the owner planned an answer for tomorrow."""
    one, now = wrote("direct"), timezone.now()
    send_reply(person=owner, conversation=one, text=ANSWER, seen_until=10**9, now=now, send_at=now + timedelta(days=1))
    return one


@pytest.mark.parametrize("place", ["inbox/planned/", "channels/queue/"])
def test_a_planned_answer_is_shown_to_its_writer_alone(owner, new_person, client_of, answered, place):
    address, colleague = f"/w/{owner.workspace.slug}/{place}", new_person("owner", "Emre")
    assert ANSWER in client_of(owner).get(address).content.decode()
    shown = client_of(colleague).get(address).content.decode()
    assert ANSWER not in shown and "4711" not in shown and "✉ …" in shown and looks() == []


def test_a_planned_answer_is_shown_to_whoever_takes_care(owner, new_person, client_of, answered):
    colleague = new_person("owner", "Emre")
    assign_conversation(person=owner, conversation=answered, assignee=colleague, now=timezone.now())
    assert ANSWER in client_of(colleague).get(f"/w/{owner.workspace.slug}/inbox/planned/").content.decode()


def test_a_public_answer_is_shown_to_all(owner, new_person, client_of, wrote):
    one, now = wrote("public"), timezone.now()
    send_reply(person=owner, conversation=one, text=ANSWER, seen_until=10**9, now=now, send_at=now + timedelta(days=1))
    for place in ("inbox/planned/", "channels/queue/"):
        shown = client_of(new_person("owner", place)).get(f"/w/{owner.workspace.slug}/{place}").content.decode()
        assert ANSWER in shown, place


def test_what_several_are_decided_about_shows_no_private_words(owner, new_person, client_of, answered):
    dispatch = Dispatch.objects.get(kind="reply")
    Dispatch.objects.filter(pk=dispatch.pk).update(state="held")
    form = {"picked": f"{dispatch.public_id}.{dispatch.fence}", "kind": ""}
    address = f"/w/{owner.workspace.slug}/calendar/again/"
    assert ANSWER in client_of(owner).post(address, form).content.decode()
    shown = client_of(new_person("owner", "Emre")).post(address, form).content.decode()
    assert ANSWER not in shown and "✉ …" in shown


def test_to_ask_a_department_is_a_look(owner, client_of, wrote):
    one = wrote("direct")
    save_unit(
        person=owner, unit=None, name="Entwicklung", kind="department", lead=owner, members=[], now=timezone.now()
    )
    assert SECRET in client_of(owner).get(page(one, "ask/")).content.decode()
    assert looks() == [owner.name]


def test_a_question_out_of_a_private_one_is_for_whom_it_was_asked_and_for_who_asked(
    owner, new_person, client_of, wrote
):
    one, lead, colleague = wrote("direct"), new_person("moderator", "Lene"), new_person("owner", "Emre")
    unit = save_unit(
        person=owner, unit=None, name="Entwicklung", kind="department", lead=lead, members=[], now=timezone.now()
    )
    asked = ask_department(
        person=owner, conversation=one, unit=unit, question=SECRET, now=timezone.now(),
        due_date=timezone.localdate() + timedelta(days=3),
    )  # fmt: skip
    address = f"/w/{one.workspace.slug}/inbox/questions/"
    for person in (owner, lead):
        assert SECRET in client_of(person).get(address).content.decode()
        assert SECRET in client_of(person).get(f"{address}{asked.pk}/").content.decode()
    assert looks() == []
    shown = client_of(colleague).get(address).content.decode()
    assert SECRET not in shown and "✉ …" in shown and looks() == []
    assert SECRET in client_of(colleague).get(f"{address}{asked.pk}/").content.decode()
    assert looks() == ["Emre"]


def test_a_decision_about_private_words_quotes_to_nobody_unseen(owner, new_person, client_of, wrote):
    one, colleague = wrote("direct"), new_person("owner", "Emre")
    made = decide_moderation(
        person=owner, message=one.entries.get().message, measure="hide", rule=None, law="§ 185 StGB", facts=SECRET,
        statement="Das war eine Beleidigung.", until_date=None, source="own", now=timezone.now(),
    )  # fmt: skip
    address = f"/w/{one.workspace.slug}/inbox/moderation/"
    assert SECRET in client_of(owner).get(address).content.decode()
    for query in ("", "?q=Kontonummer"):
        assert SECRET not in client_of(colleague).get(f"{address}{query}").content.decode()
    assert [found.pk for found in journal(owner, words="Kontonummer")] == [made.pk]
    assert journal(colleague, words="Kontonummer") == [] and looks() == []
    assert SECRET in client_of(colleague).get(f"{address}{made.pk}/").content.decode()
    assert looks() == ["Emre"]


def test_a_decision_shows_private_words_to_whom_they_lie_with_once_they_were_merged(owner, new_person, wrote):
    one, into, lead = wrote("direct"), wrote("public", "p2", text="Wie buche ich Porto?"), new_person("owner", "Lene")
    earlier, now = new_person("owner", "Emre"), timezone.now()
    made = decide_moderation(
        person=owner, message=one.entries.get().message, measure="hide", rule=None, law="§ 185 StGB", facts=SECRET,
        statement="Das war eine Beleidigung.", until_date=None, source="own", now=now,
    )  # fmt: skip
    assign_conversation(person=owner, conversation=one, assignee=earlier, now=now)
    assign_conversation(person=owner, conversation=into, assignee=lead, now=now)
    assert [found.pk for found in journal(earlier, words="Kontonummer")] == [made.pk]
    merge_conversations(person=owner, source=one, target=into, now=now)
    assert journal(earlier, words="Kontonummer") == []
    assert [facts_for(found, lead) for found in journal(lead, words="Kontonummer")] == [SECRET]
    assert [facts_for(found, earlier) for found in journal(earlier)] == ["✉ …"]


def test_what_waits_for_its_reader_keeps_the_answer_to_private_words_in_the_conversation(
    owner, new_person, client_of, wrote
):
    one, reader = wrote("direct"), new_person("moderator", "Mo")
    asked = ask_reader(person=owner, conversation=one, text=ANSWER, seen_until=10**9, now=timezone.now())
    address = f"/w/{owner.workspace.slug}/inbox/readings/"
    assert ANSWER in client_of(owner).get(address).content.decode()
    shown = client_of(reader).get(address).content.decode()
    assert ANSWER not in shown and page(one) in shown and looks() == []
    assert str(asked.public_id) in client_of(reader).get(page(one)).content.decode()
    assert looks() == ["Mo"]


def test_a_notice_of_a_question_carries_private_words_to_nobody_else(owner, new_person, wrote):
    one, now = wrote("direct"), timezone.now()
    asker, lead = new_person("moderator", "Mo"), new_person("observer", "Lene")
    unit = save_unit(person=owner, unit=None, name="Entwicklung", kind="department", lead=lead, members=[], now=now)
    asked = ask_department(
        person=asker, conversation=one, unit=unit, question=SECRET, now=now,
        due_date=timezone.localdate() + timedelta(days=3),
    )  # fmt: skip
    assert Notice.objects.get(person=lead, kind="inbox.inquiry_asked").values["topic"] == SECRET
    Person.objects.filter(pk=asker.pk).update(left_at=now)
    answer_inquiry(inquiry=asked, person=None, answer="Berichtigt.", name="Lene", now=now)
    assert Notice.objects.get(person=owner, kind="inbox.inquiry_answered").values["topic"] == "✉ …"


def test_the_briefing_of_somebody_asked_tells_others_no_private_question(owner, new_person, client_of, wrote, now):
    one, mo, lene = wrote("direct"), new_person("moderator", "Mo"), new_person("moderator", "Lene")
    unit = save_unit(person=owner, unit=None, name="Entwicklung", kind="department", lead=lene, members=[], now=now)
    ask_department(person=mo, conversation=one, unit=unit, question=SECRET, due_date=now.date(), now=now)
    slug = owner.workspace.slug
    for person, tail, reads in ((lene, "", True), (owner, f"{lene.pk}/", False)):
        shown = client_of(person).get(f"/w/{slug}/briefing/{tail}").content.decode()
        assert (SECRET in shown) is reads
        assert ("✉ …" in shown) is not reads


def test_a_kept_answer_tells_a_private_question_to_whom_it_lies_with(owner, new_person, client_of, wrote, now):
    """The answer is known to all; what the member wrote for us alone is not, and finds nothing for others."""
    one, mo, ali = wrote("direct"), new_person("moderator", "Mo"), new_person("moderator", "Ali")
    assign_conversation(person=owner, conversation=one, assignee=mo, now=now)
    expert = save_expert(
        person=owner,
        expert=None,
        name="Petra Voss",
        topics=["Umsatzsteuer"],
        way="mail",
        email="p@steuer.example",
        now=now,
    )
    asked = ask_expert(person=owner, conversation=one, expert=expert, question=SECRET, now=now)
    answer_inquiry(inquiry=asked, person=None, answer="Das Amt berichtigt es.", name="Petra", now=now)
    address = f"/w/{owner.workspace.slug}/inbox/known-answers/"
    for is_kept in (False, True):
        if is_kept:
            keep_knowledge(person=owner, inquiry=asked, is_kept=True, now=now)
        for person, reads in ((owner, True), (mo, True), (ali, False)):
            shown = client_of(person).get(address).content.decode()
            assert "Das Amt berichtigt es." in shown
            assert (SECRET in shown) is reads
    for person, number in ((owner, 1), (mo, 1), (ali, 0)):
        assert len(known_answers(person, states.KEPT, "Kontonummer")) == number
        assert len(known_answers(person, states.KEPT, "berichtigt")) == 1


def test_private_words_find_nothing_for_others(owner, new_person, client_of, wrote):
    one, moderator = wrote("direct"), new_person("moderator", "Mo")
    public = wrote("public", "p2", text="Umsatzsteuer: wo steht die Kontonummer?")
    assign_conversation(person=owner, conversation=one, assignee=moderator, now=timezone.now())
    address = f"/w/{owner.workspace.slug}/inbox/?q=Kontonummer"
    for person, found in ((owner, {public.pk}), (moderator, {public.pk, one.pk})):
        assert {row.pk for row in client_of(person).get(address).context["listing"].rows} == found
        assert len(search(owner.workspace, person, "Kontonummer")) == len(found)
        assert {hit.pk for hit in merge_candidates(public, person, "Kontonummer")} == found - {public.pk}


def test_what_somebody_may_not_see_takes_no_place_among_what_they_find(owner, new_person, wrote):
    moderator = new_person("moderator", "Mo")
    public = wrote("public", "p0", text="Umsatzsteuer: wo steht die Kontonummer?")
    private = [wrote("direct", f"p{n}") for n in range(1, 5)]
    assign_conversation(person=owner, conversation=private[0], assignee=moderator, now=timezone.now())
    for person, found in ((owner, {public.pk}), (moderator, {public.pk, private[0].pk})):
        assert len(search(owner.workspace, person, "Kontonummer", limit=1)) == 1
        ids = found_ids(owner.workspace, "Kontonummer", limit=2, private_to=private_to(person.pk))
        assert set(Conversation.objects.filter(entries__message__in=ids).values_list("pk", flat=True)) == found
        assert {hit.pk for hit in merge_candidates(public, person, "Kontonummer")} == found - {public.pk}


def test_private_words_take_no_place_among_similar_conversations(wrote):
    """Twenty of each word's newest messages are looked through; of these none is private."""
    told = wrote("public", "p0", title="Kontonummer falsch?", text="Die Kontonummer steht falsch.")
    for n in range(1, 22):
        wrote("direct", f"p{n}")
    asked = wrote("public", "p99", title="Kontonummer falsch", text="Auch bei mir.")
    assert [one.pk for one in similar_to(asked)] == [told.pk]


def test_the_words_at_a_reported_address_are_public_ones(owner, wrote):
    message = wrote("direct").entries.get().message
    Message.objects.filter(pk=message.pk).update(url="https://forum.example.org/post/3")
    report = PublicNotice(workspace=owner.workspace, place="https://forum.example.org/post/3")
    assert words_at(report) is None
    Message.objects.filter(pk=message.pk).update(visibility="public")
    assert words_at(report) == message
