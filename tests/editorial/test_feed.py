"""The editorial calendar in a person's own calendar, behind a secret address."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from allmende.channels.actions import send_due
from allmende.domain.wording import words_hash
from allmende.editorial import actions
from allmende.editorial.actions import PlanWish, approve_variant, archive_item, change_plan, move_variant
from allmende.editorial.models import Variant
from allmende.plan import actions as plan_actions
from allmende.plan.models import CalendarFeed
from allmende.team.access import hash_of_token
from allmende.team.models import ServiceHours
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db
PAGE = "/w/lotsenforum/calendar/subscribe/"


@pytest.fixture
def nine():
    """Nine o'clock in five days."""
    day = timezone.localdate() + timedelta(days=5)
    return datetime(day.year, day.month, day.day, 9)


@pytest.fixture
def plan(write, owner, nine):
    """`plan("Titel")` writes a text with a slot, approved unless it is said otherwise."""

    def make(title="Checkliste", wall=None, is_approved=True):
        now, variant = timezone.now(), write(title=title)
        if is_approved:
            seen = words_hash(variant.item.title, variant.text)
            variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
        told = {"person": owner, "variant": variant, "zone": "Europe/Berlin", "seen_revision": None, "now": now}
        return move_variant(wall=wall or nine, **told).variant

    return make


@pytest.fixture
def token(owner, now):
    return actions.open_feed(person=owner, now=now)


def read(token, channel="", **headers):
    tail = f"?channel={channel}" if channel else ""
    return Client().get(f"/calendar/texts/{token}.ics{tail}", headers=headers)


def events(answer):
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def change(owner, kind, variant):
    fresh = Variant.objects.get(pk=variant.pk)
    change_plan(person=owner, picked={fresh.pk: fresh.revision}, wish=PlanWish(kind, "Grund"), now=timezone.now())


def test_an_approved_text_stands_in_it_with_its_time_in_the_channels_zone_and_a_link_back(plan, token, forum, nine):
    variant = plan()
    answer = read(token)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(answer)
    assert str(event["summary"]) == f"Checkliste ({forum.name})"
    assert event.decoded("dtstart") == nine.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert event["dtstart"].params["TZID"] == "Europe/Berlin"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=15)
    assert (str(event["status"]), str(event["transp"])) == ("CONFIRMED", "TRANSPARENT")
    assert str(event["url"]).endswith(f"/w/lotsenforum/calendar/items/{variant.item_id}/")
    (zone,) = Calendar.from_ical(answer.content).walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Berlin"


def test_a_channel_with_hours_of_its_own_shows_its_own_clock(plan, token, forum, owner, now, nine):
    forum.hours = ServiceHours.objects.create(
        workspace=owner.workspace, name="NY", zone="America/New_York", country="US", created_at=now, updated_at=now
    )
    forum.save()
    plan()
    (event,) = events(read(token))
    assert event["dtstart"].params["TZID"] == "America/New_York"
    assert event.decoded("dtstart") == nine.replace(tzinfo=ZoneInfo("Europe/Berlin"))


def test_no_word_of_what_is_not_approved_leaves_the_house(plan, token, write, owner, nine):
    plan("Entwurf mit Termin", is_approved=False)
    write(title="Entwurf ohne Termin")
    approved = plan("Steht fest", nine + timedelta(hours=3))
    text = read(token).content.decode()
    assert ("Entwurf" in text, "Steht fest" in text, approved.text in text) == (False, True, False)


def test_s2_10_paused_texts_say_so_and_dropped_ones_are_absent(plan, token, owner, forum):
    variant = plan()
    change(owner, "pause", variant)
    (event,) = events(read(token))
    assert (str(event["summary"]), str(event["status"])) == (f"Pausiert: Checkliste ({forum.name})", "TENTATIVE")
    change(owner, "resume", variant)
    assert str(events(read(token))[0]["status"]) == "CONFIRMED"
    change(owner, "drop", variant)
    assert not events(read(token))


def test_what_was_published_stays_and_one_deleted_later_is_cancelled(plan, token, nine, owner):
    variant = plan()
    send_due(now=Variant.objects.get(pk=variant.pk).slot_at)
    (event,) = events(read(token))
    assert "veröffentlicht" in str(event["description"])
    message = Variant.objects.get(pk=variant.pk).dispatch.message
    message.deleted_at = timezone.now()
    message.save()
    (gone,) = events(read(token))
    assert (str(gone["status"]), gone["uid"]) == ("CANCELLED", event["uid"])


