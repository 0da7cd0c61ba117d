"""Shifts that serve a tactic stand there as work (S3-18), told by rows of a lower room."""

from datetime import timedelta
from uuid import uuid4

import pytest

from allmende.plan.actions import link_work
from allmende.plan.jobs import show_shifts
from allmende.plan.models import WorkLink
from allmende.plan.queries import dust_of, work_for
from allmende.team import actions

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
