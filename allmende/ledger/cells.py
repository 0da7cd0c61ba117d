"""Figures of weeks, months, quarters and all time from what each unit came to (`recount`), as `measure` gives them."""

from typing import get_args

from allmende.ledger.definition import Definition
from allmende.ledger.measure import PeriodRow, period_row
from allmende.ledger.periods import Period, PeriodKind, periods_between
from allmende.ledger.tally import Count, Kept, Place, at, kept_of

PLACES: tuple[Place, ...] = get_args(Place)
COLUMNS = ", ".join(PLACES)
_SUMS = ("complete", "censored", "left_out", "successes", "times", "again", "again_of")
_FIGURES = (
    "complete BIGINT, censored BIGINT, left_out BIGINT, successes BIGINT, times BIGINT, people BIGINT, again BIGINT,"
    " again_of BIGINT, factor BIGINT"
)


def places_of(definition: Definition) -> tuple[Place, ...]:
    """The calendar periods a definition is counted in."""
    return ("week", "month", "quarter") if definition.anchor.period == "quarter" else ("week", "month")


def calendar_of(count: Count, kind: PeriodKind) -> tuple[Period, ...]:
    """The periods that can hold units."""
    return periods_between(count.begins_at, count.as_of, kind, count.zone)


def begin_cells(count: Count, kept: Kept) -> None:
    """An empty table for the figures of a definition."""
    count.engine.execute(f"CREATE OR REPLACE TABLE {kept.table('cells')} (kind VARCHAR, number INTEGER, {_FIGURES})")


def fill_cells(count: Count, definition: Definition, kept: Kept, spots: str = "") -> None:
    """Figures anew: of all periods, or of those in `spots` (anchor_at and the numbers of periods) and what hangs on them."""
    units, cells = kept.table("units"), kept.table("cells")
    for place in places_of(definition):
        where = "true"
        if spots:
            here = f"SELECT {place} FROM {spots}"
            if definition.form == "F5":  # whether it was done again is told of the period before
                here += f" UNION SELECT {place} FROM {units} WHERE ends_at IN (SELECT anchor_at FROM {spots})"
            count.engine.execute(f"CREATE OR REPLACE TEMP TABLE here AS {here}")
            where = f"{place} IN (FROM here)"
            count.engine.execute(f"DELETE FROM {cells} WHERE kind = '{place}' AND number IN (FROM here)")
        count.engine.execute(f"INSERT INTO {cells} {_cells(count, definition, kept, place, where)}")


def figures(count: Count, definition: Definition) -> dict[PeriodKind, list[PeriodRow]]:
    """The rows of each kind of period, ascending."""
    kept = kept_of(count.engine, definition, count.zone)
    if kept is None:
        raise LookupError(f"{definition.key} was not counted.")
    cells = f"FROM {kept.table('cells')} WHERE kind = "
    told: dict[PeriodKind, str] = {place: f"{cells} '{place}' ORDER BY number" for place in places_of(definition)}
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in _SUMS)
    people = f"(SELECT count(*) FROM {kept.table('doers')} WHERE hands > 0)"
    told["all"] = (
        f"SELECT 0 AS number, {sums}, {people} AS people, {_factor_of_all(definition, kept)} AS factor {cells} 'month'"
        " HAVING count(*) > 0"
    )
    found: dict[PeriodKind, list[PeriodRow]] = {}
    for kind, query in told.items():
        periods = calendar_of(count, kind)
        rows = count.engine.execute(query).to_arrow_table().to_pylist()
        found[kind] = [period_row(definition, periods[one["number"]], one, count.as_of) for one in rows]
    return found


def _cells(count: Count, definition: Definition, kept: Kept, place: Place, where: str) -> str:
    complete, left_out = _complete(count, definition), _left_out(count, definition)
    units = (
        f"SELECT {place}, count(*) FILTER ({complete} AND NOT {left_out}) AS complete,"
        f" count(*) FILTER (NOT {complete} AND NOT {left_out}) AS censored, count(*) FILTER ({left_out}) AS left_out,"
        f" count(times) AS successes, coalesce(sum(times), 0)::BIGINT AS times FROM {kept.table('units')}"
        f" WHERE {where} GROUP BY 1"
    )
    people = f"SELECT {place}, count(DISTINCT doer) AS people FROM {kept.table('hands')} WHERE {where} GROUP BY 1"
    nothing = f"SELECT NULL::INTEGER AS {place}"
    again = f"{nothing}, NULL::BIGINT AS again, NULL::BIGINT AS again_of"
    factor = f"{nothing}, NULL::BIGINT AS factor"
    if definition.form == "F5":
        again = _again(kept, place, where, f"{complete} AND NOT {left_out}")
    if definition.form == "F6":
        people_times = (
            f"SELECT {place}, doer, sum(times) AS times FROM {kept.table('hands')} WHERE {where} GROUP BY 1, 2"
        )
        factor = f"SELECT {place}, factor FROM ({_factor(people_times, place)})"
    return (
        f"SELECT '{place}', {place}, complete, censored, left_out, successes, times, coalesce(people, 0), again, again_of, factor"
        f" FROM ({units}) LEFT JOIN ({people}) USING ({place}) LEFT JOIN ({again}) USING ({place})"
        f" LEFT JOIN ({factor}) USING ({place})"
    )


def _complete(count: Count, definition: Definition) -> str:
    return f"ends_at <= {at(count.as_of - definition.lag)}"


def _left_out(count: Count, definition: Definition) -> str:
    if definition.anchor.kind == "period":
        return f"anchor_at < {at(count.begins_at)}"
    return (
        f"anchor_at < {at(count.begins_at + definition.window)}" if definition.anchor.kind == "first_act" else "false"
    )


def _again(kept: Kept, place: Place, where: str, counted: str) -> str:
    """Of those whose next period is over: how many they are, and how many did it again then."""
    hands, units = kept.table("hands"), kept.table("units")
    nexts = f"SELECT DISTINCT anchor_at, ends_at FROM {units}"
    over = f"SELECT DISTINCT anchor_at FROM {units} WHERE {counted}"
    return (
        f"SELECT o.{place}, count(l.doer) AS again, count(*) AS again_of FROM (FROM {hands} WHERE {where}) o"
        f" JOIN ({nexts}) n ON n.anchor_at = o.anchor_at SEMI JOIN ({over}) v ON v.anchor_at = n.ends_at"
        f" LEFT JOIN {hands} l ON l.doer = o.doer AND l.anchor_at = n.ends_at GROUP BY 1"
    )


def _factor(people_times: str, by: str) -> str:
    """The fewest people who together give half: those before whom less than half is reached, from the busiest on."""
    part = f"PARTITION BY {by}" if by else ""
    named = f"{by}, " if by else ""
    return (
        f"SELECT {named}count(*) FILTER ((reached - times) * 2 < total) AS factor FROM (SELECT *,"
        f" sum(times) OVER ({part} ORDER BY times DESC, doer ROWS UNBOUNDED PRECEDING) AS reached,"
        f" sum(times) OVER ({part}) AS total FROM ({people_times})){' GROUP BY 1' if by else ''}"
    )


def _factor_of_all(definition: Definition, kept: Kept) -> str:
    if definition.form != "F6":
        return "NULL::BIGINT"
    people_times = f"FROM {kept.table('doers')} WHERE hands > 0"
    return f"(SELECT nullif(factor, 0) FROM ({_factor(people_times, '')}))"
