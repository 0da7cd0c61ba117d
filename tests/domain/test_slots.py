"""Free slots, clashes and the clock changes: domain 3.11, S2-02, S4-23."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.domain.service_hours import Hours, Span
from allmende.domain.slots import (
    APART,
    Planned,
    clashes,
    free_slots,
    month_days,
    shifted,
    slot_at,
    uncared,
    week_days,
)

BERLIN = "Europe/Berlin"
OFFICE = Hours(tuple(Span(day, time(8), time(18)) for day in range(5)), BERLIN, frozenset({date(2026, 10, 9)}))
FOUR_HOURS = timedelta(hours=4)
WEDNESDAY = datetime(2026, 10, 7, 7, 40, tzinfo=UTC)  # 9:40 in Berlin


def local(*slots):
    return [at.astimezone(ZoneInfo(BERLIN)).strftime("%a %H:%M") for at in slots]


@pytest.mark.parametrize(
    ("wall", "change", "at"),
    [
        (datetime(2026, 10, 8, 9), "", datetime(2026, 10, 8, 7, tzinfo=UTC)),
        (datetime(2027, 3, 28, 2, 30), "missing", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30), "twice", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 3, 0), "", datetime(2026, 10, 25, 2, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_time_may_be_missing_or_come_twice(wall, change, at):
    slot = slot_at(wall, BERLIN)
    assert (slot.change, slot.at) == (change, at)


def test_a_time_with_a_zone_is_no_wall_clock_time():
    with pytest.raises(ValueError, match="no zone"):
        slot_at(WEDNESDAY, BERLIN)


@pytest.mark.parametrize(("year", "month", "weeks"), [(2026, 10, 5), (2027, 2, 4), (2026, 8, 6)])
def test_a_month_is_whole_weeks_from_monday_on(year, month, weeks):
    days = month_days(year, month)
    assert len(days) == 7 * weeks
    assert (days[0].weekday(), days[-1].weekday()) == (0, 6)
    assert {day for day in days if day.month == month} == {
        date(year, month, n) for n in range(1, 32) if _is_day(year, month, n)
    }


def _is_day(year, month, day):
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def test_a_week_begins_on_monday():
    assert week_days(date(2026, 10, 11))[0] == date(2026, 10, 5)
    assert week_days(date(2026, 10, 5))[0] == date(2026, 10, 5)


def test_texts_of_one_channel_clash_within_the_hour_and_those_of_two_never():
    nine = datetime(2026, 10, 8, 7, tzinfo=UTC)
    texts = [
        Planned("a", "forum", nine),
        Planned("b", "mastodon", nine),
        Planned("c", "forum", nine + timedelta(minutes=59)),
        Planned("d", "forum", nine + timedelta(minutes=59) + APART),
    ]
    (found,) = clashes(reversed(texts))
    assert (found.first.key, found.second.key, found.between) == ("a", "c", timedelta(minutes=59))


def test_s2_02_what_nobody_cares_for_is_counted():
    friday_late = datetime(2026, 10, 16, 14, tzinfo=UTC)  # 16:00: two of four hours lie after the end of service
    assert uncared(OFFICE, friday_late, FOUR_HOURS) == timedelta(hours=2)
    assert uncared(OFFICE, datetime(2026, 10, 16, 7, tzinfo=UTC), FOUR_HOURS) == timedelta(0)
    holiday = datetime(2026, 10, 9, 7, tzinfo=UTC)
    assert uncared(OFFICE, holiday, FOUR_HOURS) == FOUR_HOURS


def test_an_hour_that_comes_twice_lies_between_two_texts():
    berlin = ZoneInfo(BERLIN)
    first, second = datetime(2027, 10, 31, 2, 30, tzinfo=berlin), datetime(2027, 10, 31, 2, 0, fold=1, tzinfo=berlin)
    (found,) = clashes([Planned("2", "forum", second), Planned("1", "forum", first)])
    assert (found.first.key, found.between) == ("1", timedelta(minutes=30))
    assert not clashes([Planned("1", "forum", first), Planned("2", "forum", second.replace(minute=45))])


def test_s4_23_free_slots_fit_into_service_time_and_keep_their_distance():
    taken = [datetime(2026, 10, 7, 8, 30, tzinfo=UTC)]  # 10:30: neither 10:00 nor 11:00 is free
    found = free_slots(OFFICE, taken, WEDNESDAY, FOUR_HOURS)
    # Friday the ninth is closed; after 14:00 four hours do not fit any more
    assert local(*found) == ["Wed 12:00", "Wed 13:00", "Thu 08:00", "Thu 09:00", "Mon 08:00"]


def test_without_service_hours_there_is_no_free_slot():
    assert free_slots(Hours((), BERLIN), [], WEDNESDAY, FOUR_HOURS) == ()


@settings(max_examples=60, deadline=None)
@given(
    taken=st.lists(st.integers(0, 14 * 24 * 4).map(lambda n: WEDNESDAY + timedelta(minutes=15 * n)), max_size=40),
    care=st.integers(0, 8).map(lambda n: timedelta(hours=n)),
    start=st.integers(0, 400 * 24).map(lambda n: WEDNESDAY + timedelta(hours=n)),
)
def test_every_free_slot_is_free(taken, care, start):
    found = free_slots(OFFICE, taken, start, care)
    assert list(found) == sorted(set(found))
    for at in found:
        assert at > start
        assert not uncared(OFFICE, at, care)
        assert all(abs(at - other) >= APART for other in taken)
    assert not clashes([Planned(str(at), "forum", at) for at in found])


@pytest.mark.parametrize(
    ("at", "days", "hours", "wall"),
    [
        (datetime(2026, 10, 24, 7, tzinfo=UTC), 1, 0, datetime(2026, 10, 25, 9)),  # the clocks go back in between
        (datetime(2027, 3, 27, 8, tzinfo=UTC), 1, 0, datetime(2027, 3, 28, 9)),  # and forward
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), 0, 1, datetime(2027, 3, 28, 3, 30)),  # an hour that passes
        (datetime(2027, 3, 27, 1, 30, tzinfo=UTC), 1, 0, None),  # 2:30 is skipped
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 0, 1, None),  # the second 2:30
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 0, -1, datetime(2026, 10, 25, 1, 30)),
        (datetime(2026, 10, 8, 7, tzinfo=UTC), -7, -3, datetime(2026, 10, 1, 6)),
    ],
)
def test_s2_10_a_day_is_a_day_on_the_clock_and_an_hour_an_hour_that_passes(at, days, hours, wall):
    assert shifted(at, BERLIN, days=days, hours=hours) == wall
