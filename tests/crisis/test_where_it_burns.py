"""A level is declared where somebody sees that it burns; while it holds, every screen concerned says so (S2-23, S3-21, I-16)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import declare_hold, record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.crisis import actions
from allmende.crisis.actions.tell_levels import tell_levels
from allmende.crisis.models import Incident
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(forum):
    at = timezone.now() - timedelta(minutes=5)
    item = Item(
        ref=Ref("q1"), kind="message", act="asked", author=Author("m1", name="Sabine Kern"), occurred_at=at, thread="q1",
        title="Euer Update hat alles gelöscht", text="Unfassbar.",
    )  # fmt: skip
    record_batch(channel=forum, batch=Batch([item], "1"), now=timezone.now())
    file_new(timezone.now())
    return Conversation.objects.get()


def read(client, name, *more, **asked):
    answer = client.get(reverse(name, args=["lotsenforum", *more]), asked)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def burn(person, **more):
    given = {"title": "Update löscht Vorlagen", "cause": "Sieben gleiche Meldungen", "level": 4, "now": timezone.now()}
    return actions.declare_incident(person=person, **given | more)


def test_s2_23_a_level_is_declared_from_a_conversation_and_its_words_are_proposed(
    client_of, owner, conversation, forum
):
    client = client_of(owner)
    address = f"{reverse('crisis:declare', args=['lotsenforum'])}?conversation={conversation.public_id}"
    assert address in read(client, "inbox:conversation", conversation.public_id)
    page = unescape(client.get(address).content.decode())
    assert "\nEuer Update hat alles gelöscht</textarea>" in page
    assert f"{forum.name}: „Euer Update hat alles gelöscht“" in page
    assert reverse("inbox:conversation", args=["lotsenforum", conversation.public_id]) in page
    typed = {"title": "Update löscht Vorlagen", "level": "4", "cause": "Sieben Meldungen"}
    assert client.post(address, typed).status_code == 302
    assert Incident.objects.get().title == "Update löscht Vorlagen"


@pytest.mark.parametrize("asked", ["", "x", "0b2f8d6e-8c1b-4b8e-9f43-3b5d0f4f1f10"])
def test_an_address_that_names_no_conversation_proposes_nothing(asked, client_of, owner):
    page = read(client_of(owner), "crisis:declare", conversation=asked)
    assert re.search(r'<textarea name="title"[^>]*>\s*</textarea>', page)


def test_s2_23_today_and_the_inbox_offer_it_to_whoever_may_declare(client_of, owner, new_person, conversation):
    declare = reverse("crisis:declare", args=["lotsenforum"])
    assert read(client_of(owner), "web:today").count(f'href="{declare}"') >= 2
    observer = client_of(new_person("observer"))
    assert declare not in read(observer, "web:today")


def test_s3_21_promised_news_stand_on_today_until_they_are_given(client_of, owner, forum):
    incident, client = burn(owner), client_of(owner)
    page = read(client, "web:today")
    assert "Burns now" in page or "Brennt jetzt" in page
    assert f"{reverse('crisis:incident', args=['lotsenforum', incident.pk])}#h-update" in page
    actions.set_next_update(
        person=owner, incident=incident, at=timezone.now() + timedelta(minutes=1), now=timezone.now()
    )
    Incident.objects.update(next_update_at=timezone.now() - timedelta(minutes=1))
    incident.refresh_from_db()
    tell_levels(incident)
    assert "Betroffenen" in read(client, "web:today")
    actions.end_incident(person=owner, incident=incident, reason="Läuft wieder", now=timezone.now())
    assert "#h-update" not in read(client, "web:today")


@pytest.mark.parametrize("view", ["month", "week", "day", "channels", "list"])
def test_i_16_the_calendar_says_that_posts_are_held_and_leads_to_them(view, client_of, owner, forum):
    client = client_of(owner)
    held = f"{reverse('crisis:incident', args=['lotsenforum', burn(owner).pk])}#held"
    assert held in read(client, "editorial:index", view=view)


def test_i_16_a_stop_without_a_crisis_stands_in_the_calendar_too(client_of, owner, forum):
    client = client_of(owner)
    assert "Wartung" not in read(client, "editorial:index")
    declare_hold(person=owner, workspace=owner.workspace, reason="Wartung am Server", now=timezone.now())
    assert "Wartung am Server" in read(client, "editorial:index")


PUBLIC = "Das Update ist angehalten.\nEure Vorlagen sind gesichert."


def test_s3_21_what_public_pages_say_is_written_beside_the_line_and_keeps_its_history(client_of, owner, forum):
    incident, client = burn(owner), client_of(owner)
    line, room = (reverse(f"crisis:{name}", args=["lotsenforum", incident.pk]) for name in ("line", "incident"))
    assert "Auf unseren öffentlichen Seiten" in unescape(client.get(room).content.decode())
    typed = {"line": "Wir prüfen.", "never_say": "", "spokesperson": "", "seen_revision": incident.revision}
    refused = client.post(line, typed | {"public_text": "Wieder da um [Uhrzeit]."})
    assert refused.status_code == 422 and "[Uhrzeit]" in unescape(refused.content.decode())
    saved = client.post(line, typed | {"public_text": PUBLIC}, follow=True)
    assert "gesichert" in saved.content.decode()
    incident.refresh_from_db()
    client.post(line, typed | {"public_text": "Behoben.", "seen_revision": incident.revision})
    client.post(offer(client.get(room)))
    actions.end_incident(person=owner, incident=incident, reason="Ruhig", now=timezone.now())
    assert list(incident.public_texts.values_list("text", flat=True)) == ["", PUBLIC, "Behoben.", PUBLIC]
    page = unescape(client.get(room).content.decode())
    assert page.count("gesichert") >= 2 and "von den Seiten genommen" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        incident.public_texts.update(text="Anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        incident.public_texts.all()._raw_delete("default")


def test_a_drill_offers_no_words_for_public_pages(client_of, owner, forum):
    drill = burn(owner, is_drill=True, channels=[forum])
    client = client_of(owner)
    assert 'name="public_text"' not in read(client, "crisis:line", drill.pk)
    assert "h-public" not in read(client, "crisis:incident", drill.pk)
