"""What the team sees of its tracked links, and how a site tells what people did there."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Signer

from allmende.channels.actions import (
    choose_channel,
    connect_account,
    count_clicks,
    end_link,
    make_link,
    note_click,
    record_arrivals,
)
from allmende.channels.models import LinkArrival, TrackedLink
from allmende.connectors.webhook.inbound import Arrival
from allmende.hub.queries import links_board
from allmende.team.models import Person
from tests.hub.conftest import bare
from tests.networks.webhook.ground import OTHER, SECRET, Ground

FORM = {"target": "https://example.org/treffen", "name": "Zum Treffen", "desired": "Anmeldung zum Treffen"}


@pytest.fixture(autouse=True)
def _nothing_noted(tmp_path, settings):
    settings.DATA = tmp_path


@pytest.fixture
def client(owner: Person) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="de")
    client.force_login(owner.user)
    return client


@pytest.fixture
def link(owner) -> TrackedLink:
    return make_link(person=owner, now=timezone.now() - timedelta(days=3), **FORM)


def home(owner: Person) -> str:
    return f"/w/{owner.workspace.slug}/links/"


def clicked(link: TrackedLink, *times: datetime) -> None:
    for at in times:
        note_click(link=link, now=at)
    count_clicks(now=timezone.now())


def told(link: TrackedLink, act: str, native_id: str, at: datetime | None = None) -> Arrival:
    return Arrival(native_id, link.code, act, at or timezone.now())


def test_without_a_link_the_page_says_what_one_is_for(client, owner) -> None:
    assert "Noch kein Trafficlink" in bare(client.get(home(owner)).content.decode())


def test_a_person_makes_a_link_and_takes_it_back(client, owner) -> None:
    answer = client.post(f"{home(owner)}new/", FORM, follow=True)
    made = TrackedLink.objects.get()
    assert answer.redirect_chain == [(f"{home(owner)}{made.pk}/", 303)]
    html = answer.content.decode()
    assert f"/l/{made.code}" in html and "Anmeldung zum Treffen" not in html.split("h-done")[0]
    undo = html.split("/undo/")[1].split('"')[0]
    client.post(f"/w/{owner.workspace.slug}/undo/{undo}")
    made.refresh_from_db()
    assert made.ended_at is not None


def test_what_was_typed_stays_when_the_address_is_refused(client, owner) -> None:
    answer = client.post(f"{home(owner)}new/", FORM | {"target": "http://example.org/"})
    assert answer.status_code == 422
    assert "https://" in bare(answer.content.decode()) and "Zum Treffen" in answer.content.decode()
    assert not TrackedLink.objects.exists()


def test_s3_22_a_click_is_never_a_result(client, owner, link) -> None:
    now = timezone.now()
    clicked(link, now, now)
    html = bare(client.get(f"{home(owner)}{link.pk}/").content.decode())
    assert "Nicht zu sagen" in html
    record_arrivals(
        workspace=owner.workspace, now=now,
        arrivals=[told(link, "arrived_from_link", "1"), told(link, "completed_on_site", "2")],
    )  # fmt: skip
    html = client.get(f"{home(owner)}{link.pk}/").content.decode()
    assert "<b>1</b>-mal: Anmeldung zum Treffen" in html
    assert html.index("-mal: Anmeldung zum Treffen") < html.index("2-mal")


def test_once_is_not_said_in_the_plural(client, owner, link) -> None:
    now = timezone.now()
    clicked(link, now)
    record_arrivals(workspace=owner.workspace, now=now, arrivals=[told(link, "completed_on_site", "2")])
    owner.user.language = "en"
    owner.user.save(update_fields=["language"])
    page = client.get(f"{home(owner)}{link.pk}/").content.decode()
    assert "<b>1</b> time: " in page and "followed 1 time." in page


def test_another_deed_than_the_one_desired_is_named(client, owner, link) -> None:
    record_arrivals(workspace=owner.workspace, now=timezone.now(), arrivals=[told(link, "bought", "9")])
    page = client.get(f"{home(owner)}{link.pk}/").content.decode()
    assert "<b>1</b>-mal etwas, was zählt" in page and "kaufte etwas" in bare(page)


def test_an_event_told_twice_counts_once(owner, link) -> None:
    arrivals = [told(link, "completed_on_site", "17"), told(link, "completed_on_site", "18")]
    assert record_arrivals(workspace=owner.workspace, arrivals=arrivals, now=timezone.now()).new == 2
    again = record_arrivals(workspace=owner.workspace, arrivals=arrivals, now=timezone.now())
    assert (again.new, again.known) == (0, 2)
    assert LinkArrival.objects.count() == 2


def test_links_of_another_workspace_are_unknown(link, new_person) -> None:
    other = new_person("owner", slug="other")
    found = record_arrivals(
        workspace=other.workspace, arrivals=[told(link, "completed_on_site", "1")], now=timezone.now()
    )
    assert found.unknown == (link.code,) and not LinkArrival.objects.exists()


def test_the_days_of_a_link_are_taken_along_as_csv(client, owner, link) -> None:
    now = timezone.now()
    clicked(link, now, now - timedelta(days=1))
    answer = client.get(f"{home(owner)}{link.pk}/days/")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/csv")
    assert lines[0] == "day,clicks,arrived_from_link,completed_on_site"
    assert lines[-1] == f"{owner.workspace.day_at(now)},1,,"
    assert len(lines) == 5


def test_ended_links_stand_apart(client, owner, link) -> None:
    end_link(person=owner, link=link, now=timezone.now())
    assert "Zum Treffen" not in client.get(home(owner)).content.decode()
    assert "Zum Treffen" in client.get(f"{home(owner)}?show=ended").content.decode()


def test_an_observer_reads_and_makes_nothing(link, owner, new_person) -> None:
    client = Client()
    client.force_login(new_person("observer").user)
    assert client.get(f"{home(owner)}{link.pk}/").status_code == 200
    assert client.get(f"{home(owner)}new/").status_code == 403
    assert client.post(f"{home(owner)}{link.pk}/end/").status_code == 403


def test_fifty_links_ask_no_more_than_one(owner, client, django_assert_num_queries) -> None:
    for number in range(12):
        make_link(person=owner, target="https://example.org/", name=f"L{number}", serves_key="k", now=timezone.now())
    with django_assert_num_queries(2):
        assert len(links_board(owner.workspace, "live", 1, timezone.now()).rows) == 12


@pytest.fixture
def site_account(owner, now):
    ground = Ground()
    account = connect_account(
        person=owner, kind="webhook", name="Anmeldeseite", settings={"host": "127.0.0.1"},
        secret=json.dumps({"url": ground.url, "secret": SECRET}), now=now, client=ground.client,
    )  # fmt: skip
    ground.end()
    choose_channel(person=owner, name="Anmeldeseite", slug="site", kind="own_forum", account=account, now=now)
    return account


def deliver(account, body: dict, webhook_id: str = "msg_1", secret: str = SECRET) -> int:
    at, written = datetime.now(UTC), json.dumps(body)
    return Client().post(
        f"/hooks/{account.pk}/", written, content_type="application/json", HTTP_WEBHOOK_ID=webhook_id,
        HTTP_WEBHOOK_TIMESTAMP=str(int(at.timestamp())), HTTP_WEBHOOK_SIGNATURE=Signer(secret).sign(webhook_id, at, written),
    ).status_code  # fmt: skip


def completed(code: str, native_id: str = "order-17", **more: object) -> dict:
    row = {"id": native_id, "link": code} | more
    return {"type": "link.completed", "timestamp": "2026-11-20T09:30:00+00:00", "data": row}


def test_s3_22_a_site_tells_by_a_signed_call_what_was_done_there(site_account, link) -> None:
    assert deliver(site_account, completed(link.code, email="mia@example.org")) == 204
    assert deliver(site_account, completed(link.code)) == 204
    assert deliver(site_account, completed(link.code), "msg_2") == 204
    arrival = LinkArrival.objects.get()
    assert (arrival.act, arrival.event_id, arrival.link) == ("completed_on_site", "order-17", link)
    assert "mia" not in str(list(LinkArrival.objects.values()))


def test_who_does_not_know_the_secret_tells_nothing(site_account, link) -> None:
    assert deliver(site_account, completed(link.code), secret=OTHER) == 401
    assert not LinkArrival.objects.exists()


def test_an_unknown_link_is_refused_whole_and_may_come_again(site_account, link) -> None:
    both = completed(link.code) | {"data": [{"id": "1", "link": link.code}, {"id": "2", "link": "nosuch"}]}
    assert deliver(site_account, both) == 400
    assert not LinkArrival.objects.exists()
    assert deliver(site_account, completed(link.code)) == 204
    assert LinkArrival.objects.count() == 1
