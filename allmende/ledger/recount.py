"""Counting many definitions at once, and again: the second time only units whose rows came, went or changed, and those
whose windows have closed since. What comes out is to the last bit what counting everything would give.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from allmende.ledger.compiler import Moment
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits, bare, told_by
from allmende.ledger.files import month_of
from allmende.ledger.journal import COLUMNS, forget
from allmende.ledger.measure import PeriodRow, period_row
from allmende.ledger.outcomes import has_one_hand, outcomes
from allmende.ledger.periods import Period, PeriodKind, in_utc, periods_between
from allmende.ledger.tally import (
    FILE,
    Kept,
    Months,
    discard,
    drop_others,
    keep,
    kept_of,
    knows_all,
    only_counter,
    opened_months,
    prepare,
    remember_months,
    time_of,
    write_calendar,
)  # fmt: skip

if TYPE_CHECKING:
    import duckdb

Kind = Literal["week", "month", "all"]
KINDS: tuple[Kind, ...] = ("week", "month", "all")
# From so many changed rows on (or this share of all) it is quicker to count everything.
_MANY, _MUCH = 20_000, 0.05
_FIGURES = "complete BIGINT, censored BIGINT, left_out BIGINT, successes BIGINT, times BIGINT, people BIGINT"
_HANDS = "SELECT unit, doer, anchor_at, week, month FROM outcome WHERE doer IS NOT NULL AND times IS NOT NULL"
_NOTHING = (
    "SELECT NULL::TIMESTAMPTZ AS occurred_at, NULL::BIGINT AS actor, NULL::BIGINT AS thread_id, NULL::BIGINT AS object_id,"
    " false AS is_gesture, false AS is_root WHERE false"
)


@dataclass(frozen=True, slots=True)
class _Count:
    """What one count has in common for all definitions."""

    engine: "duckdb.DuckDBPyConnection"
    months: Months
    as_of: datetime
    begins_at: datetime
    zone: str

    @property
    def rows(self) -> str:
        return told_by(tuple(self.months.paths.values()))


def count_again(
    folder: Path,
    definitions: Sequence[Definition],
    *,
    as_of: datetime,
    zone: str = "UTC",
    limits: Limits = DEFAULT_LIMITS,
) -> dict[Definition, dict[Kind, list[PeriodRow]]]:
    """Weeks, months and all time of each definition (`counts_by_unit`) as `measure` gives them, from the ledger in this folder.

    Counts of one folder wait for one another. One that is killed is done again: what was kept of a definition is kept whole
    or not at all, and what changed stays noted until every definition knows of it. A tally that cannot be read is made anew.
    """
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
) -> dict[Definition, dict[Kind, list[PeriodRow]]]:
    begins_at = months.begins_at
    if begins_at is None or begins_at > in_utc(as_of):
        discard(folder)
        return {definition: {kind: [] for kind in KINDS} for definition in definitions}
    with bare(limits, folder / FILE) as engine:
        prepare(engine)
        count = _Count(engine, months, in_utc(as_of), begins_at, zone)
        drop_others(engine, definitions, zone)
        _bring_up(count, definitions)
        remember_months(engine, months)
        return {definition: _rows(count, definition) for definition in definitions}


def _bring_up(count: _Count, definitions: Sequence[Definition]) -> None:
    weeks, months = (_periods(count, kind) for kind in ("week", "month"))
    write_calendar(count.engine, "weeks", weeks)
    write_calendar(count.engine, "months_of_zone", months)
    known = {definition: kept_of(count.engine, definition, count.zone) for definition in definitions}
    fresh = {
        one: kept
        for one, kept in known.items()
        if kept and kept.begins_at == count.begins_at and kept.as_of <= count.as_of
    }
    if fresh and (not knows_all(count.engine, count.months) or not _find_changes(count, fresh.values())):
        fresh = {}
    if fresh:
        _gather(count, fresh)
    whole = [definition for definition in definitions if definition not in fresh]
    if whole:
        _share_rows(count)
    for definition in definitions:
        count.engine.execute("BEGIN")
        if definition in fresh:
            _count_touched(count, definition, fresh[definition])
        else:
            _count_whole(count, definition)
        count.engine.execute("COMMIT")


def _find_changes(count: _Count, kept: Iterable[Kept]) -> bool:
    """Gather as `changed` what came, went or changed, and what lay in the future at the last count; False: too much of it."""
    oldest = min(one.as_of for one in kept)
    sources = []
    if count.months.touched.paths:
        sources.append(f"SELECT * FROM {told_by(count.months.touched.paths)}")
    begun = [path for month, path in count.months.paths.items() if month >= month_of(oldest)]
    if begun:
        sources.append(f"SELECT {COLUMNS} FROM {told_by(begun)} WHERE occurred_at > {_at(oldest)}")
    changed = (
        f"SELECT * FROM ({' UNION ALL '.join(sources)}) WHERE occurred_at <= {_at(count.as_of)}"
        if sources
        else _NOTHING
    )
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE changed AS {changed}")
    here, all_rows = (_number(count, f"SELECT count(*) FROM {table}") for table in ("changed", count.rows))
    return here <= max(_MANY, int(all_rows * _MUCH))


def _gather(count: _Count, fresh: Mapping[Definition, Kept]) -> None:
    """For each definition as `again_<number>` the units to count again, and as `touched_rows` every row that can matter to
    one of them: too many do no harm, for units that are not to be counted again are left out of what is counted."""
    has_marks = any(definition.quality.any_of for definition in fresh)
    has_openers = any(definition.quality.outside_own_thread for definition in fresh)
    count.engine.execute(
        f"CREATE OR REPLACE TEMP TABLE touched_member AS {_touched('actor', count, has_marks, has_openers)}"
    )
    count.engine.execute(
        f"CREATE OR REPLACE TEMP TABLE touched_thread AS {_touched('thread_id', count, has_marks, False)}"
    )
    count.engine.execute(
        f"CREATE OR REPLACE TEMP TABLE first_row AS SELECT actor AS unit, min(occurred_at) AS first FROM {count.rows}"
        " WHERE actor IN (SELECT unit FROM touched_member) GROUP BY 1"
    )
    for definition, kept in fresh.items():
        count.engine.execute(f"CREATE OR REPLACE TEMP TABLE {kept.table('again')} AS {_again(count, definition, kept)}")
    for place, form in (("actor", "F1"), ("thread_id", "F2")):
        tables = [f"FROM {kept.table('again')}" for definition, kept in fresh.items() if definition.form == form]
        wanted = " UNION ALL ".join(tables) or "SELECT NULL::BIGINT AS unit, NULL::TIMESTAMPTZ AS begins WHERE false"
        count.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE wanted_{place} AS SELECT unit, min(begins) AS begins FROM ({wanted}) GROUP BY 1"
        )
    _fetch_rows(count, has_marks, has_openers)


def _touched(place: str, count: _Count, has_marks: bool, has_openers: bool) -> str:
    """Members or threads a changed row concerns: `own` is when something of theirs changed first, `since` from when on
    anything may count otherwise: a mark concerns whose act it marks, a thread's beginning everybody who acted in it."""
    parts = [f"SELECT {place} AS unit, occurred_at AS own, occurred_at AS since FROM changed WHERE {place} IS NOT NULL"]
    if has_marks:
        parts.append(
            f"SELECT {place}, NULL, marked_at FROM {count.rows} JOIN (SELECT object_id, min(occurred_at) AS marked_at"
            f" FROM changed WHERE is_gesture GROUP BY 1) USING (object_id) WHERE {place} IS NOT NULL"
        )
    if has_openers:
        parts.append(
            f"SELECT {place}, NULL, TIMESTAMPTZ '-infinity' FROM {count.rows}"
            f" JOIN (SELECT DISTINCT thread_id FROM changed WHERE is_root) USING (thread_id) WHERE {place} IS NOT NULL"
        )
    return f"SELECT unit, min(own) AS own, min(since) AS since FROM ({' UNION ALL '.join(parts)}) GROUP BY 1"


