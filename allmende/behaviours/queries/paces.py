"""How a measure runs: its level and how much a month brings, from what was measured; no file is opened (`domain.md` 4.3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log
from statistics import median

from allmende.behaviours.models import BehaviourDefinition, Measurement, Verdict
from allmende.behaviours.queries.definitions import counted_as
from allmende.domain.verdict import CONFIDENCE
from allmende.domain.verdict.intervals import z_two_sided
from allmende.ledger.definition import Definition
from allmende.ledger.measure import member_months
from allmende.ledger.periods import PeriodKind, in_utc, periods_between
from allmende.plan.catalogue import UNITS
from allmende.plan.queries.reach import Pace

MONTHS = {"week": 12 / 52, "month": 1.0, "quarter": 3.0}
HOUR = 3_600.0


def year_before(moment: datetime) -> datetime:
    """Where the year begins that a pace is of."""
    return moment - timedelta(days=366)


def paces_in(definitions: Sequence[BehaviourDefinition], as_of: datetime) -> dict[str, Pace]:
    """By key, from the closed periods of the last year; definitions of which nothing was counted, and concentration, have none.
    Two queries."""
    rows = Measurement.objects.filter(definition__in=definitions, period_start__gte=year_before(as_of))
    found: dict[object, list[Measurement]] = {}
    specs = {one.pk: counted_as(one) for one in definitions}
    for row in rows:
        wanted, after = _counted_by(specs[row.definition_id])
        if row.period_kind == wanted and row.period_end + after <= row.measured_at:
            found.setdefault(row.definition_id, []).append(row)
    scatters = _scatters(definitions)
    told = {
        one.key: _pace(
            specs[one.pk],
            found[one.pk],
            _months(specs[one.pk], found[one.pk], as_of, one.workspace.zone),
            scatters.get(one.pk, 1.0),
        )
        for one in definitions
        if one.pk in found
    }
    return {key: pace for key, pace in told.items() if pace}


def _counted_by(spec: Definition) -> tuple[PeriodKind, timedelta]:
    """By which periods it is counted here, and how long after one of them nothing of it is open any more."""
    return (spec.anchor.period, spec.lag) if spec.anchor.kind == "period" else ("month", spec.reach)


def _months(spec: Definition, rows: Sequence[Measurement], as_of: datetime, zone: str) -> float:
    """How many months these figures are of: periods in which there was no case at all have no row, and are time all the same."""
    kind, after = _counted_by(spec)
    since = periods_between(min(row.period_start for row in rows), as_of, kind, zone)
    closed = sum(in_utc(one.end) + after <= as_of for one in since)
    return max(closed, len(rows)) * MONTHS[kind]


def _pace(spec: Definition, rows: Sequence[Measurement], months: float, scatter: float) -> Pace | None:
    cases = sum(row.complete for row in rows)
    if spec.form == "F3":
        exposure = member_months(sum(row.exposure_seconds or 0 for row in rows))
        times = sum(row.times for row in rows)
        return Pace(times / exposure, exposure / months, UNITS["rate"], scatter=scatter) if times and exposure else None
    if spec.form == "F4":
        waits = [row.median_seconds for row in rows if row.median_seconds is not None]
        long = [row.p90_seconds for row in rows if row.p90_seconds is not None]
        if not waits:
            return None
        return Pace(median(waits) / HOUR, cases / months, UNITS["duration"], median(long) / HOUR if long else None)
    if spec.form == "F6" or not cases:
        return None
    return Pace(sum(row.successes for row in rows) / cases, cases / months)


def _scatters(definitions: Sequence[BehaviourDefinition]) -> dict[object, float]:
    """How much more people differ in a rate than chance lets them, read from the range of what it was before: the variance of
    the logarithm of so many times is 1 by their number, times this."""
    rows = Verdict.objects.filter(definition__in=definitions, form="F3", before_times__gt=0, before_own_low__gt=0)
    found: dict[object, float] = {}
    for row in rows.order_by("judged_at"):
        if row.before_own_low and row.before_own_high:
            spread = log(row.before_own_high / row.before_own_low) / (2 * z_two_sided(CONFIDENCE))
            found[row.definition_id] = max(1.0, spread**2 * row.before_times)
    return found
