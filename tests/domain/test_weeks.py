"""Weeks from Monday to Sunday."""

from datetime import date, timedelta

import pytest

from allmende.domain.weeks import monday_of


@pytest.mark.parametrize("days", range(7))
def test_every_day_of_a_week_has_the_same_monday(days: int) -> None:
    assert monday_of(date(2026, 12, 28) + timedelta(days=days)) == date(2026, 12, 28), "across the turn of the year too"


def test_the_next_monday_begins_a_week_of_its_own() -> None:
    assert monday_of(date(2027, 1, 4)) == date(2027, 1, 4)
