"""From a definition to expressions over the ledger: who is counted, what counts, how much of it (domain.md
4.2).

Every function gives Ibis expressions; nothing runs here. `compile_definition` gives the parts a measurement
needs:

    units       one row per unit: unit, owner (int64 or null), anchor_at, anchor_position, number (of its period)
    doings      one row per complete unit that succeeded: unit, owner, doer, number, times
    hands       one row per succeeded unit and person who did it: unit, doer, number
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from allmende.ledger.definition import Anchor, Definition, Predicate, Spread
from allmende.ledger.events import MARK_ACTS
from allmende.ledger.periods import Period, in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Moment:
    """When is counted: rows later than `as_of` do not exist yet; no unit is anchored before `begins_at`, where the data
    begin or begin again. Both aware."""

    as_of: datetime
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Compiled:
    """The expressions of one definition at one moment; the columns stand in the module's text."""

    units: "ir.Table"
    doings: "ir.Table"
    hands: "ir.Table"


def compile_definition(rows: "ir.Table", definition: Definition, moment: Moment, periods: Sequence[Period]) -> Compiled:
    """The expressions that count `definition` over `rows` (`events.stored_schema()`) in these periods."""
    _refuse_what_is_not_compiled(definition)
    visible = _visible(rows, definition, moment)
    units = _members(visible, definition) if definition.form == "F1" else _threads(visible, definition)
    units = units.filter(units.anchor_at >= _literal(in_utc(moment.begins_at)))
    units = units.mutate(number=period_number(units.anchor_at, periods))
    counted = units.filter(is_complete(units, definition, moment) & ~is_left_out(units, definition, moment))
    found = _acts_after(visible, counted, definition, until=definition.window)
    if definition.predicate.is_first:
        doings = _first_decides(found)
        return Compiled(units, doings, doings)
    doings = _enough(found, definition)
    hands = doings if definition.form == "F1" else _hands(found, doings)
    return Compiled(units, doings, hands)


def is_complete(units: "ir.Table", definition: Definition, moment: Moment) -> "ir.BooleanValue":
    """Whether the unit's window and the lag have passed."""
    return units.anchor_at <= _literal(in_utc(moment.as_of) - definition.window - definition.lag)


def is_left_out(units: "ir.Table", definition: Definition, moment: Moment) -> "ir.BooleanValue":
    """Left truncation: a first time less than W after the data begin may not have been the first."""
    import ibis

    if definition.anchor.kind != "first_act":
        return ibis.literal(False)
    return units.anchor_at < _literal(in_utc(moment.begins_at) + definition.window)


def time_to_act(rows: "ir.Table", definition: Definition, moment: Moment, periods: Sequence[Period]) -> "ir.Table":
    """One row per unit not left out: number (of its period), waited (microseconds to its first act, or to
    `as_of`), is_done."""
    visible = _visible(rows, definition, moment)
    units = _members(visible, definition) if definition.form == "F1" else _threads(visible, definition)
    units = units.filter(~is_left_out(units, definition, moment))
    units = units.mutate(number=period_number(units.anchor_at, periods))
    found = _acts_after(visible, units, definition, until=None)
    found = found.filter(found.is_by_doer)
    first = found.group_by("unit").aggregate(done_at=found.occurred_at.min())
    joined = units.left_join(first, "unit")
    ended_at = joined.done_at.coalesce(_literal(in_utc(moment.as_of)))
    waited = ended_at.delta(joined.anchor_at, unit="microsecond")
    return joined.select("unit", "number", waited=waited, is_done=joined.done_at.notnull())


def period_number(time: "ir.TimestampValue", periods: Sequence[Period]) -> "ir.IntegerValue":
    """Index of the period (contiguous, ascending) a time lies in: a tree of comparisons, the same on every
    engine and exact at changes of the clock. Times outside fall into the first or last."""
    import ibis

    def between(low: int, high: int) -> Any:
        if low == high:
            return ibis.literal(low, type="int32")
        middle = (low + high) // 2
        return ibis.ifelse(
            time < _literal(in_utc(periods[middle].end)), between(low, middle), between(middle + 1, high)
        )

    return between(0, len(periods) - 1)


def _refuse_what_is_not_compiled(definition: Definition) -> None:
    anchor, said, quality = definition.anchor, definition.predicate, definition.quality
    plain = replace(
        definition,
        segment="",
        opens_after=timedelta(0),
        in_workdays=False,
        spread=Spread(),
        anchor=Anchor(anchor.kind, anchor.acts),
        predicate=Predicate(said.acts, said.actor_classes, said.is_first),
        quality=replace(quality, on="act"),
    )
    is_known = {"F1": "first_act", "F2": "thread_root"}.get(definition.form) == anchor.kind
    if definition != plain or not is_known:
        raise ValueError(f"{definition.key} was not counted: definitions like it cannot be counted yet.")


def _visible(rows: "ir.Table", definition: Definition, moment: Moment) -> "ir.Table":
    seen = rows.filter(rows.deleted_at.isnull() & (rows.occurred_at <= _literal(in_utc(moment.as_of))))
    return seen.filter(seen.channel.isin(definition.channels)) if definition.channels else seen


