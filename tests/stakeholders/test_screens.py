"""Screens of the room: what is typed stays, colleagues learn of each other, guests see one page and nothing else."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allmende.plan.actions import add_stakeholder, make_contact
from allmende.plan.models import Stakeholder
from allmende.plan.queries import contact_of
from allmende.stakeholders.actions import compose_report, open_report, release_report
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries import search
from allmende.team.actions import save_unit, undo_responsible
from allmende.team.models import GuestLink, Person

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Frau Brandt",
    "influence": "decides",
    "relation": "informed",
    "update_interval_days": "28",
    "agreement_interval_days": "182",
}


def address(name, *args):
    return reverse(f"stakeholders:{name}", args=["lotsenforum", *args])


def test_an_empty_list_says_what_belongs_here(client_of, owner):
    page = client_of(owner).get(address("index")).content.decode()
    assert "Noch niemand eingetragen." in page
    assert address("add") in page


def test_a_wrong_value_keeps_what_was_typed(client_of, owner):
    answer = client_of(owner).post(address("add"), {**TYPED, "update_interval_days": "0", "interest": "Ruhe im Januar"})
    assert answer.status_code == 422
    assert "Ruhe im Januar" in answer.content.decode()
    assert answer.context["form"].errors.keys() == {"update_interval_days"}


def test_two_people_who_edit_learn_of_each_other(client_of, owner, new_person, brandt):
    url = address("edit", brandt.pk)
    client_of(new_person("manager", "Emre Yıldız")).post(url, {**TYPED, "revision": "1", "interest": "Emres Satz"})
    answer = client_of(owner).post(url, {**TYPED, "revision": "1", "interest": "Mein Satz"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(words in page for words in ("Emre Yıldız", "Emres Satz", "Mein Satz"))


def test_put_away_and_brought_back(client_of, owner, brandt):
    client = client_of(owner)
    page = client.post(address("archive", brandt.pk), follow=True).content.decode()
    assert address("restore", brandt.pk) in page
    client.post(address("restore", brandt.pk))
    assert Stakeholder.objects.get().archived_at is None


def test_the_walk_from_a_name_to_a_released_report(client_of, owner, plan, judge, weeks, now):
    judge()
    client = client_of(owner)
    client.post(address("add"), TYPED)
    found = Stakeholder.objects.get()
    period = {"period_start_date": "2026-07-06", "period_end_date": "2026-10-06"}
    client.post(address("compose", found.pk), period)
    report = Report.objects.get()
    wrong = {"title": report.title, "story": "Es gab 3.412 Beiträge.", "revision": report.revision}
    client.post(address("texts", report.pk), wrong)
    page = client.get(address("report", report.pk)).content.decode()
    assert "3.412 Beiträge" in page
    assert "So kann das nicht hinausgehen" in page
    report.refresh_from_db()
    refused = client.post(address("release", report.pk), {"revision": report.revision})
    assert refused.status_code == 422
    client.post(address("texts", report.pk), {**wrong, "story": "", "revision": report.revision})
    report.refresh_from_db()
    client.post(address("release", report.pk), {"revision": report.revision})
    report.refresh_from_db()
    assert report.is_released
    again = client.post(address("texts", report.pk), {**wrong, "revision": report.revision})
    assert again.status_code == 422


def test_a_period_to_come_is_refused_at_its_field(client_of, owner, plan, brandt):
    period = {"period_start_date": "2026-07-06", "period_end_date": "2999-01-01"}
    answer = client_of(owner).post(address("compose", brandt.pk), period)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"period_end_date"}


def test_s1_01_the_stakeholder_reads_the_released_page_and_nothing_else(client_of, owner, compose, judge):
    judge()
    report, client = compose(), client_of(owner)
    refused = client.post(address("link", report.pk), follow=True).content.decode()
    assert not GuestLink.objects.exists()
    assert "Gäste lesen nur freigegebene Berichte" in refused
    client.post(address("release", report.pk), {"revision": report.revision})
    shown = client.post(address("link", report.pk)).context["address"]
    answer = Client().get(shown)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert report.title in page
    assert "no-print" in page
    assert "guard" not in page
    assert "/w/lotsenforum/" not in page
    report.refresh_from_db()
    assert report.opened_at


def test_a_guests_door_closes(client_of, owner, compose, judge, now):
    judge()
    report = compose()
    release_report(person=owner, report=report, now=now, seen_revision=report.revision)
    token = open_report(person=owner, report=report, now=now - timedelta(days=91))
    assert Client().get(reverse("guest_report", args=[token])).status_code == 404
    assert Client().get(reverse("guest_report", args=["guessed"])).status_code == 404


def test_an_english_reader_reads_a_german_report_in_german(client_of, owner, compose, judge):
    judge()
    owner.user.language = "en"
    owner.user.save()
    page = client_of(owner).get(address("report", compose().pk)).content.decode()
    assert "Wie das Ihrem Ziel dient" in page
    assert "Check before the release" in page


def test_observers_read_and_write_nothing(client_of, new_person, brandt):
    client = client_of(new_person("observer"))
    assert client.get(address("index")).status_code == 200
    assert client.get(address("edit", brandt.pk)).status_code == 403


def test_search_finds_people_and_reports(compose, judge, owner, workspace):
    judge()
    compose()
    assert next(hit.title for hit in search(workspace, owner, "brandt", 5)) == "Frau Brandt"
    assert search(workspace, owner, "antworten zuerst", 5)


@pytest.mark.parametrize("number", [3, 30])
def test_lists_ask_as_little_of_thirty_as_of_three(client_of, owner, plan, judge, now, number):
    judge()
    from tests.stakeholders.conftest import PERIOD

    for place in range(number):
        one = add_stakeholder(person=owner, name=f"Person {place}", now=now)
        compose_report(person=owner, stakeholder=one, now=now, **PERIOD)
    client = client_of(owner)
    client.get(address("index"))
    for url in (address("index"), address("stakeholder", one.pk), address("report", Report.objects.first().pk)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        assert len(asked) <= 12, [query["sql"] for query in asked]


def test_s0_22_somebody_keeps_in_touch_with_every_stakeholder(client_of, owner, new_person, brandt):
    emre = new_person("manager", "Emre Yıldız")
    client = client_of(owner)
    assert "noch niemand" in client.get(address("stakeholder", brandt.pk)).content.decode()
    team_page = reverse("team:responsibility", args=["lotsenforum"])
    assert "In Kontakt mit" in client.get(team_page).content.decode()
    page = client.get(address("edit", brandt.pk)).content.decode()
    assert "Noch niemand" in page and f'value="person:{emre.pk}"' in page
    typed = {**TYPED, "revision": "1", "contact": f"person:{emre.pk}"}
    done = client.post(address("edit", brandt.pk), typed, follow=True)
    assert contact_of(brandt).unit.lead == emre
    assert "Emre Yıldız" in client.get(address("index")).content.decode()
    page = client.get(address("edit", brandt.pk)).content.decode()
    assert "Noch niemand" not in page, "a contact is handed on, never dropped"
    client.post(re.search(r'class="toast[^"]*">.*?action="([^"]+)"', done.content.decode(), re.DOTALL)[1])
    assert contact_of(brandt) is None


def test_s0_22_a_contact_rests_with_whom_is_put_away_and_comes_back(client_of, owner, brandt):
    client = client_of(owner)
    client.post(address("add"), {**TYPED, "name": "Herr Vogt", "contact": f"person:{owner.pk}"})
    vogt = Stakeholder.objects.get(name="Herr Vogt")
    assert contact_of(vogt).unit.lead == owner
    client.post(address("archive", vogt.pk))
    assert contact_of(vogt) is None
    client.post(address("restore", vogt.pk))
    assert contact_of(vogt).unit.lead == owner


def test_s0_22_a_contact_that_was_taken_back_does_not_come_back_with_the_stakeholder(client_of, owner, brandt, now):
    line = make_contact(person=owner, stakeholder=brandt, contact=owner, now=now)
    undo_responsible(person=owner, now=now, line=line.pk, before="")
    client = client_of(owner)
    client.post(address("archive", brandt.pk))
    client.post(address("restore", brandt.pk))
    assert contact_of(brandt) is None


def test_s0_22_a_contact_who_left_is_not_replaced_by_the_first_in_the_list(client_of, owner, new_person, brandt, now):
    """A browser sends the first option where none is chosen."""
    tomke = new_person("author", "Tomke")
    make_contact(person=owner, stakeholder=brandt, contact=tomke, now=now)
    Person.objects.filter(pk=tomke.pk).update(left_at=now)
    client = client_of(owner)
    page = client.get(address("edit", brandt.pk)).content.decode()
    first = re.search(r'name="contact".*?<option value="([^"]*)"', page, re.DOTALL)
    assert first is not None and first[1] == ""
    client.post(address("edit", brandt.pk), {**TYPED, "revision": "1", "contact": "", "interest": "Mein Satz"})
    brandt.refresh_from_db()
    assert (brandt.interest, contact_of(brandt).unit.lead) == ("Mein Satz", tomke)


def test_s0_22_what_else_is_known_can_be_changed_while_nobody_leads_the_group(
    client_of, owner, new_person, brandt, now
):
    tomke = new_person("author", "Tomke")
    group = save_unit(person=owner, unit=None, kind="working_group", name="Redaktion", lead=tomke, members=[], now=now)
    make_contact(person=owner, stakeholder=brandt, contact=group, now=now)
    Person.objects.filter(pk=tomke.pk).update(left_at=now)
    typed = {**TYPED, "revision": "1", "contact": f"unit:{group.pk}", "interest": "Mein Satz"}
    assert client_of(owner).post(address("edit", brandt.pk), typed).status_code in (302, 303)
    brandt.refresh_from_db()
    assert (brandt.interest, contact_of(brandt).unit) == ("Mein Satz", group)


def test_s0_22_a_group_that_nobody_leads_keeps_in_touch_with_nobody(client_of, owner, new_person, brandt, now):
    tomke = new_person("author", "Tomke")
    group = save_unit(person=owner, unit=None, kind="working_group", name="Redaktion", lead=tomke, members=[], now=now)
    Person.objects.filter(pk=tomke.pk).update(left_at=now)
    typed = {**TYPED, "revision": "1", "contact": f"unit:{group.pk}", "interest": "Mein Satz"}
    answer = client_of(owner).post(address("edit", brandt.pk), typed)
    assert answer.status_code == 422 and "Mein Satz" in answer.content.decode()
    assert answer.context["form"].errors.keys() == {"contact"}
    brandt.refresh_from_db()
    assert brandt.interest != "Mein Satz", "nothing half written"


def test_s0_22_whoever_may_not_read_of_stakeholders_meets_no_name_of_theirs(client_of, owner, new_person, brandt, now):
    make_contact(person=owner, stakeholder=brandt, contact=owner, now=now)
    page = reverse("team:responsibility", args=["lotsenforum"]) + f"?on={now.date()}"
    assert client_of(owner).get(page).content.decode().count(brandt.name) >= 2
    assert brandt.name not in client_of(new_person("author", "Tomke")).get(page).content.decode()
