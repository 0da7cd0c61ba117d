"""Duty one can check with pencil and paper: gaps, deputies, care of a post, rest (domain 3.12)."""

from datetime import UTC, date, datetime, time, timedelta

from allmende.domain.coverage import (
    Away,
    Gap,
    RestRules,
    Watch,
    gaps,
    needed_stretches,
    present,
    uncovered,
    warnings,
)

HOUR = timedelta(hours=1)


def at(hour, day=5):
    """An hour of October 2026; the 5th is a Monday."""
    return datetime(2026, 10, day, tzinfo=UTC) + hour * HOUR


MONDAY = [(at(8), at(18))]


def test_hours_without_enough_people_are_gaps():
    jana, emre = Watch("jana", at(8), at(13)), Watch("emre", at(12), at(16))
    assert gaps(MONDAY, [jana, emre]) == (Gap(at(16), at(18), 1),)
    assert gaps(MONDAY, [jana, emre], seats=2) == (
        Gap(at(8), at(12), 1), Gap(at(13), at(16), 1), Gap(at(16), at(18), 2),
    )  # fmt: skip
    assert gaps(MONDAY, [jana, Watch("jana", at(9), at(18))], seats=2) == (Gap(at(8), at(18), 1),)
    assert gaps(MONDAY, []) == (Gap(at(8), at(18), 1),)
    assert not gaps([], [])


def test_s2_19_weekends_and_holidays_need_somebody_when_the_team_says_so():
    days = [date(2026, 10, day) for day in range(2, 6)]
    closed = {date(2026, 10, 2)}
    found = needed_stretches(MONDAY, days, "Europe/Berlin", (time(10), time(16)), closed)
    assert found == ((at(8, 2), at(14, 2)), (at(8, 3), at(14, 3)), (at(8, 4), at(14, 4)), (at(8), at(18)))
    assert needed_stretches(MONDAY, days, "Europe/Berlin") == tuple(MONDAY)
    (night,) = needed_stretches([], [date(2026, 10, 24)], "Europe/Berlin", (time(22), time(0)))
    assert night == (at(20, 24), at(22, 24))


def test_s2_20_an_absent_person_covers_nothing_without_a_confirmed_deputy():
    jana = Watch("jana", at(8), at(18))
    assert present([jana], [Away("jana", at(10), at(12))]) == (
        Watch("jana", at(8), at(10)), Watch("jana", at(12), at(18)),
    )  # fmt: skip
    covered = present([jana], [Away("jana", at(0), at(24), "emre")])
    assert covered == (Watch("emre", at(8), at(18)),)
    both = present([jana], [Away("jana", at(0), at(24), "emre"), Away("emre", at(12), at(24))])
    assert gaps(MONDAY, both) == (Gap(at(12), at(18), 1),)


def test_s2_02_care_needs_somebody_at_first_and_later_while_hours_say_so():
    until_four = [Watch("jana", at(8), at(16))]
    care = {"care": 4 * HOUR, "first": HOUR}
    assert not uncovered(MONDAY, until_four, at(12), **care)
    assert uncovered(MONDAY, until_four, at(14), **care) == (Gap(at(16), at(18), 1),)
    assert uncovered(MONDAY, until_four, at(20), **care) == (Gap(at(20), at(21), 1),)
    assert not uncovered(MONDAY, [], at(20), timedelta(0), HOUR)


def test_rest_long_days_sundays_and_holidays_are_warned_about():
    duties = [(at(8), at(19)), (at(5, 6), at(14, 6)), (at(9, 11), at(11, 11)), (at(9, 13), at(12, 13))]
    found = [(one.kind, one.on.day, one.hours) for one in warnings(duties, "UTC", {date(2026, 10, 13)})]
    assert found == [("too_long", 5, 11), ("long", 6, 9), ("rest", 6, 10), ("sunday", 11, 0), ("holiday", 13, 0)]
    loose = RestRules(rest_hours=9, usual_hours=12, longest_hours=12)
    assert [one.kind for one in warnings(duties[:2], "UTC", (), loose)] == []
    assert not warnings([(at(8), at(12)), (at(13), at(17))], "UTC"), "a break within a day is no missing rest"
