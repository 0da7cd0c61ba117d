"""The same counts by part of those counted, so that a changed mix is not taken for a changed behaviour (domain.md 4.4, step
7)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.measure import Measured, counted_units, prepared
from allmende.ledger.periods import Around, PeriodKind, in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

Dimension = Literal["channel", "stage"]
NEW, KNOWN, NOBODY = "new", "known", "nobody"
NEWCOMER_FOR = timedelta(days=30)


class SegmentRow(NamedTuple):
    """Complete units and successes of one part in one period; `people`: different people whose units they are.

    `dimension` "channel": where the unit was anchored. "stage": whether its owner had first been seen less than 30 days
    before (`NEW`) or not (`KNOWN`; also whoever was there when the data begin), or is unknown (`NOBODY`).
    """

    period_start: datetime
    dimension: Dimension
    segment: str
    complete: int
    successes: int
    people: int


def segments(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    as_of: datetime,
    period: PeriodKind | Around,
    zone: str = "UTC",
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> list[SegmentRow]:
    """The parts of each period, by dimension, ascending. Newcomers' definitions (F1) have no stages: everyone is new."""
    with prepared(root, workspace, definition, as_of, period, zone, limits, facts, may_be_kept=True) as measured:
        if measured is None:
            return []
        units = _with_success(measured, definition)
        parts: list[tuple[Dimension, ir.Table]] = [("channel", _by_channel(measured, units))]
        if definition.anchor.kind != "first_act":
            parts.append(("stage", _by_stage(measured, units)))
        return [row for dimension, table in parts for row in _rows(measured, dimension, table)]


def _with_success(measured: Measured, definition: Definition) -> "ir.Table":
    units = counted_units(measured, definition)
    doings = measured.parts.doings
    done = doings.select("unit", "number", is_success=doings.times >= 1)
    return units.left_join(done, ["unit", "number"]).select(*units.columns, "is_success")


def _by_channel(measured: Measured, units: "ir.Table") -> "ir.Table":
    if "channel" in units.columns:
        return _counts(units.mutate(segment=units.channel.cast("string")))
    places = measured.rows.select("channel", anchor_position="position")
    placed = units.join(places, "anchor_position")
    return _counts(placed.mutate(segment=placed.channel.cast("string")))


def _by_stage(measured: Measured, units: "ir.Table") -> "ir.Table":
    import ibis

    rows, moment = measured.rows, measured.moment
    seen = rows.filter(rows.actor.notnull() & rows.deleted_at.isnull())
    first = seen.group_by(owner=seen.actor).aggregate(first_at=seen.occurred_at.min())
    joined = units.left_join(first, "owner").select(*units.columns, "first_at")
    told_since = ibis.literal(in_utc(moment.begins_at) + NEWCOMER_FOR, type="timestamp('UTC', 6)")
    is_new = joined.anchor_at < joined.first_at + ibis.interval(seconds=int(NEWCOMER_FOR.total_seconds()))
    stage = ibis.cases((joined.first_at.isnull(), NOBODY), (is_new & (joined.first_at >= told_since), NEW), else_=KNOWN)
    return _counts(joined.mutate(segment=stage))


def _counts(units: "ir.Table") -> "ir.Table":
    return units.group_by("number", "segment").aggregate(
        complete=units.count(),
        successes=units.count(where=units.is_success.fill_null(False)),
        people=units.owner.nunique(),
    )


def _rows(measured: Measured, dimension: Dimension, table: "ir.Table") -> list[SegmentRow]:
    found = measured.engine.to_pyarrow(table.order_by("number", "segment")).to_pylist()
    return [
        SegmentRow(
            measured.periods[one["number"]].start,
            dimension,
            one["segment"],
            one["complete"],
            one["successes"],
            one["people"],
        )
        for one in found
    ]
