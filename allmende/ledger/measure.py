"""Counting a definition over a workspace's ledger, period by period. It counts; it does not judge (that is
`domain.verdict`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from allmende.ledger.compiler import Compiled, Moment, compile_definition, is_complete, is_left_out
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits, connected, interactions
from allmende.ledger.files import Ledger, first_time, month_of
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

if TYPE_CHECKING:
    import ibis.backends
    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One definition in one period [period_start, period_end), aware midnights of the zone asked for.

    complete: units whose window and lag have passed (the denominator); successes: those that met the
    definition; censored: units still open, never in the denominator; left_out: first times too near to the
    beginning of the data. people: different persons who did it; times: acts that made complete units succeed.
    is_closed: no unit of the period can be open any more.
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

    @property
    def share(self) -> float | None:
        """Successes per complete unit; None without any."""
        return self.successes / self.complete if self.complete else None


class PersonUnits(NamedTuple):
    """k of n for one person in one period, for the bootstrap by person. `person` is None where nobody is
    known."""

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
    limits: Limits = DEFAULT_LIMITS,
) -> list[PeriodRow]:
    """The periods in which a unit was anchored, ascending; empty for an empty ledger. Rows later than `as_of`
    are not seen."""
    with prepared(root, workspace, definition, as_of, period, zone, limits) as measured:
        if measured is None:
            return []
        found = measured.engine.to_pyarrow(period_counts(measured, definition)).to_pylist()
        return [_row(definition, measured, counts) for counts in found]


def units_by_person(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    as_of: datetime,
    period: PeriodKind | Around = "month",
    zone: str = "UTC",
    by: Literal["owner", "doer"] = "owner",
    limits: Limits = DEFAULT_LIMITS,
) -> list[PersonUnits]:
    """Complete units and successes per period and person.

    `owner`: a unit belongs to whom it is about (the member; the asker). `doer`: a succeeded unit belongs to
    who made it succeed (of several, the one with the smallest key), every other unit stands alone with person
    None: for few helpers with many answers.
    """
    with prepared(root, workspace, definition, as_of, period, zone, limits) as measured:
        if measured is None:
            return []
        found = measured.engine.to_pyarrow(_by_person(measured, definition, by)).to_pylist()
        rows = [_person(measured, counts) for counts in found]
        return [one for row in rows for one in _alone(row)]


def period_counts(measured: Measured, definition: Definition) -> "ir.Table":
    """One row per period number: complete, censored, left_out, successes, people, times."""
    units, doings, hands = measured.parts.units, measured.parts.doings, measured.parts.hands
    complete = is_complete(units, definition, measured.moment)
    left_out = is_left_out(units, definition, measured.moment)
    open_and_closed = units.group_by("number").aggregate(
        complete=units.count(where=complete & ~left_out),
        censored=units.count(where=~complete & ~left_out),
        left_out=units.count(where=left_out),
    )
    if hands is doings:
        done = doings.group_by("number").aggregate(
            successes=doings.count(), times=doings.times.sum(), people=doings.doer.nunique()
        )
    else:
        people = hands.group_by("number").aggregate(people=hands.doer.nunique())
        sums = doings.group_by("number").aggregate(successes=doings.count(), times=doings.times.sum())
        done = sums.left_join(people, "number").select("number", "successes", "times", "people")
    joined = open_and_closed.left_join(done, "number")
    filled = {name: joined[name].fill_null(0) for name in ("successes", "times", "people")}
    return joined.select("number", "complete", "censored", "left_out", **filled).order_by("number")


@contextmanager
def prepared(
    root: Path,
    workspace: str,
    definition: Definition,
    as_of: datetime,
    period: PeriodKind | Around | Spans,
    zone: str,
    limits: Limits,
) -> Iterator[Measured | None]:
    """Opens the engine over the files up to `as_of`; None when the ledger holds nothing by then."""
    with Ledger(root).reading(workspace, until=month_of(as_of)) as paths:
        begins_at = first_time(paths)
        if begins_at is None or begins_at > as_of:
            yield None
            return
        if isinstance(period, Around) and period.since:
            begins_at = max(begins_at, in_utc(period.since))
        moment = Moment(in_utc(as_of), begins_at)
        with connected(limits) as engine:
            rows = interactions(engine, paths)
            if isinstance(period, Around):
                periods = periods_around(begins_at, as_of, period, zone)
            elif isinstance(period, Spans):
                periods = periods_in_spans(begins_at, as_of, period)
            else:
                periods = periods_between(begins_at, as_of, period, zone)
            parts = compile_definition(rows, definition, moment, periods)
            yield Measured(engine, rows, parts, moment, periods)


def _by_person(measured: Measured, definition: Definition, by: Literal["owner", "doer"]) -> "ir.Table":
    doings = measured.parts.doings.select("unit", "doer", is_success=measured.parts.doings.times >= 1)
    joined = counted_units(measured, definition).left_join(doings, "unit")
    return joined.group_by("number", person=joined[by]).aggregate(
        units=joined.count(), successes=joined.count(where=joined.is_success.fill_null(False))
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


def _row(definition: Definition, measured: Measured, counts: dict[str, Any]) -> PeriodRow:
    period = measured.periods[counts["number"]]
    last_end = in_utc(period.end) + definition.window + definition.lag
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
        is_closed=last_end <= measured.moment.as_of,
    )