def _again(count: _Count, definition: Definition, kept: Kept) -> str:
    """Units to be counted again, and from when on their rows matter. What changed after a unit's windows does not; a unit
    nobody knew can only begin with something of its own that changed; a window that closed since is counted at last.
    A member may be no unit because of how they began: then all they did matters."""
    is_member = definition.form == "F1"
    touched = "touched_member" if is_member else "touched_thread"
    begins = "coalesce(u.anchor_at, f.first)" if is_member else "u.anchor_at"
    units, length = kept.table("units"), definition.window + definition.lag
    is_touched = f"t.since < u.anchor_at + INTERVAL {int(length.total_seconds())} SECOND"
    return (
        "SELECT unit, min(begins) AS begins FROM ("
        f"SELECT unit, least({begins}, t.own) AS begins FROM {touched} t LEFT JOIN {units} u USING (unit)"
        f"{' LEFT JOIN first_row f USING (unit)' if is_member else ''}"
        f" WHERE CASE WHEN u.anchor_at IS NULL THEN t.own IS NOT NULL ELSE {is_touched} END"
        f" UNION ALL SELECT unit, anchor_at FROM {units}"
        f" WHERE anchor_at > {_at(kept.as_of - length)} AND anchor_at <= {_at(count.as_of - length)}) GROUP BY 1"
    )


