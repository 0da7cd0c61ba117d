"""The page on which a book is read in: look first, then accept or put away (S0-24)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from allmende.handover.jobs import put_away
from allmende.handover.models import BookUpload
from allmende.handover.queries import book_text
from allmende.plan.actions import add_stakeholder
from allmende.plan.models import StrategicPlan
from allmende.plan.queries import exported
from allmende.team.models import Person
from allmende.team.queries import as_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def ida(new_person):
    """The owner of an empty community."""
    return new_person("owner", "Ida Fremd", slug="other")


def address(person, name="import_book"):
    return reverse(f"handover:{name}", args=[person.workspace.slug])


def choose(client, person, text, name="book.json"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(address(person), {"file": SimpleUploadedFile(name, content)})


def test_s0_24_a_book_is_looked_at_before_it_is_read_in(full, owner, ida, client_of):
    client = client_of(ida)
    assert choose(client, ida, book_text(owner.workspace)).status_code == 303
    page = client.get(address(ida)).text
    assert "Das Buch von Lotsenforum" in page and "Jana Petersen" in page and "Emre Yıldız" in page
    assert "Versionen des Plans: 2" in page and "Kernbotschaften: 1" in page
    assert not StrategicPlan.objects.filter(workspace=ida.workspace).exists()
    answer = client.post(address(ida, "accept_book"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("team:index", args=["other"])
    assert "Eingelesen" in answer.text and "Noch einzuladen" in answer.text
    assert StrategicPlan.objects.filter(workspace=ida.workspace).count() == 1
    assert not BookUpload.objects.exists()


def test_s0_24_put_away_nothing_was_read_in(full, owner, ida, client_of):
    client = client_of(ida)
    choose(client, ida, book_text(owner.workspace))
    client.post(address(ida, "drop_book"))
    assert not BookUpload.objects.exists()
    assert not Person.objects.filter(workspace=ida.workspace, is_uninvited=True).exists()


def test_s0_24_a_plan_alone_is_shown_as_one(full, ida, client_of):
    client = client_of(ida)
    choose(client, ida, as_text(exported(full.plan)), "plan.json")
    page = client.get(address(ida)).text
    assert "Nur ein Plan" in page and "plan.json" in page


@pytest.mark.parametrize("text", ["", "{", "[]", b"\xff\xfe\x00", '{"format": "allmende.book", "schema": 1}'])
def test_s0_24_a_damaged_file_is_answered_beside_its_field(ida, client_of, text):
    answer = choose(client_of(ida), ida, text)
    assert answer.status_code == 422 and not BookUpload.objects.exists()
    assert 'aria-invalid="true"' in answer.text


def test_without_a_file_it_asks_for_one(ida, client_of):
    assert client_of(ida).post(address(ida)).status_code == 422


def test_s0_24_what_fitted_yesterday_may_not_fit_today(full, owner, ida, client_of, now):
    client = client_of(ida)
    choose(client, ida, book_text(owner.workspace))
    add_stakeholder(person=ida, name="Frau Meier", interest="", email="", now=now)
    answer = client.post(address(ida, "accept_book"), follow=True)
    assert "nicht leer" in answer.text and BookUpload.objects.exists()
    client.post(address(ida, "drop_book"))
    assert "Hier steht schon etwas (Plan)" in client.get(address(ida)).text
    assert "nicht mehr da" in client.post(address(ida, "accept_book"), follow=True).text


def test_what_nobody_decided_about_is_put_away_after_a_day(full, owner, ida, client_of, now, time_machine):
    time_machine.move_to(now, tick=False)
    choose(client_of(ida), ida, book_text(owner.workspace))
    assert put_away(now + timedelta(hours=23)) == 0
    assert put_away(now + timedelta(hours=25)) == 1


def test_only_owners_read_books_in_and_find_the_page(full, owner, emre, ida, client_of):
    assert client_of(emre).get(address(emre)).status_code == 403
    assert address(owner) in client_of(owner).get(reverse("handover:book", args=["lotsenforum"])).text
    assert address(emre) not in client_of(emre).get(reverse("handover:book", args=["lotsenforum"])).text


def test_an_upload_is_seen_by_nobody_else(full, owner, ida, new_person, client_of):
    choose(client_of(ida), ida, book_text(owner.workspace))
    second = new_person("owner", "Zweite", slug="other")
    assert "Das Buch von" not in client_of(second).get(address(second)).text


def test_s0_24_a_full_community_leads_to_an_empty_one(owner, write_plan, client_of):
    write_plan(publish=True)
    page = client_of(owner).get(reverse("handover:import_book", args=[owner.workspace.slug])).content.decode()
    assert reverse("team:new_community", args=[owner.workspace.slug]) in page
