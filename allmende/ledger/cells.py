"""Figures of weeks, months, quarters and all time from what each unit came to (`recount`), as `measure` gives them."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from allmende.ledger.definition import Definition, Form
from allmende.ledger.measure import PeriodRow, period_row
from allmende.ledger.periods import Period, PeriodKind, in_utc, periods_between
from allmende.ledger.tally import EVER, Count, Kept, Place, at, numbers_of, time_of

PLACES: tuple[Place, ...] = get_args(Place)
COLUMNS = ", ".join(PLACES)
_SUMS = ("complete", "censored", "left_out", "successes", "times", "again", "again_of")
_FIGURES = f"{', '.join(_SUMS[:5])}, people, again, again_of, factor"
_COUNTED = "anchor_at >= counts_from"
_COMPLETE = f"{_COUNTED} AND ends_at <= over_by"
_TYPES = {"kind": "VARCHAR"}
Figures = dict[PeriodKind, list[PeriodRow]]


def places_of(definition: Definition) -> tuple[Place, ...]:
    """The calendar periods a definition is counted in."""
    return ("week", "month", "quarter") if definition.anchor.period == "quarter" else ("week", "month")


def calendar_of(count: Count, kind: PeriodKind) -> tuple[Period, ...]:
    """The periods that can hold units."""
    return periods_between(count.begins_at, count.as_of, kind, count.zone)


def write_calendars(count: Count) -> None:
    """`calendar`: from each time (`holds_from`) on the numbers of the week, month and quarter it is told in and when these
    begin (`week_begins`); what lies before all periods is told in the first."""
    begins = {place: [in_utc(period.start) for period in calendar_of(count, place)] for place in PLACES}
    edges = [EVER, *sorted({edge for of_place in begins.values() for edge in of_place[1:]})]
    columns: list[list[Any]] = [edges]
    for place in PLACES:
        numbers = [max(bisect_right(begins[place], edge) - 1, 0) for edge in edges]
        columns += [numbers, [begins[place][number] for number in numbers]]
    told = ", ".join(f"{place} INTEGER, {place}_begins TIMESTAMPTZ" for place in PLACES)
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE calendar (holds_from TIMESTAMPTZ, {told})")
    count.engine.execute(f"INSERT INTO calendar SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)


def fill_cells(count: Count, chosen: Mapping[Definition, Kept]) -> None:
    """The first figures of these definitions (they stand in `terms`), all of whose units stand in `outcome`."""
    for place in PLACES:
        there = {one: kept for one, kept in chosen.items() if place in places_of(one)}
        since = _find_here(count, there, place) if there else None
        if since is not None:
            count.engine.execute(f"INSERT INTO cells {_cells(there, place, since)}")


def _find_here(count: Count, chosen: Mapping[Definition, Kept], place: Place) -> datetime | None:
    """As `here` the periods (number, period) to be filled; returns since when anything of them was anchored."""
    here = f"SELECT DISTINCT number, {place} AS period FROM outcome WHERE number IN ({numbers_of(chosen.values())})"
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE here AS {here}")
    found = count.engine.execute(
        f"SELECT epoch_us(min(holds_from)) FROM calendar SEMI JOIN here ON calendar.{place} = here.period"
    ).fetchall()
    return None if found[0][0] is None else time_of(found[0][0])


def figures(count: Count, chosen: Mapping[Definition, Kept]) -> dict[Definition, Figures]:
    """The rows of each kind of period, ascending."""
    mine = f"number IN ({numbers_of(chosen.values())})"
    rows = _asked(
        count, f"SELECT number, kind, period, {_FIGURES} FROM cells WHERE {mine} ORDER BY number, kind, period"
    )
    rows += _asked(count, _all_time(mine, of_form(chosen, "F6")))
    kinds: tuple[PeriodKind, ...] = (*PLACES, "all")
    calendars = {kind: calendar_of(count, kind) for kind in kinds}
    told: dict[int, tuple[Definition, Figures]] = {
        kept.number: (one, {kind: [] for kind in kinds if kind == "all" or kind in places_of(one)})
        for one, kept in chosen.items()
    }
    for row in rows:
        (definition, found), kind = told[row["number"]], row["kind"]
        found[kind].append(period_row(definition, calendars[kind][row["period"]], row, count.as_of))
    return dict(told.values())


def _asked(count: Count, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = count.engine.execute(query).to_arrow_table().to_pylist()
    return rows


def _all_time(mine: str, concentrated: Sequence[Kept]) -> str:
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in _SUMS)
    summed = f"SELECT number, {sums} FROM cells WHERE kind = 'month' AND {mine} GROUP BY 1"
    people = f"SELECT number, count(*) AS people FROM doers WHERE hands > 0 AND {mine} GROUP BY 1"
    factor = none("number", "factor")
    if concentrated:
        of_them = f"SELECT number, doer, times FROM doers WHERE hands > 0 AND number IN ({numbers_of(concentrated)})"
        factor = f"SELECT number, nullif(factor, 0) AS factor FROM ({factor_of(of_them, 'number')})"
    return (
        f"SELECT number, 'all' AS kind, 0 AS period, {', '.join(_SUMS)}, coalesce(people, 0) AS people, factor FROM ({summed})"
        f" LEFT JOIN ({people}) USING (number) LEFT JOIN ({factor}) USING (number)"
    )


def _cells(chosen: Mapping[Definition, Kept], place: Place, since: datetime) -> str:
    keys = f"number, {place}"
    where = f"anchor_at >= {at(since)}"
    here = f"SEMI JOIN here ON t.number = here.number AND t.{place} = here.period"
    units = (
        f"SELECT {keys}, count(*) FILTER ({_COMPLETE}) AS complete, count(*) FILTER ({_COUNTED} AND ends_at > over_by)"
        f" AS censored, count(*) FILTER (anchor_at < counts_from) AS left_out, count(times) AS successes,"
        f" coalesce(sum(times), 0)::BIGINT AS times FROM (FROM units t {here} WHERE {where}) JOIN terms USING (number) GROUP BY ALL"
    )
    people = f"SELECT {keys}, count(DISTINCT doer) AS people FROM hands t {here} WHERE {where} GROUP BY ALL"
    again, factor = none(keys, "again", "again_of"), none(keys, "factor")
    if lasting := of_form(chosen, "F5"):
        mine = f"{where} AND number IN ({numbers_of(lasting)})"
        again = lasting_again(keys, f"SELECT * FROM hands t {here} WHERE {mine}", mine)
    if concentrated := of_form(chosen, "F6"):
        mine = f"number IN ({numbers_of(concentrated)})"
        of_them = f"SELECT {keys}, doer, sum(times) AS times FROM hands t {here} WHERE {where} AND {mine} GROUP BY ALL"
        factor = f"SELECT {keys}, factor FROM ({factor_of(of_them, keys)})"
    return (
        f"SELECT number, '{place}', {place}, {', '.join(_SUMS[:5])}, coalesce(people, 0), again, again_of, factor"
        f" FROM ({units}) LEFT JOIN ({people}) USING ({keys}) LEFT JOIN ({again}) USING ({keys})"
        f" LEFT JOIN ({factor}) USING ({keys})"
    )


def of_form(chosen: Mapping[Definition, Kept], form: Form) -> list[Kept]:
    return [kept for definition, kept in chosen.items() if definition.form == form]


def none(keys: str, *names: str) -> str:
    """Nothing of these figures."""
    columns = [
        *(f"NULL::{_TYPES.get(key, 'INTEGER')} AS {key}" for key in keys.split(", ")),
        *(f"NULL::BIGINT AS {name}" for name in names),
    ]
    return f"SELECT {', '.join(columns)} WHERE false"


def lasting_again(keys: str, ours: str, where: str) -> str:
    """Of those (`ours`) whose next period is over: how many they are, and how many did it again then."""
    nexts = f"SELECT DISTINCT number, anchor_at, ends_at FROM units WHERE {where}"
    over = f"SELECT DISTINCT number, anchor_at FROM units JOIN terms USING (number) WHERE {where} AND {_COMPLETE}"
    later = f"SELECT number, doer, anchor_at FROM hands WHERE {where}"
    return (
        f"SELECT {', '.join(f'o.{key}' for key in keys.split(', '))}, count(l.doer) AS again, count(*) AS again_of FROM ({ours}) o"
        f" JOIN ({nexts}) n ON n.number = o.number AND n.anchor_at = o.anchor_at"
        f" SEMI JOIN ({over}) v ON v.number = o.number AND v.anchor_at = n.ends_at"
        f" LEFT JOIN ({later}) l ON l.number = o.number AND l.doer = o.doer AND l.anchor_at = n.ends_at GROUP BY ALL"
    )


def factor_of(people_times: str, by: str) -> str:
    """The fewest people who together give half: those before whom less than half is reached, from the busiest on. People who did
    it equally often are told together, for of them there are few kinds: `lacking` is twice what is missing to the half before the first of them."""
    alike = f"SELECT {by}, times, count(*) AS alike FROM ({people_times}) GROUP BY ALL"
    before = f"sum(times * alike) OVER (PARTITION BY {by} ORDER BY times DESC ROWS UNBOUNDED PRECEDING)"
    lacking = f"sum(times * alike) OVER (PARTITION BY {by}) - 2 * ({before} - times * alike)"
    return (
        f"SELECT {by}, sum(least(alike, greatest(0, (lacking + 2 * times - 1) // (2 * times))))::BIGINT AS factor"
        f" FROM (SELECT *, ({lacking})::BIGINT AS lacking FROM ({alike})) GROUP BY {by}"
    )