def _fetch_rows(count: _Count, has_marks: bool, has_openers: bool) -> None:
    engine = count.engine
    first = engine.execute(
        "SELECT epoch_us(min(begins)) FROM (FROM wanted_actor UNION ALL FROM wanted_thread_id)"
    ).fetchall()[0][0]
    begins = count.as_of if first is None else time_of(first)
    later = [path for month, path in count.months.paths.items() if month >= month_of(begins)]
    recent = f"(FROM {told_by(later)} WHERE occurred_at >= {_at(begins)})" if later else f"(FROM {count.rows} LIMIT 0)"
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE touched_rows AS FROM {recent} r SEMI JOIN wanted_actor w ON r.actor = w.unit"
    )
    _add_rows(engine, f"FROM {recent} r SEMI JOIN wanted_thread_id w ON r.thread_id = w.unit")
    for is_needed, column, fit in ((has_marks, "object_id", "kind = 'gesture'"), (has_openers, "thread_id", "is_root")):
        if is_needed:  # first where they are, then whole: reading every column of every month takes many times as long
            engine.execute(
                f"CREATE OR REPLACE TEMP TABLE places AS SELECT position FROM {count.rows} r"
                f" SEMI JOIN (SELECT DISTINCT {column} FROM touched_rows) w USING ({column}) WHERE {fit}"
            )
            first, last = engine.execute("SELECT min(position), max(position) FROM places").fetchall()[0]
            if first is not None:
                between = f"(FROM {count.rows} WHERE position BETWEEN {first} AND {last})"
                _add_rows(engine, f"FROM {between} r SEMI JOIN places w USING (position)")


def _add_rows(engine: "duckdb.DuckDBPyConnection", rows: str) -> None:
    engine.execute(
        f"INSERT INTO touched_rows FROM ({rows}) n ANTI JOIN (SELECT position FROM touched_rows) k USING (position)"
    )


def _share_rows(count: _Count) -> None:
    count.engine.execute(f"CREATE OR REPLACE TEMP VIEW ledger_rows AS FROM {count.rows}")


def _count_whole(count: _Count, definition: Definition) -> None:
    engine, moment = count.engine, Moment(count.as_of, count.begins_at)
    kept = keep(engine, definition, count.zone, count.as_of, count.begins_at)
    units, hands, doers, cells = (kept.table(name) for name in ("units", "hands", "doers", "cells"))
    _reckon(engine, outcomes(definition, moment, "ledger_rows"))
    engine.execute(f"CREATE OR REPLACE TABLE {units} AS {_units(definition)} ORDER BY anchor_at")
    engine.execute(f"CREATE OR REPLACE TABLE {hands} AS {_HANDS} ORDER BY anchor_at")
    engine.execute(f"CREATE OR REPLACE TABLE {doers} AS SELECT doer, count(*) AS hands FROM {hands} GROUP BY 1")
    engine.execute(f"CREATE OR REPLACE TABLE {cells} (kind VARCHAR, number INTEGER, {_FIGURES})")
    _fill_cells(count, definition, kept, "true")


