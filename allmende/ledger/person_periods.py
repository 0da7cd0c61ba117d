"""People in calendar periods: who was there, how long, and how often they did it (forms F3, F5 and F6 of domain.md 4.2).

Every function gives Ibis expressions; nothing runs here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from allmende.ledger.acts import is_wanted, wanted_acts, with_quality
from allmende.ledger.anchors import (
    Keep,
    Moment,
    is_one_of,
    last_number,
    literal,
    period_edge,
    period_number,
    population_of,
    staying,
)
from allmende.ledger.definition import Definition
from allmende.ledger.facts import NEVER, Facts
from allmende.ledger.periods import Period, in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEFT = "left"


class Summed(NamedTuple):
    """People in cells, added up: `units` cell (its number), anchor_at, ends_at, people and exposure (seconds) of each; `done`
    cell, anchor_at, ends_at, doer and times of each cell and person who did it."""

    units: "ir.Table"
    done: "ir.Table"


def people_there(
    visible: "ir.Table", definition: Definition, moment: Moment, cells: Sequence[Period], facts: Facts
) -> "ir.Table":
    """One row per person and cell (a calendar period of the definition): unit, owner, anchor_at (the cell's beginning),
    anchor_position (of their newest row that made them belong, or null), ends_at, exposure (seconds there, or null)."""
    if definition.form == "F3":
        spells = _spells(visible, definition, moment, facts)
        return _spells_by_cell(spells, moment, cells, is_one_each=not definition.segment)
    if definition.segment and not definition.anchor.acts:
        return _spells_by_cell(_of_segment(definition, facts), moment, cells)
    return _seen(visible, definition, moment, cells, facts)


def may_be_told_at_once(definition: Definition) -> bool:
    """Whether the same look at a person's rows says both that they were there and how often they did it."""
    quality = definition.quality
    has_quality = bool(quality.any_of) or quality.outside_own_thread
    return definition.form != "F3" and not definition.segment and not has_quality


def people_and_acts(visible: "ir.Table", definition: Definition, moment: Moment, cells: Sequence[Period]) -> "ir.Table":
    """`people_there`, with times: how often each did it in that cell, 0 where they did not. Only where
    `may_be_told_at_once`."""
    told = visible.mutate(is_there=_is_belonging(visible, definition), is_act=is_wanted(visible, definition))
    rows = told.filter(told.actor.notnull() & (told.occurred_at >= literal(in_utc(moment.begins_at))))
    rows = rows.filter(rows.is_there | rows.is_act)
    placed = rows.mutate(anchor_at=period_edge(rows.occurred_at, cells, lambda cell: cell.start))
    units = placed.group_by("anchor_at", owner="actor").aggregate(
        unit=placed.position.min(where=placed.is_there),
        anchor_position=placed.position.max(where=placed.is_there),
        channel=placed.channel.argmax(placed.position, where=placed.is_there),
        times=placed.count(where=placed.is_act),
        rows_there=placed.count(where=placed.is_there),
    )
    units = units.filter(units.rows_there > 0).drop("rows_there")
    return units.mutate(ends_at=period_edge(units.anchor_at, cells, lambda cell: cell.end), exposure=_nothing())


def people_and_times(
    visible: "ir.Table", definition: Definition, moment: Moment, cells: Sequence[Period], keep: Keep
) -> "ir.Table":
    """`people_and_acts` with the number of the cell, and without what nobody adds up: unit and anchor_position are null. Who was
    there how often is held."""
    told = visible.mutate(is_there=_is_belonging(visible, definition), is_act=is_wanted(visible, definition))
    rows = told.filter(told.actor.notnull() & (told.occurred_at >= literal(in_utc(moment.begins_at))))
    rows = rows.filter(rows.is_there | rows.is_act)
    counts = rows.group_by(cell=period_number(rows.occurred_at, cells), owner="actor").aggregate(
        times=rows.count(where=rows.is_act), rows_there=rows.count(where=rows.is_there)
    )
    held = keep(counts.filter(counts.rows_there > 0).drop("rows_there"))
    placed = held.join(_told_cells(cells), "cell").select("owner", "times", "cell", "anchor_at", "ends_at")
    return placed.mutate(unit=_nothing(), anchor_position=_nothing(), exposure=_nothing())


def summed_spells(
    visible: "ir.Table", definition: Definition, moment: Moment, cells: Sequence[Period], facts: Facts
) -> Summed:
    """Of people who are there in one spell each, without a row for each person and cell: of whoever is there from the same
    cell to the same cell it is enough to know how many they are and the sums of their first and last seconds."""
    import ibis

    spells, told = _spells(visible, definition, moment, facts), _told_cells(cells)
    first, last = (int(in_utc(at).timestamp()) for at in (cells[0].start, cells[-1].end))
    begun = spells.filter(
        (spells.since <= literal(in_utc(moment.as_of))) & (spells.until > literal(in_utc(cells[0].start)))
    )
    alike = begun.group_by(
        from_cell=period_number(begun.since, cells), to_cell=last_number(begun.until, cells)
    ).aggregate(
        people=begun.count(),
        since=ibis.greatest(_seconds(begun.since), first).sum().cast("int64"),
        until=ibis.least(_seconds(begun.until), last).sum().cast("int64"),
    )
    met = alike.join(told, [alike.from_cell <= told.cell, alike.to_cell >= told.cell])
    ended = ibis.ifelse(met.to_cell == met.cell, met.until, met.people * met.last_second)
    begins = ibis.ifelse(met.from_cell == met.cell, met.since, met.people * met.first_second)
    met = met.mutate(exposure=ended - begins)
    units = met.group_by("cell", "anchor_at", "ends_at").aggregate(
        people=met.people.sum().cast("int64"), exposure=met.exposure.sum().cast("int64")
    )
    acts = acts_done(visible, definition, moment, cells, facts)
    times = acts.group_by("doer", cell=period_number(acts.occurred_at, cells)).aggregate(times=acts.count())
    done = times.filter(times.times >= definition.minimum).join(told, "cell")
    return Summed(units, done.select("cell", "anchor_at", "ends_at", "doer", "times"))


def acts_there(
    visible: "ir.Table", definition: Definition, moment: Moment, cells: Sequence[Period], facts: Facts
) -> "ir.Table":
    """What people did: owner, anchor_at (the beginning of the cell it was done in), times."""
    acts = acts_done(visible, definition, moment, cells, facts)
    return acts.group_by("anchor_at", owner="doer").aggregate(times=acts.count())


def acts_done(
    visible: "ir.Table", definition: Definition, moment: Moment, cells: Sequence[Period], facts: Facts
) -> "ir.Table":
    """The acts themselves: doer, occurred_at, anchor_at (the beginning of the cell it was done in)."""
    acts = wanted_acts(visible, definition)
    acts = acts.filter(acts.is_by_doer & acts.actor.notnull() & (acts.occurred_at >= literal(in_utc(moment.begins_at))))
    acts = acts.select("occurred_at", "position", "object_id", "thread_id", doer="actor")
    if definition.form == "F3":
        acts = staying(acts, _spells(visible, definition, moment, facts), "doer", "occurred_at")
    if definition.quality.any_of:
        acts = acts.mutate(ends_at=period_edge(acts.occurred_at, cells, lambda cell: cell.end))
    acts = with_quality(acts, visible, definition)
    return acts.mutate(anchor_at=period_edge(acts.occurred_at, cells, lambda cell: cell.start))


def _seen(
    visible: "ir.Table", definition: Definition, moment: Moment, cells: Sequence[Period], facts: Facts
) -> "ir.Table":
    """Whoever did one of the anchor's acts in a cell."""
    rows = _belonging(visible, definition)
    rows = rows.filter(rows.occurred_at >= literal(in_utc(moment.begins_at)))
    if definition.segment:
        rows = staying(rows, facts.stays(definition.segment), "actor", "occurred_at")
    placed = rows.mutate(
        anchor_at=period_edge(rows.occurred_at, cells, lambda cell: cell.start),
        ends_at=period_edge(rows.occurred_at, cells, lambda cell: cell.end),
    )
    units = placed.group_by("anchor_at", "ends_at", owner="actor").aggregate(
        unit=placed.position.min(),
        anchor_position=placed.position.max(),
        channel=placed.channel.argmax(placed.position),
    )
    return units.mutate(exposure=_nothing())


def _belonging(visible: "ir.Table", definition: Definition) -> "ir.Table":
    return visible.filter(visible.actor.notnull() & _is_belonging(visible, definition))


def _is_belonging(rows: "ir.Table", definition: Definition) -> "ir.BooleanValue":
    return is_one_of(rows, definition.anchor.acts) & rows.actor_class.isin(population_of(definition))


def _of_segment(definition: Definition, facts: Facts) -> "ir.Table":
    return facts.stays(definition.segment).mutate(anchor_position=_nothing())


def _spells(visible: "ir.Table", definition: Definition, moment: Moment, facts: Facts) -> "ir.Table":
    """From when until when somebody could do it: person, since, until, anchor_position."""
    if definition.segment and not definition.anchor.acts:
        return _of_segment(definition, facts)
    rows = _belonging(visible, definition)
    first = rows.group_by("actor").aggregate(since=rows.occurred_at.min(), anchor_position=rows.position.max())
    gone = _gone(visible)
    joined = first.left_join(gone, "actor")
    spells = joined.select(
        "anchor_position", "since", person=joined.actor, until=joined.left_at.coalesce(literal(NEVER))
    )
    if not definition.segment:
        return spells
    return _both(spells, facts.stays(definition.segment))


def _gone(visible: "ir.Table") -> "ir.Table":
    """Who left and did nothing afterwards: actor, left_at. They are few: whoever never left is not asked for more."""
    known = visible.filter(visible.actor.notnull())
    leaving = known.filter(known.act == LEFT)
    gone = leaving.group_by("actor").aggregate(left_at=leaving.occurred_at.max())
    others = known.filter(known.act != LEFT).semi_join(gone, "actor")
    last = others.group_by("actor").aggregate(last_at=others.occurred_at.max())
    told = gone.left_join(last, "actor").select("actor", "left_at", "last_at")
    return told.filter(told.left_at >= told.last_at.coalesce(told.left_at)).select("actor", "left_at")


def _both(spells: "ir.Table", stays: "ir.Table") -> "ir.Table":
    """The time both in the segment and after the first act."""
    import ibis

    stays = stays.select(person="person", from_then="since", until_then="until")
    joined = spells.join(stays, "person")
    found = joined.select(
        "person",
        "anchor_position",
        since=ibis.greatest(joined.since, joined.from_then),
        until=ibis.least(joined.until, joined.until_then),
    )
    return found.filter(found.since < found.until)


def _spells_by_cell(
    spells: "ir.Table", moment: Moment, cells: Sequence[Period], is_one_each: bool = False
) -> "ir.Table":
    """A spell that lies over several cells is a unit of each, with the seconds it lasted there. `is_one_each`: nobody has more
    than one, so that nothing is to be added up. Seconds are told once of a spell and of a cell: of both it would be millions."""
    import ibis

    told = _told_cells(cells)
    begun = spells.filter(spells.since <= literal(in_utc(moment.as_of)))
    begun = begun.mutate(since_second=_seconds(begun.since), until_second=_seconds(begun.until))
    if is_one_each:
        begun = begun.mutate(place=ibis.row_number().over(order_by=begun.person).cast("int64"))
    met = begun.join(told, [begun.since < told.ends_at, begun.until > told.anchor_at])
    first, last = (
        ibis.greatest(met.since_second, met.first_second),
        ibis.least(met.until_second, met.last_second),
    )
    met = met.mutate(exposure=last - first)
    if is_one_each:
        unit = -1 - (met.place * len(cells) + met.cell)
        return met.select("anchor_at", "ends_at", "exposure", "anchor_position", owner="person", unit=unit)
    units = met.group_by("anchor_at", "ends_at", owner="person").aggregate(
        exposure=met.exposure.sum(), anchor_position=met.anchor_position.max()
    )
    number = ibis.row_number().over(order_by=[units.anchor_at, units.owner])
    return units.mutate(unit=-1 - number.cast("int64"))


def _told_cells(cells: Sequence[Period]) -> "ir.Table":
    """Calendar periods as a table: cell, anchor_at, ends_at, and both in whole seconds since 1970."""
    import ibis
    import pyarrow as pa

    instant = pa.timestamp("us", tz="UTC")
    starts, ends = ([in_utc(at) for at in edges] for edges in zip(*cells, strict=True))
    columns = {
        "cell": pa.array(range(len(cells)), pa.int64()),
        "anchor_at": pa.array(starts, instant),
        "ends_at": pa.array(ends, instant),
        "first_second": pa.array([int(at.timestamp()) for at in starts], pa.int64()),
        "last_second": pa.array([int(at.timestamp()) for at in ends], pa.int64()),
    }
    return ibis.memtable(pa.table(columns))


def _seconds(time: "ir.TimestampValue") -> "ir.IntegerValue":
    return time.truncate("s").epoch_seconds().cast("int64")


def _nothing() -> "ir.IntegerScalar":
    import ibis

    return ibis.null().cast("int64")
