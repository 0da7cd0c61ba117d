"""What the plan is told of how each measure runs, so that a wish nobody could see fulfilled is known beforehand (domain 4.3)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from allmende.behaviours.actions import adopt_definition, measure_workspace
from allmende.behaviours.models import Measurement
from allmende.behaviours.queries.paces import paces_in
from allmende.ledger.measure import member_months
from allmende.plan.queries.reach import paces_of
from tests.behaviours.test_exports_in_pandas import FORMS, KEY


@pytest.fixture
def told(take_in, two_times, workspace, owner, now, put_plan_in_force):
    """The pace the plan was told after a count by the definition of a form, with the closed months it was counted from."""

    def run(form):
        put_plan_in_force()
        take_in(two_times)
        adopt_definition(workspace=workspace, spec=FORMS[form], person=owner, now=now, name="Antworten")
        measure_workspace(workspace=workspace, now=now)
        reach = timedelta(0) if form == "F3" else FORMS[form].window
        rows = Measurement.objects.filter(period_kind="month", period_start__gte=now - timedelta(days=366))
        return paces_of(workspace, [KEY])[KEY], [row for row in rows if row.period_end + reach <= now]

    return run


def test_4_3_a_share_is_told_with_the_cases_of_a_month(told):
    pace, months = told("F2")
    cases = sum(row.complete for row in months)
    assert (pace.level, pace.unit) == (pytest.approx(sum(row.successes for row in months) / cases), "")
    assert pace.per_month == pytest.approx(cases / len(months)) and pace.per_month > 30


def test_4_3_a_rate_is_told_with_person_months_and_how_much_people_differ(told):
    pace, months = told("F3")
    exposure = member_months(sum(row.exposure_seconds for row in months))
    assert (pace.level, pace.unit) == (
        pytest.approx(sum(row.times for row in months) / exposure),
        "times_per_person_month",
    )
    assert pace.per_month == pytest.approx(exposure / len(months)) and pace.scatter >= 1


def test_4_3_a_wait_is_told_in_hours_with_its_long_end(told):
    pace, months = told("F4")
    waits = sorted(row.median_seconds for row in months if row.median_seconds is not None)
    assert pace.unit == "hours" and waits[0] <= pace.level * 3600 <= waits[-1]
    assert pace.ninetieth is None or pace.ninetieth >= pace.level
    assert pace.per_month == pytest.approx(sum(row.complete for row in months) / len(months))


def test_4_3_months_without_any_case_are_time_all_the_same(workspace, owner, now):
    """Twelve cases in November, February and May each: 36 in the eleven months up to September, not in three."""
    made = adopt_definition(workspace=workspace, spec=FORMS["F2"], person=owner, now=now, name="Antworten")
    zone = ZoneInfo(workspace.zone)
    for year, month in ((2025, 11), (2026, 2), (2026, 5)):
        Measurement.objects.create(
            definition=made, period_kind="month", period_start=datetime(year, month, 1, tzinfo=zone),
            period_end=datetime(year, month + 1, 1, tzinfo=zone), complete=12, censored=0, successes=6, people=6, times=6,
            measured_at=now,
        )  # fmt: skip
    pace = paces_in([made], now)[KEY]
    assert (pace.level, pace.per_month) == (0.5, pytest.approx(36 / 11))