def _count_touched(count: _Count, definition: Definition, kept: Kept) -> None:
    engine, moment = count.engine, Moment(count.as_of, count.begins_at)
    keep(engine, definition, count.zone, count.as_of, count.begins_at)
    units, hands, doers, cells, again = (kept.table(name) for name in ("units", "hands", "doers", "cells", "again"))
    _reckon(engine, f"FROM ({outcomes(definition, moment, 'touched_rows')}) o SEMI JOIN {again} a USING (unit)")
    for place in ("week", "month"):
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {place}_spots AS SELECT DISTINCT {place} AS number FROM"
            f" (SELECT {place} FROM outcome UNION ALL SELECT {place} FROM {units} SEMI JOIN {again} USING (unit))"
        )
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE fewer_or_more AS SELECT doer, sum(n) AS hands FROM (SELECT doer, -1 AS n FROM {hands}"
        f" SEMI JOIN {again} USING (unit) UNION ALL SELECT doer, 1 FROM ({_HANDS})) GROUP BY 1 HAVING sum(n) <> 0"
    )
    engine.execute(f"UPDATE {doers} d SET hands = d.hands + f.hands FROM fewer_or_more f WHERE d.doer = f.doer")
    engine.execute(f"INSERT INTO {doers} FROM fewer_or_more ANTI JOIN {doers} USING (doer)")
    for table, rows in ((units, _units(definition)), (hands, _HANDS)):
        engine.execute(f"DELETE FROM {table} WHERE unit IN (SELECT unit FROM {again})")
        engine.execute(f"INSERT INTO {table} {rows}")
    for place in ("week", "month"):
        engine.execute(f"DELETE FROM {cells} WHERE kind = '{place}' AND number IN (FROM {place}_spots)")
    _fill_cells(count, definition, kept, "{place} IN (FROM {place}_spots)")


def _reckon(engine: "duckdb.DuckDBPyConnection", found: str) -> None:
    """What units came to, as `outcome`, each in its week and month."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE outcome AS SELECT o.unit, o.anchor_at, o.times, o.doer, w.number AS week, m.number AS month"
        f" FROM ({found}) o ASOF JOIN weeks w ON o.anchor_at >= w.begins ASOF JOIN months_of_zone m ON o.anchor_at >= m.begins"
    )


def _units(definition: Definition) -> str:
    columns = "unit, anchor_at, times, week, month"
    return f"SELECT {'' if has_one_hand(definition) else 'DISTINCT '}{columns} FROM outcome"


def _fill_cells(count: _Count, definition: Definition, kept: Kept, wanted: str) -> None:
    """Figures of the weeks and months that are `wanted`."""
    length = definition.window + definition.lag
    complete = f"anchor_at <= {_at(count.as_of - length)}"
    left_out = "false"
    if definition.anchor.kind == "first_act":
        left_out = f"anchor_at < {_at(count.begins_at + definition.window)}"
    for place in ("week", "month"):
        where = wanted.format(place=place)
        count.engine.execute(
            f"INSERT INTO {kept.table('cells')} SELECT '{place}', u.*, coalesce(h.people, 0) FROM"
            f" (SELECT {place}, count(*) FILTER (WHERE {complete} AND NOT {left_out}),"
            f" count(*) FILTER (WHERE NOT {complete} AND NOT {left_out}), count(*) FILTER (WHERE {left_out}),"
            f" count(times), coalesce(sum(times), 0)::BIGINT FROM {kept.table('units')} WHERE {where} GROUP BY 1) u"
            f" LEFT JOIN (SELECT {place}, count(DISTINCT doer) AS people FROM {kept.table('hands')} WHERE {where} GROUP BY 1) h"
            f" USING ({place})"
        )


def _rows(count: _Count, definition: Definition) -> dict[Kind, list[PeriodRow]]:
    kept = kept_of(count.engine, definition, count.zone)
    if kept is None:
        raise LookupError(f"{definition.key} was not counted.")
    cells = f"FROM {kept.table('cells')} WHERE kind = "
    people = f"(SELECT count(*) FROM {kept.table('doers')} WHERE hands > 0)"
    sums = ", ".join(
        f"sum({name})::BIGINT AS {name}" for name in ("complete", "censored", "left_out", "successes", "times")
    )
    told: dict[Kind, str] = {
        "week": f"{cells} 'week' ORDER BY number",
        "month": f"{cells} 'month' ORDER BY number",
        "all": f"SELECT 0 AS number, {sums}, {people} AS people {cells} 'month' HAVING count(*) > 0",
    }
    found: dict[Kind, list[PeriodRow]] = {}
    for kind, query in told.items():
        periods = _periods(count, kind)
        figures = count.engine.execute(query).to_arrow_table().to_pylist()
        found[kind] = [period_row(definition, periods[one["number"]], one, count.as_of) for one in figures]
    return found


def _periods(count: _Count, kind: PeriodKind) -> tuple[Period, ...]:
    return periods_between(count.begins_at, count.as_of, kind, count.zone)


def _number(count: _Count, query: str) -> int:
    found: int = count.engine.execute(query).fetchall()[0][0]
    return found


def _at(moment: datetime) -> str:
    return f"TIMESTAMPTZ '{in_utc(moment).isoformat(sep=' ', timespec='microseconds')}'"
