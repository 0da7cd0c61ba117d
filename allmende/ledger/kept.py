"""Reading what was counted instead of counting once more: the units of a tally, as the compiler would have told them."""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.anchors import period_number
from allmende.ledger.compiler import Compiled, Moment
from allmende.ledger.definition import Definition
from allmende.ledger.engine import quoted
from allmende.ledger.files import Ledger
from allmende.ledger.journal import touched_since
from allmende.ledger.outcomes import counts_by_unit, has_one_hand
from allmende.ledger.periods import Period
from allmende.ledger.tally import FILE, Kept, all_kept, mark_of, seen_months

if TYPE_CHECKING:
    import duckdb
    import ibis.backends

_UNITS = "owner, channel, anchor_at, ends_at, times, first_doer AS doer"


def kept_parts(
    engine: "ibis.backends.BaseBackend",
    folder: Path,
    definition: Definition,
    moment: Moment,
    zone: str,
    periods: Sequence[Period],
) -> Compiled | None:
    """The parts of a definition as they were counted for this very moment from these very files; None: count them.

    Whoever counts just now is not waited for. A unit does not say any more where its anchor stood.
    """
    if not counts_by_unit(definition) or not _has_copied(engine, folder, definition, moment, zone):
        return None
    units = engine.table("kept_units")
    units = units.mutate(number=period_number(units.anchor_at, periods))
    doings = units.filter(units.times.notnull())
    if has_one_hand(definition):
        return Compiled(units, doings, doings)
    hands = engine.table("kept_hands")
    return Compiled(units, doings, hands.mutate(number=period_number(hands.anchor_at, periods)))


def _has_copied(
    engine: "ibis.backends.BaseBackend", folder: Path, definition: Definition, moment: Moment, zone: str
) -> bool:
    """Copy the units into this connection, so that nobody who counts has to wait for what is asked of them."""
    import duckdb

    try:
        with _quiet(folder) as is_quiet:
            if not is_quiet or not (folder / FILE).exists() or touched_since(folder).months:
                return False
            return _copy_from(engine.con, folder, definition, moment, zone)
    except duckdb.InterruptException:
        raise
    except (duckdb.Error, OSError):
        return False


def _copy_from(
    con: "duckdb.DuckDBPyConnection", folder: Path, definition: Definition, moment: Moment, zone: str
) -> bool:
    con.execute(f"ATTACH {quoted(folder / FILE)} AS tally (READ_ONLY)")
    try:
        con.execute("USE tally")
        kept = all_kept(con, [definition], zone).get(definition)
        is_same = seen_months(con) == {path.stem: mark_of(path) for path in _paths(folder)}
        con.execute("USE memory")
        if not is_same or kept is None or (kept.as_of, kept.begins_at) != (moment.as_of, moment.begins_at):
            return False
        _copy(con, kept)
        return True
    finally:
        con.execute("USE memory")
        con.execute("DETACH tally")


def _copy(con: "duckdb.DuckDBPyConnection", kept: Kept) -> None:
    mine = f"WHERE number = {kept.number}"
    con.execute(f"CREATE TABLE kept_units AS SELECT row_number() OVER () AS unit, {_UNITS} FROM tally.units {mine}")
    con.execute(f"CREATE TABLE kept_hands AS SELECT doer, anchor_at FROM tally.hands {mine}")


def _paths(folder: Path) -> tuple[Path, ...]:
    return Ledger(folder.parent).paths(folder.name)


@contextmanager
def _quiet(folder: Path) -> Iterator[bool]:
    """Whether nobody counts, who is then kept from beginning."""
    with (folder / ".counter").open("a") as gate:
        try:
            fcntl.flock(gate, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
