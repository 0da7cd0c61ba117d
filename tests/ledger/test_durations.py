"""F4: how long it took, open cases included (domain.md 4.2); periods as instants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from allmende.ledger.durations import finished_by, first_response
from allmende.ledger.measure import measure
from allmende.ledger.periods import Period, periods_between
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from allmende.ledger.waits import waits_by_period
from tests.ledger.tables import WORKSPACE, table, utc, write

# The time until a member answers, however long that is.
ANSWERED_BY_MEMBER = replace(
    FIRST_ANSWER_BY_MEMBER,
    form="F4",
    predicate=replace(FIRST_ANSWER_BY_MEMBER.predicate, is_first=False),
    window=timedelta(0),
)


def test_open_questions_count_with_the_time_they_have_waited(tmp_path: Path) -> None:
    # Waits: 1 h, 2 h, 3 h done; two open for 10 and 20 days. Finished after 3 h: 3 of 5 = 60 %, so the median is 3 h and P90 unknown.
    text = """
        2026-03-01 10:00  m1  asked     1
        2026-03-01 11:00  m2  answered  1
        2026-03-02 10:00  m1  asked     2
        2026-03-02 11:00  s9  answered  2
        2026-03-02 12:00  m2  answered  2
        2026-03-03 10:00  m1  asked     3
        2026-03-03 13:00  m2  answered  3
        2026-03-01 00:00  m3  asked     4
        2026-03-11 00:00  m3  asked     5
    """
    write(tmp_path, table(text))
    (row,) = measure(tmp_path, WORKSPACE, ANSWERED_BY_MEMBER, as_of=utc("2026-03-21 00:00"))
    assert (row.complete, row.censored, row.median, row.p90) == (3, 2, timedelta(hours=3), None)
    assert (row.successes, row.people, row.times, row.is_closed) == (3, 1, 3, False)


def test_a_horizon_closes_what_was_never_answered(tmp_path: Path) -> None:
    # Followed for 7 days at most: one answered after 2 h, one after 8 days, which is as good as never; one open for 3 days.
    text = """
        2026-03-01 10:00  m1  asked     1
        2026-03-01 12:00  m2  answered  1
        2026-03-02 10:00  m1  asked     2
        2026-03-10 10:00  m2  answered  2
        2026-03-07 10:00  m3  asked     3
    """
    write(tmp_path, table(text))
    followed = replace(ANSWERED_BY_MEMBER, window=timedelta(days=7))
    (row,) = measure(tmp_path, WORKSPACE, followed, as_of=utc("2026-03-10 10:00"))
    assert (row.complete, row.censored, row.successes) == (2, 1, 1)
    assert (row.median, row.p90) == (None, None)
    (later,) = measure(tmp_path, WORKSPACE, followed, as_of=utc("2026-05-01 00:00"))
    assert (later.complete, later.censored, later.is_closed) == (3, 0, True)


def test_kaplan_meier_as_in_the_textbook() -> None:
    # 6 at risk: 1 done at 1; one open at 2; at 3 two of 4 done; one open at 4; the last done at 5.
    curve = finished_by([1, 2, 3, 3, 4, 5], [True, False, True, True, False, True])
    assert [at for at, _ in curve] == [1, 3, 5]
    assert [by for _, by in curve] == pytest.approx([1 / 6, 1 - 5 / 6 * 2 / 4, 1.0])
    assert finished_by([], []) == []


def test_an_act_and_an_open_end_at_the_same_time_are_both_at_risk() -> None:
    assert [by for _, by in finished_by([7, 7], [False, True])] == pytest.approx([0.5])


def test_the_first_response_counts_anybody_else(tmp_path: Path) -> None:
    text = """
        2026-03-01 09:00  b8  posted    1
        2026-03-01 10:00  m1  asked     1
        2026-03-01 10:01  b8  answered  1
        2026-03-01 10:02  m1  commented 1
        2026-03-01 12:00  s9  answered  1
        2026-03-02 10:00  m1  asked     2
        2026-03-02 10:00  m2  answered  2
        2026-03-03 10:00  m1  asked     3
        2026-03-04 10:00  m2  answered  3
        2026-03-05 10:00  m1  asked     4
    """
    write(tmp_path, table(text))
    found = first_response(tmp_path, WORKSPACE, as_of=utc("2026-04-01 00:00"))
    assert (found.threads, found.unanswered, found.median, found.share_within) == (4, 1, timedelta(hours=2), 0.5)


def test_no_thread_has_no_first_response(tmp_path: Path) -> None:
    found = first_response(tmp_path, WORKSPACE, as_of=utc("2026-04-01 00:00"))
    assert (found.threads, found.unanswered, found.median, found.share_within) == (0, 0, None, None)
    assert measure(tmp_path, WORKSPACE, ANSWERED_BY_MEMBER, as_of=utc("2026-04-01 00:00")) == []


BERLIN = ZoneInfo("Europe/Berlin")


def test_the_month_in_which_the_clock_changes_is_an_hour_shorter_or_longer() -> None:
    march, *_, october = periods_between(utc("2026-03-15 00:00"), utc("2026-10-15 00:00"), "month", "Europe/Berlin")

    def hours(period: Period) -> float:
        return (period.end.astimezone(UTC) - period.start.astimezone(UTC)) / timedelta(hours=1)

    assert (hours(march), hours(october)) == (31 * 24 - 1, 31 * 24 + 1)


def test_periods_follow_one_another_and_hold_both_ends() -> None:
    first, last = utc("2026-12-31 23:30"), utc("2027-04-01 00:00")
    assert [period.start.date().isoformat() for period in periods_between(first, last, "month", "Europe/Berlin")] == [
        "2027-01-01", "2027-02-01", "2027-03-01", "2027-04-01",
    ]  # fmt: skip
    assert [period.start.date().isoformat() for period in periods_between(first, last, "quarter", "UTC")] == [
        "2026-10-01", "2027-01-01", "2027-04-01",
    ]  # fmt: skip
    weeks = periods_between(first, last, "week", "Europe/Berlin")
    assert weeks[0].start == datetime(2026, 12, 28, tzinfo=BERLIN)
    assert all(before.end == after.start for before, after in pairwise(weeks))
    (whole,) = periods_between(first, last, "all", "UTC")
    assert whole == (utc("2026-12-31 00:00"), utc("2027-04-02 00:00"))


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(ValueError, match="quarter"):
        periods_between(utc("2026-01-01 00:00"), utc("2026-02-01 00:00"), "year", "UTC")  # type: ignore[arg-type]


def test_every_wait_is_told_with_who_ended_it(tmp_path: Path) -> None:
    # Waits of 1 h and 3 h by m2, 2 h by somebody nobody knows; one open for ten days.
    text = """
        2026-03-01 10:00  m1  asked     1
        2026-03-01 11:00  m2  answered  1
        2026-03-02 10:00  m1  asked     2
        2026-03-02 12:00  u   answered  2
        2026-03-03 10:00  m1  asked     3
        2026-03-03 13:00  m2  answered  3
        2026-03-11 00:00  m3  asked     4
    """
    write(tmp_path, table(text))
    anybody = replace(ANSWERED_BY_MEMBER, predicate=replace(ANSWERED_BY_MEMBER.predicate, actor_classes=()))
    found = waits_by_period(tmp_path, WORKSPACE, anybody, as_of=utc("2026-03-21 00:00"))
    (waits,) = found.values()
    assert (waits.ended, waits.open_since) == ((3_600.0, 7_200.0, 10_800.0), (864_000.0,))
    first, unknown, again = waits.ended_by
    assert first == again is not None and unknown is None
    assert waits_by_period(tmp_path, WORKSPACE, anybody, as_of=utc("2026-02-01 00:00")) == {}
