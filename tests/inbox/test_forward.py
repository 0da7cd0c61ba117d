"""A question of a conversation goes to somebody outside by e-mail, and their answer comes back into it."""

import re
from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from allmende.channels.actions import keep_media
from allmende.channels.models import Message, MessageMedia
from allmende.inbox.actions import (
    CannotInquire,
    close_conversation,
    drop_inquiry,
    forward,
    open_question,
    send_reply,
    take_up,
)
from allmende.inbox.jobs import follow_inquiries
from allmende.inbox.models import Inquiry
from allmende.inbox.queries import sendable_turns
from allmende.team.models import AuditRow, GuestLink, Mail, Notice

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
QUESTION = "Darf man Belege nach acht Jahren vernichten?"


def page_of(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


def days(number: int):
    return timezone.localdate(timezone=BERLIN) + timedelta(days=number)


@pytest.fixture
def talk(asked):
    return asked(1)[0]


@pytest.fixture
def send(owner, talk):
    """`send(passages=…)`: asks Petra Voss outside."""

    def run(**more) -> Inquiry:
        given = {
            "name": "Petra Voss", "email": "petra@steuer.example", "question": QUESTION, "due_date": days(3),
            "open_until": days(14), "passages": list(Message.objects.filter(entry__conversation=talk)), **more,
        }  # fmt: skip
        return forward(person=owner, conversation=talk, now=timezone.now(), **given)

    return run


def door() -> str:
    """The address in the newest e-mail."""
    body = Mail.objects.order_by("-created_at").values_list("body", flat=True)[0]
    return re.search(r"/guest/question/\S+", body).group()


def test_somebody_outside_sees_the_picture_in_question_and_no_other(owner, talk, send):
    def kept(colour: str):
        file = BytesIO()
        Image.new("RGB", (40, 30), colour).save(file, "PNG")
        return keep_media(person=owner, content=file.getvalue(), name=f"{colour}.png", now=timezone.now())

    shown, other = kept("teal"), kept("red")
    message = Message.objects.get(entry__conversation=talk)
    MessageMedia.objects.create(message=message, media=shown, place=0, alt="Der Beleg, halb verblasst")
    made = send()
    address, page = door(), Client().get(door()).content.decode()
    picture = f"{address}{shown.pk}/"
    assert f'src="{picture}" alt="Der Beleg, halb verblasst"' in page
    answer = Client().get(picture)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Client().get(f"{address}{other.pk}/").status_code == 404
    assert Client().get(picture.replace(address.split("/")[-2], "forged")).status_code == 404
    Client().post(address, {"answer": "Nein.", "name": "Petra Voss", "what": "answered"})
    made.refresh_from_db()
    assert made.state == "answered"
    assert Client().get(picture).status_code == 404, "answered, nothing more is to be seen"


def test_somebody_outside_answers_over_a_link_and_it_comes_back(owner, talk, send):
    made = send()
    assert Mail.objects.get().to_address == "petra@steuer.example"
    page = Client().get(door())
    assert QUESTION in page.content.decode() and "Wie buche ich Beleg 0?" in page.content.decode()
    assert "Mitglied 0" not in page.content.decode(), "names of members stay inside"
    Client().post(door(), {"answer": "Nein, erst nach zehn.", "name": "Petra Voss", "what": "answered"})
    made.refresh_from_db()
    assert (made.state, made.answer) == ("answered", "Nein, erst nach zehn.")
    assert Notice.objects.get(person=owner).kind == "inbox.inquiry_answered"
    assert take_up(person=owner, inquiry=made, now=timezone.now()) == "Nein, erst nach zehn."
    assert "Beleg 0" not in Client().get(door()).content.decode(), "answered, nothing more is to be read"


def test_nothing_goes_along_but_what_was_chosen_and_names_only_if_wanted(talk, send):
    send(passages=[])
    assert "Beleg 0" not in Client().get(door()).content.decode()
    send(shows_names=True)
    assert "Mitglied 0" in Client().get(door()).content.decode()


def test_private_messages_go_along_only_if_somebody_says_so(talk, send):
    Message.objects.filter(entry__conversation=talk).update(visibility="direct")
    with pytest.raises(CannotInquire, match="private Nachrichten") as refused:
        send()
    assert refused.value.field == "knows_private" and not Inquiry.objects.exists() and not Mail.objects.exists()
    send(knows_private=True)
    assert AuditRow.objects.filter(verb="inbox.inquiry.forwarded").count() == 1


def test_what_was_deleted_or_whose_author_was_forgotten_is_not_read_any_more(talk, send, now):
    send()
    message = Message.objects.get(entry__conversation=talk)
    member = message.identity.member
    type(member).objects.filter(pk=member.pk).update(erased_at=now)
    assert "Beleg 0" not in Client().get(door()).content.decode()
    type(member).objects.filter(pk=member.pk).update(erased_at=None)
    Message.objects.filter(pk=message.pk).update(deleted_at=now)
    assert "Beleg 0" not in Client().get(door()).content.decode()


def test_an_answer_that_has_not_left_does_not_go_along(owner, talk, send, now):
    send_reply(person=owner, conversation=talk, text="Noch nicht gesagt.", seen_until=10**9, now=now)
    send()
    assert [one.direction for one in sendable_turns(talk)] == ["inward"]
    assert "Noch nicht gesagt." not in Client().get(door()).content.decode()


def test_the_link_ends_with_its_day_and_is_closed_sooner_with_a_reason(owner, send):
    made = send(open_until=days(5))
    link = GuestLink.objects.get()
    assert link.expires_at.astimezone(BERLIN).date() == days(6) and link.expires_at.astimezone(BERLIN).hour == 0
    drop_inquiry(person=owner, inquiry=made, reason="Hat sich erledigt", now=timezone.now())
    page = Client().get(door()).content.decode()
    assert "Beleg 0" not in page and "<textarea" not in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"), ({"email": ""}, "name"), ({"question": " "}, "question"),
        ({"due_date": days(-1)}, "due_date"), ({"open_until": days(1)}, "open_until"), ({"open_until": days(90)}, "open_until"),
    ],
)  # fmt: skip
def test_what_is_missing_or_late_is_said_at_its_field(send, wrong, field):
    with pytest.raises(CannotInquire) as refused:
        send(**wrong)
    assert refused.value.field == field