def test_what_was_put_away_is_absent(plan, token, owner):
    archive_item(person=owner, item=plan().item, now=timezone.now())
    assert not events(read(token))


def test_an_address_can_be_narrowed_to_one_channel(plan, token, forum):
    plan()
    assert [len(events(read(token, channel))) for channel in ("", forum.slug, "anderswo")] == [1, 1, 0]


def test_a_moved_text_keeps_its_name_and_counts_up(plan, token, owner, nine):
    variant = plan()
    (before,) = events(read(token))
    told = {"person": owner, "zone": "Europe/Berlin", "seen_revision": None, "now": timezone.now()}
    move_variant(variant=variant, wall=nine + timedelta(days=1), **told)
    (after,) = events(read(token))
    assert (before["uid"], before["sequence"] < after["sequence"]) == (after["uid"], True)
    assert after.decoded("dtstart") - before.decoded("dtstart") == timedelta(days=1)


def test_a_calendar_that_asks_again_is_told_that_nothing_changed(plan, token, owner):
    variant = plan()
    tag = read(token)["ETag"]
    same = read(token, **{"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    change(owner, "pause", variant)
    assert read(token, **{"If-None-Match": tag}).status_code == 200


def test_steps_and_texts_have_an_address_each_and_neither_opens_the_other(token, owner, now):
    steps = plan_actions.open_feed(person=owner, now=now)
    assert read(token).status_code == 200
    assert (read(steps).status_code, Client().get(f"/calendar/{token}.ics").status_code) == (404, 404)
    assert Client().get(f"/calendar/{steps}.ics").status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(
            workspace=owner.workspace,
            person=owner,
            kind="editorial.texts",
            token_hash="x",
            created_at=now,
            updated_at=now,
        )


def test_only_the_hash_is_kept_and_a_closed_address_answers_like_a_wrong_one(token, owner, now):
    assert CalendarFeed.objects.get().token_hash == hash_of_token(token)
    second = actions.open_feed(person=owner, now=now)
    assert [read(one).status_code for one in (token, second, "falsch")] == [404, 200, 404]
    actions.close_feed(person=owner, now=now)
    assert read(second).status_code == 404


def test_who_left_reads_nothing(new_person, now):
    emre = new_person("manager", "Emre")
    token = actions.open_feed(person=emre, now=now)
    assert read(token).status_code == 200
    emre.left_at = now
    emre.save()
    assert read(token).status_code == 404


def test_nobody_reads_another_workspace_by_their_own_address(plan, new_person, now):
    plan()
    stranger = new_person("owner", slug="elsewhere")
    assert not events(read(actions.open_feed(person=stranger, now=now)))


def test_the_screen_shows_the_address_once_and_closes_it_with_undo(plan, owner, client_of):
    plan()
    client = client_of(owner)
    assert PAGE in client.get("/w/lotsenforum/calendar/").content.decode()
    assert "Gerade stünde ein Text darin" in client.get(PAGE).content.decode()
    shown = client.post(PAGE).content.decode()
    token = re.search(r'value="http://testserver/calendar/texts/([^"]+)\.ics"', shown)[1]
    assert len(events(read(token))) == 1
    assert token not in client.get(PAGE).content.decode()
    said = client.post(f"{PAGE}close/", follow=True)
    assert read(token).status_code == 404
    client.post(offer(said))
    assert read(token).status_code == 200


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_s4_25_the_clocks_change_in_the_file_at_the_moment_they_change(name, plan, token, owner, forum, nine, now):
    """RFC 5545, 3.6.5: an onset is the local time by the offset before it; read without any list of zones."""
    forum.hours = ServiceHours.objects.create(
        workspace=owner.workspace, name=name, zone=name, country="DE", created_at=now, updated_at=now
    )
    forum.save()
    plan()
    plan("Später", nine.replace(year=nine.year + 1))
    (zone,) = Calendar.from_ical(read(token).content).walk("VTIMEZONE")
    changes = [one for one in zone.subcomponents if one.TZOFFSETFROM != one.TZOFFSETTO]
    assert {"STANDARD", "DAYLIGHT"} == {one.name for one in changes}
    for part in changes:
        for local in (part.DTSTART, *(one.dt for one in getattr(part.get("RDATE"), "dts", ()))):
            onset = local.replace(tzinfo=UTC) - part.TZOFFSETFROM
            before, after = ((onset + timedelta(seconds=n)).astimezone(ZoneInfo(name)).utcoffset() for n in (-1, 0))
            assert (before, after) == (part.TZOFFSETFROM, part.TZOFFSETTO), local
