"""At which stage a member is: one of each by hand, the edges of every rule, and each ledger's people exactly once."""

from datetime import timedelta
from pathlib import Path

import pytest

from allmende.ledger.stages import Seen, stage_of, stages
from tests.ledger.tables import WORKSPACE, table, utc, write
from tests.ledger.test_shipped import helped

AS_OF = utc("2026-07-15 12:00")


def test_one_of_each_stage(tmp_path: Path) -> None:
    # m3 writes in May, June and July; m4 came in June; m5 wrote in May only; m6 wrote in January; m7 only voted; m8 left; s9 is of
    # the team; m10 wrote in March and now.
    text = """
        2026-01-02 10:00  m1  asked      2
        2026-01-03 10:00  m6  commented  2
        2026-05-02 10:00  m3  commented  2
        2026-06-02 10:00  m3  commented  2
        2026-07-02 10:00  m3  commented  2
        2026-06-20 10:00  m4  commented  2
        2026-05-03 10:00  m5  commented  2
        2026-07-03 10:00  m7  voted      2  on=1
        2026-06-03 10:00  m8  commented  2
        2026-06-04 10:00  m8  left      60
        2026-07-04 10:00  s9  answered   2
        2026-07-05 11:00  m5  voted      2  on=1
        2026-03-01 10:00  m10  commented 2
        2026-07-06 10:00  m10  commented 2
    """
    write(tmp_path, table(text))
    found = stages(tmp_path, WORKSPACE, as_of=AS_OF)
    assert 9 not in found
    assert {person: found[person] for person in (3, 4, 5, 6, 7, 8, 10)} == {
        3: "regular", 4: "newcomer", 5: "occasional", 6: "dormant", 7: "prospect", 8: "left", 10: "occasional",
    }  # fmt: skip


def test_an_empty_ledger_has_nobody(tmp_path: Path) -> None:
    assert stages(tmp_path, WORKSPACE, as_of=AS_OF) == {}


@pytest.mark.parametrize(
    ("contributed", "last", "left", "months", "is_superuser", "expected"),
    [
        (10, 1, None, 1, False, "newcomer"), (59, 1, None, 2, False, "newcomer"), (60, 1, None, 2, False, "occasional"),
        (60, 1, None, 3, False, "regular"), (300, 89, None, 3, True, "superuser"), (300, 90, None, 3, True, "dormant"),
        (None, 1, None, 0, False, "prospect"), (None, 90, None, 0, False, "dormant"), (300, 5, 5, 6, True, "left"),
        (300, 1, 5, 6, False, "regular"),
    ],
)  # fmt: skip
def test_the_edges_of_every_rule(contributed, last, left, months, is_superuser, expected) -> None:  # type: ignore[no-untyped-def]
    def ago(days: int | None):  # type: ignore[no-untyped-def]
        return None if days is None else AS_OF - timedelta(days=days)

    assert stage_of(Seen(ago(contributed), ago(last), ago(left), months, is_superuser), AS_OF) == expected


def test_five_marked_answers_in_each_of_three_months_that_are_over(tmp_path: Path) -> None:
    rows = "2026-01-02 10:00  m1  asked  2\n" + "".join(
        helped("m2", times, first, month) for times, first, month in ((5, 2, "04"), (5, 12, "05"), (5, 22, "06"))
    )
    write(tmp_path, table(rows))
    assert stages(tmp_path, WORKSPACE, as_of=AS_OF)[2] == "superuser"
    assert stages(tmp_path, WORKSPACE, as_of=utc("2026-06-30 12:00"))[2] == "regular"
