"""Who and what is counted: the units of a member's or an opportunity's clock, with its beginning and its end.

Every function gives Ibis expressions; nothing runs here. A unit has the columns unit, owner (int64 or null), place (its
thread), channel (of its anchor), anchor_at, anchor_position, ends_at and number (of the period it is told in).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from allmende.ledger.definition import Definition
from allmende.ledger.facts import NEVER, Facts
from allmende.ledger.periods import Period, in_utc
from allmende.ledger.steps import stepped
from allmende.ledger.workdays import days_between, table_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

INSTANT = "timestamp('UTC', 6)"
COLUMNS = ("unit", "owner", "place", "channel", "anchor_at", "anchor_position")


@dataclass(frozen=True, slots=True)
class Moment:
    """When is counted: rows later than `as_of` do not exist yet; no unit is anchored before `begins_at`, where the data
    begin or begin again. Both aware."""

    as_of: datetime
    begins_at: datetime


def visible_rows(rows: "ir.Table", definition: Definition, moment: Moment) -> "ir.Table":
    """What was not deleted, in the definition's channels, by now."""
    seen = rows.filter(rows.deleted_at.isnull() & (rows.occurred_at <= literal(in_utc(moment.as_of))))
    return seen.filter(seen.channel.isin(definition.channels)) if definition.channels else seen


Keep = Callable[["ir.Table"], "ir.Table"]


def anchored(
    visible: "ir.Table",
    definition: Definition,
    moment: Moment,
    periods: Sequence[Period],
    facts: Facts,
    keep: Keep | None = None,
) -> "ir.Table":
    """Every unit anchored since the data begin, complete or not. `keep`: how first times are held, which other definitions
    may ask for as well; where they were said is then not told."""
    is_of_person = definition.anchor.kind == "first_act"
    units = _firsts(visible, definition, keep) if is_of_person else rows_of_units(visible, definition)
    units = units.filter(units.anchor_at >= literal(in_utc(moment.begins_at)))
    if definition.anchor.labels:
        units = _labelled(units, visible, facts.labelled(definition.anchor.labels))
    if definition.segment:
        units = staying(units, facts.stays(definition.segment), "owner", "anchor_at")
    units = _ending(units, definition, moment, periods, facts)
    return units.mutate(number=period_number(units.anchor_at, periods))


def population_of(definition: Definition) -> tuple[str, ...]:
    """The classes that are counted and not left out."""
    return tuple(one for one in definition.population if one not in definition.exclusions)


def is_one_of(rows: "ir.Table", acts: Sequence[str]) -> "ir.BooleanValue":
    """Whether a row is one of these acts; of none, whether it is a message."""
    return rows.act.isin(tuple(acts)) if acts else rows.kind == "message"


def staying(rows: "ir.Table", stays: "ir.Table", person: str, at: str) -> "ir.Table":
    """The rows whose person is in the segment at their time."""
    is_in = [rows[person] == stays.person, rows[at] >= stays.since, rows[at] < stays.until]
    return apart(rows.semi_join(stays, is_in), person)


def apart(rows: "ir.Table", column: str) -> "ir.Table":
    """The same rows, of which none lacks this column, as a statement of their own: of two semi-joins in one, PostgreSQL and
    Trino would be told but the first."""
    return rows.filter(rows[column].notnull())


def period_number(time: "ir.TimestampValue", periods: Sequence[Period]) -> "ir.IntegerValue":
    """Index of the period (contiguous, ascending) a time lies in. Times outside fall into the first or last."""
    return _in_period(time, periods, range(len(periods)), "int32")


def last_number(end: "ir.TimestampValue", periods: Sequence[Period]) -> "ir.IntegerValue":
    """Index of the last period of which something lies before a time."""
    return _in_period(end, periods, range(len(periods)), "int32", is_end=True)


