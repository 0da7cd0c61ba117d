"""What comes again: daily, weekly, monthly, yearly, on the clock at the wall."""

from datetime import UTC, date, datetime
from itertools import islice

import pytest

from allmende.domain.slots import Rhythm, comes_round, is_fresh, slot_at

NINE = {"hour": 9, "minute": 0}


def days(rhythm, number=4):
    return [f"{wall:%Y-%m-%d}" for wall in islice(comes_round(rhythm), number)]


@pytest.mark.parametrize(
    ("first", "step", "every", "expected"),
    [
        ("2026-10-07", "daily", 1, "2026-10-07 2026-10-08 2026-10-09 2026-10-10"),
        ("2026-10-07", "weekly", 1, "2026-10-07 2026-10-14 2026-10-21 2026-10-28"),
        ("2026-10-07", "weekly", 2, "2026-10-07 2026-10-21 2026-11-04 2026-11-18"),
        ("2026-01-15", "monthly", 1, "2026-01-15 2026-02-15 2026-03-15 2026-04-15"),
        ("2026-01-31", "monthly", 1, "2026-01-31 2026-02-28 2026-03-31 2026-04-30"),
        ("2028-01-30", "monthly", 1, "2028-01-30 2028-02-29 2028-03-30 2028-04-30"),
        ("2026-11-30", "monthly", 3, "2026-11-30 2027-02-28 2027-05-30 2027-08-30"),
        ("2028-02-29", "yearly", 1, "2028-02-29 2029-02-28 2030-02-28 2031-02-28"),
        ("2026-10-31", "yearly", 1, "2026-10-31 2027-10-31 2028-10-31 2029-10-31"),
    ],
)
def test_each_step_comes_round_and_a_missing_day_is_the_last_of_its_month(first, step, every, expected):
    rhythm = Rhythm(datetime.fromisoformat(first).replace(**NINE), step, every)
    assert days(rhythm) == expected.split()


def test_it_ends_by_a_day_or_by_a_number():
    first = datetime(2026, 10, 7, 9)
    assert days(Rhythm(first, "weekly", until=date(2026, 10, 21)), 9) == ["2026-10-07", "2026-10-14", "2026-10-21"]
    assert days(Rhythm(first, "weekly", count=2), 9) == ["2026-10-07", "2026-10-14"]
    assert days(Rhythm(first, "weekly", count=0), 9) == []


def test_nine_stays_nine_over_both_changes_of_the_clocks():
    spring = [
        slot_at(wall, "Europe/Berlin").at for wall in islice(comes_round(Rhythm(datetime(2027, 3, 21, 9), "weekly")), 2)
    ]
    autumn = [
        slot_at(wall, "Europe/Berlin").at
        for wall in islice(comes_round(Rhythm(datetime(2026, 10, 18, 9), "weekly")), 2)
    ]
    assert spring == [datetime(2027, 3, 21, 8, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)]
    assert autumn == [datetime(2026, 10, 18, 7, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)]


def test_words_rest_whole_days_whatever_the_clocks_do():
    before, after = datetime(2027, 3, 21, 8, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)
    assert is_fresh(after, [before], "Europe/Berlin", 7)
    assert not is_fresh(after, [before], "Europe/Berlin", 8)
    assert not is_fresh(before, [after], "Europe/Berlin", 8)
    assert is_fresh(after, [], "Europe/Berlin", 365)
