"""Service time in an IANA zone, across clock changes (S2-17, drill D4 of reliability)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.domain.service_hours import (
    Hours,
    NeverOpen,
    Span,
    add_service_time,
    always_open,
    service_time_between,
)

HOUR = timedelta(hours=1)
OFFICE = Hours(
    tuple(Span(day, time(9), time(17)) for day in range(5)), "Europe/Berlin", frozenset({date(2026, 12, 25)})
)
NIGHT_AND_DAY = tuple(Span(day, time(0), time(0)) for day in range(7))
# Each zone with a week around a change of its clocks.
CHANGES = [
    ("Europe/Berlin", date(2026, 10, 23)),
    ("Europe/Vienna", date(2027, 3, 26)),
    ("America/New_York", date(2026, 10, 30)),
    ("America/New_York", date(2027, 3, 12)),
    ("Australia/Lord_Howe", date(2026, 10, 2)),
    ("Australia/Lord_Howe", date(2027, 4, 2)),
    ("Pacific/Apia", date(2011, 12, 28)),
]


def berlin(*parts):
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"))


@st.composite
def weeks(draw):
    """Hours with up to three spans a day, and two instants near a change of clocks, in minutes."""
    zone, first = draw(st.sampled_from(CHANGES))
    minutes = draw(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1438), st.integers(1, 600)), min_size=1, max_size=8)
    )
    spans = []
    for day, start, length in minutes:
        end = min(start + length, 1439)
        spans.append(Span(day, time(start // 60, start % 60), time(end // 60, end % 60)))
    base = datetime(first.year, first.month, first.day, tzinfo=UTC)
    instants = sorted(base + timedelta(minutes=m) for m in draw(st.tuples(*[st.integers(0, 6 * 1440)] * 2)))
    return Hours(tuple(spans), zone), *instants


def by_looking_at_the_wall(hours, start, end):
    """The oracle: ask every minute what the clock on the wall shows."""
    zone, minutes, at = ZoneInfo(hours.zone), 0, start
    while at < end:
        wall = at.astimezone(zone)
        minutes += any(s.weekday == wall.weekday() and s.starts_at <= wall.time() < s.ends_at for s in hours.spans)
        at += timedelta(minutes=1)
    return timedelta(minutes=minutes)


@given(weeks())
@settings(max_examples=25, deadline=None)
def test_s2_17_service_time_is_what_the_wall_shows(week):
    hours, start, end = week
    assert service_time_between(hours, start, end) == by_looking_at_the_wall(hours, start, end)


@given(weeks(), st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_s2_17_adding_and_counting_agree(week, minutes):
    hours, start, _ = week
    duration = timedelta(minutes=minutes)
    due = add_service_time(hours, start, duration)
    assert due >= start
    assert service_time_between(hours, start, due) == duration
    assert service_time_between(hours, start, due - timedelta(seconds=1)) < duration or not minutes


@given(weeks(), st.integers(0, 6 * 1440))
@settings(max_examples=60, deadline=None)
def test_s2_17_service_time_adds_up_and_is_never_negative(week, minutes):
    hours, start, end = week
    between = start + timedelta(minutes=minutes)
    if between <= end:
        parts = service_time_between(hours, start, between) + service_time_between(hours, between, end)
        assert parts == service_time_between(hours, start, end)
    assert service_time_between(hours, end, start) == timedelta(0)


def test_s2_17_a_friday_question_is_due_on_monday():
    assert add_service_time(OFFICE, berlin(2026, 11, 20, 16), 4 * HOUR) == berlin(2026, 11, 23, 12)
    assert add_service_time(OFFICE, berlin(2026, 11, 21, 3), HOUR) == berlin(2026, 11, 23, 10)


def test_s2_17_a_closed_date_holds_no_service_time():
    assert add_service_time(OFFICE, berlin(2026, 12, 24, 16), 2 * HOUR) == berlin(2026, 12, 28, 10)
    assert not OFFICE.is_open(berlin(2026, 12, 25, 12))


def test_s2_17_a_span_ends_before_its_last_minute():
    assert OFFICE.is_open(berlin(2026, 11, 20, 9))
    assert not OFFICE.is_open(berlin(2026, 11, 20, 17))
    assert add_service_time(OFFICE, berlin(2026, 11, 20, 9), 8 * HOUR) == berlin(2026, 11, 20, 17)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2027, 3, 28), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/New_York", date(2027, 3, 14), 23),
        ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_d4_a_day_is_as_long_as_it_was(zone, day, hours):
    only_that_day = Hours(tuple(s for s in NIGHT_AND_DAY if s.weekday == day.weekday()), zone)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    assert service_time_between(only_that_day, start, start + timedelta(days=5)) == hours * HOUR


def test_d4_the_missing_hour_is_not_served_and_the_repeated_one_twice():
    early = Hours((Span(6, time(2), time(3)),), "Europe/Berlin")
    spring, autumn = datetime(2027, 3, 28, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)
    assert service_time_between(early, spring, spring + timedelta(days=1)) == timedelta(0)
    assert service_time_between(early, autumn, autumn + timedelta(days=1)) == 2 * HOUR


def test_overlapping_spans_count_once():
    hours = Hours((Span(0, time(9), time(12)), Span(0, time(11), time(14))), "UTC")
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert service_time_between(hours, monday, monday + timedelta(days=1)) == 5 * HOUR


def test_without_a_pause_service_time_is_time():
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert add_service_time(always_open("Europe/Berlin"), start, 48 * HOUR) == start + 48 * HOUR


def test_rare_hours_are_still_found_after_many_years():
    minute = Hours((Span(0, time(9), time(9, 1)),), "Europe/Berlin")
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    due = add_service_time(minute, monday, timedelta(minutes=600))
    assert due.astimezone(ZoneInfo("Europe/Berlin")) == berlin(2038, 5, 17, 9, 1)


def test_what_cannot_be_counted_is_refused():
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    with pytest.raises(NeverOpen):
        add_service_time(Hours((), "UTC"), monday, HOUR)
    with pytest.raises(ValueError, match="without a zone"):
        service_time_between(OFFICE, datetime(2026, 11, 23), monday)
    with pytest.raises(ValueError, match="forwards"):
        add_service_time(OFFICE, monday, -HOUR)
    with pytest.raises(ValueError, match="ends after"):
        Span(0, time(9), time(9))
    with pytest.raises(ValueError, match="weekday"):
        Span(7, time(9), time(10))
    with pytest.raises(ZoneInfoNotFoundError):
        Hours((), "Europe/Atlantis")
