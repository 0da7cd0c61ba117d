"""A person's steps and checks in their own calendar, behind a secret address."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from allmende.plan import actions
from allmende.plan.models import CalendarFeed
from allmende.team.access import hash_of_token
from tests.plan.test_taking_back import offer

PLAN = "/w/lotsenforum/plan/"
FEED = f"{PLAN}calendar/"


@pytest.fixture
def in_force(write_plan, owner, new_person, now):
    """One step of Jana's next week at a place, checked by Emre."""
    written = write_plan()
    written.emre = new_person("manager", "Emre")
    written.due = timezone.localdate() + timedelta(days=7)
    by = {"person": owner, "version": written.version, "now": now}
    actions.save_step(key=written.step.key, due_date=written.due, where="Telefon", controller=written.emre, **by)
    actions.publish_version(reason="los", without_agreement="folgt", **by)
    return written


def read(token, **headers):
    return Client().get(f"/calendar/{token}.ics", headers=headers)


def events(answer):
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def own_events(person, now):
    return events(read(actions.open_feed(person=person, now=now)))


def test_steps_and_checks_stand_in_the_calendar(in_force, owner, now):
    token = actions.open_feed(person=owner, now=now)
    answer = read(token)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(answer)
    assert (str(event["summary"]), event.decoded("dtstart")) == (in_force.step.what, in_force.due)
    assert (str(event["location"]), str(event["status"])) == ("Telefon", "TENTATIVE")
    assert str(event["url"]).endswith(f"{PLAN}step/{in_force.step.key}/")
    (check,) = events(read(actions.open_feed(person=in_force.emre, now=now)))
    assert str(check["summary"]) == f"Kontrolle: {in_force.step.what}"
    assert check.decoded("dtstart") == in_force.due + timedelta(days=3)


def test_it_keeps_up_with_moves_and_agreements_under_the_same_name(in_force, owner, now):
    token = actions.open_feed(person=owner, now=now)
    (before,) = events(read(token))
    there = in_force.due + timedelta(days=5)
    told = {"person": owner, "plan": in_force.plan, "key": in_force.step.key, "now": timezone.now()}
    actions.move_step(to_day=there, today=timezone.localdate(), **told)
    (after,) = events(read(token))
    assert (after.decoded("dtstart"), str(after["status"])) == (there, "CONFIRMED")
    assert before["uid"] == after["uid"]
    actions.report_step(state="cancelled", **told)
    assert not events(read(token))


def test_what_is_done_and_checked_says_so(in_force, owner, now):
    told = {"plan": in_force.plan, "key": in_force.step.key, "now": timezone.now()}
    actions.report_step(person=owner, state="done", **told)
    actions.report_step(person=in_force.emre, state="checked", **told)
    titles = [str(read_event["summary"]) for who in (owner, in_force.emre) for read_event in own_events(who, now)]
    assert titles == [f"Erledigt: {in_force.step.what}", f"Kontrolliert: {in_force.step.what}"]


def test_a_calendar_that_asks_again_is_told_that_nothing_changed(in_force, owner, now):
    token = actions.open_feed(person=owner, now=now)
    tag = read(token)["ETag"]
    assert read(token, **{"If-None-Match": tag}).status_code == 304
    in_force_now = {"person": owner, "plan": in_force.plan, "key": in_force.step.key, "now": timezone.now()}
    actions.agree_step(**in_force_now)
    changed = read(token, **{"If-None-Match": tag})
    assert (changed.status_code, changed["ETag"] == tag) == (200, False)


def test_only_the_hash_of_the_address_is_kept(in_force, owner, now):
    token = actions.open_feed(person=owner, now=now)
    feed = CalendarFeed.objects.get()
    assert feed.token_hash == hash_of_token(token)
    assert token not in str(CalendarFeed.objects.values())


def test_a_closed_a_wrong_and_an_absent_address_look_the_same(in_force, owner, now):
    first = actions.open_feed(person=owner, now=now)
    second = actions.open_feed(person=owner, now=now)
    assert [read(token).status_code for token in (first, second, "falsch")] == [404, 200, 404]
    actions.close_feed(person=owner, now=now)
    assert read(second).status_code == 404


@pytest.mark.parametrize("how", ["left", "expired", "closed"])
def test_whoever_may_not_come_in_any_more_reads_nothing(in_force, now, how):
    emre = in_force.emre
    token = actions.open_feed(person=emre, now=now)
    assert read(token).status_code == 200
    if how == "left":
        emre.left_at = now
    elif how == "expired":
        emre.access_until_date, emre.employment = date(2020, 1, 1), "external"
    else:
        emre.user.is_active = False
        emre.user.save()
    emre.save()
    assert read(token).status_code == 404


def test_nobody_reads_another_workspace_by_their_own_address(in_force, new_person, now):
    stranger = new_person("owner", slug="elsewhere")
    assert not events(read(actions.open_feed(person=stranger, now=now)))


def test_the_screen_shows_the_address_once_and_closes_it_with_undo(in_force, owner, client_of):
    client = client_of(owner)
    assert "Adresse anlegen" in client.get(FEED).content.decode()
    shown = client.post(FEED).content.decode()
    token = re.search(r'value="http://testserver/calendar/([^"]+)\.ics"', shown)[1]
    assert read(token).status_code == 200
    assert token not in client.get(FEED).content.decode()
    said = client.post(f"{FEED}close/", follow=True)
    assert read(token).status_code == 404
    client.post(offer(said))
    assert read(token).status_code == 200


def test_before_a_plan_is_in_force_the_calendar_is_empty(write_plan, owner, now):
    write_plan()
    assert not events(read(actions.open_feed(person=owner, now=now)))
