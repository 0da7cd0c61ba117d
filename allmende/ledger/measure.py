"""Counting a definition over a workspace's ledger, period by period. It counts; it does not judge (that is
`domain.verdict`)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from allmende.ledger.compiler import (
    Compiled,
    Moment,
    compile_definition,
    is_complete,
    is_left_out,
    parts_of_times,
)
from allmende.ledger.definition import Definition
from allmende.ledger.durations import times_by
from allmende.ledger.engine import DEFAULT_LIMITS, Limits, connected, interactions
from allmende.ledger.engine_address import HERE
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.files import Ledger, first_time, month_of
from allmende.ledger.kept import kept_parts
from allmende.ledger.periods import (
    Around,
    Period,
    PeriodKind,
    Spans,
    in_utc,
    periods_around,
    periods_between,
    periods_in_spans,
)
from allmende.ledger.summed import summed_counts

if TYPE_CHECKING:
    import ibis.backends
    import ibis.expr.types as ir


_SECONDS_PER_MONTH = 365.25 / 12 * 86_400


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One definition in one period [period_start, period_end), aware midnights of the zone asked for.

    complete: units whose window and lag have passed (the denominator); successes: those that met the
    definition; censored: units still open, never in the denominator; left_out: too near to the beginning of the
    data. people: different persons who did it; times: acts that made complete units succeed. is_closed: no unit of
    the period can be open any more. What a form says beyond that is None in the others:

    F3: exposure_seconds, how long the complete units' people could do it. F4: median and p90 of the time it took,
    with open units (censored) after Kaplan-Meier; None as well where too many are open, "more than that". F5: of
    again_of successes whose next period is over, so many did it again. F6: factor, the smallest number of people
    who together give half of the times.
    """

    definition: str
    version: int
    form: str
    period_start: datetime
    period_end: datetime
    complete: int
    censored: int
    left_out: int
    successes: int
    people: int
    times: int
    is_closed: bool
    exposure_seconds: int | None = None
    median: timedelta | None = None
    p90: timedelta | None = None
    again: int | None = None
    again_of: int | None = None
    factor: int | None = None

    @property
    def exposure_months(self) -> float | None:
        """How long people could do it, in member-months."""
        return None if self.exposure_seconds is None else member_months(self.exposure_seconds)

    @property
    def rate(self) -> float | None:
        """Times per member-month; None without any."""
        return self.times / self.exposure_months if self.exposure_months else None

    @property
    def share(self) -> float | None:
        """Successes per complete unit; None without any."""
        return self.successes / self.complete if self.complete else None


def member_months(seconds: float) -> float:
    """Seconds of exposure in months, each a twelfth of 365.25 days."""
    return seconds / _SECONDS_PER_MONTH


