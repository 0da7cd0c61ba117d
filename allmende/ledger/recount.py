"""Counting many definitions at once, and again: the second time only units whose rows came, went or changed, and those
whose windows have closed since. What comes out is to the last bit what counting everything would give.

Why: a unit is decided by the rows of its group (a person, a thread) from its anchor on, by the marks on their messages and by
the openings of their threads. Every row that can decide on a unit to be counted again is read again (`touched`); what else is
read does no harm, for it is true as well. So the unit comes out as it would from all rows, and the figures are sums over units.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.cells import COLUMNS, PLACES, begin_cells, calendar_of, figures, fill_cells, places_of
from allmende.ledger.compiler import Moment
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits, bare
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.files import month_of
from allmende.ledger.journal import forget
from allmende.ledger.measure import PeriodRow
from allmende.ledger.outcomes import begun, counts_by_unit, has_one_hand, outcomes
from allmende.ledger.periods import PeriodKind, in_utc
from allmende.ledger.shared import WORTHWHILE, share_rows
from allmende.ledger.tally import (
    FILE,
    Count,
    Kept,
    Months,
    at,
    discard,
    drop_others,
    drop_tally,
    keep,
    kept_of,
    knows_all,
    only_counter,
    opened_months,
    prepare,
    remember_months,
    write_calendar,
)  # fmt: skip
from allmende.ledger.together import Asked, measure_together
from allmende.ledger.touched import find_changes, gather, has_beginnings

if TYPE_CHECKING:
    import duckdb

Figures = dict[PeriodKind, list[PeriodRow]]


def kinds_of(definition: Definition) -> tuple[PeriodKind, ...]:
    """The kinds of periods a definition is counted in."""
    return (*places_of(definition), "all")


def count_again(
    folder: Path,
    definitions: Sequence[Definition],
    *,
    as_of: datetime,
    zone: str = "UTC",
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> dict[Definition, Figures]:
    """Each definition in its kinds of periods as `measure` gives them, from the ledger in this folder; those that do not
    `counts_by_unit` are counted whole, as is everything on an engine elsewhere.

    Counts of one folder wait for one another. One that is killed is done again: what was kept of a definition is kept whole
    or not at all, and what changed stays noted until every definition knows of it. A tally that cannot be read is made anew.
    """
    found: dict[Definition, Figures] = {}
    if limits.is_elsewhere:
        drop_tally(folder)  # it would only become older
    else:
        by_unit = [definition for definition in definitions if counts_by_unit(definition)]
        found = _by_unit(folder, by_unit, as_of, zone, limits)
    whole = [Asked(one, kinds_of(one), facts) for one in dict.fromkeys(definitions) if one not in found]
    return found | measure_together(folder.parent, folder.name, whole, as_of=as_of, zone=zone, limits=limits)


def _by_unit(
    folder: Path, definitions: Sequence[Definition], as_of: datetime, zone: str, limits: Limits
) -> dict[Definition, Figures]:
    import duckdb

    with only_counter(folder), opened_months(folder, month_of(as_of)) as months:
        try:
            found = _counted(folder, definitions, months, as_of, zone, limits)
        except duckdb.Error:
            if not any(folder.glob(f"{FILE}*")):
                raise
            discard(folder)
            found = _counted(folder, definitions, months, as_of, zone, limits)
        forget(months.touched.paths)
    return found


def _counted(
    folder: Path, definitions: Sequence[Definition], months: Months, as_of: datetime, zone: str, limits: Limits
) -> dict[Definition, Figures]:
    begins_at = months.begins_at
    if begins_at is None or begins_at > in_utc(as_of):
        discard(folder)
        return {definition: {kind: [] for kind in kinds_of(definition)} for definition in definitions}
    with bare(limits, folder / FILE) as engine:
        prepare(engine)
        count = Count(engine, months, in_utc(as_of), begins_at, zone)
        drop_others(engine, definitions, zone)
        _bring_up(count, definitions, limits)
        remember_months(engine, months)
        return {definition: figures(count, definition) for definition in definitions}


def _bring_up(count: Count, definitions: Sequence[Definition], limits: Limits) -> None:
    for place in PLACES:
        write_calendar(count.engine, f"calendar_{place}", calendar_of(count, place))
    known = {definition: kept_of(count.engine, definition, count.zone) for definition in definitions}
    fresh = {
        one: kept
        for one, kept in known.items()
        if kept and kept.begins_at == count.begins_at and kept.as_of <= count.as_of
    }
    if fresh and (not knows_all(count.engine, count.months) or not find_changes(count, fresh.values())):
        fresh = {}
    if fresh:
        gather(count, fresh)
    if len(definitions) - len(fresh) >= WORTHWHILE:
        share_rows(count.engine, tuple(count.months.paths.values()), count.as_of, "ledger_rows", limits)
    elif len(fresh) < len(definitions):
        count.engine.execute(f"CREATE OR REPLACE TEMP VIEW ledger_rows AS FROM {count.rows}")
    with _at_once(count.engine):
        for definition, kept in fresh.items():
            _count_touched(count, definition, kept)
    for definition in definitions:
        if definition not in fresh:
            with _at_once(count.engine):
                _count_whole(count, definition)


@contextmanager
def _at_once(engine: "duckdb.DuckDBPyConnection") -> Iterator[None]:
    engine.execute("BEGIN")
    yield
    engine.execute("COMMIT")


def _count_whole(count: Count, definition: Definition) -> None:
    engine, moment = count.engine, Moment(count.as_of, count.begins_at)
    kept = keep(engine, definition, count.zone, count.as_of, count.begins_at)
    units, hands, doers = (kept.table(name) for name in ("units", "hands", "doers"))
    _reckon(engine, outcomes(definition, moment, count.zone, "ledger_rows"))
    engine.execute(f"CREATE OR REPLACE TABLE {units} AS {_units(definition)} ORDER BY anchor_at")
    engine.execute(f"CREATE OR REPLACE TABLE {hands} AS {_hands()} ORDER BY anchor_at")
    engine.execute(
        f"CREATE OR REPLACE TABLE {doers} AS SELECT doer, count(*) AS hands, sum(times)::BIGINT AS times FROM {hands} GROUP BY 1"
    )
    if has_beginnings(definition):
        told = begun(definition, "ledger_rows", at(count.as_of))
        engine.execute(f"CREATE OR REPLACE TABLE {kept.table('began')} AS {told}")
    begin_cells(count, kept)
    fill_cells(count, definition, kept)


def _count_touched(count: Count, definition: Definition, kept: Kept) -> None:
    engine, moment = count.engine, Moment(count.as_of, count.begins_at)
    keep(engine, definition, count.zone, count.as_of, count.begins_at)
    again = kept.table("again")
    found = outcomes(definition, moment, count.zone, "touched_rows")
    _reckon(engine, f"SELECT o.* FROM ({found}) o JOIN {again} a ON o.grp = a.grp AND o.anchor_at >= a.since")
    for name in ("units", "hands"):
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE old_{name} AS SELECT t.rowid AS row, t.* FROM {kept.table(name)} t"
            f" JOIN {again} a ON t.grp = a.grp AND t.anchor_at >= a.since"
        )
    if has_beginnings(definition):
        began = kept.table("began")
        engine.execute(f"DELETE FROM {began} WHERE grp IN (SELECT grp FROM {again})")
        told = begun(definition, "touched_rows", at(count.as_of))
        engine.execute(f"INSERT INTO {began} SELECT b.* FROM ({told}) b SEMI JOIN {again} a ON b.grp = a.grp")
    spots = f"SELECT anchor_at, {COLUMNS} FROM old_units UNION ALL SELECT anchor_at, {COLUMNS} FROM outcome"
    engine.execute(f"CREATE OR REPLACE TEMP TABLE spots AS SELECT DISTINCT * FROM ({spots})")
    if engine.execute("SELECT count(*) FROM spots").fetchall()[0][0]:
        _change_doers(engine, kept)
        for name, rows in (("units", _units(definition)), ("hands", _hands())):
            engine.execute(f"DELETE FROM {kept.table(name)} WHERE rowid IN (SELECT row FROM old_{name})")
            engine.execute(f"INSERT INTO {kept.table(name)} {rows}")
        fill_cells(count, definition, kept, "spots")


def _change_doers(engine: "duckdb.DuckDBPyConnection", kept: Kept) -> None:
    doers = kept.table("doers")
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE fewer_or_more AS SELECT doer, sum(n)::BIGINT AS hands, sum(n * times)::BIGINT AS times"
        f" FROM (SELECT doer, times, -1 AS n FROM old_hands UNION ALL SELECT doer, times, 1 FROM ({_hands()})) GROUP BY 1"
    )
    engine.execute(
        f"UPDATE {doers} d SET hands = d.hands + f.hands, times = d.times + f.times FROM fewer_or_more f WHERE d.doer = f.doer"
        " AND (f.hands <> 0 OR f.times <> 0)"
    )
    engine.execute(f"INSERT INTO {doers} FROM fewer_or_more f ANTI JOIN {doers} d ON d.doer = f.doer")


def _reckon(engine: "duckdb.DuckDBPyConnection", found: str) -> None:
    """What units came to, as `outcome`, each in its calendar periods."""
    joins = " ".join(f"ASOF JOIN calendar_{one} {one}s ON o.anchor_at >= {one}s.holds_from" for one in PLACES)
    numbers = ", ".join(f"{one}s.number AS {one}" for one in PLACES)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE outcome AS SELECT o.*, {numbers} FROM ({found}) o {joins}")


def _units(definition: Definition) -> str:
    columns = f"grp, place, owner, channel, anchor_at, ends_at, times, first_doer, {COLUMNS}"
    rows = "outcome" if has_one_hand(definition) else f"(SELECT DISTINCT unit, {columns} FROM outcome)"
    return f"SELECT {columns} FROM {rows}"


def _hands() -> str:
    return f"SELECT grp, doer, anchor_at, times, {COLUMNS} FROM outcome WHERE doer IS NOT NULL AND times IS NOT NULL"
