"""A verdict held against what else may have changed a figure: who is counted, and the season (`domain.md` 4.4, step 7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from allmende.behaviours.queries.causes import (
    Part,
    PeriodValue,
    WeekCount,
    a_year_before,
    mixes_of,
    same_weeks_last_year,
)
from allmende.behaviours.queries.counts import counter_of
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.domain import verdict as domain
from allmende.ledger.definition import SHARES, Definition
from allmende.ledger.measure import measure
from allmende.ledger.periods import Around
from allmende.team.models import Workspace


def last_year_of(
    workspace: Workspace,
    definition: Definition,
    around: Around,
    as_of: datetime,
    weeks: Sequence[WeekCount],
    values: Sequence[PeriodValue],
) -> domain.Counts | None:
    """What was counted a year before the days since the cut; None where nothing was by then.

    Shares from the weeks counted before; rates and durations from the ledger, if their `values` reach back that far.
    """
    if definition.form in SHARES:
        return same_weeks_last_year(weeks, around.cut, around.until)
    is_calendar = definition.anchor.kind == "period"
    start, end = (a_year_before(at, is_calendar) for at in (around.cut, around.until))
    if not any(one.start <= start for one in values):
        return None
    then = Around(start, max(end, start + timedelta(days=1)))
    facts = facts_for(workspace, definition, as_of)
    told: Any = {"as_of": as_of, "period": then}
    place = (ledger_root(), ledger_name(workspace))
    rows = measure(*place, definition, zone=workspace.zone, facts=facts, **told)
    row = next((one for one in rows if one.period_start == start and one.period_end == then.until), None)
    return counter_of(workspace, definition, facts, **told)(row) if row else None


def with_other_causes(
    verdict: domain.Verdict,
    now: domain.Counts,
    before: domain.Counts | None,
    parts: Sequence[Part],
    last_year: domain.Counts | None,
    *,
    confidence: float,
    seed: int,
) -> domain.Verdict:
    """The verdict with a step for each mix there is and for the season; some change the word."""
    for mix in mixes_of(parts, confidence, _spread(now, before), seed):
        verdict = domain.with_mix(verdict, mix)
    if before is None or last_year is None:
        return verdict
    if isinstance(now, domain.Share) and isinstance(last_year, domain.Share):
        return domain.with_season(verdict, now, last_year, confidence, now.design_effect)
    if isinstance(now, domain.Share) or isinstance(last_year, domain.Share):
        return verdict
    return domain.with_season_of_values(verdict, now, last_year, seed=seed, confidence=confidence)


def _spread(now: domain.Counts, before: domain.Counts | None) -> tuple[float, float]:
    """Of shares how much units depend on one another, of rates how much people scatter, now and before."""
    if isinstance(now, domain.Share) and isinstance(before, domain.Share):
        return now.design_effect, before.design_effect
    if isinstance(now, domain.Rate) and isinstance(before, domain.Rate):
        scatter = domain.scatter_of(now, before)
        return scatter, scatter
    return 1.0, 1.0
