"""What was counted in a period, in the definition's own form and with the people behind it: ready to be judged."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from math import isinf
from typing import Literal

from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.domain import verdict as domain
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.facts import Facts
from allmende.ledger.measure import PeriodRow, PersonUnits, member_months, units_by_person
from allmende.ledger.periods import Around, PeriodKind
from allmende.ledger.waits import Waits, waits_by_period
from allmende.team.models import Workspace

Counter = Callable[[PeriodRow | None], domain.Counts]


def counter_of(
    workspace: Workspace, definition: Definition, facts: Facts, *, as_of: datetime, period: PeriodKind | Around
) -> Counter:
    """Gives of each row of these periods what it counted: a share, a rate (F3) or durations (F4), with its people."""
    if definition.form == "F4":
        place = (ledger_root(), ledger_name(workspace))
        waits = waits_by_period(*place, definition, as_of=as_of, period=period, zone=workspace.zone, facts=facts)
        return lambda row: durations_of(waits.get(row.period_start) if row else None)
    people = people_by_period(workspace, definition, facts, as_of=as_of, period=period)
    counted = rate_of if definition.form == "F3" else share_of
    return lambda row: counted(row, people.get(row.period_start, ()) if row else ())


def people_by_period(
    workspace: Workspace,
    definition: Definition,
    facts: Facts,
    *,
    as_of: datetime,
    period: PeriodKind | Around,
    limits: Limits = DEFAULT_LIMITS,
) -> dict[datetime, list[PersonUnits]]:
    """Who holds the units: the member; of opportunities the one who made them succeed, because few answer for many."""
    by: Literal["owner", "doer"] = "doer" if definition.unit == "opportunity" else "owner"
    place = (ledger_root(), ledger_name(workspace))
    zone = workspace.zone
    found = units_by_person(
        *place, definition, as_of=as_of, period=period, zone=zone, by=by, facts=facts, limits=limits
    )
    periods: dict[datetime, list[PersonUnits]] = {}
    for one in found:
        periods.setdefault(one.period_start, []).append(one)
    return periods


def share_of(row: PeriodRow | None, people: Iterable[PersonUnits] = ()) -> domain.Share:
    """k of n with its people; units of nobody known stand alone."""
    if row is None:
        return domain.Share(0, 0)
    units: dict[Hashable, tuple[int, int]] = {
        one.person if one.person is not None else ("alone", one.period_start, place): (one.successes, one.units)
        for place, one in enumerate(people)
    }
    return domain.Share(row.successes, row.complete, units or None, known_people(units) if units else None)


def rate_of(row: PeriodRow | None, people: Iterable[PersonUnits] = ()) -> domain.Rate:
    """Times per member-month, with how often each person did it and for how long they could."""
    if row is None or not row.exposure_months:
        return domain.Rate(0, 0.0)
    held: dict[Hashable, tuple[int, float]] = {
        one.person: (one.successes, member_months(one.units)) for one in people if one.units
    }
    return domain.Rate(sum(times for times, _ in held.values()), row.exposure_months, held)


def durations_of(waits: Waits | None) -> domain.Durations:
    """Seconds until it was done, with those still open and who ended them."""
    return domain.Durations(waits.ended, waits.open_since, waits.ended_by) if waits else domain.Durations(())


def known_people(units: Iterable[Hashable]) -> int:
    """How many of these holders of units are people."""
    return sum(1 for one in units if isinstance(one, int))


def bounded(value: domain.Value) -> domain.Value:
    """A bound nobody can give is kept as none: no number of the database or of JSON is infinite."""
    return None if isinstance(value, float) and isinf(value) else value
