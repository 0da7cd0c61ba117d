"""Before and since a day of one's own choice, and the units behind a figure."""

from datetime import UTC, datetime, timedelta

from allmende.ledger.examples import newest_units
from allmende.ledger.measure import measure, units_by_person
from allmende.ledger.periods import Around, periods_around
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from tests.ledger.tables import WORKSPACE, figures, table, utc, write

ROWS = """
    2026-03-02 10:00 m1 asked    1
    2026-03-02 11:00 m2 answered 1
    2026-03-10 10:00 m3 asked    2
    2026-03-11 10:00 m1 asked    3
    2026-03-11 12:00 m2 answered 3
    2026-03-30 10:00 m4 asked    4
"""


def test_a_cut_in_the_middle_of_a_month_parts_before_since_and_after(tmp_path):
    write(tmp_path, table(ROWS))
    around = Around(utc("2026-03-10T12:00"), utc("2026-03-30T00:00"))
    rows = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-03-30T12:00"), period=around)
    # complete, censored, left_out, successes, people, times
    assert [figures(row) for row in rows] == [(2, 0, 0, 1, 1, 1), (1, 0, 0, 1, 1, 1), (0, 1, 0, 0, 0, 0)]
    assert [(row.period_start, row.period_end) for row in rows[:2]] == [
        (utc("2026-03-02T00:00"), around.cut),
        (around.cut, around.until),
    ]
    people = units_by_person(
        tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-03-30T12:00"), period=around, by="doer"
    )
    assert sum(one.units for one in people if one.period_start == around.cut) == 1


def test_the_three_periods_are_never_empty_of_time_on_the_left():
    cut = datetime(2026, 3, 1, tzinfo=UTC)
    before, since, after = periods_around(cut, cut, Around(cut, cut), "Europe/Berlin")
    assert before.start == cut - timedelta(days=1)
    assert since.start == since.end == cut < after.end


def test_examples_are_the_newest_units_with_their_outcome(tmp_path):
    write(tmp_path, table(ROWS))
    found = newest_units(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-03-30T12:00"), limit=3)
    assert [(one.object_id, one.is_success, one.is_open) for one in found] == [
        (6, False, True),
        (4, True, False),
        (3, False, False),
    ]
