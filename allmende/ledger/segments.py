"""The same counts by part of those counted, so that a changed mix is not taken for a changed behaviour (domain.md 4.4, step
7)."""

from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from allmende.ledger.compiler import is_left_out
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.measure import Measured, counted_units, prepared
from allmende.ledger.periods import Around, PeriodKind, in_utc
from allmende.ledger.waits import Waits, waits_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

Dimension = Literal["channel", "stage"]
NEW, KNOWN, NOBODY = "new", "known", "nobody"
NEWCOMER_FOR = timedelta(days=30)


class SegmentRow(NamedTuple):
    """Complete units and successes of one part in one period; `people`: different people whose units they are.

    `dimension` "channel": where the unit was anchored. "stage": whether its owner had first been seen less than 30 days
    before (`NEW`) or not (`KNOWN`; also whoever was there when the data begin), or is unknown (`NOBODY`). A unit that is a
    person's whole period stands where their newest row was that made them belong. Of a rate (F3) `times` and
    `exposure_seconds` say how often and how long; of a duration (F4) open units count as well, and `waits` holds all.
    """

    period_start: datetime
    dimension: Dimension
    segment: str
    complete: int
    successes: int
    people: int
    times: int = 0
    exposure_seconds: int | None = None
    waits: Waits | None = None


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
        units = _told_units(measured, definition)
        parts: list[tuple[Dimension, ir.Table]] = [("channel", _by_channel(measured, units))]
        if definition.anchor.kind != "first_act":
            parts.append(("stage", _by_stage(measured, units)))
        counted = _waits if definition.form == "F4" else _counts
        return [row for dimension, table in parts for row in counted(measured, dimension, table)]


def _told_units(measured: Measured, definition: Definition) -> "ir.Table":
    """The units that count with times (how often it was done, null where it was not) and, of a duration, who ended it."""
    doings = measured.parts.doings
    if definition.form == "F4":
        units = measured.parts.units
        units = units.filter(~is_left_out(units, definition, measured.moment))
        done = doings.select("unit", "number", "doer")
    else:
        units, done = counted_units(measured, definition), doings.select("unit", "number", "times")
    told = [name for name in done.columns if name not in units.columns]
    return units.left_join(done, ["unit", "number"]).select(*units.columns, *told)


def _by_channel(measured: Measured, units: "ir.Table") -> "ir.Table":
    if "channel" in units.columns:
        return units.mutate(segment=units.channel.cast("string"))
    places = measured.rows.select("channel", anchor_position="position")
    placed = units.join(places, "anchor_position")
    return placed.mutate(segment=placed.channel.cast("string"))


def _by_stage(measured: Measured, units: "ir.Table") -> "ir.Table":
    import ibis

    rows, moment = measured.rows, measured.moment
    seen = rows.filter(rows.actor.notnull() & rows.deleted_at.isnull())
    first = seen.group_by(owner=seen.actor).aggregate(first_at=seen.occurred_at.min())
    joined = units.left_join(first, "owner").select(*units.columns, "first_at")
    told_since = ibis.literal(in_utc(moment.begins_at) + NEWCOMER_FOR, type="timestamp('UTC', 6)")
    is_new = joined.anchor_at < joined.first_at + ibis.interval(seconds=int(NEWCOMER_FOR.total_seconds()))
    stage = ibis.cases((joined.first_at.isnull(), NOBODY), (is_new & (joined.first_at >= told_since), NEW), else_=KNOWN)
    return joined.mutate(segment=stage)


def _counts(measured: Measured, dimension: Dimension, units: "ir.Table") -> list[SegmentRow]:
    is_rate = "exposure" in units.columns
    grouped = units.group_by("number", "segment").aggregate(
        complete=units.count(),
        successes=units.times.count(),
        people=units.owner.nunique(),
        times=units.times.sum().fill_null(0),
        **({"exposure": units.exposure.sum()} if is_rate else {}),
    )
    found = measured.engine.to_pyarrow(grouped.order_by("number", "segment")).to_pylist()
    return [
        SegmentRow(
            measured.periods[one["number"]].start,
            dimension,
            one["segment"],
            one["complete"],
            one["successes"],
            one["people"],
            int(one["times"]),
            None if one.get("exposure") is None else int(one["exposure"]),
        )
        for one in found
    ]


def _waits(measured: Measured, dimension: Dimension, units: "ir.Table") -> list[SegmentRow]:
    told = units.select("number", "segment", "unit", "waited", "is_done", "doer", "owner")
    rows = measured.engine.to_pyarrow(told.order_by("number", "segment", "unit")).to_pylist()
    by_part = groupby(rows, key=lambda one: (one["number"], one["segment"]))
    found = []
    for (number, segment), held in by_part:
        cases = list(held)
        waits = waits_of(cases)
        people = len({one["owner"] for one in cases} - {None})
        counted = (len(cases), len(waits.ended), people, len(waits.ended))
        found.append(SegmentRow(measured.periods[number].start, dimension, segment, *counted, waits=waits))
    return found
