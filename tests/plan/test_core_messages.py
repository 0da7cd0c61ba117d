"""A core message carries an objective: what we say for what members shall do (domain.md 3.10)."""

from datetime import date

import pytest

from allmende.guidelines.actions import save_message
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(owner, now):
    return save_message(
        person=owner, message=None, sentence="Niemand sitzt allein vor dem Abschluss", proof_points="",
        valid_from_date=date(2026, 1, 1), valid_until_date=None, now=now,
    )  # fmt: skip


def carry(client, objective, message, **sent):
    return client.post(f"/w/lotsenforum/plan/element/{objective.key}/messages/{message.pk}/", sent, follow=True)


def test_a_message_carries_an_objective_and_can_be_taken_out(write_plan, message, owner, client_of):
    objective, client = write_plan(publish=True).objective, client_of(owner)
    carry(client, objective, message, serves="yes")
    message.refresh_from_db()
    assert message.serves_keys == [objective.key]
    carry(client, objective, message, serves="yes")
    message.refresh_from_db()
    assert message.serves_keys == [objective.key], "twice is once"
    page = carry(client, objective, message).content.decode()
    message.refresh_from_db()
    assert message.serves_keys == [] and "Noch trägt keine Kernbotschaft" in page


def test_what_was_said_can_be_undone(write_plan, message, owner, client_of):
    objective, client = write_plan(publish=True).objective, client_of(owner)
    client.post(offer(carry(client, objective, message, serves="yes")))
    message.refresh_from_db()
    assert message.serves_keys == []


def test_readers_see_what_carries_it_and_change_nothing(write_plan, message, owner, new_person, client_of):
    objective = write_plan(publish=True).objective
    carry(client_of(owner), objective, message, serves="yes")
    reader = client_of(new_person("observer"))
    page = reader.get(f"/w/lotsenforum/plan/element/{objective.key}/").content.decode()
    assert message.sentence in page and f"messages/{message.pk}" not in page
    assert carry(reader, objective, message).status_code in (403, 404)


def test_a_strangers_message_is_not_there(write_plan, owner, client_of):
    objective = write_plan(publish=True).objective
    answer = client_of(owner).post(
        f"/w/lotsenforum/plan/element/{objective.key}/messages/5cbe1b3e-5f5b-4a51-a1f4-1d2ad0dbd6b0/", {"serves": "yes"}
    )
    assert answer.status_code == 404
