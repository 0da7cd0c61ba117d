"""Count definitions and keep what was counted."""

from collections.abc import Mapping, Sequence
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
from allmende.ledger.periods import PeriodKind, in_utc
from allmende.ledger.recount import count_again, kinds_of
from allmende.ledger.together import Asked, measure_together
from allmende.team.models import Workspace

_FIGURES = [
    "period_end", "complete", "censored", "successes", "people", "times", "low", "high", "exposure_seconds",
    "median_seconds", "p90_seconds", "again", "again_of", "factor",
]  # fmt: skip


def measure(
    *, workspace: Workspace, definition: BehaviourDefinition, as_of: datetime, now: datetime
) -> dict[PeriodKind, int]:
    """Count weeks, months (quarters, where the definition asks for them) and all time as they stood at `as_of`, and keep
    them; returns the number of periods of each.

    What was kept before is replaced; periods that hold no unit any more go. The ledger must be filled (`fill_ledger`).
    """
    spec = counted_as(definition)
    found = {kind: count_periods(workspace, spec, as_of=as_of, period=kind) for kind in kinds_of(spec)}
    _keep(definition, found, now)
    return {kind: len(rows) for kind, rows in found.items()}


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
        _keep(definition, found[spec], now)


@transaction.atomic
def _keep(definition: BehaviourDefinition, found: Mapping[PeriodKind, Sequence[PeriodRow]], now: datetime) -> None:
    """Figures that are as they were are only told to be of now: of years of periods it is the last few that change."""
    told = [_measurement(definition, kind, row, now) for kind, rows in found.items() for row in rows]
    known = Measurement.objects.filter(definition=definition, period_kind__in=found)
    stands = {(one.period_kind, one.period_start): one for one in known}
    places = {(one.period_kind, one.period_start) for one in told}
    Measurement.objects.filter(pk__in=[one.pk for place, one in stands.items() if place not in places]).delete()
    known.update(measured_at=now)
    Measurement.objects.bulk_create(
        [one for one in told if not _is_same(stands.get((one.period_kind, one.period_start)), one)],
        update_conflicts=True,
        unique_fields=["definition", "period_kind", "period_start"],
        update_fields=[*_FIGURES, "measured_at"],
        batch_size=500,
    )


def _is_same(stands: Measurement | None, told: Measurement) -> bool:
    return stands is not None and all(getattr(stands, name) == getattr(told, name) for name in _FIGURES)


def _measurement(definition: BehaviourDefinition, kind: PeriodKind, row: PeriodRow, now: datetime) -> Measurement:
    """With times as the database gives them back: a midnight that happens twice, as in Havana, equals no other zone's time."""
    interval = wilson(row.successes, row.complete) if row.complete and row.form in SHARES else None
    return Measurement(
        definition=definition,
        period_kind=kind,
        period_start=in_utc(row.period_start),
        period_end=in_utc(row.period_end),
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
