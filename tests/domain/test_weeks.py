"""Weeks from Monday to Sunday."""

from datetime import date, timedelta

import pytest

from allmende.domain.weeks import monday_of, places_of, runs_of


@pytest.mark.parametrize("days", range(7))
def test_every_day_of_a_week_has_the_same_monday(days: int) -> None:
    assert monday_of(date(2026, 12, 28) + timedelta(days=days)) == date(2026, 12, 28), "across the turn of the year too"


def test_the_next_monday_begins_a_week_of_its_own() -> None:
    assert monday_of(date(2027, 1, 4)) == date(2027, 1, 4)


def test_periods_stand_where_they_began_with_room_for_those_that_are_not_there() -> None:
    mondays = [date(2026, 12, 14), date(2026, 12, 21), date(2027, 1, 11)]
    assert places_of(mondays, "week") == [0, 1, 4] and runs_of([0, 1, 4]) == [[0, 1], [2]]
    assert places_of([date(2026, 11, 1), date(2027, 2, 1)], "month") == [0, 3]
    assert places_of([date(2026, 10, 1), date(2027, 1, 1), date(2027, 7, 1)], "quarter") == [0, 1, 3]
    assert places_of([], "week") == [] and places_of([], "month") == [] and runs_of([]) == []
    assert runs_of([3, 4, 5]) == [[0, 1, 2]]
