"""Counting many definitions at once, and again: the second time only units whose rows came, went or changed, and those
whose windows have closed since. What comes out is to the last bit what counting everything would give.

Why: a unit is decided by the rows of its group (a person, a thread) from its anchor on, by the marks on their messages and by
the openings of their threads. Every row that can decide on a unit to be counted again is read again (`touched`); what else is
read does no harm, for it is true as well. So the unit comes out as it would from all rows, and the figures are sums over units.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.beside import PLACE, execute_all, set_beside
from allmende.ledger.cells import COLUMNS, Figures, figures, fill_cells, places_of, write_calendars
from allmende.ledger.changed_cells import change_cells
from allmende.ledger.compiler import Moment
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits, bare, memory_faults, spared
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.files import month_of
from allmende.ledger.journal import forget
from allmende.ledger.outcomes import begun, can_begin, counts_by_unit, has_one_hand, outcomes
from allmende.ledger.periods import PeriodKind, in_utc
from allmende.ledger.settled import settle
from allmende.ledger.shared import WORTHWHILE, share_rows, unread
from allmende.ledger.tally import (
    FILE,
    Count,
    Kept,
    Months,
    all_kept,
    at,
    discard,
    drop_others,
    drop_tally,
    keep,
    keep_on,
    knows_all,
    only_counter,
    opened_months,
    prepare,
    remember_months,
    seen_months,
)  # fmt: skip
from allmende.ledger.terms import write_terms
from allmende.ledger.together import Asked, measure_together
from allmende.ledger.touched import Begins, find_changes, gather, has_beginnings

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

log = logging.getLogger("allmende.ledger")
_AGES = (timedelta(0), timedelta(days=40), timedelta(days=100), timedelta.max)
_FOUND_TYPES = (
    "number INTEGER, unit BIGINT, grp BIGINT, place BIGINT, owner BIGINT, channel VARCHAR, anchor_at TIMESTAMPTZ,"
    " ends_at TIMESTAMPTZ, times BIGINT, doer BIGINT, first_doer BIGINT"
)
_FOUND = "unit, grp, place, owner, channel, anchor_at, ends_at, times, doer, first_doer"
_HANDS = (
    f"SELECT number, grp, doer, anchor_at, times, {COLUMNS} FROM outcome WHERE doer IS NOT NULL AND times IS NOT NULL"
)


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
        except memory_faults():
            raise  # says nothing of the tally; to count everything takes more memory still
        except duckdb.Error as fault:
            if not any(folder.glob(f"{FILE}*")):
                raise
            log.warning("What was counted cannot be used and is counted anew: %s", fault)
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
        engine.execute("SET parquet_metadata_cache = true")  # the same files are opened by every statement
        # Of rows written in the same transaction DuckDB knows no number and would compare each with every period.
        engine.execute("SET asof_loop_join_threshold = 0")
        prepare(engine)
        count = Count(engine, months, in_utc(as_of), begins_at, zone)
        drop_others(engine, definitions, zone)
        kept = _bring_up(count, definitions, limits)
        return figures(count, kept) if kept else {}


def _bring_up(count: Count, definitions: Sequence[Definition], limits: Limits) -> dict[Definition, Kept]:
    write_calendars(count)
    known = all_kept(count.engine, definitions, count.zone)
    fresh = {
        one: kept for one, kept in known.items() if kept.begins_at == count.begins_at and kept.as_of <= count.as_of
    }
    if fresh:
        seen = seen_months(count.engine)
        if knows_all(seen, count.months) and find_changes(count, fresh.values()):
            settle(count.engine, seen, count.months)
        else:
            fresh = {}
    whole = [one for one in dict.fromkeys(definitions) if one not in fresh]
    if fresh:
        write_terms(count, fresh)
        begins = gather(count, fresh)
        if begins:
            _find_again(count, fresh, begins, limits)
        with _at_once(count.engine):
            keep_on(count.engine, fresh.values(), count.as_of)
            if begins:
                _replace_touched(count, fresh, begins)
            if not whole:
                remember_months(count.engine, count.months)
    if whole or not fresh:
        fresh |= _count_all(count, whole, limits)
    return fresh


def _count_all(count: Count, whole: Sequence[Definition], limits: Limits) -> dict[Definition, Kept]:
    if len(whole) >= WORTHWHILE:
        left_out = unread(whole) - {"channel"}  # where a unit was anchored is kept
        share_rows(count.engine, tuple(count.months.paths.values()), count.as_of, "ledger_rows", limits, left_out)
    elif whole:
        count.engine.execute(f"CREATE OR REPLACE TEMP VIEW ledger_rows AS FROM {count.files}")
    found = {definition: _count_whole(count, definition) for definition in whole}
    with _at_once(count.engine):
        remember_months(count.engine, count.months)
    return found


@contextmanager
def _at_once(engine: "duckdb.DuckDBPyConnection") -> Iterator[None]:
    engine.execute("BEGIN")
    yield
    engine.execute("COMMIT")


def _count_whole(count: Count, definition: Definition) -> Kept:
    engine, moment = count.engine, Moment(count.as_of, count.begins_at)
    with _at_once(engine):
        kept = keep(engine, definition, count.zone, count.as_of, count.begins_at)
        write_terms(count, {definition: kept})
        found = outcomes(engine, definition, moment, count.zone, "ledger_rows")
        _place(engine, f"SELECT {kept.number} AS number, {_FOUND} FROM ({found})")
        engine.execute(f"INSERT INTO units {_units([definition])} ORDER BY anchor_at")
        engine.execute(f"INSERT INTO hands {_HANDS} ORDER BY anchor_at")
        engine.execute(
            f"INSERT INTO doers SELECT number, doer, count(*), sum(times)::BIGINT FROM ({_HANDS}) GROUP BY ALL"
        )
        if has_beginnings(definition):
            told = begun(definition, "ledger_rows", at(count.as_of))
            engine.execute(f"INSERT INTO began SELECT {kept.number}, grp, began FROM ({told})")
        fill_cells(count, {definition: kept})
    return kept


def _replace_touched(count: Count, fresh: Mapping[Definition, Kept], begins: Begins) -> None:
    """What the groups in `again` came to goes, and `outcome` takes its place, of all definitions at once."""
    engine = count.engine
    spans = _spans(begins)
    for name, told in (("units", _units(fresh)), ("hands", _HANDS)):
        engine.register(f"old_{name}", _gone(engine, name, spans))
        engine.execute(f"CREATE OR REPLACE TEMP TABLE new_{name} AS {told}")
        engine.execute(f"INSERT INTO {name} FROM new_{name}")
    _change_doers(engine)
    _begin_again(count, fresh)
    change_cells(count, fresh)


def _spans(begins: Begins) -> list[tuple[str, datetime]]:
    """Definitions (their numbers, as words) and since when units of theirs are counted again: apart those of whom only the newest
    are. The units of a definition lie together in the tally, by time, and what lies before is not read."""
    newest = max(begins.values())
    parts = (
        {number: since for number, since in begins.items() if low <= newest - since < high}
        for low, high in pairwise(_AGES)
    )
    return [(", ".join(map(str, part)), min(part.values())) for part in parts if part]


def _gone(engine: "duckdb.DuckDBPyConnection", name: str, spans: Sequence[tuple[str, datetime]]) -> "pa.Table":
    """Take the rows of the groups in `again` out of this table, and tell them."""
    import pyarrow as pa

    mine = "t.number = a.number AND t.grp = a.grp AND t.anchor_at >= a.since"
    taken = [
        engine.execute(
            f"DELETE FROM {name} t USING again a WHERE {mine} AND t.number IN ({numbers}) AND t.anchor_at >= {at(since)} RETURNING *"
        ).to_arrow_table()
        for numbers, since in spans
    ]
    return pa.concat_tables(taken)


def _find_again(count: Count, fresh: Mapping[Definition, Kept], begins: Begins, limits: Limits) -> None:
    """As `outcome` what the touched units of all definitions came to."""
    engine, moment = count.engine, Moment(count.as_of, count.begins_at)
    set_beside(engine, ("touched_rows", "again"))
    acts = {act for (act,) in engine.execute("SELECT DISTINCT act FROM touched_rows").fetchall()}
    engine.execute(f"CREATE OR REPLACE TABLE {PLACE}.found ({_FOUND_TYPES})")
    asked = []
    for definition, kept in fresh.items():
        if kept.number in begins and can_begin(definition, acts):
            since = begins[kept.number]
            found = outcomes(engine, definition, moment, count.zone, f"{PLACE}.touched_rows", since)
            mine = f"(SELECT grp, since FROM {PLACE}.again WHERE number = {kept.number})"
            found = f"SELECT {kept.number}, {_FOUND} FROM ({found}) JOIN {mine} USING (grp) WHERE anchor_at >= since"
            asked.append(f"INSERT INTO {PLACE}.found {found}")
    execute_all(engine, sorted(asked, key=len, reverse=True), spared(limits).threads)
    _place(engine, f"FROM {PLACE}.found")


def _begin_again(count: Count, fresh: Mapping[Definition, Kept]) -> None:
    """Who began otherwise than was known (`knew`); few of those who are looked at."""
    alike = defaultdict[str, list[int]](list)
    for one, kept in fresh.items():
        if has_beginnings(one):
            alike[begun(one, "touched_rows", at(count.as_of))].append(kept.number)
    if not alike:
        return
    told = " UNION ALL ".join(f"SELECT unnest({numbers}) AS number, * FROM ({text})" for text, numbers in alike.items())
    mine = "SEMI JOIN again USING (number, grp)"
    now = f"SELECT number, grp, began FROM ({told}) t {mine} SEMI JOIN touched_actor a ON t.grp = a.unit"
    found = count.engine.execute(
        "CREATE OR REPLACE TEMP TABLE otherwise AS SELECT number, grp, o.began AS was, n.began AS began"
        f" FROM (FROM knew {mine}) o FULL JOIN ({now}) n USING (number, grp) WHERE was IS DISTINCT FROM n.began"
    ).fetchall()
    if found != [(0,)]:
        gone = "b.number = o.number AND b.grp = o.grp"
        count.engine.execute(f"DELETE FROM began b USING otherwise o WHERE {gone} AND was IS NOT NULL")
        count.engine.execute("INSERT INTO began SELECT number, grp, began FROM otherwise WHERE began IS NOT NULL")


def _change_doers(engine: "duckdb.DuckDBPyConnection") -> None:
    both = "SELECT number, doer, times, -1 AS n FROM old_hands UNION ALL SELECT number, doer, times, 1 FROM new_hands"
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE fewer_or_more AS SELECT number, doer, sum(n)::BIGINT AS hands,"
        f" sum(n * times)::BIGINT AS times FROM ({both}) GROUP BY ALL HAVING sum(n) <> 0 OR sum(n * times) <> 0"
    )
    mine = "d.number = f.number AND d.doer = f.doer"
    gone = engine.execute(f"DELETE FROM doers d USING fewer_or_more f WHERE {mine} RETURNING *").to_arrow_table()
    engine.register("old_doers", gone)
    both = "FROM old_doers UNION ALL FROM fewer_or_more"
    engine.execute(
        "INSERT INTO doers SELECT number, doer, sum(hands)::BIGINT AS hands, sum(times)::BIGINT"
        f" FROM ({both}) GROUP BY ALL HAVING sum(hands) > 0"
    )


def _place(engine: "duckdb.DuckDBPyConnection", found: str) -> None:
    """What units came to, as `outcome`, each in its calendar periods."""
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE outcome AS SELECT o.*, {COLUMNS} FROM ({found}) o"
        " ASOF JOIN calendar c ON o.anchor_at >= c.holds_from"
    )


def _units(definitions: Iterable[Definition]) -> str:
    columns = f"number, grp, place, owner, channel, anchor_at, ends_at, times, first_doer, {COLUMNS}"
    is_told_once = all(map(has_one_hand, definitions))
    rows = "outcome" if is_told_once else f"(SELECT DISTINCT unit, {columns} FROM outcome)"
    return f"SELECT {columns} FROM {rows}"