def _members(visible: "ir.Table", definition: Definition) -> "ir.Table":
    """First time of each person; only those whose class at that very row belongs to the population."""
    known = visible.filter(visible.actor.notnull() & _is_one_of(visible, definition.anchor.acts))
    in_population = known.actor_class.isin(_population(definition))
    first = known.group_by("actor").aggregate(
        anchor_position=known.position.min(),
        population_position=known.position.min(where=in_population),
        anchor_at=known.occurred_at.min(),
    )
    first = first.filter(first.anchor_position == first.population_position)
    return first.select(
        unit=first.actor, owner=first.actor, anchor_at=first.anchor_at, anchor_position=first.anchor_position
    )


def _threads(visible: "ir.Table", definition: Definition) -> "ir.Table":
    roots = visible.filter(
        visible.is_root
        & _is_one_of(visible, definition.anchor.acts)
        & visible.actor_class.isin(_population(definition))
    )
    return roots.select(
        unit=roots.thread_id, owner=roots.actor, anchor_at=roots.occurred_at, anchor_position=roots.position
    )


def _acts_after(
    visible: "ir.Table", units: "ir.Table", definition: Definition, *, until: timedelta | None
) -> "ir.Table":
    """Acts that meet predicate and quality after their unit's anchor (and before anchor + `until`).

    Columns: unit, owner, number, anchor_at, doer, occurred_at, position, is_by_doer, object_id, thread_id.
    """
    wanted = _is_one_of(visible, definition.predicate.acts)
    if definition.exclusions:
        wanted &= visible.actor_class.notin(definition.exclusions)
    classes = definition.predicate.actor_classes
    is_by_doer = visible.actor_class.isin(classes) if classes else visible.actor_class.notnull()
    if not definition.predicate.is_first:
        wanted &= is_by_doer
    acts = visible.mutate(is_by_doer=is_by_doer).filter(wanted)
    joined = acts.join(units, _conditions(acts, units, definition, until))
    columns = (
        "unit",
        "owner",
        "number",
        "anchor_at",
        "occurred_at",
        "position",
        "is_by_doer",
        "object_id",
        "thread_id",
    )
    return _with_quality(joined.select(*columns, doer=joined.actor), visible, definition, until)


def _conditions(
    acts: "ir.Table", units: "ir.Table", definition: Definition, until: timedelta | None
) -> "list[ir.BooleanValue]":
    place = acts.actor if definition.form == "F1" else acts.thread_id
    conditions = [place == units.unit]
    if until is not None:
        conditions.append(acts.occurred_at < units.anchor_at + _span(until))
    if definition.anchor_counts:
        conditions += [acts.occurred_at >= units.anchor_at, acts.position >= units.anchor_position]
    else:
        conditions.append(acts.occurred_at > units.anchor_at)
    if definition.form == "F2":
        conditions.append(~acts.actor.identical_to(units.owner))
    return conditions


def _with_quality(acts: "ir.Table", visible: "ir.Table", definition: Definition, until: timedelta | None) -> "ir.Table":
    quality = definition.quality
    if quality.outside_own_thread:
        roots = visible.filter(visible.is_root).select("thread_id", opener="actor")
        placed = acts.left_join(roots, "thread_id")
        acts = placed.filter(~placed.opener.identical_to(placed.doer)).select(acts.columns)
    if quality.any_of:
        acts = acts.semi_join(_marked(acts, visible, definition, until), "position")
    return acts


def _marked(acts: "ir.Table", visible: "ir.Table", definition: Definition, until: timedelta | None) -> "ir.Table":
    """Positions of the acts with one of the wanted marks, given by somebody else in time."""
    import ibis

    wanted = {mark: MARK_ACTS[mark] for mark in definition.quality.any_of}
    marks = visible.filter((visible.kind == "gesture") & visible.act.isin(tuple(wanted.values())))
    if definition.exclusions:
        marks = marks.filter(marks.actor_class.notin(definition.exclusions))
    marks = marks.select("object_id", "act", giver="actor", marked_at="occurred_at")
    conditions = [acts.object_id == marks.object_id, ~acts.doer.identical_to(marks.giver)]
    if until is not None:
        conditions.append(marks.marked_at < acts.anchor_at + _span(until + definition.lag))
    given = acts.join(marks, conditions)
    needed = {"accepted": 1, "thanked": 1, "helpful_votes": definition.quality.helpful_votes}
    counts = given.group_by("position").aggregate(
        **{mark: given.count(where=given.act == act) for mark, act in wanted.items()}
    )
    return counts.filter(ibis.or_(*(counts[mark] >= needed[mark] for mark in wanted))).select("position")


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
    return done.filter(done.times >= definition.minimum)


def _hands(found: "ir.Table", doings: "ir.Table") -> "ir.Table":
    return found.semi_join(doings, "unit").select("unit", "doer", "number").distinct()


def _population(definition: Definition) -> tuple[str, ...]:
    return tuple(one for one in definition.population if one not in definition.exclusions)


def _is_one_of(rows: "ir.Table", acts: Sequence[str]) -> "ir.BooleanValue":
    return rows.act.isin(tuple(acts)) if acts else rows.kind == "message"


def _literal(moment: datetime) -> "ir.TimestampScalar":
    import ibis

    return ibis.literal(moment, type="timestamp('UTC', 6)")


def _span(length: timedelta) -> "ir.IntervalScalar":
    import ibis

    return ibis.interval(seconds=int(length.total_seconds()))


def _one() -> "ir.IntegerScalar":
    import ibis

    return ibis.literal(1, type="int64")
