"""What was counted, unit by unit, kept beside the months: the next count looks only at what came, went or fell due.

A cache and no more: `.tally.duckdb` can be removed at any time and is made anew by the next count. It holds nothing a month
does not hold, and goes when somebody is to be forgotten.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from allmende.ledger.definition import Definition
from allmende.ledger.engine import told_by
from allmende.ledger.files import Ledger, first_time, only_writer
from allmende.ledger.journal import Touched, begin_journal, end_journal, touched_since
from allmende.ledger.periods import in_utc

if TYPE_CHECKING:
    import duckdb

Place = Literal["week", "month", "quarter"]

FILE = ".tally.duckdb"
_EDITION = 5  # one more whenever a unit's outcome is reckoned or kept otherwise
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EVER = datetime(1900, 1, 1, tzinfo=UTC)
_PLACES = "week INTEGER, month INTEGER, quarter INTEGER"
_TABLES = {
    "kept": "number INTEGER, name VARCHAR, as_of BIGINT, begins_at BIGINT",
    "months": "month VARCHAR, mark VARCHAR",
    "texts": "edition VARCHAR, name VARCHAR, text VARCHAR",
    "units": "number INTEGER, grp BIGINT, place BIGINT, owner BIGINT, channel VARCHAR, anchor_at TIMESTAMPTZ,"
    f" ends_at TIMESTAMPTZ, times BIGINT, first_doer BIGINT, {_PLACES}",
    "hands": f"number INTEGER, grp BIGINT, doer BIGINT, anchor_at TIMESTAMPTZ, times BIGINT, {_PLACES}",
    "doers": "number INTEGER, doer BIGINT, hands BIGINT, times BIGINT",
    "began": "number INTEGER, grp BIGINT, began TIMESTAMPTZ",
    "settled": "month VARCHAR, occurred_at TIMESTAMPTZ, position BIGINT, kind VARCHAR, act VARCHAR, actor BIGINT,"
    " actor_class VARCHAR, object_id BIGINT, thread_id BIGINT, channel VARCHAR, is_root BOOLEAN, deleted_at TIMESTAMPTZ",
    "settled_months": "month VARCHAR, mark VARCHAR",
    "cells": "number INTEGER, kind VARCHAR, period INTEGER, complete BIGINT, censored BIGINT, left_out BIGINT,"
    " successes BIGINT, times BIGINT, people BIGINT, again BIGINT, again_of BIGINT, factor BIGINT",
}
# Of each definition, by its number: what its units came to, who did it, each person's sum, first times, and figures.
_OF_DEFINITION = ("units", "hands", "doers", "began", "cells")


@dataclass(frozen=True, slots=True)
class Months:
    """The ledger at one instant: the paths up to a month, held open; of every month, later ones too, a mark by which its file
    is known again; and what changed before."""

    paths: dict[str, Path]
    marks: dict[str, str]
    touched: Touched

    @property
    def begins_at(self) -> datetime | None:
        return first_time(tuple(self.paths.values())[:1])


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one definition: its number in the tables, and when it was counted."""

    number: int
    as_of: datetime
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """What one count has in common for all definitions."""

    engine: "duckdb.DuckDBPyConnection"
    months: Months
    as_of: datetime
    begins_at: datetime
    zone: str

    @property
    def files(self) -> str:
        """DuckDB's words for all rows as they lie in the months."""
        return told_by(tuple(self.months.paths.values()))


@contextmanager
def only_counter(folder: Path) -> Iterator[None]:
    """Nobody else counts with this folder's tally meanwhile; waits for whoever does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".counter").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


@contextmanager
def opened_months(folder: Path, until: str) -> Iterator[Months]:
    """The months up to one, as they are now; from here on whoever writes leaves a note for the next count."""
    with ExitStack() as stack:
        paths, marks = {}, {}
        with only_writer(folder):
            begin_journal(folder)
            touched = touched_since(folder)
            for path in Ledger(folder.parent).paths(folder.name):
                marks[path.stem] = mark_of(path)
                if path.stem <= until:
                    file = stack.enter_context(path.open("rb"))
                    paths[path.stem] = Path(f"/dev/fd/{file.fileno()}")
        yield Months(paths, marks, touched)


def mark_of(path: Path) -> str:
    """By what a month's file is known again."""
    facts = path.stat()
    return f"{facts.st_ino}/{facts.st_size}/{facts.st_mtime_ns}"


def drop_tally(folder: Path) -> None:
    """Forget what was counted and which rows changed; the next count counts everything."""
    if folder.is_dir():
        with only_counter(folder), only_writer(folder):
            discard(folder)
            end_journal(folder)


