"""A note speaks to a colleague by name: who is told, who is not, and how it is taken back."""

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.inbox.actions import CannotNote, add_note
from allmende.inbox.models import Note
from allmende.team.models import Notice

pytestmark = pytest.mark.django_db


def page_of(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


@pytest.fixture
def emre(owner, new_person):
    return new_person("manager", "Emre Yıldız")


def test_whoever_is_spoken_to_in_a_note_is_told_and_led_there(client_of, owner, emre, asked):
    (one,) = asked(1)
    note = add_note(person=owner, conversation=one, text="@Emre Yıldız, kennst du das?", now=timezone.now())
    notice = Notice.objects.get(person=emre)
    assert notice.kind == "inbox.mentioned" and notice.url.endswith(f"{one.public_id}/#note-{note.pk}")
    page = client_of(emre).get(reverse("team:notices", args=["lotsenforum"])).content.decode()
    assert "Jana Petersen spricht Sie in einer Notiz" in page
    assert not Notice.objects.filter(person=owner).exists()


def test_taking_the_note_back_takes_the_notice_back(client_of, owner, emre, asked):
    (one,) = asked(1)
    client = client_of(owner)
    done = client.post(page_of("note", one.public_id), {"note-text": "@Emre schaust du?"}, follow=True)
    assert Notice.objects.filter(person=emre).count() == 1
    client.post([str(said.extra_tags) for said in done.context["messages"] if said.extra_tags][-1])
    assert not Note.objects.exists() and not Notice.objects.filter(person=emre).exists()


def test_nobody_who_may_not_read_it_is_spoken_to_and_what_was_typed_stays(client_of, owner, new_person, asked):
    (one,) = asked(1)
    gone = new_person("manager", "Mia Kern")
    type(gone).objects.filter(pk=gone.pk).update(access_until_date="2020-01-01")
    answer = client_of(owner).post(page_of("note", one.public_id), {"note-text": "@Mia Kern, bitte"})
    page = answer.content.decode()
    assert (
        answer.status_code == 422 and "Mia Kern darf hier keine Gespräche lesen" in page and "@Mia Kern, bitte" in page
    )
    assert not Note.objects.exists() and not Notice.objects.filter(kind="inbox.mentioned").exists()


def test_a_name_that_fits_two_is_asked_for_whole(owner, emre, new_person, asked):
    (one,) = asked(1)
    new_person("author", "Emre Kaya")
    with pytest.raises(CannotNote, match="Emre Kaya, Emre Yıldız"):
        add_note(person=owner, conversation=one, text="@Emre bitte", now=timezone.now())


def test_names_are_offered_while_one_writes(client_of, owner, emre, asked):
    (one,) = asked(1)
    page = client_of(owner).get(page_of("conversation", one.public_id)).content.decode()
    assert 'data-mentions="people-here"' in page and '<option value="Emre Yıldız">' in page
