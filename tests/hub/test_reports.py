"""Anybody reports content: confirmed, read by a person within a time, answered with reasons to both, objected to
(DSA Art. 16 and 20; S2-25)."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import record_batch
from allmende.channels.models import Message
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.guidelines.actions import put_guideline_in_force, write_guideline
from allmende.inbox import states
from allmende.inbox.actions import (
    CannotAnswerNotice,
    CannotReport,
    answer_notice,
    answer_objection,
    object_to_answer,
    receive_notice,
)
from allmende.inbox.jobs import file_new, follow_notices
from allmende.inbox.models import ModerationDecision, PublicNotice
from allmende.inbox.queries import notice_figures, words_at
from allmende.team.actions import queue_mail, send_due_mail
from allmende.team.models import AuditRow, Mail, Notice

FORM = "/report/lotsenforum/"
LIST = "/w/lotsenforum/inbox/notices/"
HOME = "/w/lotsenforum/inbox/"
TYPED = {
    "place": "https://forum.example.org/t/17", "kind": "law", "explanation": "Das ist eine Drohung gegen mich.",
    "name": "Karla Weiß", "email": "karla@example.org", "is_good_faith": "on",
}  # fmt: skip


@pytest.fixture
def netiquette(owner, forum):
    now = timezone.now()
    written = write_guideline(person=owner, title="Wie wir reden", addressee="members", channel=None, now=now)
    return put_guideline_in_force(person=owner, guideline=written, now=now)


@pytest.fixture
def send(netiquette):
    """`send(kind="rules")` fills in the public form as a visitor without an account does."""

    def run(**more):
        return Client(HTTP_ACCEPT_LANGUAGE="de").post(FORM, {**TYPED, **more})

    return run


@pytest.fixture
def report(workspace):
    def make(now=None, **more):
        given = {
            "kind": "rules", "place": "In der Gruppe", "explanation": "Beschimpft alle.", "name": "", "email": "",
            "is_good_faith": True, "language": "de", "now": now or timezone.now(),
        }  # fmt: skip
        return receive_notice(workspace=workspace, **given | more)

    return make


def answered(person, notice, now=None, **more):
    given = {"outcome": states.STAYS, "decision": None, "answer": "Das ist Kritik, und Kritik bleibt."}
    return answer_notice(person=person, notice=notice, now=now or timezone.now(), **given | more)


def test_dsa_16_a_report_is_taken_in_confirmed_and_stands_with_those_who_decide(send, owner, client_of):
    answer = send()
    notice = PublicNotice.objects.get()
    assert answer.status_code == 302 and answer.url == f"{FORM}{notice.reference}/"
    page = unescape(Client().get(answer.url).content.decode())
    assert notice.reference in page and "Vielen Dank" in page
    mail = Mail.objects.get()
    assert (mail.to_address, mail.subject) == ("karla@example.org", f"Ihre Meldung {notice.reference}")
    assert answer.url in mail.body and "keine Maschine" in mail.body
    assert Notice.objects.get(person=owner, kind="inbox.reported").url == f"{LIST}{notice.pk}/"
    client = client_of(owner)
    assert "Eine Meldung von außen wartet auf Antwort" in unescape(client.get(HOME).content.decode())
    assert LIST in client.get("/w/lotsenforum/").content.decode()
    assert notice.reference in client.get(LIST).content.decode()
    assert AuditRow.objects.filter(verb="inbox.notice.received").count() == 1


def test_dsa_16_the_clock_runs_in_service_hours_and_is_shorter_where_children_are_hurt(report):
    friday = datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert report(friday).due_at > friday + timedelta(days=2)
    urgent = report(friday, kind="children").due_at
    assert urgent < report(friday, kind="law", name="K", email="k@example.org").due_at


@pytest.mark.parametrize(
    ("kind", "missing", "is_taken"),
    [("law", ("name",), False), ("law", ("email",), False), ("children", ("name", "email"), True),
     ("rules", ("name", "email"), True)],
)  # fmt: skip
def test_dsa_16_a_name_is_asked_only_where_the_law_asks_for_it(kind, missing, is_taken, send):
    answer = send(kind=kind, **dict.fromkeys(missing, ""))
    assert (answer.status_code, PublicNotice.objects.exists()) == ((302, True) if is_taken else (422, False))
    if not is_taken:
        page = unescape(answer.content.decode())
        assert "das verlangt das Gesetz" in page and TYPED["explanation"] in page


@pytest.mark.parametrize("missing", ["place", "kind", "explanation", "is_good_faith"])
def test_dsa_16_where_what_why_and_good_faith_are_asked_and_nothing_typed_is_lost(missing, send):
    answer = send(**{missing: ""})
    assert answer.status_code == 422 and not PublicNotice.objects.exists()
    kept = "explanation" if missing != "explanation" else "place"
    assert TYPED[kept] in unescape(answer.content.decode())


def test_the_database_refuses_what_nobody_may_report_or_rewrite(report, owner):
    notice = report()
    refused = (
        "UPDATE inbox_publicnotice SET explanation = 'Anders'",
        "UPDATE inbox_publicnotice SET reference = 'X'",
        "UPDATE inbox_publicnotice SET kind = 'law'",
        "UPDATE inbox_publicnotice SET outcome = 'stays'",
        "UPDATE inbox_publicnotice SET state = 'answered', outcome = 'acted', answer = 'Ja'",
        "UPDATE inbox_publicnotice SET objection = 'Nein'",
    )
    answers = ("UPDATE inbox_publicnotice SET answer = 'Anders'", "UPDATE inbox_publicnotice SET outcome = 'not_ours'")
    for sql in refused:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    answered(owner, notice)
    for sql in answers:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_sent_twice_it_is_one_report(send):
    first, second = send(), send()
    assert first.url == second.url and PublicNotice.objects.count() == 1 and Mail.objects.count() == 1


def test_what_a_machine_may_have_sent_is_kept_below_and_calls_nobody(send, owner, client_of):
    assert send(website="https://spam.example").status_code == 302
    notice = PublicNotice.objects.get()
    assert notice.is_doubtful and not Notice.objects.filter(kind="inbox.reported").exists()
    assert "vielleicht von einer Maschine gesendet" in unescape(client_of(owner).get(LIST).content.decode())


def test_many_reports_at_once_wait_and_lose_nothing(send):
    for number in range(10):
        assert send(explanation=f"Fall {number}").status_code == 302
    answer = send(explanation="Der elfte Fall")
    assert answer.status_code == 429 and answer["Retry-After"] == "600"
    assert "Der elfte Fall" in answer.content.decode() and PublicNotice.objects.count() == 10


def test_s2_25_something_is_done_only_by_a_decision_with_its_ground_and_both_are_told(
    send, forum, netiquette, owner, client_of
):
    now, place = timezone.now(), "https://forum.example.org/t/17"
    said = Item(
        ref=Ref("q1", url=place), kind="message", act="asked", author=Author("m1", name="Birgit Ahlers"),
        occurred_at=now - timedelta(minutes=5), thread="q1", title="Hilfe", text="Du Idiot!",
    )  # fmt: skip
    record_batch(channel=forum, batch=Batch([said], "1"), now=now)
    file_new(now)
    message = Message.objects.get(native_id="q1")
    send(kind="rules")
    notice, client = PublicNotice.objects.get(), client_of(owner)
    here = f"{LIST}{notice.pk}/"
    page = unescape(client.get(here).content.decode())
    decide = f"{HOME}said/{message.pk}/moderate/?notice={notice.pk}"
    assert "Du Idiot!" in page and decide in page
    nothing = client.post(here, {"outcome": "acted", "decision": "", "answer": "Verborgen."})
    assert nothing.status_code == 422 and "Verborgen." in nothing.content.decode()
    typed = {
        "measure": "hide", "rule": str(netiquette.rules.first().pk), "law": "", "facts": "Beschimpft ein Mitglied.",
        "statement": "Ihr Beitrag ist verborgen.", "is_notice": "on",
    }  # fmt: skip
    assert client.get(decide).context["form"]["is_notice"].value() is True
    assert client.post(decide, typed).url == here
    made = ModerationDecision.objects.get()
    assert made.source == states.NOTICE
    client.post(here, {"outcome": "acted", "decision": str(made.pk), "answer": "Wir haben den Beitrag verborgen."})
    notice.refresh_from_db()
    assert (notice.state, notice.outcome, notice.decision, notice.decided_by) == ("answered", "acted", made, owner)
    told = Mail.objects.get(once_key=f"inbox.notice_answered:{notice.pk}")
    assert "Wir haben den Beitrag verborgen." in told.body and "Einspruch" in told.body
    assert "Wir haben den Beitrag verborgen." in Client().get(f"{FORM}{notice.reference}/").content.decode()
    with pytest.raises(CannotAnswerNotice):
        answered(owner, notice)


def test_an_address_that_only_ends_like_a_message_shows_no_words_of_somebody_else(report, forum):
    now = timezone.now()
    said = Item(
        ref=Ref("3", url="https://forum.example.org/post/3"), kind="message", act="asked",
        author=Author("m1", name="Birgit Ahlers"), occurred_at=now - timedelta(minutes=5), thread="3", text="Guten Morgen",
    )  # fmt: skip
    record_batch(channel=forum, batch=Batch([said], "1"), now=now)
    file_new(now)
    assert words_at(report(place="https://forum.example.org/topic/45/streit/3")) is None
    assert words_at(report(place="https://forum.example.org/post/3")).text == "Guten Morgen"


def test_dsa_20_an_objection_is_heard_once_and_answered(report, owner, client_of):
    notice = answered(owner, report(email="k@example.org"))
    here = reverse("public_report", args=["lotsenforum", notice.reference])
    visitor = Client()
    assert visitor.post(here, {"objection": " "}).status_code == 422
    assert visitor.post(here, {"objection": "Das ist keine Kritik."}).status_code == 302
    assert visitor.post(here, {"objection": "Noch einmal."}).status_code == 422
    assert Notice.objects.filter(person=owner, kind="inbox.report_objected").count() == 1
    client = client_of(owner)
    assert "Das ist keine Kritik." in client.get(f"{LIST}{notice.pk}/").content.decode()
    refused = client.post(f"{LIST}{notice.pk}/objection/", {"result": "stands", "answer": ""})
    assert refused.status_code == 422
    client.post(f"{LIST}{notice.pk}/objection/", {"result": "changed", "answer": "Sie haben recht."})
    notice.refresh_from_db()
    assert (notice.objection_result, notice.objection_answered_by) == ("changed", owner)
    assert "niemand anderes konnte" in client.get(f"{LIST}{notice.pk}/").content.decode()
    assert "niemand anderes es konnte" in visitor.get(here).content.decode()
    assert "Sie haben recht." in visitor.get(here).content.decode()
    assert Mail.objects.filter(once_key=f"inbox.notice_objection_answered:{notice.pk}").exists()


def test_dsa_20_whoever_answered_the_report_does_not_answer_the_objection_where_somebody_else_can(
    report, owner, new_person
):
    lena, now = new_person("moderator", name="Lena Brandt"), timezone.now()
    notice = object_to_answer(notice=answered(owner, report()), objection="Nein", now=now)
    with pytest.raises(CannotAnswerNotice, match="Lena Brandt"):
        answer_objection(person=owner, notice=notice, result="stands", answer="Es bleibt.", now=now)
    assert not answer_objection(person=lena, notice=notice, result="stands", answer="Es bleibt.", now=now).is_alone


def test_a_nul_in_an_address_or_an_objection_breaks_nothing(report, owner):
    assert Client().get(f"{FORM}%00/").status_code == 404
    notice = answered(owner, report())
    here = reverse("public_report", args=["lotsenforum", notice.reference])
    assert Client().post(here, {"objection": "Nein\x00, nein."}).status_code == 302
    notice.refresh_from_db()
    assert notice.objection == "Nein, nein."


def test_no_objection_before_the_answer_or_after_half_a_year(report, owner):
    notice, now = report(), timezone.now()
    with pytest.raises(CannotReport):
        object_to_answer(notice=notice, objection="Nein", now=now)
    notice = answered(owner, notice)
    with pytest.raises(CannotReport):
        object_to_answer(notice=notice, objection="Nein", now=now + timedelta(days=190))


def test_overdue_reports_are_remembered_once(report, owner):
    notice = report()
    assert follow_notices(notice.due_at - timedelta(minutes=1)) == 0
    assert follow_notices(notice.due_at) >= 1 and follow_notices(notice.due_at) == 0
    assert Notice.objects.filter(person=owner, kind="inbox.report_due").count() == 1


def test_who_reported_is_forgotten_when_nobody_can_object_any_more(report, owner):
    notice = answered(owner, report(kind="law", name="Karla Weiß", email="karla@example.org"))
    assert follow_notices(timezone.now() + timedelta(days=180)) == 0
    assert follow_notices(timezone.now() + timedelta(days=190)) == 1
    notice.refresh_from_db()
    assert (notice.name, notice.email, notice.explanation) == ("", "", "Beschimpft alle.")
    assert not Mail.objects.filter(to_address="karla@example.org").exists()
    assert follow_notices(timezone.now() + timedelta(days=191)) == 0


def test_who_reported_is_forgotten_when_nobody_answers_or_a_machine_wrote(report, owner, client_of):
    now = timezone.now()
    waiting = report(now, kind="law", name="Karla Weiß", email="karla@example.org")
    doubtful = report(now, email="bot@example.org", is_doubtful=True)
    assert follow_notices(now + timedelta(days=89)) == 1  # the reminder of the one that is overdue
    assert follow_notices(now + timedelta(days=91)) == 1
    doubtful.refresh_from_db()
    assert (doubtful.email, doubtful.state) == ("", "received")
    assert follow_notices(now + timedelta(days=366)) == 1
    waiting.refresh_from_db()
    assert (waiting.name, waiting.email, waiting.explanation) == ("", "", "Beschimpft alle.")
    assert not Mail.objects.filter(to_address__in=("karla@example.org", "bot@example.org")).exists()
    assert "weil zu lange niemand geantwortet hat" in client_of(owner).get(f"{LIST}{waiting.pk}/").content.decode()


def test_who_objected_and_got_no_answer_is_forgotten_after_a_year(report, owner):
    now = timezone.now()
    notice = answered(owner, report(now, email="k@example.org"), now)
    object_to_answer(notice=notice, objection="Nein", now=now + timedelta(days=1))
    assert follow_notices(now + timedelta(days=365)) == 0
    assert follow_notices(now + timedelta(days=367)) == 1


def test_the_confirmation_carries_no_word_a_stranger_typed(send):
    send(place="Kaufen: https://spam.example", explanation="Billig!", name="Reich durch spam.example")
    mail = Mail.objects.get()
    assert "spam" not in f"{mail.subject} {mail.body} {mail.to_name}" and "Billig" not in mail.body
    assert PublicNotice.objects.get().reference in mail.body


def test_an_address_is_confirmed_to_three_times_a_day_and_no_report_is_lost(report):
    now = timezone.now()
    for number in range(5):
        report(now, explanation=f"Fall {number}", email="opfer@example.org")
    assert Mail.objects.filter(to_address="opfer@example.org").count() == 3
    report(now + timedelta(days=2), explanation="Später", email="opfer@example.org")
    assert (PublicNotice.objects.count(), Mail.objects.count()) == (6, 4)


def test_the_transparency_page_counts_them(report, owner, netiquette):
    answered(owner, report())
    report(explanation="Noch einer", kind="children")
    report(explanation="Maschine", is_doubtful=True)
    today = owner.workspace.day_at(timezone.now())
    found = notice_figures(owner.workspace, today.replace(month=1, day=1), today)
    assert (found.number, dict(found.kinds)) == (2, {"law": 0, "children": 1, "rules": 1})
    assert (dict(found.outcomes)["stays"], found.objections, found.hours) == (1, 0, 0)
    page = unescape(Client(HTTP_ACCEPT_LANGUAGE="de").get("/n/lotsenforum/").content.decode())
    assert "Von anderen gemeldet" in page and FORM in page


def test_a_workspace_that_says_nothing_in_public_is_not_found_out(workspace):
    assert Client().get(FORM).status_code == 404
    assert Client().get("/report/nobody/").status_code == 404
    assert Client().get(f"{FORM}2345-6789-ABCD/").status_code == 404


def test_the_form_comes_filled_in_from_where_somebody_reads_and_in_english(netiquette):
    client = Client()
    page = unescape(client.get(FORM, {"place": "https://forum.example.org/t/17"}).content.decode())
    assert 'value="https://forum.example.org/t/17"' in page
    client.cookies["django_language"] = "en"
    assert "Report content" in client.get(FORM).content.decode()


def test_who_may_not_decide_reads_no_report(report, new_person, client_of):
    notice, author = report(), new_person("author")
    assert client_of(author).get(LIST).status_code == 403
    with pytest.raises(PermissionDenied):
        answered(author, notice)


@pytest.mark.parametrize(
    "wrong", [{"name": "Karla\nBcc: alle@example.org"}, {"email": "karla@bücher.example"}], ids=["name", "address"]
)
def test_no_name_and_no_address_a_stranger_types_stops_the_other_mails(wrong, send, workspace):
    now = timezone.now()
    send(**wrong)
    queue_mail(
        workspace=workspace, to_address="jana@example.org", to_name="Jana", subject="Dienst", body="Morgen.",
        once_key="after", now=now + timedelta(seconds=1),
    )  # fmt: skip
    send_due_mail(now=now + timedelta(minutes=1))
    assert Mail.objects.get(once_key="after").sent_at
    assert "\n" not in Mail.objects.exclude(once_key="after").get().to_name