def discard(folder: Path) -> None:
    """Remove the tally's files. The caller is the only counter."""
    for path in folder.glob(f"{FILE}*"):
        path.unlink(missing_ok=True)


def prepare(engine: "duckdb.DuckDBPyConnection") -> None:
    """The tables of a new tally; an old one keeps its own."""
    known = {
        name for (name,) in engine.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    }
    for name in known - _TABLES.keys():  # of another edition
        engine.execute(f'DROP TABLE "{name}"')
    for name in _TABLES.keys() - known:
        engine.execute(f"CREATE TABLE {name} ({_TABLES[name]})")


def all_kept(
    engine: "duckdb.DuckDBPyConnection", definitions: Sequence[Definition], zone: str
) -> dict[Definition, Kept]:
    """What is kept of those definitions that were counted in this zone."""
    rows = engine.execute("SELECT name, number, as_of, begins_at FROM kept").fetchall()
    told = {name: Kept(number, time_of(as_of), time_of(begins_at)) for name, number, as_of, begins_at in rows}
    names = {definition: _name(definition, zone) for definition in definitions}
    return {definition: told[name] for definition, name in names.items() if name in told}


def keep(
    engine: "duckdb.DuckDBPyConnection", definition: Definition, zone: str, as_of: datetime, begins_at: datetime
) -> Kept:
    """Note that the definition is counted at that time, from nothing on: what was kept of it goes."""
    known = all_kept(engine, [definition], zone).get(definition)
    if known:
        _drop(engine, [known.number])
    rows = engine.execute("SELECT coalesce(max(number), 0) + 1 FROM kept").fetchall()
    kept = Kept(rows[0][0], in_utc(as_of), in_utc(begins_at))
    engine.execute(
        "INSERT INTO kept VALUES (?, ?, ?, ?)",
        [kept.number, _name(definition, zone), _number_of(as_of), _number_of(begins_at)],
    )
    return kept


def keep_on(engine: "duckdb.DuckDBPyConnection", kept: Iterable[Kept], as_of: datetime) -> None:
    """Note that these are brought up to a later time."""
    engine.execute(f"UPDATE kept SET as_of = {_number_of(as_of)} WHERE number IN ({numbers_of(kept)})")


def numbers_of(kept: Iterable[Kept]) -> str:
    """Their numbers as DuckDB's words for a list; no definition has the first of it."""
    return ", ".join(map(str, [0, *(one.number for one in kept)]))


def drop_others(engine: "duckdb.DuckDBPyConnection", definitions: Sequence[Definition], zone: str) -> None:
    """What is kept of definitions nobody asks for any more goes: it would fall behind. All of it at once: a definition whose
    units were gone, but not its name, would be brought up from nothing when somebody asks for it again."""
    wanted = [_name(definition, zone) for definition in definitions]
    found = engine.execute("SELECT number FROM kept WHERE name NOT IN (SELECT unnest(?))", [wanted]).fetchall()
    if found:
        engine.execute("BEGIN")
        _drop(engine, [number for (number,) in found])
        engine.execute("COMMIT")


def _drop(engine: "duckdb.DuckDBPyConnection", numbers: Sequence[int]) -> None:
    for table in (*_OF_DEFINITION, "kept"):
        engine.execute(f"DELETE FROM {table} WHERE number IN ({', '.join(map(str, numbers))})")


def seen_months(engine: "duckdb.DuckDBPyConnection") -> dict[str, str]:
    """The months of the last count, each with the mark of its file."""
    return dict(engine.execute("SELECT month, mark FROM months").fetchall())


def knows_all(seen: dict[str, str], months: Months) -> bool:
    """Whether every file that is not as it was at the last count (`seen`) left a note: one put there by other means left none."""
    changed = {month for month, mark in months.marks.items() if seen.get(month) != mark} | (
        seen.keys() - months.marks.keys()
    )
    return not months.touched.is_whole and changed <= months.touched.months


def remember_months(engine: "duckdb.DuckDBPyConnection", months: Months) -> None:
    """These files were counted by all who are kept."""
    engine.execute("DELETE FROM months")
    engine.execute("INSERT INTO months SELECT unnest(?), unnest(?)", [[*months.marks], [*months.marks.values()]])


def at(moment: datetime) -> str:
    """A time as DuckDB's own word for it."""
    return f"TIMESTAMPTZ '{in_utc(moment).isoformat(sep=' ', timespec='microseconds')}'"


def time_of(microseconds: int) -> datetime:
    """DuckDB hands a time over only with a library we do not need otherwise; a whole number says the same."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _number_of(moment: datetime) -> int:
    return (in_utc(moment) - _EPOCH) // timedelta(microseconds=1)


def _name(definition: Definition, zone: str) -> str:
    told = json.dumps([_EDITION, zone, definition.to_dict()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
