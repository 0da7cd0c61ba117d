"""Screens that show what others change: an unchanged one costs three queries, a changed one comes whole."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.channels.models import Dispatch
from allmende.inbox.actions import add_note, send_reply
from allmende.inbox.models import Conversation
from allmende.team.queries import default_hours
from tests.inbox.conftest import asked  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
SCREENS = ["web:today", "inbox:rows", "editorial:index", "channels:index", "team:notices"]


@pytest.mark.parametrize("name", SCREENS)
def test_an_unchanged_screen_costs_three_queries(
    client_of,
    owner,
    asked,  # noqa: F811
    name,
    django_assert_max_num_queries,
    monkeypatch,
):
    asked(3)
    client, moment, url = client_of(owner), timezone.now(), reverse(name, args=["lotsenforum"])
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    first = client.get(url)
    again = {"if-none-match": first["ETag"]}
    with django_assert_max_num_queries(3):
        assert client.get(url, headers=again).status_code == 304
    add_note(person=owner, conversation=Conversation.objects.first(), text="Neu.", now=moment)
    assert client.get(url, headers=again).status_code == 200


@pytest.mark.parametrize("name", SCREENS)
def test_it_is_told_anew_every_minute_and_to_everybody_else(client_of, owner, new_person, asked, name, monkeypatch):  # noqa: F811
    asked(1)
    moment, url = timezone.now(), reverse(name, args=["lotsenforum"])
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    tag = client_of(owner).get(url)["ETag"]
    assert client_of(new_person("manager")).get(url, headers={"if-none-match": tag}).status_code == 200
    tag = client_of(owner).get(url)["ETag"]
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment + timedelta(minutes=1))
    assert client_of(owner).get(url, headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("name", ["web:today", "inbox:rows", "editorial:index", "channels:index"])
def test_what_has_just_left_is_seen_at_once(client_of, owner, asked, name, monkeypatch):  # noqa: F811
    """The worker writes no audit line when a text leaves, and the minute may still be the same."""
    (conversation,) = asked(1)
    moment, url, client = timezone.now(), reverse(name, args=["lotsenforum"]), client_of(owner)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    send_reply(person=owner, conversation=conversation, text="Guten Tag.", seen_until=10**9, now=moment)
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    Dispatch.objects.update(state="sent", settled_at=moment + timedelta(seconds=11))
    assert client.get(url, headers={"if-none-match": tag}).status_code == 200


def test_what_was_refused_is_said_though_nothing_changed_and_said_once(client_of, owner, monkeypatch):
    moment, url, client = timezone.now(), reverse("team:rota", args=["lotsenforum"]), client_of(owner)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    again = {"if-none-match": client.get(url)["ETag"]}
    assert client.get(url, headers=again).status_code == 304
    gap = {"hours_id": str(default_hours(owner.workspace).pk), "next": url}
    over = {"starts_at": moment - timedelta(hours=3), "ends_at": moment - timedelta(hours=2)}
    client.post(
        reverse("team:take_gap", args=["lotsenforum"]), {**gap, **{name: at.isoformat() for name, at in over.items()}}
    )
    said = client.get(url, headers=again)
    assert said.status_code == 200 and 'class="toast bad"' in said.content.decode()
    assert "ETag" not in said, "a browser that keeps it would show the refusal again"
    assert client.get(url, headers=again).status_code == 304
