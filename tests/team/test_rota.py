"""The rota as a page: a week of people or of hours, gaps one can take, shifts put elsewhere, undo (S2-19, S2-20)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from allmende.guidelines.actions import put_guideline_in_force, write_guideline
from allmende.team import actions, queries, states
from allmende.team.models import AcceptedGap, CoverageRequirement, Notice, Shift
from allmende.team.queries import closed_lines, default_hours

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def monday():
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def emre(new_person):
    return new_person("manager", "Emre Yıldız")


@pytest.fixture
def required(owner, monday):
    return actions.require_cover(
        person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=monday, weekend=(time(10), time(16)),
        now=timezone.now(),
    )  # fmt: skip


def at(on, hour, minute=0):
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def shift(person, doer, on, begin=8, end=12, **more):
    more = {"hours": None, "kind": "full"} | more
    return actions.plan_shift(
        person=person, shift=None, doer=doer, starts_at=at(on, begin), ends_at=at(on, end), now=timezone.now(), **more
    )


def page(client, owner, **asked):
    answer = client.get(reverse("team:rota", args=[owner.workspace.slug]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def url(name, owner, *more):
    return reverse(f"team:{name}", args=[owner.workspace.slug, *more])


def undo_in(answer):
    return re.findall(r'action="(/w/[^"]+/undo/[^"]+)"', answer.content.decode())[-1]


def test_an_empty_rota_says_what_belongs_here_and_leads_on(owner, client_of, new_person):
    said = page(client_of(owner), owner)
    assert url("new_cover", owner) in said and 'class="empty"' in said
    assert url("new_cover", owner) not in page(client_of(new_person("observer")), owner)


def test_s2_19_the_week_shows_weekend_gaps_and_the_address_leads_to_any_week(owner, required, monday, client_of):
    client = client_of(owner)
    said = page(client, owner, on=monday.isoformat())
    assert said.count('class="gapday"') == 7
    saturday = at(monday + timedelta(days=5), 10)
    assert f'href="#gap-{required.pk}-{int(saturday.timestamp())}"' in said
    assert f"?on={(monday + timedelta(days=7)).isoformat()}&amp;" in said
    assert "gapday" not in page(client, owner, on=(monday - timedelta(days=7)).isoformat())
    assert page(client, owner, on="2026-02-31") and page(client, owner, on="x", view="nonsense")
    for far in ("9999-12-31", "0001-01-01"):
        assert page(client, owner, on=far) and page(client, owner, on=far, view="hours")
        assert client.get(url("new_shift", owner), {"on": far}).status_code == 200
        assert client.get(url("responsibility", owner), {"on": far}).status_code == 200


def test_a_gap_is_taken_by_whoever_can_and_taken_back(owner, emre, new_person, required, monday, client_of):
    lea = new_person("moderator", "Lea Brandt")
    span = {
        "hours_id": required.hours_id,
        "starts_at": at(monday, 8).isoformat(),
        "ends_at": at(monday, 12).isoformat(),
    }
    client = client_of(lea)
    answer = client.post(url("take_gap", lea), span, follow=True)
    taken = Shift.objects.get()
    assert (taken.person, taken.state) == (lea, states.CONFIRMED)
    undo = undo_in(answer)
    late = client_of(emre).post(url("take_gap", emre), span, follow=True).content.decode()
    assert Shift.objects.count() == 1 and 'class="toast bad' in late
    client.post(undo)
    taken.refresh_from_db()
    assert taken.archived_at


def test_a_gap_that_is_over_is_not_taken(owner, now):
    hours = default_hours(owner.workspace)
    actions.require_cover(person=owner, hours=hours, seats=1, starts_date=date(2026, 10, 1), now=now)
    with pytest.raises(actions.CannotPlanDuty):
        actions.take_gap(person=owner, hours=hours, starts_at=now - 3 * HOUR, ends_at=now - HOUR, now=now)


def test_a_gap_is_accepted_with_a_reason_and_stays_visible(owner, required, monday, client_of):
    client = client_of(owner)
    span = {
        "hours_id": required.hours_id,
        "starts_at": at(monday, 8).isoformat(),
        "ends_at": at(monday, 18).isoformat(),
    }
    client.post(url("accept_gap", owner), {**span, "reason": ""})
    assert not AcceptedGap.objects.exists()
    client.post(url("accept_gap", owner), {**span, "reason": "Betriebsversammlung"})
    assert "Betriebsversammlung" in page(client, owner, on=monday.isoformat())


def test_a_gap_is_closed_as_a_day_without_service_and_the_public_is_told(owner, required, monday, forum, client_of):
    """Filled, accepted with a reason, or the hours reduced in public: the third way out of a gap (domain 3.12)."""
    client, now = client_of(owner), timezone.now()
    written = write_guideline(person=owner, title="Wie wir reden", addressee="members", channel=forum, now=now)
    put_guideline_in_force(person=owner, guideline=written, now=now)
    shut = reverse("team:edit_hours", args=["lotsenforum", required.hours_id])
    gap = f'id="gap-{required.pk}-{int(at(monday, 8).timestamp())}"'
    shown = page(client, owner, on=monday.isoformat())
    assert gap in shown and f"{shut}?closed={monday.isoformat()}#closed-title" in shown
    assert f'value="{monday.isoformat()}"' in client.get(f"{shut}?closed={monday.isoformat()}").content.decode()
    assert client.get(f"{shut}?closed=morgen").status_code == 200
    close = reverse("team:close_day", args=["lotsenforum", required.hours_id])
    client.post(close, {"on_date": monday.isoformat(), "name": "Betriebsausflug"})
    assert gap not in page(client, owner, on=monday.isoformat())
    public = Client(HTTP_ACCEPT_LANGUAGE="de").get("/n/lotsenforum/forum/").content.decode()
    with translation.override("de"):
        told = f"Montag, {date_format(monday, 'DATE_FORMAT')}"
    assert told in public and "Betriebsausflug" not in public


def test_days_without_service_are_told_for_four_weeks_where_the_week_says_otherwise(owner, now):
    hours = default_hours(owner.workspace)
    with translation.override("de"):
        told = closed_lines(hours, date(2026, 12, 8), "de")
        assert told == ["Freitag, 25. Dezember 2026 (Erster Weihnachtstag)", "Freitag, 1. Januar 2027 (Neujahr)"]
        assert closed_lines(hours, date(2026, 11, 2), "de") == [], "nothing within four weeks"
        actions.close_day(person=owner, hours=hours, on_date=date(2026, 12, 24), name="intern", now=now)
        told = closed_lines(default_hours(owner.workspace), date(2026, 12, 8), "de")
    assert told[0] == "Donnerstag, 24. Dezember 2026" and len(told) == 3


def test_a_shift_is_planned_changed_and_taken_off_with_undo(owner, emre, required, monday, client_of):
    client = client_of(owner)
    typed = {
        "doer": emre.pk, "on_date": monday.isoformat(), "starts_at": "8:00", "ends_at": "14:30", "kind": "response",
        "hours": required.hours_id,
    }  # fmt: skip
    client.post(url("new_shift", owner), typed)
    one = Shift.objects.get()
    assert (one.person, one.state, one.ends_at) == (emre, states.ASSIGNED, at(monday, 14, 30))
    assert Notice.objects.get(person=emre, kind="team.shift_assigned").url == url("shift", owner, one.pk)
    typed |= {"ends_at": "02:00", "revision": one.revision}
    client.post(url("shift", owner, one.pk), typed)
    one.refresh_from_db()
    assert one.ends_at == at(monday + timedelta(days=1), 2), "an end before the beginning is the next day's"
    answer = client.post(url("cancel_shift", owner, one.pk), follow=True)
    client.post(undo_in(answer))
    one.refresh_from_db()
    assert one.archived_at is None


def test_what_was_typed_wrong_stays_and_is_explained(owner, emre, monday, client_of):
    shift(owner, emre, monday)
    client = client_of(owner)
    typed = {"doer": emre.pk, "on_date": monday.isoformat(), "starts_at": "9:00", "ends_at": "10:15", "kind": "full"}
    answer = client.post(url("new_shift", owner), typed)
    assert answer.status_code == 422 and "10:15" in answer.content.decode()
    for wrong in ({"on_date": "gestern"}, {"starts_at": "25"}, {"kind": "x"}, {"doer": "1"}, {"hours": "1"}):
        assert client.post(url("new_shift", owner), typed | wrong).status_code == 422
    assert Shift.objects.count() == 1


@pytest.mark.parametrize("wrong", ["9999-12-31", "0001-01-01"])
def test_a_shift_on_a_day_nobody_can_mean_is_refused_in_words(owner, emre, monday, client_of, wrong):
    one, client, hours = shift(owner, emre, monday), client_of(owner), default_hours(owner.workspace)
    typed = {"doer": owner.pk, "on_date": wrong, "starts_at": "9:00", "ends_at": "8:00", "kind": "full"}
    cover = {"hours": hours.pk, "seats": 1, "starts_date": wrong}
    moved = {"on_date": wrong, "row": "open"}
    for page, said in (
        (url("new_shift", owner), typed), (url("new_shift", owner), typed | {"look": "1"}),
        (url("put_shift", owner, one.pk), moved), (url("new_cover", owner), cover),
    ):  # fmt: skip
        answer = client.post(page, said)
        assert "zwischen 2000 und 2100" in answer.content.decode()
    span = {"hours_id": hours.pk, "starts_at": f"{wrong}T00:00+02:00", "ends_at": f"{wrong}T23:00-02:00"}
    for name in ("take_gap", "accept_gap"):
        answer = client.post(url(name, owner), span | {"reason": "Fest"}, follow=True)
        assert answer.status_code == 200 and "zwischen 2000 und 2100" in answer.content.decode()
    far = datetime.fromisoformat(f"{wrong}T10:00+00:00")
    with pytest.raises(actions.CannotPlanDuty, match="2100"):
        actions.plan_shift(
            person=owner, shift=None, doer=None, hours=None, kind="full", starts_at=far, ends_at=far + HOUR,
            now=timezone.now(),
        )  # fmt: skip
    with pytest.raises(actions.CannotPlanDuty, match="2100"):
        actions.require_cover(person=owner, hours=hours, seats=1, starts_date=far.date(), now=timezone.now())


def test_dragging_puts_a_shift_on_another_day_and_person_and_keeps_its_times(owner, emre, monday, client_of):
    one = shift(owner, owner, monday, 22, 23)
    Shift.objects.filter(pk=one.pk).update(serves_key="obj-1")
    client, put = client_of(owner), url("put_shift", owner, one.pk)
    sunday = monday + timedelta(days=6)
    client.post(put, {"on_date": sunday.isoformat(), "row": f"person:{emre.pk}", "seen_revision": one.revision})
    one.refresh_from_db()
    assert (one.person, one.state, one.starts_at) == (emre, states.ASSIGNED, at(sunday, 22))
    assert one.serves_key == "obj-1"
    client.post(put, {"on_date": sunday.isoformat(), "row": "open"})
    one.refresh_from_db()
    assert (one.person, one.state) == (None, states.OPEN)
    hours = default_hours(owner.workspace)
    client.post(put, {"on_date": sunday.isoformat(), "row": f"hours:{hours.pk}"})
    one.refresh_from_db()
    assert one.hours == hours
    stale = client.post(
        put, {"on_date": monday.isoformat(), "row": "open", "seen_revision": 1}, headers={"HX-Request": "1"}
    )
    assert stale.status_code == 422 and b"data-move-form" in stale.content
    assert client.get(put).status_code == 200


def test_a_night_put_over_the_change_of_the_clocks_keeps_the_wall(owner, client_of):
    before = date(2027, 3, 26)
    one = shift(owner, owner, before, 22, 23)
    client_of(owner).post(url("put_shift", owner, one.pk), {"on_date": "2027-03-28", "row": f"person:{owner.pk}"})
    one.refresh_from_db()
    local = one.starts_at.astimezone(ZONE)
    assert (local.date(), local.hour) == (date(2027, 3, 28), 22)


def test_the_person_asked_confirms_offers_and_a_colleague_takes_over(owner, emre, new_person, monday, client_of):
    one = shift(owner, emre, monday)
    lea, move = new_person("moderator", "Lea Brandt"), url("move_shift", owner, one.pk)
    assert 'value="confirmed"' in client_of(emre).get(url("shift", owner, one.pk)).content.decode()
    assert 'name="to"' not in client_of(lea).get(url("shift", owner, one.pk)).content.decode()
    for person, to in ((emre, "confirmed"), (emre, "swap_requested"), (lea, "confirmed")):
        client_of(person).post(move, {"to": to})
    one.refresh_from_db()
    assert (one.person, one.state) == (lea, states.CONFIRMED)
    client_of(lea).post(move, {"to": "on_duty"})
    one.refresh_from_db()
    assert one.state == states.CONFIRMED, "it has not begun"


def test_an_open_shift_is_given_to_somebody_by_planning_not_by_a_step(owner, monday, client_of):
    one = shift(owner, None, monday)
    answer = client_of(owner).post(url("move_shift", owner, one.pk), {"to": "assigned"}, follow=True)
    assert answer.status_code == 200 and 'class="toast bad' in answer.content.decode()
    one.refresh_from_db()
    assert one.state == states.OPEN


def test_a_hand_over_note_stands_in_the_next_shift(owner, emre, client_of):
    now = timezone.now()
    early = actions.plan_shift(
        person=owner, shift=None, doer=owner, hours=None, kind="full", starts_at=now - 3 * HOUR, ends_at=now + HOUR,
        now=now,
    )  # fmt: skip
    late = actions.plan_shift(
        person=emre,
        shift=None,
        doer=emre,
        hours=None,
        kind="full",
        starts_at=now + HOUR,
        ends_at=now + 4 * HOUR,
        now=now,
    )
    client = client_of(owner)
    client.post(url("move_shift", owner, early.pk), {"to": "on_duty"})
    client.post(url("move_shift", owner, early.pk), {"to": "handed_over", "note": "Karl wartet noch."})
    assert "Karl wartet noch." in client_of(emre).get(url("shift", owner, late.pk)).content.decode()


def test_working_time_is_said_before_saving_and_never_blocks(owner, emre, monday, client_of):
    client = client_of(owner)
    sunday = monday + timedelta(days=6)
    typed = {"doer": emre.pk, "on_date": sunday.isoformat(), "starts_at": "8:00", "ends_at": "19:00", "kind": "full"}
    looked = client.post(url("new_shift", owner), {**typed, "look": "1"})
    assert looked.status_code == 200 and not Shift.objects.exists()
    found = queries.concerns_with(owner.workspace, None, doer=emre, starts_at=at(sunday, 8), ends_at=at(sunday, 19))
    assert [one.kind for one in found] == ["sunday", "too_long"]
    client.post(url("new_shift", owner), typed)
    assert Shift.objects.count() == 1


def test_hours_are_required_changed_ended_and_undone(owner, monday, client_of):
    client, hours = client_of(owner), default_hours(owner.workspace)
    typed = {"hours": hours.pk, "seats": "2", "starts_date": monday.isoformat(), "weekend": "10-16"}
    client.post(url("new_cover", owner), typed)
    one = CoverageRequirement.objects.get()
    assert (one.seats, one.weekend_ends_at) == (2, time(16))
    assert client.post(url("new_cover", owner), typed | {"weekend": "10-12, 14-16"}).status_code == 422
    client.post(url("edit_cover", owner, one.pk), typed | {"seats": "1", "weekend": ""})
    one.refresh_from_db()
    assert (one.seats, one.weekend_starts_at) == (1, None)
    answer = client.post(url("end_cover", owner, one.pk), follow=True)
    assert not queries.plans_duty(owner.workspace)
    client.post(undo_in(answer))
    assert queries.plans_duty(owner.workspace)


def test_service_around_the_clock_is_told_as_gaps_of_a_day(owner, now):
    hours = actions.add_hours(
        person=owner, name="rund um die Uhr", zone="Europe/Berlin", country="DE", subdivision="", keeps_holidays=False,
        spans=[(day, time(0), time(0)) for day in range(7)], now=now,
    )  # fmt: skip
    actions.require_cover(person=owner, hours=hours, seats=1, starts_date=date(2026, 10, 12), now=now)
    week = queries.week_of(owner.workspace, date(2026, 10, 12), now, "de")
    assert [len(cell.gaps) for cell in week.care[0].cells] == [1] * 7
    first = week.care[0].cells[0].gaps[0].gap
    assert first.ends_at - first.starts_at == 24 * HOUR


def test_the_page_asks_the_same_number_of_queries_however_full_it_is(
    owner, emre, required, monday, client_of, django_assert_max_num_queries
):
    for number in range(6):
        shift(owner, (owner, emre)[number % 2], monday + timedelta(days=number))
    client = client_of(owner)
    page(client, owner, on=monday.isoformat())
    with django_assert_max_num_queries(25):
        page(client, owner, on=monday.isoformat())
