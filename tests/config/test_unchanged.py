"""Open screens that ask again: nothing changed costs one query, and nobody learns more than before."""

from datetime import timedelta

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from allmende.config import patience, unchanged
from allmende.inbox.actions import save_view
from allmende.team.models import Person

pytestmark = pytest.mark.django_db
URL = "/w/lotsenforum/inbox/rows/"


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """A moment that lasts, and nobody who was let in before."""
    unchanged.forget_looks()
    moment = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    yield moment
    unchanged.forget_looks()


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


def asked_again(client, tag: str, **more: str) -> int:
    return client.get(URL, headers={"if-none-match": tag, **more}).status_code


def test_nothing_new_costs_one_query(client, django_assert_num_queries):
    tag = client.get(URL)["ETag"]
    with django_assert_num_queries(1):
        assert asked_again(client, tag) == 304
    with django_assert_num_queries(1):
        assert asked_again(client, tag) == 304


def test_a_page_that_travelled_compressed_is_known_too(client, django_assert_num_queries):
    tag = client.get(URL)["ETag"]
    with django_assert_num_queries(1):
        assert asked_again(client, f"W/{tag}") == 304


def test_what_is_new_is_told_at_once(client, owner):
    tag = client.get(URL)["ETag"]
    assert asked_again(client, tag) == 304
    save_view(person=owner, name="Meine", query="?tab=mine", is_shared=False, now=timezone.now())
    assert asked_again(client, tag) == 200


def test_a_minute_later_the_list_reads_differently(client, still, monkeypatch):
    tag = client.get(URL)["ETag"]
    monkeypatch.setattr("django.utils.timezone.now", lambda: still + timedelta(minutes=1))
    assert asked_again(client, tag) == 200


def test_whoever_left_or_may_not_any_more_is_told_nothing(client, owner, still):
    tag = client.get(URL)["ETag"]
    Person.objects.filter(pk=owner.pk).update(left_at=still)
    assert asked_again(client, tag) == 404


def test_another_browser_another_language_and_another_page_go_the_long_way(
    client, client_of, new_person, django_assert_max_num_queries
):
    tag = client.get(URL)["ETag"]
    assert asked_again(client, tag, **{"accept-language": "en"}) in (200, 304)
    assert asked_again(client_of(new_person("manager", "Emre Yıldız")), tag) == 200
    client.logout()
    assert asked_again(client, tag) == 302


def test_after_a_minute_the_session_is_asked_for_again(client, monkeypatch):
    from importlib import import_module

    from django.conf import settings

    tag = client.get(URL)["ETag"]
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    import_module(settings.SESSION_ENGINE).SessionStore(key).delete()
    assert asked_again(client, tag) == 304
    later = unchanged.time.monotonic() + unchanged.KNOWN_SECONDS
    monkeypatch.setattr("allmende.config.unchanged.time.monotonic", lambda: later)
    assert asked_again(client, tag) == 302


def test_a_database_stays_open_between_requests(settings):
    """Opened anew it reads its whole schema each time, which is most of what an answer costs."""
    assert settings.DATABASES["default"]["CONN_MAX_AGE"] >= 10  # seconds: as often as a screen asks


def test_a_connection_that_lay_still_is_looked_at_before_it_is_used(client, monkeypatch):
    """D6: what a database that was away has forgotten fails no page."""
    base, clock = connections[DEFAULT_DB_ALIAS], [100.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(base, "last_asked_at", 0.0, raising=False)
    looked = []
    for clock[0] in (100.0, 110.0, 125.0, 200.0):
        patience.look_where_still()
        looked.append(base.health_check_enabled)
    assert looked == [True, False, False, True]
