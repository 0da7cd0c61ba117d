"""Counting single days: what yesterday brought, and the days before it. Reads files, writes nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from allmende.behaviours.queries.counting import midnight
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.ledger.daily import DayActs, acts_by_day
from allmende.ledger.definition import Definition
from allmende.ledger.measure import PeriodRow, measure
from allmende.ledger.periods import Spans, in_utc
from allmende.team.models import Workspace


@dataclass(frozen=True, slots=True)
class DayCount:
    """Of `complete` units whose window and lag ended on a day [starts_at, ends_at), so many succeeded."""

    starts_at: datetime
    ends_at: datetime
    complete: int
    successes: int
    people: int
    times: int


def count_days(workspace: Workspace, definition: Definition, *, as_of: datetime, last: int) -> list[DayCount]:
    """The `last` days until yesterday, in the workspace's zone; none before the data begin.

    A unit belongs to the day its window and lag ended on, not to the one it began on: so no day holds open units, and
    yesterday's figure is as whole as any other.
    """
    today = as_of.astimezone(ZoneInfo(workspace.zone)).date()
    midnights = [midnight(today - timedelta(days=ago), workspace.zone) for ago in range(last, -1, -1)]
    reach = definition.reach
    anchors = tuple((in_utc(one) - reach).astimezone(one.tzinfo) for one in midnights)
    told: Any = {"zone": workspace.zone, "facts": facts_for(workspace, definition, as_of)}
    rows = measure(ledger_root(), ledger_name(workspace), definition, as_of=as_of, period=Spans(anchors), **told)
    found = {row.period_start: row for row in rows}
    days = zip(anchors, pairwise(midnights), strict=False)
    return [_day(*day, found.get(start)) for start, day in days if rows and start >= rows[0].period_start]


def acts_of_days(workspace: Workspace, definition: Definition, *, as_of: datetime, last: int) -> list[DayActs]:
    """What people in calendar periods did on each of the `last` days until yesterday; none before the data begin."""
    today = as_of.astimezone(ZoneInfo(workspace.zone)).date()
    midnights = [midnight(today - timedelta(days=ago), workspace.zone) for ago in range(last, -1, -1)]
    place = (ledger_root(), ledger_name(workspace))
    facts = facts_for(workspace, definition, as_of)
    return acts_by_day(*place, definition, as_of=as_of, midnights=midnights, zone=workspace.zone, facts=facts)


def _day(starts_at: datetime, ends_at: datetime, row: PeriodRow | None) -> DayCount:
    counts = (row.complete, row.successes, row.people, row.times) if row else (0, 0, 0, 0)
    return DayCount(starts_at, ends_at, *counts)
