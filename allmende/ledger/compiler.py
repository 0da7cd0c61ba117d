"""From a definition to expressions over the ledger: who is counted, what counts, how much of it (domain.md
4.2).

Every function gives Ibis expressions; nothing runs here. `compile_definition` gives the parts a measurement
needs:

    units       one row per unit: unit, owner (int64 or null), anchor_at, anchor_position, ends_at, number (of its
                period); for a rate exposure (seconds), for a duration waited (microseconds) and is_done
    doings      one row per complete unit that succeeded: unit, owner, doer, number, times; of people in periods
                anchor_at and ends_at as well
    hands       one row per succeeded unit and person who did it: unit, doer, number
    acts        where one act is enough for a unit to succeed: all of them, unit, doer and number
    timed       of a duration: number, anchor_at, ends_at, waited, is_done and doer of each unit
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from allmende.ledger.acts import acts_after, has_newest
from allmende.ledger.anchors import Keep, Moment, anchored, apart, literal, period_number, span, visible_rows
from allmende.ledger.definition import Definition
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.first_acts import first_acts, is_settled_by_first_act
from allmende.ledger.periods import Period, in_utc, periods_between
from allmende.ledger.person_periods import (
    Summed,
    acts_there,
    may_be_told_at_once,
    people_and_acts,
    people_and_times,
    people_there,
    summed_spells,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MICROSECOND = timedelta(microseconds=1)
TIMED = ("number", "anchor_at", "ends_at", "waited", "is_done", "doer")

__all__ = ["Compiled", "Moment", "compile_definition", "is_complete", "is_left_out", "parts_of_times", "period_number"]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The expressions of one definition at one moment; the columns stand in the module's text. `is_one_each`: nobody did more
    than one of a period's doings. `summed`: the same added up by calendar period, where that is so much less."""

    units: "ir.Table"
    doings: "ir.Table"
    hands: "ir.Table"
    acts: "ir.Table | None" = None
    timed: "ir.Table | None" = None
    is_one_each: bool = False
    summed: Summed | None = None


def compile_definition(
    rows: "ir.Table",
    definition: Definition,
    moment: Moment,
    periods: Sequence[Period],
    facts: Facts = NO_FACTS,
    cells: Sequence[Period] = (),
    keep: Keep | None = None,
) -> Compiled:
    """The expressions that count `definition` over `rows` (`events.stored_schema()`) in these periods. `cells`: the calendar
    of a definition that counts people in periods, where it is known already. `keep`: how rows are held that other definitions
    may ask for as well; the parts then say what `measure.period_counts` needs and no more."""
    visible = visible_rows(rows, definition, moment)
    if definition.unit == "member_period":
        calendar = cells or cells_of(definition, moment, periods)
        return _in_periods(visible, definition, moment, periods, facts, calendar, keep)
    if keep and is_settled_by_first_act(definition):
        return _settled(first_acts(visible, definition, moment, keep), definition, moment, periods)
    units = anchored(visible, definition, moment, periods, facts, keep)
    if definition.form == "F4":
        return _durations(visible, units, definition, moment, facts)
    counted = _that_count(units, definition, moment)
    found = acts_after(visible, units if has_newest(definition) else counted, definition, facts)
    if has_newest(definition):
        found = apart(found.semi_join(counted, "unit"), "unit")
    if definition.predicate.is_first:
        doings = _first_decides(found)
        return Compiled(units, doings, doings)
    doings = _enough(found, definition)
    if definition.form == "F1":
        return Compiled(units, doings, doings, is_one_each=definition.unit == "member")
    is_one_enough = definition.minimum == 1 and definition.spread.spans == 1
    return Compiled(units, doings, _hands(found, doings), found if is_one_enough else None)


def is_complete(units: "ir.Table", definition: Definition, moment: Moment) -> "ir.BooleanValue":
    """Whether the unit's window and the lag have passed; of a duration, whether it is known."""
    is_over = units.ends_at <= literal(in_utc(moment.as_of) - definition.lag)
    return (is_over | units.is_done) if definition.form == "F4" else is_over


def is_left_out(units: "ir.Table", definition: Definition, moment: Moment) -> "ir.BooleanValue":
    """Left truncation: a first time less than W after the data begin may not have been the first; of the period in
    which they begin a part is missing."""
    import ibis

    if definition.anchor.kind == "period":
        return units.anchor_at < literal(in_utc(moment.begins_at))
    if definition.anchor.kind != "first_act":
        return ibis.literal(False)
    return units.anchor_at < literal(in_utc(moment.begins_at) + definition.window)


def _in_periods(
    visible: "ir.Table",
    definition: Definition,
    moment: Moment,
    periods: Sequence[Period],
    facts: Facts,
    cells: Sequence[Period],
    keep: Keep | None,
) -> Compiled:
    is_one_each = tuple(periods) == tuple(cells)
    summed = None
    if definition.form == "F3" and not definition.segment:
        summed = summed_spells(visible, definition, moment, cells, facts)
    if summed and keep:
        return Compiled(summed.units, summed.done, summed.done, is_one_each=is_one_each, summed=summed)
    if may_be_told_at_once(definition):
        everybody = visible, definition, moment, cells
        told = people_and_times(*everybody, keep) if keep else people_and_acts(*everybody)
        is_numbered = keep and is_one_each
        told = told.mutate(number=told.cell if is_numbered else period_number(told.anchor_at, periods))
        doings = _that_count(told, definition, moment)
        doings = doings.filter(doings.times >= definition.minimum)
        units = told.drop("times")
    else:
        units = people_there(visible, definition, moment, cells, facts)
        units = units.mutate(number=period_number(units.anchor_at, periods))
        acts = acts_there(visible, definition, moment, cells, facts)
        done = acts.filter(acts.times >= definition.minimum)
        doings = _that_count(units, definition, moment).join(done, ["owner", "anchor_at"])
    doings = doings.select("unit", "owner", "number", "anchor_at", "ends_at", "times", doer=doings.owner)
    return Compiled(units, doings, doings, is_one_each=is_one_each, summed=summed)


