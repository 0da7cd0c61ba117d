"""The table of cohorts on a behaviour's page: month they came by months since. Groups below the floor are not shown (4.6)."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from allmende.behaviours.models import BehaviourDefinition, CohortCount

SHOWN = 12


@dataclass(frozen=True)
class Cohort:
    """Those of one month; `cells` holds (share, did) for each month since, None where it is not over."""

    joined_date: date
    people: int
    cells: tuple[tuple[float, int] | None, ...]


@dataclass(frozen=True)
class CohortTable:
    """The newest cohorts, the newest first; `hidden`: so many were too small to be shown."""

    months: tuple[int, ...]
    rows: tuple[Cohort, ...]
    hidden: int


def cohort_table(definition: BehaviourDefinition, floor: int) -> CohortTable | None:
    """The last twelve cohorts of at least `floor` people; None where there is none. One query."""
    counts = groupby(CohortCount.objects.filter(definition=definition), key=lambda one: one.joined_date)
    found = [list(of_month) for _joined, of_month in counts][-SHOWN:]
    shown = [rows for rows in found if rows[0].people >= floor]
    if not shown:
        return None
    months = range(max(len(rows) for rows in shown))
    return CohortTable(
        tuple(months), tuple(_cohort(rows, len(months)) for rows in reversed(shown)), len(found) - len(shown)
    )


def _cohort(rows: list[CohortCount], width: int) -> Cohort:
    cells = [(row.did / row.people, row.did) for row in rows]
    return Cohort(rows[0].joined_date, rows[0].people, (*cells, *[None] * (width - len(cells))))
