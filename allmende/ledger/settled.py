"""The rows a count looks at: of months that stay as they are kept in the tally, where looking for a few of them is a fifth of the
work it is in the months' own files, which have to be unpacked first.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from allmende.ledger.engine import quoted, told_by
from allmende.ledger.outcomes import READ
from allmende.ledger.tally import Months, at

if TYPE_CHECKING:
    import duckdb

_READ = ", ".join(READ)
_PLACES = ("settled", "recent")

# DuckDB's words for all rows.
ROWS = f"({' UNION ALL '.join(f'SELECT {_READ} FROM {place}' for place in _PLACES)})"


def rows_since(begins: datetime) -> str:
    """DuckDB's words for the rows from a time on."""
    where = f"WHERE occurred_at >= {at(begins)}"
    return f"({' UNION ALL '.join(f'SELECT {_READ} FROM {place} {where}' for place in _PLACES)})"


def settle(engine: "duckdb.DuckDBPyConnection", seen: dict[str, str], months: Months) -> None:
    """Bring the table `settled` up to the months whose files are as they were at the count before (`seen`). The others are
    `recent`: one that changed is read from its file again until it has stayed the same for a count."""
    marks = {month: months.marks[month] for month in months.paths}
    kept = dict(engine.execute("SELECT month, mark FROM settled_months").fetchall())
    stale = [month for month, mark in kept.items() if marks.get(month) != mark]
    fresh = [month for month, mark in marks.items() if seen.get(month) == mark and kept.get(month) != mark]
    if stale or fresh:
        engine.execute("BEGIN")
        for month in stale:
            engine.execute(f"DELETE FROM settled WHERE month = {quoted(month)}")
            engine.execute(f"DELETE FROM settled_months WHERE month = {quoted(month)}")
        for month in fresh:
            rows = told_by([months.paths[month]])
            engine.execute(f"INSERT INTO settled SELECT {quoted(month)}, {_READ} FROM {rows}")
            engine.execute("INSERT INTO settled_months VALUES (?, ?)", [month, marks[month]])
        engine.execute("COMMIT")
    # A month that changed and came to rest while everything was counted was stale and is fresh.
    settled = {*kept}.difference(stale).union(fresh)
    paths = [path for month, path in months.paths.items() if month not in settled]
    rows = told_by(paths) if paths else "settled LIMIT 0"
    engine.execute(f"CREATE OR REPLACE TEMP VIEW recent AS SELECT {_READ} FROM {rows}")
