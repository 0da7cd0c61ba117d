"""Shifts that serve a tactic stand there as work (S3-18), told by rows of a lower room."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from allmende.plan.actions import link_work
from allmende.plan.jobs import show_shifts
from allmende.plan.models import WorkLink
from allmende.plan.queries import dust_of, work_for
from allmende.team import actions
from allmende.team.models import Shift

HOUR = timedelta(hours=1)


@pytest.fixture
def shift(owner, now):
    """`shift(key)` plans four hours of the owner from now on; who plans themselves has confirmed."""

    def make(key, starts_at=now, planned=None, at=now):
        return actions.plan_shift(
            person=owner, shift=planned, hours=None, kind="full", doer=owner, starts_at=starts_at,
            ends_at=starts_at + 4 * HOUR, serves_key=key, now=at,
        )  # fmt: skip

    return make


def test_s3_18_a_tactic_served_by_shifts_shows_the_work(write_plan, owner, shift, client_of, now):
    tactic = write_plan(publish=True).tactics[0]
    shift(tactic.key)
    assert show_shifts(now) == 1 and show_shifts(now) == 0
    (work,) = work_for(owner.workspace, tactic.key)
    assert (work.kind, work.label, work.at) == ("shift", "alle Kanäle, 09:40–13:40", now)
    page = client_of(owner).get(f"/w/lotsenforum/plan/element/{tactic.key}/").content.decode()
    assert "Schicht" in page and "alle Kanäle, 09:40–13:40" in page


def test_s3_18_the_rota_offers_what_a_shift_serves_and_shows_it(write_plan, owner, client_of, now):
    tactic = write_plan(publish=True).tactics[1]
    client, on = client_of(owner), timezone.localdate() + timedelta(days=2)
    new = "/w/lotsenforum/team/rota/new/"
    offered = client.get(new).content.decode()
    assert '<optgroup label="Taktik">' in offered
    assert tactic.name in offered
    given = {"doer": owner.pk, "on_date": on, "starts_at": "10:00", "ends_at": "14:00", "kind": "full"}
    assert client.post(new, {**given, "serves_key": "tactic-made-up"}).status_code == 422
    said = client.post(new, {**given, "serves_key": tactic.key}, follow=True)
    made = Shift.objects.get()
    assert (made.serves_key, tactic.name in said.content.decode()) == (tactic.key, True), "on the rota"
    page = client.get(f"/w/lotsenforum/team/rota/shifts/{made.pk}/").content.decode()
    assert f'/plan/element/{tactic.key}/">{tactic.code} {tactic.name}</a>' in page
    moved = made.starts_at + timedelta(minutes=5)
    assert show_shifts(moved) == 1
    assert work_for(owner.workspace, tactic.key)[0].kind == "shift"


def test_s3_18_a_part_that_left_the_plan_stays_until_somebody_chooses_another(write_plan, owner, shift, client_of, now):
    tactic = write_plan(publish=True).tactics[0]
    later = timezone.now() + timedelta(days=1)
    planned = shift("tactic-of-old", starts_at=later, at=later)
    url = f"/w/lotsenforum/team/rota/shifts/{planned.pk}/"
    client = client_of(owner)
    page = client.get(url).content.decode()
    assert '<option value="tactic-of-old" selected>ein Teil, der nicht mehr in Kraft ist</option>' in page
    given = {"doer": owner.pk, "on_date": later.date(), "starts_at": "10:00", "ends_at": "14:00", "kind": "full"}
    client.post(url, {**given, "serves_key": tactic.key, "seen_revision": planned.revision})
    planned.refresh_from_db()
    assert planned.serves_key == tactic.key


def test_without_a_plan_a_shift_is_not_asked_what_it_serves(owner, client_of):
    assert "serves_key" not in client_of(owner).get("/w/lotsenforum/team/rota/new/").content.decode()


def test_s0_09_shifts_keep_a_tactic_from_gathering_dust(write_plan, owner, shift, now):
    written = write_plan(publish=True)
    served, later = written.tactics[1], now + timedelta(days=100)
    today = later.date()
    shift(served.key, starts_at=later - HOUR, at=later - HOUR)
    shift("", starts_at=later + 10 * HOUR)
    before = {one.place.key: dict(one.reasons) for one in dust_of(written.plan, today)}
    assert "no_work" in before[served.key]
    show_shifts(later)
    after = {one.place.key: dict(one.reasons) for one in dust_of(written.plan, today)}
    assert "no_work" not in after.get(served.key, {}) and WorkLink.objects.count() == 1


def test_a_shift_is_work_once_it_began_and_only_where_it_serves(write_plan, owner, shift, now):
    first, second = write_plan(publish=True).tactics[:2]
    planned = shift(first.key, starts_at=now + HOUR)
    assert show_shifts(now) == 0
    later = now + 2 * HOUR
    assert show_shifts(later) == 1
    planned.refresh_from_db()
    shift(second.key, starts_at=now + HOUR, planned=planned)
    assert show_shifts(later) == 2
    assert not work_for(owner.workspace, first.key) and work_for(owner.workspace, second.key)
    actions.cancel_shift(person=owner, shift=planned, now=later)
    assert show_shifts(later) == 1 and not WorkLink.objects.exists()


def test_work_whose_shift_stayed_behind_in_another_house_stays(write_plan, owner, shift, now):
    """A book brings links of work, but no shifts."""
    tactic = write_plan(publish=True).tactics[0]
    link_work(
        workspace=owner.workspace,
        key=tactic.key,
        kind="shift",
        ref=str(uuid4()),
        label="Dienst",
        url="/",
        at=now - HOUR,
    )
    shift(tactic.key)
    show_shifts(now)
    assert show_shifts(now) == 0 and len(work_for(owner.workspace, tactic.key)) == 2
