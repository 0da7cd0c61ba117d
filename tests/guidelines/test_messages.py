"""What we want understood, and what makes us unmistakable."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from allmende.guidelines import queries
from allmende.guidelines.actions import save_message
from allmende.guidelines.models import BrandRecord, CoreMessage
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db
HOME = "/w/lotsenforum/core-messages/"
SAID = {"sentence": "Niemand sitzt allein", "proof_points": "Sprechstunde", "valid_from_date": "2026-01-01"}
BRAND = {"promise": "Buchhaltung, bei der jemand mitdenkt", "never": "Keine Versprechen ohne Tag"}


def shown(client):
    return client.get(HOME).content.decode()


def test_s4_28_messages_and_brand_are_records_that_stand_on_one_page(client_of, owner):
    client = client_of(owner)
    assert client.post(f"{HOME}new/", SAID).status_code == 302
    assert client.post(f"{HOME}brand/", BRAND).status_code == 302
    page = shown(client)
    assert all(text in page for text in ("Niemand sitzt allein", "Sprechstunde", *BRAND.values()))


def test_a_message_and_the_brand_can_be_taken_back(client_of, owner):
    client = client_of(owner)
    for path, typed, text in (("new/", SAID, "Niemand sitzt"), ("brand/", BRAND, "jemand mitdenkt")):
        said = client.post(HOME + path, typed, follow=True)
        assert text in said.content.decode()
        client.post(offer(said))
        assert text not in shown(client)
    assert client.post(f"{HOME}brand/", BRAND).status_code == 302
    assert "jemand mitdenkt" in shown(client) and BrandRecord.objects.count() == 1


def test_a_message_is_put_away_and_brought_back(client_of, owner):
    client = client_of(owner)
    client.post(f"{HOME}new/", SAID, follow=True)
    message = CoreMessage.objects.get()
    said = client.post(f"{HOME}{message.pk}/archive/", follow=True)
    assert "Niemand sitzt" not in shown(client)
    client.post(offer(said))
    assert "Niemand sitzt" in shown(client)


def test_two_people_who_change_a_message_learn_of_each_other(client_of, owner, new_person):
    client = client_of(owner)
    client.post(f"{HOME}new/", SAID, follow=True)
    url = f"{HOME}{CoreMessage.objects.get().pk}/"
    client_of(new_person("manager", "Emre")).post(url, {**SAID, "sentence": "Emres Satz", "seen_revision": "1"})
    answer = client.post(url, {**SAID, "sentence": "Mein Satz", "seen_revision": "1"})
    assert answer.status_code == 422 and "Mein Satz" in answer.content.decode()
    assert CoreMessage.objects.get().sentence == "Emres Satz"


def test_days_run_forward_by_form_and_by_database(client_of, owner, now):
    client = client_of(owner)
    assert client.post(f"{HOME}new/", {**SAID, "valid_until_date": "2025-01-01"}).status_code == 422
    message = save_message(
        person=owner, message=None, sentence="x", proof_points="", valid_from_date=date(2026, 1, 1),
        valid_until_date=None, now=now,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        CoreMessage.objects.filter(pk=message.pk).update(valid_until_date=date(2025, 1, 1))


def test_what_does_not_hold_today_says_so_and_stands_last(owner, now):
    today = timezone.localdate()
    for name, first, last in (("vorbei", -9, -2), ("gilt", -1, None), ("kommt", 3, None)):
        save_message(
            person=owner, message=None, sentence=name, proof_points="", valid_from_date=today + timedelta(days=first),
            valid_until_date=today + timedelta(days=last) if last else None, now=now,
        )  # fmt: skip
    rows = queries.messages_page(owner.workspace, today).messages
    assert rows[0].message.sentence == "gilt"
    assert [(row.holds, row.is_ahead) for row in rows].count((False, False)) == 1


def test_an_observer_reads_and_writes_nothing(client_of, owner, new_person):
    client = client_of(new_person("observer"))
    assert "core-messages/new/" not in shown(client)
    assert client.post(f"{HOME}new/", SAID).status_code == 403