class PersonUnits(NamedTuple):
    """k of n for one person in one period, for the bootstrap by person; of a rate (F3) times and seconds of exposure.
    `person` is None where nobody is known."""

    period_start: datetime
    person: int | None
    units: int
    successes: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measurement needs in common: the engine, the expressions, the periods that can hold units."""

    engine: "ibis.backends.BaseBackend"
    rows: "ir.Table"
    parts: Compiled
    moment: Moment
    periods: tuple[Period, ...]


def measure(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    as_of: datetime,
    period: PeriodKind | Around | Spans = "month",
    zone: str = "UTC",
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> list[PeriodRow]:
    """The periods in which a unit was anchored, ascending; empty for an empty ledger. Rows later than `as_of`
    are not seen."""
    with prepared(root, workspace, definition, as_of, period, zone, limits, facts, may_be_kept=True) as measured:
        return counted_rows(measured, definition) if measured else []


def counted_rows(measured: Measured, definition: Definition) -> list[PeriodRow]:
    """The periods in which a unit was anchored, ascending, with all a form says of them."""
    if measured.parts.timed is None:
        return _rows_of(measured, definition)
    if measured.engine.name != HERE:
        return _with_times(_rows_of(measured, definition), measured, definition)
    with measured.parts.timed.cache() as timed:
        known = replace(measured, parts=parts_of_times(timed, definition, measured.moment))
        return _with_times(_rows_of(known, definition), known, definition)


def _rows_of(measured: Measured, definition: Definition) -> list[PeriodRow]:
    found = measured.engine.to_pyarrow(period_counts(measured, definition)).to_pylist()
    periods, as_of = measured.periods, measured.moment.as_of
    return [period_row(definition, periods[counts["number"]], counts, as_of) for counts in found]


def units_by_person(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    as_of: datetime,
    period: PeriodKind | Around = "month",
    zone: str = "UTC",
    by: Literal["owner", "doer"] = "owner",
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> list[PersonUnits]:
    """Complete units and successes per period and person.

    `owner`: a unit belongs to whom it is about (the member; the asker). `doer`: a succeeded unit belongs to
    who made it succeed (of several, the one with the smallest key), every other unit stands alone with person
    None: for few helpers with many answers.
    """
    with prepared(root, workspace, definition, as_of, period, zone, limits, facts, may_be_kept=True) as measured:
        if measured is None:
            return []
        found = measured.engine.to_pyarrow(_by_person(measured, definition, by)).to_pylist()
        rows = [_person(measured, counts) for counts in found]
        return [one for row in rows for one in _alone(row)]


def period_counts(measured: Measured, definition: Definition) -> "ir.Table":
    """One row per period number: complete, censored, left_out, successes, people, times."""
    if measured.parts.summed:
        counts = summed_counts(measured.parts, definition, measured.moment, measured.periods)
        return counts.order_by("number")
    units = measured.parts.units
    complete = is_complete(units, definition, measured.moment)
    left_out = is_left_out(units, definition, measured.moment)
    open_and_closed = units.group_by("number").aggregate(
        complete=units.count(where=complete & ~left_out),
        censored=units.count(where=~complete & ~left_out),
        left_out=units.count(where=left_out),
    )
    done = _done(measured.parts)
    joined = open_and_closed.left_join(done, "number")
    filled = {name: joined[name].fill_null(0) for name in ("successes", "times", "people")}
    counts = joined.select("number", "complete", "censored", "left_out", **filled)
    more = _of_form(measured, definition)
    return (counts if more is None else counts.left_join(more, "number").drop("number_right")).order_by("number")


def _done(parts: Compiled) -> "ir.Table":
    """One row per period number: successes, times, people."""
    doings, hands, acts = parts.doings, parts.hands, parts.acts
    if acts is not None:
        return acts.group_by("number").aggregate(
            successes=acts.unit.nunique(), times=acts.count(), people=acts.doer.nunique()
        )
    people = doings.doer.count() if parts.is_one_each else doings.doer.nunique()
    sums = {"successes": doings.count(), "times": doings.times.sum()}
    if hands is doings:
        return doings.group_by("number").aggregate(**sums, people=people)
    by_hand = hands.group_by("number").aggregate(people=hands.doer.nunique())
    told = doings.group_by("number").aggregate(**sums)
    return told.left_join(by_hand, "number").select("number", "successes", "times", "people")


@contextmanager
def prepared(
    root: Path,
    workspace: str,
    definition: Definition,
    as_of: datetime,
    period: PeriodKind | Around | Spans,
    zone: str,
    limits: Limits,
    facts: Facts = NO_FACTS,
    may_be_kept: bool = False,
) -> Iterator[Measured | None]:
    """Opens the engine over the files up to `as_of`; None when the ledger holds nothing by then. `may_be_kept`: units that
    were counted for this very moment will do, though they do not say where their anchor stood."""
    reading = Ledger(root).reading(workspace, until=month_of(as_of), elsewhere=limits.is_elsewhere)
    with reading as paths:
        begins_at = first_time(paths)
        if begins_at is None or begins_at > as_of:
            yield None
            return
        if isinstance(period, Around) and period.since and in_utc(period.since) > begins_at:
            begins_at, may_be_kept = in_utc(period.since), False
        if isinstance(period, Spans) and definition.unit == "member_period":
            may_be_kept = False  # its calendar is that of the spans
        moment = Moment(in_utc(as_of), begins_at)
        with connected(limits) as engine:
            rows = interactions(engine, paths)
            if isinstance(period, Around):
                periods = periods_around(begins_at, as_of, period, zone)
            elif isinstance(period, Spans):
                periods = periods_in_spans(begins_at, as_of, period)
            else:
                periods = periods_between(begins_at, as_of, period, zone)
            is_here = may_be_kept and not limits.is_elsewhere
            kept = kept_parts(engine, root / workspace, definition, moment, zone, periods) if is_here else None
            parts = kept or compile_definition(rows, definition, moment, periods, facts)
            yield Measured(engine, rows, parts, moment, periods)


def _of_form(measured: Measured, definition: Definition) -> "ir.Table | None":
    """What a form says beyond people, times and units, by period number."""
    if definition.form == "F3":
        units = counted_units(measured, definition)
        return units.group_by("number").aggregate(exposure=units.exposure.sum())
    if definition.form == "F5":
        return _again(measured, definition)
    return _factors(measured) if definition.form == "F6" else None


def _again(measured: Measured, definition: Definition) -> "ir.Table":
    """Of those whose next period is over: how many they are, and how many did it again then."""
    doings = measured.parts.doings
    over = counted_units(measured, definition).select(next_at="anchor_at").distinct()
    ours = doings.semi_join(over, doings.ends_at == over.next_at)
    later = doings.select(owner="owner", ends_at="anchor_at", later="times")
    met = ours.left_join(later, ["owner", "ends_at"])
    return met.group_by("number").aggregate(again_of=met.count(), again=met.later.count())


def _factors(measured: Measured) -> "ir.Table":
    """The fewest people who together give half. Of those who did it equally often it is enough to know how many they are: of
    them as many are needed as fill what the busier ones leave of a half."""
    import ibis

    doings = measured.parts.doings
    if not measured.parts.is_one_each:
        doings = doings.group_by("number", "owner").aggregate(times=doings.times.sum().cast("int64"))
    alike = doings.group_by("number", "times").aggregate(people=doings.count())
    alike = alike.mutate(given=alike.people * alike.times)
    busiest = ibis.window(group_by="number", order_by=ibis.desc("times"), rows=(None, 0))
    summed = alike.mutate(
        before=alike.given.sum().over(busiest).cast("int64") - alike.given,
        total=alike.given.sum().over(ibis.window(group_by="number")).cast("int64"),
    )
    missing = summed.total - summed.before * 2
    needed = ((missing + summed.times * 2 - 1) // (summed.times * 2)).clip(0, summed.people)
    told = summed.select("number", needed=needed)
    return told.group_by("number").aggregate(factor=told.needed.sum().cast("int64"))


def _with_times(rows: list[PeriodRow], measured: Measured, definition: Definition) -> list[PeriodRow]:
    """The rows with median and 90th percentile of the time their units took."""
    import numpy as np

    units = measured.parts.units
    counted = units.filter(~is_left_out(units, definition, measured.moment))
    found = measured.engine.to_pyarrow(counted.select("number", "waited", "is_done"))
    numbers, waited, is_done = (found[name].to_numpy() for name in ("number", "waited", "is_done"))
    order = np.argsort(numbers, kind="stable")
    numbers, waited, is_done = numbers[order], waited[order], is_done[order]
    places = {one.start: number for number, one in enumerate(measured.periods)}
    timed = []
    for row in rows:
        mine = slice(*np.searchsorted(numbers, (places[row.period_start], places[row.period_start] + 1)))
        median, p90 = times_by(waited[mine], is_done[mine], 0.5, 0.9)
        timed.append(replace(row, median=median, p90=p90))
    return timed


def _by_person(measured: Measured, definition: Definition, by: Literal["owner", "doer"]) -> "ir.Table":
    if definition.form == "F3":
        return _exposures(measured, definition)
    doings = measured.parts.doings.select("unit", "doer", is_success=measured.parts.doings.times >= 1)
    joined = counted_units(measured, definition).left_join(doings, "unit")
    return joined.group_by("number", person=joined[by]).aggregate(
        units=joined.count(), successes=joined.count(where=joined.is_success.fill_null(False))
    )


def _exposures(measured: Measured, definition: Definition) -> "ir.Table":
    doings = measured.parts.doings.select("unit", "times")
    joined = counted_units(measured, definition).left_join(doings, "unit")
    return joined.group_by("number", person=joined.owner).aggregate(
        units=joined.exposure.sum(), successes=joined.times.sum().fill_null(0)
    )


def counted_units(measured: Measured, definition: Definition) -> "ir.Table":
    """The complete units that count: their window and lag have passed, and none is too near to the beginning of the data."""
    units = measured.parts.units
    kept = is_complete(units, definition, measured.moment) & ~is_left_out(units, definition, measured.moment)
    return units.filter(kept)


def _person(measured: Measured, counts: dict[str, Any]) -> PersonUnits:
    start = measured.periods[counts["number"]].start
    return PersonUnits(start, counts["person"], counts["units"], counts["successes"])


def _alone(row: PersonUnits) -> Iterator[PersonUnits]:
    """Units nobody is known for cannot depend on one another through a person: one row each."""
    if row.person is not None:
        yield row
        return
    for place in range(row.units):
        yield PersonUnits(row.period_start, None, 1, 1 if place < row.successes else 0)


def period_row(definition: Definition, period: Period, counts: Mapping[str, Any], as_of: datetime) -> PeriodRow:
    """The figures of one period, as they stood at `as_of`."""
    is_over = _last_end(definition, period) <= in_utc(as_of)
    return PeriodRow(
        definition=definition.key,
        version=definition.version,
        form=definition.form,
        period_start=period.start,
        period_end=period.end,
        complete=counts["complete"],
        censored=counts["censored"],
        left_out=counts["left_out"],
        successes=counts["successes"],
        people=counts["people"],
        times=int(counts["times"]),
        is_closed=is_over and not (definition.form == "F4" and counts["censored"]),
        exposure_seconds=_whole(counts.get("exposure")) if definition.form == "F3" else None,
        again=counts.get("again"),
        again_of=counts.get("again_of"),
        factor=counts.get("factor"),
    )


def _last_end(definition: Definition, period: Period) -> datetime:
    """When the last unit that can be anchored in the period is complete."""
    if definition.anchor.kind != "period":
        return in_utc(period.end) + definition.reach
    zone = getattr(period.start.tzinfo, "key", "UTC")
    last = periods_between(period.start, in_utc(period.end) - timedelta.resolution, definition.anchor.period, zone)[-1]
    ends = [period.end, last.end] if last.start >= period.start else [period.end]
    return in_utc(max(ends)) + definition.lag


def _whole(value: float | None) -> int:
    """DuckDB sums whole numbers into wider ones, which arrive as decimals."""
    return int(value or 0)
