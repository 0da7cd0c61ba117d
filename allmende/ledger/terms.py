"""What sets definitions apart, as a table: one statement then counts for all of them."""

from collections.abc import Mapping
from datetime import timedelta

from allmende.ledger.definition import Definition
from allmende.ledger.outcomes import group_of, looks_at_place
from allmende.ledger.tally import EVER, Count, Kept, at

_COLUMNS = (
    "number INTEGER, grouping VARCHAR, begins VARCHAR, is_placed BOOLEAN, length INTERVAL, lag INTERVAL,"
    " was_over_by TIMESTAMPTZ, over_by TIMESTAMPTZ, counts_from TIMESTAMPTZ"
)


def write_terms(count: Count, chosen: Mapping[Definition, Kept]) -> None:
    """`terms`, one row per definition: number, grouping (whose rows decide), begins (what begins a unit: first_act, a calendar
    period, or any row), is_placed (others' rows in a thread decide as well), length (window and lag), lag; a unit is complete
    when it ended at `over_by` (at the count before: `was_over_by`) and counts when anchored at `counts_from` or later."""
    rows = ", ".join(_row(count, definition, kept) for definition, kept in chosen.items())
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE terms ({_COLUMNS})")
    count.engine.execute(f"INSERT INTO terms VALUES {rows}")


def _row(count: Count, definition: Definition, kept: Kept) -> str:
    lag = definition.lag
    times = (kept.as_of - lag, count.as_of - lag)
    return (
        f"({kept.number}, '{group_of(definition)}', '{begins(definition)}', {looks_at_place(definition)},"
        f" {_span(definition.window + lag)}, {_span(lag)}, {', '.join(map(at, times))}, {_counts_from(count, definition)})"
    )


def begins(definition: Definition) -> str:
    """What begins a unit, as it stands in `terms`."""
    anchor = definition.anchor
    return anchor.period if anchor.kind == "period" else "first_act" if anchor.kind == "first_act" else "row"


def _counts_from(count: Count, definition: Definition) -> str:
    if definition.anchor.kind == "period":
        return at(count.begins_at)
    return at(count.begins_at + definition.window if definition.anchor.kind == "first_act" else EVER)


def _span(length: timedelta) -> str:
    return f"INTERVAL {int(length.total_seconds())} SECOND"
