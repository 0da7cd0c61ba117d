"""What a count keeps for the next one besides units: rows of months that stay as they are, and statements."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from allmende.ledger import statements
from allmende.ledger.engine import bare
from allmende.ledger.files import month_of
from allmende.ledger.recount import count_again
from allmende.ledger.settled import ROWS, settle
from allmende.ledger.shipped import HELPERS, NEWCOMER_CONTRIBUTES_AGAIN, NEWCOMER_HELPS, SHOULDERS
from allmende.ledger.tally import FILE, drop_tally, opened_months, prepare
from tests.ledger.tables import WORKSPACE, table, utc, write

AGAIN = replace(NEWCOMER_CONTRIBUTES_AGAIN, window=timedelta(days=9))
DEFINITIONS = (AGAIN, NEWCOMER_HELPS, HELPERS, SHOULDERS)
TOLD = """
2026-01-05 10:00 m9 asked 90
2026-01-06 10:00 m8 answered 90
2026-02-02 10:00 m1 asked 3
2026-02-03 10:00 m2 answered 3
2026-02-03 11:00 m1 thanked 3 on=4
2026-03-02 10:00 m3 asked 6
"""
MORE = TOLD + "2026-03-04 10:00 m2 answered 6\n"


def _count(folder: Path, told: str, before: str = "") -> object:
    """Write what was told since `before`, and no other month; count again."""
    _write(folder, told, before)
    return count_again(folder / WORKSPACE, DEFINITIONS, as_of=utc("2026-04-20"))


def _write(folder: Path, told: str, before: str) -> None:
    stands = table(before)
    changed = {month_of(row.occurred_at) for row in table(told)[len(stands) :]}
    write(folder, [row for row in table(told) if month_of(row.occurred_at) in changed])


def _told(folder: Path, query: str) -> list[object]:
    with duckdb.connect(str(folder / WORKSPACE / FILE), read_only=True) as tally:
        return [row[0] for row in tally.execute(query).fetchall()]


def _settled(folder: Path) -> tuple[list[object], list[object]]:
    months = _told(folder, "SELECT DISTINCT month FROM settled ORDER BY 1")
    return months, _told(folder, "SELECT month FROM settled_months ORDER BY 1")


def _is_everything(folder: Path, again: object) -> bool:
    drop_tally(folder / WORKSPACE)
    return again == count_again(folder / WORKSPACE, DEFINITIONS, as_of=utc("2026-04-20"))


@pytest.mark.parametrize(
    "late",
    ["2026-01-06 12:00 m1 answered 90", "2026-02-03 11:00 m9 thanked 3 on=4", "2026-03-03 09:00 m1 answered 90"],
)
def test_rows_of_months_that_stay_are_kept_and_go_with_their_month(tmp_path: Path, late: str) -> None:
    """An answer in a settled month, a thank for what stands in one, and an answer to what began in one."""
    _count(tmp_path, TOLD)
    assert _settled(tmp_path) == ([], [])
    _count(tmp_path, MORE, TOLD)
    assert _settled(tmp_path) == (["2026-01", "2026-02"],) * 2
    again = _count(tmp_path, MORE + late, MORE)
    assert late[:7] not in _settled(tmp_path)[0]
    assert _settled(tmp_path)[0] == _settled(tmp_path)[1]
    assert _is_everything(tmp_path, again)


def test_a_month_that_changed_while_everything_was_counted_is_told_once_when_it_rests_again(tmp_path: Path) -> None:
    """A count of everything leaves the rows that are kept as they are, and remembers the files it read."""
    _write(tmp_path, TOLD, "")
    with bare() as engine:
        prepare(engine)
        for told in (TOLD, TOLD + "2026-01-07 10:00 m1 answered 90"):
            _write(tmp_path, told, TOLD)
            with opened_months(tmp_path / WORKSPACE, "2026-12") as months:
                settle(engine, months.marks, months)
                found = engine.execute(f"SELECT count(*), count(DISTINCT position) FROM {ROWS}").fetchone()
            assert found == (len(table(told)),) * 2


def test_another_process_makes_no_statement_anew(tmp_path: Path) -> None:
    """The first tally of a process keeps what it made; it does not ask another one for it."""
    statements._held.clear()
    _count(tmp_path, TOLD)
    _count(tmp_path, MORE, TOLD)
    still = MORE + "2026-03-05 10:00 m2 answered 6\n"
    _write(tmp_path, still, MORE)
    assert _makes_statements(tmp_path) == "False"
    with duckdb.connect(str(tmp_path / WORKSPACE / FILE)) as tally:
        tally.execute("UPDATE texts SET edition = 'another', name = 'another'")
    _write(tmp_path, still + "2026-03-06 10:00 m2 answered 6", still)
    assert _makes_statements(tmp_path) == "True"
    assert "another" not in _told(tmp_path, "SELECT edition FROM texts")


def _makes_statements(folder: Path) -> str:
    """Whether a process of its own that counts again needs the library that makes them."""
    code = (
        "import sys; from pathlib import Path; from tests.ledger.test_recount_kept import DEFINITIONS;"
        " from tests.ledger.tables import WORKSPACE, utc; from allmende.ledger.recount import count_again;"
        " is_there = 'ibis' in sys.modules; assert not is_there;"
        " count_again(Path(sys.argv[1]) / WORKSPACE, DEFINITIONS, as_of=utc('2026-04-20')); print('ibis' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    return done.stdout.strip()
