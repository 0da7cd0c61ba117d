"""Can the difference an objective asks for be seen at all? Said while it is written, in the unit of its measure (`domain.md` 4.3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from allmende.domain.verdict import detectability_of
from allmende.plan import states
from allmende.plan.catalogue import form_of_measure, measure_unit
from allmende.plan.models import Evidence
from allmende.team.models import Workspace

FORMS = {"share": "F1", "rate": "F3", "duration": "F4"}


@dataclass(frozen=True)
class Pace:
    """How a measure runs: its `level` over the last year (a share 0..1, times per person and month, hours until half are done) and
    how much of it a month brings (`per_month`: cases, of a rate person-months). Of a duration `ninetieth` tells how lopsided it is
    (hours), of a rate `scatter` how much more people differ than chance lets them."""

    level: float
    per_month: float
    unit: str = ""
    ninetieth: float | None = None
    scatter: float = 1.0

    def columns(self) -> dict[str, Any]:
        """As a row of Evidence keeps it."""
        told: dict[str, Any] = {
            "unit": self.unit,
            "before_value": self.per_month,
            "high": self.ninetieth,
            "low": self.scatter,
        }
        return told | ({"value": self.level} if self.unit else {"share": self.level})


@dataclass(frozen=True)
class Reach:
    """What shows a difference of `least`: so many `needed` on each side, in `months` at today's pace."""

    form: str
    unit: str
    level: float
    least: float
    needed: int
    months: float
    is_within_year: bool


def paces_of(workspace: Workspace, keys: Collection[str]) -> dict[str, Pace]:
    """What was told of the pace of these measures, by their keys, which stand as the source; one query."""
    told = Evidence.objects.filter(workspace=workspace, key=states.PACE, kind=states.PACE)
    rows = told.filter(source__in={key for key in keys if key})
    return {row.source: pace for row in rows if (pace := _pace(row))}


def reach_of(measure: str, least: float | None, pace: Pace | None) -> Reach | None:
    """None where nothing was told of the measure, or no difference was. `least` is in points of a share, else a part of what
    it is. A month brings as many person-months as there are people."""
    if pace is None or least is None or pace.unit != measure_unit(measure):
        return None
    form = form_of_measure(measure)
    found = detectability_of(
        FORMS[form], pace.level, pace.ninetieth, least, pace.per_month, pace.scatter, pace.per_month
    )
    if found is None:
        return None
    return Reach(form, pace.unit, pace.level, least, found.units_needed, found.periods_needed, found.is_within_reach)


def reaches_of(workspace: Workspace, asked: Mapping[str, tuple[str, float | None]]) -> dict[str, Reach]:
    """By the key of each objective what its difference takes; `asked` are measure and difference. One query."""
    paces = paces_of(workspace, [measure for measure, _ in asked.values()])
    found = {key: reach_of(measure, least, paces.get(measure)) for key, (measure, least) in asked.items()}
    return {key: reach for key, reach in found.items() if reach}


def _pace(row: Evidence) -> Pace | None:
    level = row.value if row.unit else row.share
    if level is None or row.before_value is None:
        return None
    return Pace(level, row.before_value, row.unit, row.high, row.low if row.low is not None else 1.0)
