"""What burns, where anybody reads it: on our own page, beside the netiquette, and where content is reported (S2-23)."""

from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from allmende.crisis.actions import declare_incident, end_incident, set_line, set_next_update
from allmende.guidelines.actions import put_guideline_in_force, write_guideline
from tests.hub.conftest import HOME

pytestmark = pytest.mark.django_db
WORDS = "Der Deich ist <dicht>.\nWir melden uns."


@pytest.fixture
def incident(site):
    found = declare_incident(person=site.owner, title="Deich", cause="Sturm", level=3, now=site.now)
    return set_line(
        person=site.owner,
        incident=found,
        line="Ruhe",
        never_say="Nie",
        spokesperson="",
        public_text=WORDS,
        now=site.now,
    )


@pytest.fixture
def netiquette(site):
    written = write_guideline(person=site.owner, title="Wie wir reden", addressee="members", channel=None, now=site.now)
    return put_guideline_in_force(person=site.owner, guideline=written, now=site.now)


def test_s2_23_every_public_page_says_it_and_nothing_else_of_the_incident(site, incident, netiquette) -> None:
    post = site.publish()
    doors = (
        HOME, f"{HOME}{post.native_id}/", f"/n/lotsenforum/{site.channel.slug}/", "/report/lotsenforum/",
    )  # fmt: skip
    for door in doors:
        page = unescape(Client().get(door).content.decode())
        assert WORDS in page, door
        assert "Sturm" not in page and "Nie" not in page, door
    end_incident(person=site.owner, incident=incident, reason="Ebbe", now=site.now)
    for door in doors:
        assert "dicht" not in Client().get(door).content.decode(), door


def test_s2_23_news_that_are_promised_stand_beside_it_until_their_time(site, incident) -> None:
    now = timezone.now()
    due = now + timedelta(hours=2)
    set_next_update(person=site.owner, incident=incident, at=due, now=now)
    local = due.astimezone(ZoneInfo("Europe/Berlin"))
    clock = f"{local.hour}:{local.minute:02d}"
    page = Client().get(f"{HOME}?lang=de").content.decode()
    assert "Nächste Nachricht" in page and clock in page
    incident.refresh_from_db()
    set_next_update(
        person=site.owner, incident=incident, at=site.now - timedelta(minutes=1), now=site.now - timedelta(hours=1)
    )
    assert "Nächste Nachricht" not in Client().get(f"{HOME}?lang=de").content.decode()


def test_what_burns_in_another_channel_is_not_said_here(site, owner, netiquette) -> None:
    from allmende.channels.actions import choose_channel

    other = choose_channel(
        person=owner, name="Anderes", slug="anderes", kind="own_forum", account=site.channel.account, now=site.now
    )
    found = declare_incident(person=owner, title="Dort", cause="Dort", level=3, channels=[other], now=site.now)
    set_line(person=owner, incident=found, line="", never_say="", spokesperson="", public_text=WORDS, now=site.now)
    assert "dicht" not in Client().get(HOME).content.decode()
    assert "dicht" in Client().get("/report/lotsenforum/").content.decode()