def test_whoever_may_not_invite_guests_sends_nothing_outside(new_person, talk):
    moderator = new_person("moderator")
    with pytest.raises(PermissionDenied):
        forward(
            person=moderator, conversation=talk, name="P", email="p@example.org", question="?", due_date=days(1),
            open_until=days(2), now=timezone.now(),
        )  # fmt: skip


def test_it_does_not_keep_the_conversation_open_and_may_be_declined(owner, talk, send):
    made = send()
    Client().post(door(), {"reason": "Bin im Urlaub", "what": "declined"})
    made.refresh_from_db()
    assert (made.state, made.reason) == ("declined", "Bin im Urlaub")
    assert Notice.objects.get(person=owner).kind == "inbox.inquiry_declined"
    close_conversation(person=owner, conversation=talk, reason="no_reply_needed", now=timezone.now())


def test_a_late_answer_is_asked_for_once(owner, send):
    made = send()
    Inquiry.objects.filter(pk=made.pk).update(due_date=days(-2))
    assert follow_inquiries(timezone.now()) == 1 and follow_inquiries(timezone.now()) == 0
    assert Mail.objects.count() == 2 and Notice.objects.get(person=owner).kind == "inbox.inquiry_late"


def test_nobody_outside_is_reminded_with_a_link_that_has_ended(owner, send):
    made = send()
    Inquiry.objects.filter(pk=made.pk).update(due_date=days(-2), open_until_date=days(-1))
    assert follow_inquiries(timezone.now()) == 1
    assert Mail.objects.count() == 1 and Notice.objects.get(person=owner).kind == "inbox.inquiry_late"


def test_the_page_sends_it_keeps_what_was_typed_and_takes_it_back(client_of, owner, talk):
    client, url = client_of(owner), page_of("forward", talk.public_id)
    assert "Beleg 0" in client.get(url).content.decode()
    typed = {"name": "Petra Voss", "email": "petra", "question": QUESTION, "due_date": days(3), "open_until": days(9)}
    wrong = client.post(url, typed)
    assert wrong.status_code == 422 and QUESTION in wrong.content.decode() and not Inquiry.objects.exists()
    picked = Message.objects.get(entry__conversation=talk).pk
    done = client.post(url, {**typed, "email": "petra@steuer.example", "messages": [picked]}, follow=True)
    assert "Petra Voss" in done.content.decode() and Inquiry.objects.get().passages.get().pk == picked
    assert Client().get(door()).status_code == 200
    client.post([str(said.extra_tags) for said in done.context["messages"] if said.extra_tags][-1])
    assert Client().get(door()).status_code == 404
    page = client.get(page_of("questions") + "?kind=outside")
    assert page.status_code == 200 and client.get(page_of("index") + "?tab=outside").status_code == 200


def test_an_answer_that_comes_twice_is_written_down_once_and_other_words_are_not_lost(owner, send):
    made, guest = send(), Client()
    path, said = door(), {"what": "answered", "answer": "Nach zehn.", "name": "Petra Voss"}
    told = Notice.objects.filter(kind="inbox.inquiry_answered")
    assert [guest.post(path, said).status_code for _press in range(2)] == [200, 200]
    made.refresh_from_db()
    assert (made.answer, made.state) == ("Nach zehn.", "answered") and told.count() == 1
    late = guest.post(path, {**said, "answer": "Halt, nach acht."})
    page = late.content.decode()
    made.refresh_from_db()
    assert late.status_code == 409 and "Halt, nach acht." in page and "schon beantwortet" in page
    assert made.answer == "Nach zehn."


@pytest.mark.parametrize(
    "wrong", [{"guest_name": ""}, {"email": ""}, {"open_until_date": None}, {"state": "timed_out"}]
)
def test_the_database_refuses_a_question_outside_to_nobody(send, wrong):
    made = send()
    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.filter(pk=made.pk).update(**wrong)


def test_no_new_link_is_made_once_the_last_day_has_passed(owner, send, client_of):
    made = send()
    assert open_question(person=owner, inquiry=made, now=timezone.now())
    with pytest.raises(CannotInquire):
        open_question(person=owner, inquiry=made, now=timezone.now() + timedelta(days=16))
    page = client_of(owner).post(page_of("question_link", made.pk)).content.decode()
    assert "60 Tage" not in page and "ohne Anmeldung" in page
    Inquiry.objects.filter(pk=made.pk).update(due_date=days(-9), open_until_date=days(-1))
    client, links = client_of(owner), GuestLink.objects.count()
    assert "Link für jemanden ohne Konto" not in client.get(page_of("question", made.pk)).content.decode()
    told = client.post(page_of("question_link", made.pk), follow=True).content.decode()
    assert "Kein Link" in told and GuestLink.objects.count() == links
