"""How figures and days of the plan are written on its screens."""

from datetime import UTC, datetime
from types import SimpleNamespace

from django.utils import timezone, translation

from allmende.plan.templatetags.decision_words import as_moment
from allmende.plan.templatetags.plan_words import last_day, seen_high, seen_low


def test_a_period_ends_on_its_last_day_whether_kept_as_its_end_or_as_the_moment_after() -> None:
    with timezone.override("Europe/Berlin"):
        assert last_day(datetime(2026, 11, 22, 23, tzinfo=UTC)).day == 22
        assert last_day(datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)).day == 22
        assert as_moment("2026-08-23T22:00:00+00:00").day == 24


def test_a_range_says_its_unit_once() -> None:
    given = {"measured": 268.0, "low": 196.0, "high": 242.0, "unit": "Anrufe", "is_share": False}
    with translation.override("de"):
        calls = SimpleNamespace(**given)
        assert f"{seen_low(calls)} bis {seen_high(calls)}" == "196 bis 242 Anrufe"
        part = SimpleNamespace(**{**given, "low": 0.306, "high": 0.67, "unit": "", "is_share": True})
        assert f"{seen_low(part)} bis {seen_high(part)}" == "30,6 bis 67\xa0%"
