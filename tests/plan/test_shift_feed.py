"""One's own shifts in one's own calendar, behind a secret address that can be closed (S2-19)."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from allmende.plan.actions.shift_feed import close_shift_feed, open_shift_feed
from allmende.plan.models import CalendarFeed
from allmende.team.access import hash_of_token
from allmende.team.actions import end_access, move_shift, plan_shift
from allmende.team.queries import default_hours

HERE = "/w/lotsenforum/team/rota/calendar/"


@pytest.fixture
def emre(new_person):
    return new_person("manager", "Emre Yıldız")


@pytest.fixture
def plan_for(owner):
    """`plan_for(emre, days=3)` plans a shift of four hours."""

    def make(doer, days=3, **more):
        at = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
        return plan_shift(
            person=owner, shift=None, hours=default_hours(owner.workspace), kind="full", doer=doer, starts_at=at,
            ends_at=at + timedelta(hours=4), now=timezone.now(), **more,
        )  # fmt: skip

    return make


def read(token):
    return Client().get(f"/calendar/shifts/{token}.ics")


def events(token):
    return list(Calendar.from_ical(read(token).content).walk("VEVENT"))


def test_s2_19_own_shifts_stand_in_the_calendar_and_nobody_elses(owner, emre, plan_for):
    mine, _other = plan_for(emre), plan_for(owner, days=4)
    token = open_shift_feed(person=emre, now=timezone.now())
    (event,) = events(token)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (mine.starts_at, mine.ends_at)
    assert str(event["status"]) == "TENTATIVE"
    assert owner.name not in read(token).content.decode()
    move_shift(person=emre, shift=mine, to="confirmed", now=timezone.now())
    (after,) = events(token)
    assert (str(after["status"]), after["uid"], after["sequence"] > event["sequence"]) == (
        "CONFIRMED",
        event["uid"],
        True,
    )


def test_what_is_over_long_ago_leaves_the_calendar(emre, plan_for):
    plan_for(emre, days=-120)
    assert events(open_shift_feed(person=emre, now=timezone.now())) == []


def test_only_the_tokens_hash_is_kept_and_the_address_can_be_closed_and_opened_again(client_of, emre, plan_for):
    plan_for(emre)
    client = client_of(emre)
    page = unescape(client.post(HERE).content.decode())
    token = page.partition("/calendar/shifts/")[2].partition(".ics")[0]
    assert read(token).status_code == 200
    assert CalendarFeed.objects.get(kind="plan.shifts").token_hash == hash_of_token(token)
    assert token not in client.get(HERE).content.decode()
    closed = client.post(f"{HERE}close/", follow=True)
    assert read(token).status_code == 404
    undo = next(str(one.extra_tags) for one in closed.context["messages"])
    client.post(undo)
    assert read(token).status_code == 200


def test_a_new_address_closes_the_one_before_and_a_wrong_one_is_not_found(emre):
    first = open_shift_feed(person=emre, now=timezone.now())
    second = open_shift_feed(person=emre, now=timezone.now())
    assert (read(first).status_code, read(second).status_code, read("wrong").status_code) == (404, 200, 404)
    assert close_shift_feed(person=emre, now=timezone.now()) is not None
    assert close_shift_feed(person=emre, now=timezone.now()) is None


def test_whoever_leaves_or_may_not_stand_duty_any_more_is_read_no_more(owner, emre):
    token = open_shift_feed(person=emre, now=timezone.now())
    owner.workspace.modules_off = ["duty"]
    owner.workspace.save(update_fields=["modules_off"])
    assert read(token).status_code == 404
    owner.workspace.modules_off = []
    owner.workspace.save(update_fields=["modules_off"])
    assert read(token).status_code == 200
    end_access(person=owner, colleague=emre, now=timezone.now())
    assert read(token).status_code == 404


def test_the_rota_leads_there(client_of, emre):
    assert HERE in client_of(emre).get("/w/lotsenforum/team/rota/").content.decode()
