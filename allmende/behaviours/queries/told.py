"""Rates, durations, breadth and concentration, period by period, and what the newest complete period says (`domain.md` 4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from allmende.behaviours.models import BehaviourDefinition, Measurement
from allmende.behaviours.queries.definitions import counted_as
from allmende.domain.verdict import RANGE_OF
from allmende.ledger.definition import Definition

PERIODS_SHOWN = 12
FORMS = ("F3", "F4", "F5", "F6")


@dataclass(frozen=True)
class Told:
    """The last periods of a form that is told by period, newest first; `newest` is the newest complete one. `before` is the
    newest of which it is known whether people did it again; `low` and `high` bound the last factors."""

    form: str
    kind: str
    minimum: int
    lines: tuple[Measurement, ...]
    newest: Measurement | None
    before: Measurement | None
    low: int | None
    high: int | None

    @property
    def range_of(self) -> int:
        """Over how many periods the range goes."""
        return min(RANGE_OF, sum(1 for line in self.lines if line.factor))


def told_of(definition: BehaviourDefinition) -> Told | None:
    """What a page tells of a definition by period; None where weeks in a chart say it better."""
    return told_by_definition([definition]).get(definition.pk)


def told_by_definition(definitions: Sequence[BehaviourDefinition]) -> dict[UUID, Told]:
    """The same for many, in one query."""
    specs: dict[UUID, Definition] = {one.pk: counted_as(one) for one in definitions}
    asked = [pk for pk, spec in specs.items() if spec.form in FORMS]
    if not asked:
        return {}
    found: dict[UUID, list[Measurement]] = {pk: [] for pk in asked}
    rows = Measurement.objects.filter(definition__in=asked, period_kind__in=["week", "month", "quarter"])
    for row in rows.order_by("-period_start"):
        spec = specs[row.definition_id]
        mine = found[row.definition_id]
        if row.period_kind == spec.anchor.period and len(mine) < PERIODS_SHOWN:
            mine.append(row)
    return {pk: _told(specs[pk], tuple(lines)) for pk, lines in found.items()}


def depth_of(row: Measurement) -> float | None:
    """How often each of those who did it did it."""
    return row.times / row.people if row.people else None


def _told(spec: Definition, lines: tuple[Measurement, ...]) -> Told:
    complete = [line for line in lines if line.complete]
    factors = [line.factor for line in complete if line.factor][:RANGE_OF]
    return Told(
        form=spec.form,
        kind=spec.anchor.period,
        minimum=spec.minimum,
        lines=lines,
        newest=complete[0] if complete else None,
        before=next((line for line in complete if line.again_of), None),
        low=min(factors, default=None),
        high=max(factors, default=None),
    )
