"""What became of those who came in the same month: how many of them did it in each month since (domain.md 4.2)."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from allmende.ledger.anchors import period_number, population_of, visible_rows
from allmende.ledger.definition import Anchor, Definition, Predicate, Spread
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.measure import Measured, prepared
from allmende.ledger.periods import Period, in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONTHS = 12


class CohortRow(NamedTuple):
    """Of `people` whose first row lies in the month that begins at `joined_at`, `did` did it `months` months later, in a
    calendar month that is over. Aware midnights of the zone."""

    joined_at: datetime
    months: int
    people: int
    did: int


def cohorts(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    as_of: datetime,
    zone: str = "UTC",
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> list[CohortRow]:
    """Every cohort with each month since it came, at most `MONTHS` of them, ascending; months in which nobody did it included.

    A person belongs to the month of their first row in the definition's channels, if the class they had then is counted. The
    month in which the data begin is left out: nobody knows who came in it. It is done by whoever does the act with its quality;
    whose unit it is, in which window, and whether it was the first does not matter here.
    """
    monthly = by_month(definition)
    with prepared(root, workspace, monthly, as_of, "month", zone, limits, facts) as measured:
        if measured is None:
            return []
        joined = _joined(measured, monthly, facts)
        sizes = joined.group_by("cohort").aggregate(people=joined.count())
        doings = measured.parts.doings
        done = doings.select("owner", "number").distinct().join(joined, "owner")
        counts = done.group_by("cohort", "number").aggregate(did=done.count())
        people = {row["cohort"]: row["people"] for row in measured.engine.to_pyarrow(sizes).to_pylist()}
        did = {(row["cohort"], row["number"]): row["did"] for row in measured.engine.to_pyarrow(counts).to_pylist()}
        return list(_rows(measured.periods, people, did, in_utc(as_of) - monthly.lag))


def by_month(definition: Definition) -> Definition:
    """The same act with the same quality, asked of each person in each calendar month."""
    predicate = definition.predicate
    return replace(
        definition,
        form="F5",
        unit="member_period",
        anchor=Anchor("period", predicate.acts, period="month"),
        predicate=Predicate(predicate.acts, predicate.actor_classes),
        window=timedelta(0),
        opens_after=timedelta(0),
        in_workdays=False,
        spread=Spread(),
        anchor_counts=False,
        minimum=definition.minimum if definition.anchor.kind == "period" else 1,
    )


def _joined(measured: Measured, definition: Definition, facts: Facts) -> "ir.Table":
    """owner and cohort: the number of the month in which they came."""
    visible = visible_rows(measured.rows, definition, measured.moment)
    seen = visible.filter(visible.actor.notnull())
    counted = seen.actor_class.isin(population_of(definition))
    first = seen.group_by(owner=seen.actor).aggregate(
        first_at=seen.occurred_at.min(), position=seen.position.min(), counted=seen.position.min(where=counted)
    )
    first = first.filter(first.position == first.counted)
    if definition.segment:
        stays = facts.stays(definition.segment)
        first = first.semi_join(stays, first.owner == stays.person)
    return first.select("owner", cohort=period_number(first.first_at, measured.periods))


def _rows(
    periods: "tuple[Period, ...]", people: dict[int, int], did: dict[tuple[int, int], int], over: datetime
) -> "list[CohortRow]":
    closed = [number for number, one in enumerate(periods) if in_utc(one.end) <= over]
    return [
        CohortRow(periods[cohort].start, number - cohort, people[cohort], did.get((cohort, number), 0))
        for cohort in sorted(people)
        for number in closed
        if cohort > 0 and 0 <= number - cohort <= MONTHS
    ]
