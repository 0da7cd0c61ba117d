"""The rota: shifts, absences, deputies, gaps (domain 3.12; S2-19, S2-20, I-12)."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from allmende.team import actions, queries, states
from allmende.team.models import Absence, Shift
from allmende.team.queries import default_hours

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def emre(new_person):
    return new_person("manager", "Emre Yıldız")


@pytest.fixture
def required(owner, now):
    """Somebody is needed in the usual hours, Monday to Friday 8 to 18, and on weekends from 10 to 16."""
    return actions.require_cover(
        person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=date(2026, 10, 7),
        weekend=(time(10), time(16)), now=now,
    )  # fmt: skip


def shift(person, doer, starts_at, ends_at, now, **more):
    return actions.plan_shift(
        person=person,
        shift=None,
        hours=None,
        kind="full",
        doer=doer,
        starts_at=starts_at,
        ends_at=ends_at,
        now=now,
        **more,
    )


def gaps_on(workspace, on, now):
    rota = queries.rota(workspace, on, now, "de")
    return [(one.gap.starts_at, one.gap.ends_at) for day in rota.days if day.on == on for one in day.gaps]


def test_a_workspace_without_requirement_plans_no_duty_and_has_no_gaps(owner, now):
    found = queries.rota(owner.workspace, now.date(), now, "de")
    assert not found.is_planned and not found.ahead and not any(day.gaps for day in found.days)
    assert not queries.plans_duty(owner.workspace) and queries.cover(owner.workspace, now, now + HOUR) is None


def test_i_12_hours_without_accepted_duty_are_a_gap(owner, emre, required, now):
    tomorrow = date(2026, 10, 8)
    (whole,) = gaps_on(owner.workspace, tomorrow, now)
    assigned = shift(owner, emre, whole[0], whole[1], now)
    assert assigned.state == states.ASSIGNED and gaps_on(owner.workspace, tomorrow, now) == [whole]
    actions.move_shift(person=emre, shift=assigned, to=states.CONFIRMED, now=now)
    assert not gaps_on(owner.workspace, tomorrow, now)


def test_s2_19_weekend_duty_is_planned_and_its_gaps_are_visible(owner, required, now):
    saturday = date(2026, 10, 10)
    (gap,) = gaps_on(owner.workspace, saturday, now)
    assert gap[1] - gap[0] == 6 * HOUR
    shift(owner, owner, gap[0], gap[0] + 4 * HOUR, now)
    assert gaps_on(owner.workspace, saturday, now) == [(gap[0] + 4 * HOUR, gap[1])]


def test_s2_20_an_approved_absence_is_a_gap_until_its_deputy_confirmed(owner, emre, new_person, required, now):
    new_person("lead", "Lea Brandt")
    thursday = date(2026, 10, 8)
    (gap,) = gaps_on(owner.workspace, thursday, now)
    shift(owner, owner, *gap, now)
    absence = actions.request_absence(
        person=owner, absent=owner, kind="leave", starts_date=thursday, ends_date=thursday, deputy=emre, now=now
    )
    assert not gaps_on(owner.workspace, thursday, now), "asked for is not yet away"
    actions.approve_absence(person=owner, absence=absence, now=now)
    assert gaps_on(owner.workspace, thursday, now) == [gap]
    actions.confirm_deputy(person=emre, absence=absence, now=now)
    assert absence.state == states.COVERED and not gaps_on(owner.workspace, thursday, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.filter(pk=absence.pk).update(deputy=None)


def test_a_swap_stays_covered_until_a_colleague_takes_it(owner, emre, new_person, required, now):
    (gap,) = gaps_on(owner.workspace, date(2026, 10, 8), now)
    one = shift(emre, emre, *gap, now)
    actions.move_shift(person=emre, shift=one, to=states.SWAP_REQUESTED, now=now)
    assert not gaps_on(owner.workspace, date(2026, 10, 8), now)
    lea = new_person("moderator", "Lea Brandt")
    actions.move_shift(person=lea, shift=one, to=states.CONFIRMED, now=now)
    assert (one.person, one.state) == (lea, states.CONFIRMED)
    with pytest.raises(PermissionDenied):
        actions.move_shift(person=new_person("author"), shift=one, to=states.OPEN, now=now)


def test_a_shift_is_begun_handed_over_with_a_note_and_closed(owner, now):
    one = shift(owner, owner, now + HOUR, now + 3 * HOUR, now)
    with pytest.raises(actions.CannotPlanDuty):
        actions.move_shift(person=owner, shift=one, to=states.ON_DUTY, now=now)
    later = now + 2 * HOUR
    actions.move_shift(person=owner, shift=one, to=states.ON_DUTY, now=later)
    actions.move_shift(person=owner, shift=one, to=states.HANDED_OVER, note=" Karl wartet noch. ", now=later)
    assert one.note == "Karl wartet noch."
    with pytest.raises(actions.CannotPlanDuty):
        actions.cancel_shift(person=owner, shift=one, now=later)
    actions.move_shift(person=owner, shift=one, to=states.DONE, now=later)
    with pytest.raises(actions.CannotPlanDuty):
        actions.move_shift(person=owner, shift=one, to=states.CONFIRMED, now=later)


def test_a_duty_that_began_meanwhile_stays_on_the_rota(owner, now):
    one = shift(owner, owner, now + HOUR, now + 3 * HOUR, now)
    seen, later = type(one).objects.get(pk=one.pk), now + 2 * HOUR
    actions.move_shift(person=owner, shift=one, to=states.ON_DUTY, now=later)
    with pytest.raises(actions.CannotPlanDuty):
        actions.cancel_shift(person=owner, shift=seen, now=later)
    one.refresh_from_db()
    assert one.archived_at is None


def test_nobody_is_in_two_places_and_times_make_sense(owner, emre, new_person, now):
    shift(owner, emre, now, now + 4 * HOUR, now)
    for begin, end, field in ((now + HOUR, now + 2 * HOUR, "doer"), (now, now, "ends"), (now, now + 25 * HOUR, "ends")):
        with pytest.raises(actions.CannotPlanDuty) as refused:
            shift(owner, emre, begin, end, now)
        assert refused.value.field == field
    with pytest.raises(PermissionDenied):
        shift(new_person("moderator"), None, now, now + HOUR, now)


def test_the_database_knows_that_an_open_shift_has_nobody(owner, now):
    one = shift(owner, None, now, now + HOUR, now)
    for wrong in ({"person": owner}, {"state": "confirmed"}, {"ends_at": now}, {"kind": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Shift.objects.filter(pk=one.pk).update(**wrong)


def test_an_accepted_gap_has_a_name_and_a_reason(owner, required, now):
    hours, day = required.hours, date(2026, 10, 11)
    (gap,) = gaps_on(owner.workspace, day, now)
    with pytest.raises(actions.CannotPlanDuty):
        actions.accept_gap(person=owner, hours=hours, starts_at=gap[0], ends_at=gap[1], reason=" ", now=now)
    actions.accept_gap(
        person=owner, hours=hours, starts_at=gap[0], ends_at=gap[1], reason="Sonntags ist es still.", now=now
    )
    rota = queries.rota(owner.workspace, day, now, "de")
    assert [one.accepted.reason for one in rota.days[6].gaps] == ["Sonntags ist es still."]
    assert gap[0] not in [one.gap.starts_at for one in rota.ahead]


def test_working_time_is_warned_about_by_name(owner, emre, now):
    shift(owner, emre, now, now + 12 * HOUR, now)
    found = queries.rota(owner.workspace, now.date(), now, "de")
    assert [(name, one.kind) for name, one in found.concerns] == [("Emre Yıldız", "too_long")]


def test_duty_is_undone_and_stands_in_the_book(owner, emre, required, now):
    one = shift(owner, emre, now, now + HOUR, now)
    undo = queries.undo_of(owner, "team.shift", one, {"archived_at": now.isoformat()}).split("/")[-2]
    actions.undo_change(person=owner, token=undo, now=now)
    one.refresh_from_db()
    assert one.archived_at and not queries.rota(owner.workspace, now.date(), now, "de").days[2].shifts
    verbs = [row.verb for row in queries.audit_page(owner.workspace).rows]
    assert "team.shift.planned" in verbs and "team.coverage.saved" in verbs


def test_undo_puts_nobody_into_two_places(owner, emre, now):
    one = shift(owner, emre, now, now + 6 * HOUR, now)
    actions.cancel_shift(person=owner, shift=one, now=now)
    undo = queries.undo_of(owner, "team.shift", one, {"archived_at": None}).split("/")[-2]
    other = shift(owner, emre, now + 2 * HOUR, now + 8 * HOUR, now)
    with pytest.raises(actions.CannotUndo, match="Emre"):
        actions.undo_change(person=owner, token=undo, now=now)
    one.refresh_from_db()
    assert one.archived_at, "the rota stays as it is"
    actions.cancel_shift(person=owner, shift=other, now=now)
    actions.undo_change(person=owner, token=undo, now=now)
    one.refresh_from_db()
    assert one.archived_at is None
