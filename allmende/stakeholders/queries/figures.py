"""What the rooms below know about agreed behaviours, as a report needs it. The one place that reads `behaviours` rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from allmende.behaviours.models import BehaviourDefinition, Measurement, Verdict
from allmende.behaviours.queries.definitions import counted_as, version_name
from allmende.behaviours.queries.series import points_of, series_from
from allmende.behaviours.queries.verdicts import too_noisy
from allmende.plan.models import Objective
from allmende.team.models import Workspace

WEEKS_SHOWN = 26
# Forms whose figure is no share and is judged.
VALUES = ("F3", "F4")


@dataclass(frozen=True)
class Week:
    """One calendar week: `k` of `n` complete units, done by so many people; open windows are in neither."""

    starts_date: date
    k: int
    n: int
    people: int


@dataclass(frozen=True)
class Period:
    """One closed period (a `kind`: week, month or quarter) of a rate or a duration: the figure in the unit it is kept in (times per
    person and month, seconds), how many people did it, the natural limits and the level of before the objective began; `n`: of
    how many it speaks, cases or people who were there."""

    starts_date: date
    kind: str
    value: float
    people: int
    low: float
    high: float
    level: float
    is_signal: bool
    n: int = 0


@dataclass(frozen=True)
class Judged:
    """The newest verdict on one objective, and what is drawn beside it up to its end: the complete weeks of a share, the closed
    periods of a rate or a duration. `is_held_back`: its version was found too noisy (4.5), perhaps long after this was judged."""

    verdict: Verdict
    weeks: tuple[Week, ...]
    periods: tuple[Period, ...] = ()
    is_held_back: bool = False

    @property
    def is_definition_new_in_period(self) -> bool:
        """Did a later version of the definition come into force within the period it judges?"""
        since = self.verdict.definition.in_force_at
        if since is None or self.verdict.definition.number == 1:
            return False
        return self.verdict.period_start < since <= self.verdict.period_end


def judged_until(workspace: Workspace, objectives: Sequence[Objective], until: datetime) -> dict[str, Judged]:
    """For each objective key the newest verdict on a period that ends by `until`, by the objective's own definition.

    Three queries, whatever the number, and one for each rate and duration; objectives without a verdict are absent.
    """
    wanted = Q(pk__in=[])
    for objective in objectives:
        wanted |= Q(objective_key=objective.key, definition__key=objective.definition_key)
    place = Window(
        RowNumber(), partition_by=[F("objective_key")], order_by=[F("period_end").desc(), F("judged_at").desc()]
    )
    rows = Verdict.objects.filter(wanted, definition__workspace=workspace, period_end__lte=until)
    newest = list(rows.select_related("definition__workspace").annotate(place=place).filter(place=1))
    weeks = _weeks([verdict.definition for verdict in newest], until)
    held_back = too_noisy(workspace)
    return {
        verdict.objective_key: Judged(
            verdict,
            tuple(week for week, ends_at in weeks.get(verdict.definition_id, ()) if ends_at <= verdict.period_end)[
                -WEEKS_SHOWN:
            ],
            _periods(verdict) if verdict.form in VALUES else (),
            (verdict.objective_key, version_name(verdict.definition)) in held_back,
        )
        for verdict in newest
    }


def _periods(verdict: Verdict) -> tuple[Period, ...]:
    """As the behaviour's own chart draws them; none where too few lie before the start for natural limits."""
    definition = verdict.definition
    rows = [row for row in points_of(definition) if row.period_end <= verdict.period_end]
    series = series_from(counted_as(definition), rows, verdict.period_start)
    if series is None:
        return ()
    counted = {row.period_start: row for row in rows}
    drawn = [one for one in series.weeks if one.value is not None][-WEEKS_SHOWN:]
    return tuple(
        Period(
            one.on_date,
            series.period,
            one.figure,
            counted[one.start].people,
            one.limits.lower,
            one.limits.upper,
            series.level,
            one.is_signal and one.start >= verdict.period_start,
            counted[one.start].complete,
        )
        for one in drawn
    )


def _weeks(definitions: Sequence[BehaviourDefinition], until: datetime) -> dict[object, list[tuple[Week, datetime]]]:
    since = until - timedelta(weeks=2 * WEEKS_SHOWN)  # verdicts lag behind by their windows
    rows = Measurement.objects.filter(
        definition__in=definitions, period_kind="week", period_start__gte=since, period_end__lte=until, complete__gt=0
    ).order_by("period_start")
    found: dict[object, list[tuple[Week, datetime]]] = {}
    for row in rows:
        week = Week(timezone.localtime(row.period_start).date(), row.successes, row.complete, row.people)
        found.setdefault(row.definition_id, []).append((week, row.period_end))
    return found
