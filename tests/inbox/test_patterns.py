"""Patterns that answers may begin with, and answers that leave later."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import send_due
from allmende.channels.models import Dispatch
from allmende.inbox.actions import (
    CannotReply,
    answer,
    approve_reading,
    ask_reader,
    save_pattern,
    send_reply,
    take_back_reply,
)
from allmende.inbox.jobs import follow_planned
from allmende.inbox.models import PatternUse, SecondReading, TextPattern
from allmende.team.models import Notice
from tests.inbox.test_sorting import undo_in

pytestmark = pytest.mark.django_db
GAP = "Guten Tag [Name], die Vorlage finden Sie im Menü Kasse."


def page_of(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


@pytest.fixture
def pattern(owner):
    return save_pattern(person=owner, pattern=None, name="Kasse", text=GAP, situation=None, now=timezone.now())


# --- S2-24 -----------------------------------------------------------------------------------------------------------


def test_s2_24_a_pattern_does_not_leave_with_its_own_words(client, asked, owner):
    (one,) = asked(1)
    plain = save_pattern(
        person=owner, pattern=None, name="Dank", text="Danke schön!", situation=None, now=timezone.now()
    )
    url = page_of("conversation", one.public_id)
    refused = client.post(url, {"text": "danke schön", "seen_until": "0", "pattern": plain.pk})
    assert refused.status_code == 422 and "Worte der Vorlage „Dank“" in refused.content.decode()
    assert "danke schön" in refused.content.decode() and not Dispatch.objects.exists()
    copied = client.post(url, {"text": "Danke schön!", "seen_until": "0"})
    assert copied.status_code == 422


def test_s2_24_a_gap_left_open_does_not_leave(client, asked, pattern):
    (one,) = asked(1)
    typed = {"text": GAP + " Viel Erfolg!", "seen_until": "0", "pattern": pattern.pk}
    refused = client.post(page_of("conversation", one.public_id), typed)
    assert refused.status_code == 422 and "[Name]" in refused.context["form"].errors["text"][0]


def test_s2_24_how_many_words_were_changed_is_shown_and_kept(client, asked, owner, pattern):
    (one,) = asked(1)
    text = GAP.replace("[Name]", "Frau Ahlers")
    shown = client.post(page_of("changed", one.public_id), {"text": text, "pattern": pattern.pk}).content.decode()
    assert "2 Wörter sind anders als in der Vorlage „Kasse“" in shown
    same = client.post(page_of("changed", one.public_id), {"text": GAP, "pattern": pattern.pk}).content.decode()
    assert "noch die Worte der Vorlage" in same
    client.post(page_of("conversation", one.public_id), {"text": text, "seen_until": "0", "pattern": pattern.pk})
    assert PatternUse.objects.get().words_changed == 2
    assert "einmal verwendet, 2,0 Wörter geändert" in client.get(page_of("patterns")).content.decode()


def test_s2_24_a_refused_answer_still_says_how_far_it_is_from_its_pattern(client, asked, pattern):
    (one,) = asked(1)
    text = GAP.replace("die Vorlage", "eine solche Vorlage")
    refused = client.post(
        page_of("conversation", one.public_id), {"text": text, "seen_until": "0", "pattern": pattern.pk}
    )
    assert refused.status_code == 422 and page_of("changed", one.public_id) in refused.content.decode()


def test_words_begun_with_a_pattern_a_colleague_put_away_are_sent(client, asked, pattern):
    (one,) = asked(1)
    client.post(page_of("put_pattern_away", pattern.pk))
    typed = {"text": GAP, "seen_until": "0", "pattern": pattern.pk}
    assert client.post(page_of("conversation", one.public_id), typed).status_code == 422
    typed["text"] = GAP.replace("[Name]", "Herr Tietz")
    assert client.post(page_of("conversation", one.public_id), typed).status_code == 302
    assert PatternUse.objects.get().pattern == pattern


def test_s2_24_the_database_keeps_no_unchanged_use(asked, owner, pattern):
    (one,) = asked(1)
    dispatch = send_reply(person=owner, conversation=one, text="Im Menü.", seen_until=10**9, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        PatternUse.objects.create(dispatch=dispatch, pattern=pattern, words_changed=0)


def test_s2_24_what_a_second_reader_read_keeps_its_pattern(asked, owner, new_person, pattern):
    (one,) = asked(1)
    now, text = timezone.now(), GAP.replace("[Name]", "Herr Tietz")
    with pytest.raises(CannotReply):
        ask_reader(person=owner, conversation=one, text=GAP, seen_until=10**9, now=now, pattern=pattern)
    reading = ask_reader(person=owner, conversation=one, text=text, seen_until=10**9, now=now, pattern=pattern)
    emre = new_person("manager", "Emre Yıldız")
    approve_reading(person=emre, reading=reading, seen_hash=reading.words_hash, now=now)
    assert SecondReading.objects.get().dispatch.pattern_use.words_changed == 2


def test_a_pattern_is_put_below_what_was_typed_and_nothing_is_sent(client, asked, pattern):
    (one,) = asked(1)
    assert "Kasse" in client.get(page_of("offered", one.public_id)).content.decode()
    typed = {"text": "Hallo,", "with": pattern.pk, "seen_until": "7"}
    page = client.post(page_of("begin", one.public_id), typed).content.decode()
    assert f"Hallo,\n\n{GAP}" in page and str(pattern.pk) in page and not Dispatch.objects.exists()
    part = client.post(page_of("begin", one.public_id), typed, HTTP_HX_REQUEST="true").content.decode()
    assert f"Hallo,\n\n{GAP}" in part and "<html" not in part


def test_patterns_of_the_situation_come_first_and_those_of_others_not_at_all(client, asked, owner, pattern):
    (one,) = asked(1)
    number = one.rule.situation
    for name, situation in (("Fremd", number + 1), ("Passend", number)):
        save_pattern(person=owner, pattern=None, name=name, text="x y", situation=situation, now=timezone.now())
    names = [found.name for found in client.get(page_of("offered", one.public_id)).context["patterns"]]
    assert names == ["Passend", "Kasse"]


def test_a_pattern_is_written_changed_put_away_and_taken_back(client, pattern):
    edited = client.post(
        page_of("edit_pattern", pattern.pk), {"name": "Kasse", "text": "Neu", "seen_revision": "1"}, follow=True
    )
    client.post(undo_in(edited))
    pattern.refresh_from_db()
    assert pattern.text == GAP
    again = client.post(page_of("add_pattern"), {"name": "Kasse", "text": "Zweite"})
    assert again.status_code == 422 and "gibt es schon" in again.content.decode() and "Zweite" in again.content.decode()
    away = client.post(page_of("put_pattern_away", pattern.pk), follow=True)
    assert "Noch ist keine Vorlage" in away.content.decode()
    client.post(undo_in(away))
    assert TextPattern.objects.get().archived_at is None


# --- later -----------------------------------------------------------------------------------------------------------


def test_an_answer_leaves_at_the_moment_chosen_and_the_promise_runs_on(says, listen, owner, now):
    says("Mirko Tietz", "Wo finde ich die Vorlage?", now)
    (one,) = listen(now)
    at = now + timedelta(hours=5)
    send_reply(person=owner, conversation=one, text="Morgen früh.", seen_until=10**9, send_at=at, now=now)
    send_due(now=now + timedelta(hours=4))
    one.refresh_from_db()
    assert Dispatch.objects.get().state == "waiting" and one.state == "waiting"
    send_due(now=at + timedelta(minutes=1))
    assert Dispatch.objects.get().state == "sent"


def test_planned_answers_stand_in_a_list_and_are_taken_back(client, asked):
    (one,) = asked(1)
    at = timezone.localtime(timezone.now() + timedelta(days=2))
    typed = {"text": "Übermorgen.", "seen_until": "0", "send_at": at.strftime("%Y-%m-%dT%H:%M")}
    page = client.post(page_of("conversation", one.public_id), typed, follow=True).content.decode()
    assert "Geht von selbst hinaus" in page and "geht hinaus: " in page
    assert "Übermorgen." in client.get(page_of("planned")).content.decode()
    back = client.post(page_of("take_back", Dispatch.objects.get().public_id), follow=True)
    assert back.context["form"].initial["text"] == "Übermorgen."
    assert "Keine Antwort geht später hinaus" in client.get(page_of("planned")).content.decode()


@pytest.mark.parametrize("send_at", ["2020-01-01T10:00", "2099-01-01T10:00", "morgen"])
def test_a_moment_that_cannot_be_is_refused_and_the_words_stay(client, asked, send_at):
    (one,) = asked(1)
    typed = {"text": "Mein Text", "seen_until": "0", "send_at": send_at}
    refused = client.post(page_of("conversation", one.public_id), typed)
    page = refused.content.decode()
    assert refused.status_code == 422 and "Nicht geplant" in page and "Mein Text" in page and send_at in page
    assert not Dispatch.objects.exists()


def test_who_planned_an_answer_learns_that_a_member_wrote_since(client, says, listen, owner, now):
    post = says("Mirko Tietz", "Wo finde ich die Vorlage?", now)
    (one,) = listen(now)
    dispatch = send_reply(
        person=owner, conversation=one, text="Im Menü.", seen_until=10**9, send_at=now + timedelta(days=1), now=now
    )
    assert follow_planned(now) == 0
    later = now + timedelta(hours=1)
    says("Mirko Tietz", "Hat sich erledigt.", later, reply_to=post["id"])
    listen(later)
    for _ in range(2):
        assert follow_planned(later) == 1
    assert Notice.objects.filter(kind="inbox.overtaken", person=owner).count() == 1
    take_back_reply(person=owner, dispatch=dispatch, now=later)
    assert follow_planned(later) == 0


def test_an_answer_that_a_colleague_reads_first_has_no_moment(asked, owner, new_person):
    (one,) = asked(1)
    new_person("manager", "Emre Yıldız")
    type(one.rule).objects.filter(pk=one.rule_id).update(needs_second_reader=True)
    with pytest.raises(CannotReply, match="Nicht geplant"):
        answer(
            person=owner, conversation=one, text="Später", seen_until=10**9, now=timezone.now(),
            send_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip
