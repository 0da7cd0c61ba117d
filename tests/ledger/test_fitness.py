"""What the data themselves are like, day by day, counted by hand (domain 4.4-1)."""

from dataclasses import replace
from datetime import date

from allmende.ledger.fitness import DayFound, days_found
from allmende.ledger.measure import measure
from allmende.ledger.periods import Around
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN
from tests.ledger.tables import WORKSPACE, table, utc, write

ROWS = """
    2026-03-01 10:00 m1 asked     1
    2026-03-01 11:00 m2 answered  1
    2026-03-01 12:00 u  answered  1
    2026-03-01 13:00 b3 answered  1  deleted
    2026-03-01 14:00 m4 answered  1  deleted
    2026-03-01 15:00 m1 thanked   1  on=2
    2026-03-01 16:00 m1 commented 1
    2026-03-02 10:00 m5 asked     2  in=chat
    2026-03-09 10:00 m5 asked     3
"""


def test_4_4_days_tell_what_was_said_deleted_and_by_nobody_known(tmp_path):
    write(tmp_path, table(ROWS))
    found = days_found(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-03-08"))
    assert found == [
        DayFound("chat", date(2026, 3, 2), 1, 1, 0, 0),
        DayFound("forum", date(2026, 3, 1), 7, 4, 1, 1),
    ]
    only = replace(FIRST_ANSWER_BY_MEMBER, channels=("chat",))
    assert [one.channel for one in days_found(tmp_path, WORKSPACE, only, as_of=utc("2026-03-08"))] == ["chat"]
    assert days_found(tmp_path, "nobody", only, as_of=utc("2026-03-08")) == []


def test_4_4_before_a_gap_nothing_is_anchored_when_the_data_begin_again(tmp_path):
    write(
        tmp_path,
        table("""
            2026-01-01 10:00 m1 asked     1
            2026-03-01 10:00 m2 asked     2
            2026-03-01 11:00 m1 answered  2
            2026-06-02 10:00 m3 asked     3
            """),
    )
    around = Around(utc("2026-06-01"), utc("2026-06-08"), utc("2026-02-01"))
    found = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-06-10"), period=around)
    assert [(one.period_start, one.complete, one.successes) for one in found] == [
        (utc("2026-02-01"), 1, 1), (utc("2026-06-01"), 1, 0),
    ]  # fmt: skip
    # Who was there before the gap is no newcomer after it, and who came within 30 days of its end may not be one.
    newcomers = measure(tmp_path, WORKSPACE, NEWCOMER_CONTRIBUTES_AGAIN, as_of=utc("2026-07-10"), period=around)
    assert [(one.complete, one.left_out) for one in newcomers] == [(0, 1), (1, 0)]
