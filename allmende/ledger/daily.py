"""What people in calendar periods did day by day (forms F3, F5 and F6 of domain.md 4.2): the days of a period add up to it.

A day of theirs has no share and no rate of its own: who could have done it is only said of the whole period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from allmende.ledger.anchors import literal, period_number, visible_rows
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.measure import prepared
from allmende.ledger.periods import Period, in_utc, periods_between
from allmende.ledger.person_periods import acts_done, people_there


@dataclass(frozen=True, slots=True)
class DayActs:
    """On a day [starts_at, ends_at) so many people did it so many times."""

    starts_at: datetime
    ends_at: datetime
    people: int
    times: int


def acts_by_day(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    as_of: datetime,
    midnights: Sequence[datetime],
    zone: str = "UTC",
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> list[DayActs]:
    """The days between these ascending, aware midnights, without those on which the data had not begun.

    Counted as the definition's own periods count it, by whoever belongs to it, however often in the period.
    """
    days = tuple(Period(*edges) for edges in pairwise(midnights))
    with prepared(root, workspace, definition, as_of, "all", zone, limits, facts) as measured:
        if measured is None:
            return []
        moment = measured.moment
        visible = visible_rows(measured.rows, definition, moment)
        cells = periods_between(moment.begins_at, as_of, definition.anchor.period, zone)
        acts = acts_done(visible, definition, moment, cells, facts)
        there = people_there(visible, definition, moment, cells, facts)
        acts = acts.semi_join(there, [acts.doer == there.owner, acts.anchor_at == there.anchor_at])
        begin, end = (literal(in_utc(edge)) for edge in (days[0].start, days[-1].end))
        acts = acts.filter((acts.occurred_at >= begin) & (acts.occurred_at < end))
        placed = acts.mutate(day=period_number(acts.occurred_at, days))
        counted = placed.group_by("day").aggregate(times=placed.count(), people=placed.doer.nunique())
        found = {row["day"]: row for row in measured.engine.to_pyarrow(counted).to_pylist()}
    nothing = {"people": 0, "times": 0}
    told = ((day, found.get(number, nothing)) for number, day in enumerate(days))
    return [
        DayActs(day.start, day.end, counts["people"], int(counts["times"]))
        for day, counts in told
        if in_utc(day.start) >= moment.begins_at
    ]
