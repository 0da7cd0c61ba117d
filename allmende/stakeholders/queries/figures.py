"""What the rooms below know about agreed behaviours, as a report needs it. The one place that reads `behaviours` rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from allmende.behaviours.models import BehaviourDefinition, Measurement, Verdict
from allmende.plan.models import Objective
from allmende.team.models import Workspace

WEEKS_SHOWN = 26


@dataclass(frozen=True)
class Week:
    """One calendar week: `k` of `n` complete units, done by so many people; open windows are in neither."""

    starts_date: date
    k: int
    n: int
    people: int


@dataclass(frozen=True)
class Judged:
    """The newest verdict on one objective, and the complete weeks up to it."""

    verdict: Verdict
    weeks: tuple[Week, ...]

    @property
    def is_definition_new_in_period(self) -> bool:
        """Did a later version of the definition come into force within the period it judges?"""
        since = self.verdict.definition.in_force_at
        if since is None or self.verdict.definition.number == 1:
            return False
        return self.verdict.period_start < since <= self.verdict.period_end


def judged_until(workspace: Workspace, objectives: Sequence[Objective], until: datetime) -> dict[str, Judged]:
    """For each objective key the newest verdict on a period that ends by `until`, by the objective's own definition.

    Two queries, whatever the number; objectives without a verdict are absent.
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
    return {
        verdict.objective_key: Judged(
            verdict,
            tuple(week for week, ends_at in weeks.get(verdict.definition_id, ()) if ends_at <= verdict.period_end)[
                -WEEKS_SHOWN:
            ],
        )
        for verdict in newest
    }


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
