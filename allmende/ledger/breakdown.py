"""What was counted, by whom it is about: groups, traits and stages of people, all in one pass (domain.md 4.2, 4.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from allmende.ledger.anchors import literal
from allmende.ledger.compiler import is_left_out
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.facts import EVER, NEVER, NO_FACTS, Facts
from allmende.ledger.measure import Measured, counted_units, prepared
from allmende.ledger.periods import in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MICROSECONDS = 1_000_000


class Belonging(NamedTuple):
    """A person in a group or with a value of a trait, `since` <= time < `until`; None: from the beginning, or still."""

    person: int
    dimension: str
    value: str
    since: datetime | None = None
    until: datetime | None = None


class OwnerRow(NamedTuple):
    """What one person's units of the span came to. `person` is None where nobody is known. Of a rate (F3) `exposure_seconds`
    is how long they could; of a duration (F4) `ended` and `open_since` are seconds, `ended_by` those known to have ended one."""

    person: int | None
    units: int
    successes: int
    times: int
    exposure_seconds: int = 0
    ended: tuple[float, ...] = ()
    open_since: tuple[float, ...] = ()
    ended_by: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The units of a span by the person they are about: `whole` all of them, `parts` by dimension and value those that were
    anchored while the person belonged there."""

    whole: tuple[OwnerRow, ...]
    parts: dict[tuple[str, str], tuple[OwnerRow, ...]]


def breakdown(
    root: Path,
    workspace: str,
    definition: Definition,
    belongings: Sequence[Belonging],
    *,
    as_of: datetime,
    since: datetime,
    until: datetime,
    zone: str = "UTC",
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> Breakdown:
    """Complete units anchored at `since` <= time < `until` (of a duration open ones as well). The ledger is gone through once,
    however many groups there are."""
    with prepared(root, workspace, definition, as_of, "all", zone, limits, facts, may_be_kept=True) as measured:
        if measured is None:
            return Breakdown((), {})
        units = _told_units(measured, definition)
        held = units.filter((units.anchor_at >= literal(in_utc(since))) & (units.anchor_at < literal(in_utc(until))))
        with held.select(*_columns(definition)).cache() as kept:
            whole = _rows(measured, kept.mutate(dimension=_nothing(), value=_nothing()), definition)
            parts = _rows(measured, _placed(kept, belongings), definition) if belongings else {}
    return Breakdown(whole.get(("", ""), ()), parts)


def _told_units(measured: Measured, definition: Definition) -> "ir.Table":
    if definition.form == "F4":
        units, doings = measured.parts.units, measured.parts.doings.select("unit", "number", "doer")
        held = units.filter(~is_left_out(units, definition, measured.moment))
        return held.left_join(doings, ["unit", "number"]).select(*held.columns, "doer")
    units = counted_units(measured, definition)
    done = measured.parts.doings.select("unit", "number", "times")
    told = [name for name in done.columns if name not in units.columns]
    return units.left_join(done, ["unit", "number"]).select(*units.columns, *told) if told else units


def _columns(definition: Definition) -> list[str]:
    own = {"F3": ["times", "exposure"], "F4": ["waited", "is_done", "doer"]}
    return ["owner", "anchor_at", *own.get(definition.form, ["times"])]


def _placed(units: "ir.Table", belongings: Sequence[Belonging]) -> "ir.Table":
    """Each unit once for every group in which the person was when it was anchored."""
    import ibis
    import pyarrow as pa

    instant = pa.timestamp("us", tz="UTC")
    told = pa.table(
        {
            "person": pa.array([one.person for one in belongings], pa.int64()),
            "dimension": pa.array([one.dimension for one in belongings], pa.string()),
            "value": pa.array([one.value for one in belongings], pa.string()),
            "since": pa.array([in_utc(one.since or EVER) for one in belongings], instant),
            "until": pa.array([in_utc(one.until or NEVER) for one in belongings], instant),
        }
    )
    stays = ibis.memtable(told)
    there = [units.owner == stays.person, units.anchor_at >= stays.since, units.anchor_at < stays.until]
    return units.join(stays, there).select(*units.columns, "dimension", "value")


def _rows(measured: Measured, units: "ir.Table", definition: Definition) -> dict[tuple[str, str], tuple[OwnerRow, ...]]:
    by = units.group_by("dimension", "value", "owner")
    if definition.form == "F4":
        told = by.aggregate(
            units=units.count(),
            ended=units.waited.collect(where=units.is_done),
            open_since=units.waited.collect(where=~units.is_done),
            ended_by=units.doer.collect(where=units.is_done & units.doer.notnull()),
        )
    else:
        exposure = {"exposure": units.exposure.sum()} if definition.form == "F3" else {}
        told = by.aggregate(
            units=units.count(), successes=units.times.count(), times=units.times.sum().fill_null(0), **exposure
        )
    found: dict[tuple[str, str], list[OwnerRow]] = {}
    for one in measured.engine.to_pyarrow(told.order_by("dimension", "value", "owner")).to_pylist():
        found.setdefault((one["dimension"], one["value"]), []).append(_owner_row(one))
    return {place: tuple(rows) for place, rows in found.items()}


def _owner_row(one: dict[str, Any]) -> OwnerRow:
    ended = tuple(sorted(waited / _MICROSECONDS for waited in one.get("ended") or ()))
    open_since = tuple(sorted(waited / _MICROSECONDS for waited in one.get("open_since") or ()))
    successes, times = one.get("successes", len(ended)), one.get("times", len(ended))
    exposure = int(one.get("exposure") or 0)
    known = frozenset(one.get("ended_by") or ())
    return OwnerRow(one["owner"], one["units"], successes, int(times), exposure, ended, open_since, known)


def _nothing() -> "ir.StringScalar":
    import ibis

    return ibis.literal("", type="string")
