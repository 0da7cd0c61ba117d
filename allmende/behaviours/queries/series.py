"""The periods of one behaviour as its chart needs them, in the unit of its form."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from allmende.behaviours.models import BehaviourDefinition, Measurement
from allmende.behaviours.queries.charts import Series, series_of, value_series_of
from allmende.behaviours.queries.definitions import counted_as
from allmende.ledger.definition import SHARES, Definition


def points_of(definition: BehaviourDefinition) -> list[Measurement]:
    """The periods whose windows have all closed, ascending: weeks; of what people do in calendar periods, those."""
    spec = counted_as(definition)
    is_calendar = spec.anchor.kind == "period"
    after = spec.lag if is_calendar else spec.reach
    rows = Measurement.objects.filter(
        definition=definition, period_kind=spec.anchor.period if is_calendar else "week"
    ).select_related("definition__workspace")
    return [row for row in rows.order_by("period_start") if row.period_end + after <= row.measured_at]


def series_from(spec: Definition, points: Sequence[Measurement], cut: datetime | None) -> Series | None:
    """Shares by a p-chart (or XmR), rates and medians by an XmR chart; concentration has no limits, it is only described."""
    if not points or spec.form == "F6":
        return None
    # A period in which it began is neither before nor since: its figure would bend the limits.
    cut = next((row.period_start for row in points if cut and row.period_start < cut < row.period_end), cut)
    zone = ZoneInfo(points[0].definition.workspace.zone)
    dated = [(row, row.period_start.astimezone(zone).date()) for row in points]
    kind = points[0].period_kind
    if spec.form in SHARES:
        return series_of([(row.period_start, day, row.successes, row.complete) for row, day in dated], cut, kind)
    told = ((row, day, row.rate if spec.form == "F3" else row.median_seconds) for row, day in dated)
    known = [(row.period_start, day, value) for row, day, value in told if value is not None]
    return value_series_of(known, cut, spec.form, kind)
