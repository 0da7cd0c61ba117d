"""Count definitions and keep what was counted."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from allmende.behaviours.models import BehaviourDefinition, Measurement
from allmende.behaviours.queries.counting import count_periods
from allmende.behaviours.queries.definitions import counted_as
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.domain.verdict import wilson
from allmende.ledger.definition import SHARES
from allmende.ledger.measure import PeriodRow
from allmende.ledger.outcomes import counts_by_unit
from allmende.ledger.periods import PeriodKind
from allmende.ledger.recount import count_again, kinds_of
from allmende.ledger.together import Asked, measure_together
from allmende.team.models import Workspace

_FIGURES = [
    "period_end", "complete", "censored", "successes", "people", "times", "low", "high", "exposure_seconds",
    "median_seconds", "p90_seconds", "again", "again_of", "factor", "measured_at",
]  # fmt: skip


def measure(
    *, workspace: Workspace, definition: BehaviourDefinition, as_of: datetime, now: datetime
) -> dict[PeriodKind, int]:
    """Count weeks, months (quarters, where the definition asks for them) and all time as they stood at `as_of`, and keep
    them; returns the number of periods of each.

    What was kept before is replaced; periods that hold no unit any more go. The ledger must be filled (`fill_ledger`).
    """
    spec = counted_as(definition)
    kept: dict[PeriodKind, int] = {}
    for kind in kinds_of(spec):
        rows = count_periods(workspace, spec, as_of=as_of, period=kind)
        _keep(definition, kind, rows, now)
        kept[kind] = len(rows)
    return kept


def measure_again(
    *, workspace: Workspace, definitions: Sequence[BehaviourDefinition], as_of: datetime, now: datetime
) -> None:
    """Count all definitions in one go, and keep what they came to: as `measure` would, but after the first time only what
    new, changed or vanished interactions touch is counted again, and what fell due (`ledger.recount`)."""
    specs = {definition: counted_as(definition) for definition in definitions}
    folder = ledger_root() / ledger_name(workspace)
    asked = tuple(dict.fromkeys(specs.values()))
    by_unit = [spec for spec in asked if counts_by_unit(spec)]
    found = count_again(folder, by_unit, as_of=as_of, zone=workspace.zone)
    whole = [Asked(spec, kinds_of(spec), facts_for(workspace, spec, as_of)) for spec in asked if spec not in found]
    found |= measure_together(folder.parent, folder.name, whole, as_of=as_of, zone=workspace.zone)
    for definition, spec in specs.items():
        for kind, rows in found[spec].items():
            _keep(definition, kind, rows, now)


@transaction.atomic
def _keep(definition: BehaviourDefinition, kind: PeriodKind, rows: Sequence[PeriodRow], now: datetime) -> None:
    known = Measurement.objects.filter(definition=definition, period_kind=kind)
    starts = {row.period_start for row in rows}
    gone = [pk for pk, start in known.values_list("pk", "period_start") if start not in starts]
    Measurement.objects.filter(pk__in=gone).delete()
    Measurement.objects.bulk_create(
        [_measurement(definition, kind, row, now) for row in rows],
        update_conflicts=True,
        unique_fields=["definition", "period_kind", "period_start"],
        update_fields=_FIGURES,
        batch_size=500,
    )


def _measurement(definition: BehaviourDefinition, kind: PeriodKind, row: PeriodRow, now: datetime) -> Measurement:
    interval = wilson(row.successes, row.complete) if row.complete and row.form in SHARES else None
    return Measurement(
        definition=definition,
        period_kind=kind,
        period_start=row.period_start,
        period_end=row.period_end,
        complete=row.complete,
        censored=row.censored,
        successes=row.successes,
        people=row.people,
        times=row.times,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        exposure_seconds=row.exposure_seconds,
        median_seconds=row.median.total_seconds() if row.median is not None else None,
        p90_seconds=row.p90.total_seconds() if row.p90 is not None else None,
        again=row.again,
        again_of=row.again_of,
        factor=row.factor,
        measured_at=now,
    )
