"""Counts by channel and by stage of membership, counted by hand (domain 4.4, step 7)."""

from datetime import UTC, datetime

from allmende.ledger.periods import Around
from allmende.ledger.segments import segments
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN
from tests.ledger.tables import WORKSPACE, table, write

AROUND = Around(datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


def test_4_4_7_each_channel_and_each_stage_holds_its_own_units(tmp_path):
    write(
        tmp_path,
        table("""
            2026-01-01 08:00 m1 asked 1
            2026-01-01 09:00 m2 answered 1
            2026-03-10 08:00 m1 asked 2 in=portal
            2026-03-10 09:00 s1 answered 2 in=portal
            2026-03-12 08:00 m3 asked 3
            2026-03-12 09:00 m2 answered 3
            2026-04-05 08:00 m3 asked 4
            2026-04-05 09:00 m1 answered 4
            2026-04-20 08:00 m3 asked 5
            2026-04-21 07:00 m2 answered 5
            2026-04-22 08:00 u asked 6 in=portal
        """),
    )
    found = segments(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=AS_OF, period=AROUND)
    told = {(row.period_start == AROUND.cut, row.dimension, row.segment): row[3:6] for row in found}
    assert told == {
        (False, "channel", "forum"): (2, 2, 2),
        (False, "channel", "portal"): (1, 0, 1),
        (False, "stage", "known"): (2, 1, 1),
        (False, "stage", "new"): (1, 1, 1),
        (True, "channel", "forum"): (2, 2, 1),
        (True, "stage", "new"): (1, 1, 1),
        (True, "stage", "known"): (1, 1, 1),
    }


def test_4_4_7_newcomers_have_no_stages_and_an_empty_ledger_no_segments(tmp_path):
    assert segments(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=AS_OF, period=AROUND) == []
    write(
        tmp_path,
        table("""
            2026-01-01 08:00 m1 asked 1
            2026-04-05 08:00 m3 asked 4
            2026-04-06 09:00 m3 commented 4
        """),
    )
    found = segments(tmp_path, WORKSPACE, NEWCOMER_CONTRIBUTES_AGAIN, as_of=AS_OF, period=AROUND)
    assert [row[1:6] for row in found] == [("channel", "forum", 1, 1, 1)]
