"""How long every single unit of a duration waited, and who ended it: what a median is drawn anew from (domain.md 4.4-6)."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

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
    found: dict[datetime, tuple[list[float], list[int | None], list[float]]] = {}
    for row in rows:
        ended, ended_by, open_since = found.setdefault(periods[row["number"]].start, ([], [], []))
        seconds = row["waited"] / _MICROSECONDS
        if row["is_done"]:
            ended.append(seconds)
            ended_by.append(row["doer"])
        else:
            open_since.append(seconds)
    return {start: Waits(tuple(ended), tuple(by), tuple(since)) for start, (ended, by, since) in found.items()}
