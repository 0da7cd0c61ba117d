"""On PostgreSQL: whoever changes what stands about the team waits for the workspace before the first of its rows."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from allmende.team import actions, states
from allmende.team.models import Absence, Person, ResponsibleUnit, ServiceHours, Shift
from allmende.team.queries import default_hours
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture

ROWS = (Absence.objects.all(), ServiceHours.objects.all(), ResponsibleUnit.objects.all(), Person.objects.all())
DAY = date(2026, 10, 12)
ACTS: dict[str, Callable] = {
    "approve": lambda absence, hours, unit, **by: actions.approve_absence(absence=absence, **by),
    "confirm": lambda absence, hours, unit, **by: actions.confirm_deputy(
        absence=absence, person=absence.deputy, now=by["now"]
    ),
    "withdraw": lambda absence, hours, unit, **by: actions.withdraw_absence(absence=absence, **by),
    "hours": lambda absence, hours, unit, **by: actions.save_hours(
        hours=hours,
        name="Abend",
        zone="Europe/Berlin",
        country="DE",
        subdivision="",
        keeps_holidays=True,
        spans=(),
        **by,
    ),
    "unit": lambda absence, hours, unit, **by: actions.save_unit(
        unit=unit, kind="department", name="Technik", lead=by["person"], members=[], **by
    ),
    "no unit": lambda absence, hours, unit, **by: actions.archive_unit(unit=unit, **by),
}


@pytest.mark.parametrize("name", ACTS)
def test_whoever_changes_the_team_waits_for_the_workspace_first(on_postgres, owner, new_person, now, name) -> None:  # noqa: F811
    emre, lea = new_person("manager", "Emre"), new_person("manager", "Lea")
    absence = actions.request_absence(
        person=emre, absent=emre, kind="leave", starts_date=DAY, ends_date=DAY, deputy=lea, now=now
    )
    hours = ServiceHours.objects.filter(workspace=owner.workspace).first()
    unit = actions.save_unit(
        person=owner, unit=None, kind="department", name="Entwicklung", lead=emre, members=[], now=now
    )
    failed = meet(owner.workspace, lambda: ACTS[name](absence, hours, unit, person=owner, now=now), ROWS)
    assert [one for one in failed if "deadlock" in str(one)] == []
    if name == "approve":
        assert not failed and Absence.objects.get().state == states.APPROVED


def test_two_who_take_the_same_gap_fill_it_once(on_postgres, owner, new_person, now) -> None:  # noqa: F811
    emre, hours = new_person("manager", "Emre"), default_hours(owner.workspace)
    actions.require_cover(person=owner, hours=hours, seats=1, starts_date=DAY, now=now)
    begin = datetime(2026, 10, 12, 7, tzinfo=UTC)
    span = {"hours": hours, "starts_at": begin, "ends_at": begin + timedelta(hours=2), "now": now}
    failed = meet(
        owner.workspace,
        lambda: actions.take_gap(person=emre, **span),
        (),
        lambda: actions.take_gap(person=owner, **span),
    )
    assert [type(one) for one in failed] == [actions.CannotPlanDuty]
    assert Shift.objects.get().person == owner