def period_edge(
    time: "ir.TimestampValue", periods: Sequence[Period], edge: Callable[[Period], datetime]
) -> "ir.TimestampValue":
    """Beginning or end of the period a time lies in."""
    return _in_period(time, periods, [in_utc(edge(one)) for one in periods], INSTANT)


def _in_period(
    time: "ir.TimestampValue", periods: Sequence[Period], leaves: Sequence[Any], kind: str, is_end: bool = False
) -> Any:
    return stepped(time, [in_utc(one.end) for one in periods[:-1]], leaves, kind, is_end)


def literal(moment: datetime) -> "ir.TimestampScalar":
    """A time of ours in the ledger's type."""
    import ibis

    return ibis.literal(moment, type=INSTANT)


def span(length: timedelta) -> "ir.IntervalScalar":
    """A length of time in whole seconds."""
    import ibis

    return ibis.interval(seconds=int(length.total_seconds()))


def _firsts(visible: "ir.Table", definition: Definition, keep: Keep | None) -> "ir.Table":
    """First time of each person; only those whose class at that very row belongs to the population. Held they tell the thread,
    so that all who ask for them ask in the same words."""
    import ibis

    known = visible.filter(visible.actor.notnull() & is_one_of(visible, definition.anchor.acts))
    in_population = known.actor_class.isin(population_of(definition))
    told = {} if definition.unit == "member" and not keep else {"place": known.thread_id.argmin(known.position)}
    told |= {} if keep else {"channel": known.channel.argmin(known.position)}
    first = known.group_by("actor").aggregate(
        anchor_position=known.position.min(),
        population_position=known.position.min(where=in_population),
        anchor_at=known.occurred_at.min(),
        **told,
    )
    first = first.filter(first.anchor_position == first.population_position)
    first = first.select("anchor_at", "anchor_position", *told, "actor")
    if keep:
        first = keep(first).mutate(channel=ibis.null().cast("string"))
    if definition.unit == "member":
        return first.mutate(unit=first.actor, owner=first.actor, place=first.actor).select(*COLUMNS)
    return first.mutate(unit=first.anchor_position, owner=first.actor).select(*COLUMNS)


def rows_of_units(visible: "ir.Table", definition: Definition) -> "ir.Table":
    """The roots of threads, or every row with one of the acts."""
    is_root = definition.anchor.kind == "thread_root"
    wanted = is_one_of(visible, definition.anchor.acts) & visible.actor_class.isin(population_of(definition))
    rows = visible.filter(visible.is_root & wanted) if is_root else visible.filter(wanted)
    return rows.select(
        unit=rows.thread_id if is_root else rows.position,
        owner=rows.actor,
        place=rows.thread_id,
        channel=rows.channel,
        anchor_at=rows.occurred_at,
        anchor_position=rows.position,
    )


def _labelled(units: "ir.Table", visible: "ir.Table", labelled: "ir.Table") -> "ir.Table":
    bearing = visible.semi_join(labelled, "object_id").select(anchor_position="position")
    return units.semi_join(bearing, "anchor_position")


def _ending(
    units: "ir.Table", definition: Definition, moment: Moment, periods: Sequence[Period], facts: Facts
) -> "ir.Table":
    if not definition.window:
        return units.mutate(ends_at=literal(NEVER))
    if not definition.in_workdays:
        return units.mutate(ends_at=units.anchor_at + span(definition.window))
    zone = next((one.start.tzinfo for one in periods if isinstance(one.start.tzinfo, ZoneInfo)), None)
    if not isinstance(zone, ZoneInfo):
        raise TypeError("Working days need periods with a zone; nothing was counted.")
    days = table_of(days_between(moment.begins_at, moment.as_of, definition.window.days, zone, facts.holidays))
    placed = units.join(days, [units.anchor_at >= days.start, units.anchor_at < days.end])
    ends_at = placed.fixed.coalesce(placed.anchor_at + placed.later.as_interval("s"))
    return placed.select(*COLUMNS, ends_at=ends_at)
