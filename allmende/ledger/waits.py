"""How long every single unit of a duration waited, and who ended it: what a median is drawn anew from (domain.md 4.4-6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from allmende.ledger.compiler import is_left_out
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.measure import prepared
from allmende.ledger.periods import Around, PeriodKind

_MICROSECONDS = 1_000_000


class Waits(NamedTuple):
    """Seconds until each unit of a period was done, and by whom (None: nobody knows); seconds the open ones have waited."""

    ended: tuple[float, ...]
    ended_by: tuple[int | None, ...]
    open_since: tuple[float, ...]


def waits_by_period(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    as_of: datetime,
    period: PeriodKind | Around = "month",
    zone: str = "UTC",
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> dict[datetime, Waits]:
    """The units of a duration (F4) by the beginning of their period, in the order of the units."""
    with prepared(root, workspace, definition, as_of, period, zone, limits, facts) as measured:
        if measured is None:
            return {}
        units, doings = measured.parts.units, measured.parts.doings.select("unit", "doer")
        counted = units.filter(~is_left_out(units, definition, measured.moment)).left_join(doings, "unit")
        told = counted.select("number", "unit", "waited", "is_done", "doer").order_by("number", "unit")
        rows = measured.engine.to_pyarrow(told).to_pylist()
        periods = measured.periods
    by_number = groupby(rows, key=lambda row: row["number"])
    return {periods[number].start: waits_of(list(held)) for number, held in by_number}


def waits_of(rows: Sequence[Mapping[str, Any]]) -> Waits:
    """Units (waited in microseconds, is_done, doer) as waits, in their order."""
    done = [row for row in rows if row["is_done"]]
    return Waits(
        tuple(row["waited"] / _MICROSECONDS for row in done),
        tuple(row["doer"] for row in done),
        tuple(row["waited"] / _MICROSECONDS for row in rows if not row["is_done"]),
    )