def _that_count(units: "ir.Table", definition: Definition, moment: Moment) -> "ir.Table":
    return units.filter(is_complete(units, definition, moment) & ~is_left_out(units, definition, moment))


def cells_of(definition: Definition, moment: Moment, periods: Sequence[Period]) -> tuple[Period, ...]:
    """The calendar periods in which a definition counts people."""
    zone = periods[0].start.tzinfo
    name = zone.key if isinstance(zone, ZoneInfo) else "UTC"
    return periods_between(moment.begins_at, moment.as_of, definition.anchor.period, name)


def _durations(
    visible: "ir.Table", units: "ir.Table", definition: Definition, moment: Moment, facts: Facts
) -> Compiled:
    """Each unit with the time to its first act, or how long it has waited without one."""
    import ibis

    found = acts_after(visible, units, definition, facts)
    first = found.group_by("unit").aggregate(done_at=found.occurred_at.min(), doer=found.doer.argmin(found.position))
    joined = units.left_join(first, "unit")
    until = joined.done_at.coalesce(ibis.least(joined.ends_at, literal(in_utc(moment.as_of))))
    timed = joined.select(
        *units.columns,
        "doer",
        waited=until.delta(joined.anchor_at, unit="microsecond"),
        is_done=joined.done_at.notnull(),
    )
    counted = timed.filter(timed.is_done & ~is_left_out(timed, definition, moment))
    doings = counted.select("unit", "owner", "doer", "number").mutate(times=_one())
    return Compiled(timed.drop("doer"), doings, doings, timed=timed.select(*TIMED))


def _settled(firsts: "ir.Table", definition: Definition, moment: Moment, periods: Sequence[Period]) -> Compiled:
    """Units by the first act in each."""
    import ibis

    ends_at, number = firsts.anchor_at + span(definition.window), period_number(firsts.anchor_at, periods)
    units = firsts.mutate(ends_at=ends_at, number=number)
    is_in_time = (units.done_at < units.ends_at).fill_null(False)
    if definition.form != "F4":
        counted = _that_count(units.filter(units.is_first & is_in_time), definition, moment)
        doings = counted.select("number", doer="done_by").mutate(times=_one())
        return Compiled(units, doings, doings)
    until = ibis.ifelse(is_in_time, units.done_at, ibis.least(units.ends_at, literal(in_utc(moment.as_of))))
    waited, doer = until.delta(units.anchor_at, unit="microsecond"), ibis.ifelse(is_in_time, units.done_by, ibis.null())
    timed = units.select("number", "anchor_at", "ends_at", waited=waited, is_done=is_in_time, doer=doer)
    return replace(parts_of_times(timed, definition, moment), timed=timed.select(*TIMED))


def parts_of_times(timed: "ir.Table", definition: Definition, moment: Moment) -> Compiled:
    """The parts of a duration whose times are known already, as far as counts by period need them."""
    counted = timed.filter(timed.is_done & ~is_left_out(timed, definition, moment))
    doings = counted.select("doer", "number").mutate(times=_one())
    return Compiled(timed, doings, doings)


def _first_decides(found: "ir.Table") -> "ir.Table":
    """Units whose first act is by one of the wanted classes. Two minima over one order decide it; no text is
    compared."""
    first = found.group_by("unit").aggregate(
        owner=found.owner.min(),
        number=found.number.min(),
        first_position=found.position.min(),
        doer_position=found.position.min(where=found.is_by_doer),
        doer=found.doer.argmin(found.position),
    )
    first = first.filter(first.first_position == first.doer_position)
    return first.select("unit", "owner", "doer", "number").mutate(times=_one())


def _enough(found: "ir.Table", definition: Definition) -> "ir.Table":
    done = found.group_by("unit").aggregate(
        owner=found.owner.min(),
        doer=found.doer.min(),
        number=found.number.min(),
        times=found.count(),
    )
    done = done.filter(done.times >= definition.minimum)
    return done.semi_join(_repeated(found, definition), "unit") if definition.spread.spans > 1 else done


def _repeated(found: "ir.Table", definition: Definition) -> "ir.Table":
    """Units of which enough spans of the window hold the minimum each."""
    opens, spread = definition.opens_after, definition.spread
    length = (definition.window - opens) / spread.spans // _MICROSECOND
    since = found.occurred_at.delta(found.anchor_at, unit="microsecond") - opens // _MICROSECOND
    spans = found.group_by("unit", part=(since / length).floor().cast("int64")).aggregate(times=found.count())
    spans = spans.filter(spans.times >= definition.minimum)
    kept = spans.group_by("unit").aggregate(spans=spans.count())
    return kept.filter(kept.spans >= spread.at_least).select("unit")


def _hands(found: "ir.Table", doings: "ir.Table") -> "ir.Table":
    return found.semi_join(doings, "unit").select("unit", "doer", "number").distinct()


def _one() -> "ir.IntegerScalar":
    import ibis

    return ibis.literal(1, type="int64")
