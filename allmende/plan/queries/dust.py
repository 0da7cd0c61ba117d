"""What gathers dust: parts of the plan without work, without new figures, unopened; and what is only theory (S0-09, S0-10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Min
from django.utils import timezone

from allmende.plan import states
from allmende.plan.models import (
    ElementVisit,
    Evidence,
    Objective,
    Step,
    StepProgress,
    StrategicPlan,
    Strategy,
    Tactic,
    WorkLink,
    rows_of,
)
from allmende.plan.queries.standings import standing_tactics
from allmende.plan.queries.steps import with_progress
from allmende.plan.queries.values import Place, places_of

THEORY_DAYS = 30
# Figures are told of what members do and of what comes of it, not of levers and tactics.
MEASURED_LAYERS = ("goal", "objective")
TACTICS_THAT_RUN = ("selected", "running")


@dataclass(frozen=True)
class Dusty:
    """A part of the plan that nobody keeps alive: `reasons` are (code of `catalogue.DUST_WORDS`, days)."""

    place: Place
    reasons: tuple[tuple[str, int], ...]

    @property
    def first(self) -> str:
        """What is to be done about it first."""
        return self.reasons[0][0]

    @property
    def days(self) -> int:
        return max(days for _, days in self.reasons)


@dataclass(frozen=True)
class _Signs:
    """The day of the newest sign of life by element key, and since when an element exists."""

    evidence: Mapping[str, date]
    work: Mapping[str, date]
    opened: Mapping[str, date]
    since: Mapping[str, date]
    soon: frozenset[str]


def dust_of(plan: StrategicPlan, today: date) -> tuple[Dusty, ...]:
    """Parts of the plan in force that gather dust, the dustiest first; a constant number of queries.

    Nothing younger than `plan.dust_days` is dusty. Work counts for everything above it, and work for an objective for its
    levers too. The zone in force is the workspace's.
    """
    places = list(places_of(plan.workspace))
    parents, resting = _parents(plan)
    signs = _signs(plan, places, parents, today)
    found = [
        Dusty(one, reasons)
        for one in places
        if one.key not in resting and (reasons := _reasons(one, signs, plan, today))
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.reasons), -one.days)))


def _reasons(place: Place, signs: _Signs, plan: StrategicPlan, today: date) -> tuple[tuple[str, int], ...]:
    since = signs.since.get(place.key, today)

    def days(seen: Mapping[str, date]) -> int:
        return (today - max(since, seen.get(place.key, since))).days

    found = [("no_evidence", days(signs.evidence))] if place.layer in MEASURED_LAYERS else []
    found += [("no_work", days(signs.work)), ("unopened", days(signs.opened))]
    old = [one for one in found if one[1] >= plan.dust_days]
    is_theory = place.layer in {"objective", "tactic"} and place.key not in signs.soon
    return (*old, *([("theory", 0)] if is_theory else ()))


def _parents(plan: StrategicPlan) -> tuple[dict[str, str], set[str]]:
    """The key above each key, and the tactics that rest."""
    here: dict[str, Any] = {"version__plan": plan, "version__state": states.PUBLISHED}
    parents = dict(Objective.objects.filter(**here).values_list("key", "goal__key"))
    parents |= dict(Strategy.objects.filter(**here).values_list("key", "objective__key"))
    rows = list(Tactic.objects.filter(**here).select_related("strategy", "version"))
    tactics = standing_tactics(rows[0].version, rows) if rows else []
    parents |= {one.key: one.strategy.key for one in tactics}
    return parents, {one.key for one in tactics if one.state not in TACTICS_THAT_RUN}


def _signs(plan: StrategicPlan, places: Iterable[Place], parents: Mapping[str, str], today: date) -> _Signs:
    workspace = plan.workspace_id
    told = Evidence.objects.filter(workspace=workspace).values_list("key").annotate(Max("at"))
    work = dict(_days(WorkLink.objects.filter(workspace=workspace).values_list("key").annotate(Max("at"))))
    for key, tactic, day in _step_days(plan):
        work[tactic] = max(day, work.get(tactic, day))
        work[key] = day
    opened = ElementVisit.objects.filter(workspace=workspace).values_list("key").annotate(Max("opened_date"))
    layers = {place.layer for place in places}
    since: dict[str, date] = {}
    for layer in layers:
        rows = rows_of(layer).filter(version__plan=plan, version__state__in=states.IN_FORCE_ONCE)
        since |= dict(_days(rows.order_by().values_list("key").annotate(Min("version__published_at"))))
    all_work = _upwards(work, parents)
    for key, above in parents.items():
        if key.startswith("strategy-") and above in work:
            all_work[key] = max(work[above], all_work.get(key, work[above]))
    soon = _soon(plan, today)
    return _Signs(
        dict(_days(told)),
        all_work,
        dict(opened),
        since,
        _all_above(soon, parents),
    )


def _step_days(plan: StrategicPlan) -> Iterable[tuple[str, str, date]]:
    """(step, its tactic, day of the last report) of the version in force."""
    moved = dict(StepProgress.objects.filter(plan=plan).values_list("key", "changed_at"))
    if not moved:
        return
    steps = Step.objects.filter(version__plan=plan, version__state=states.PUBLISHED).order_by()
    for key, tactic in steps.values_list("key", "tactic__key"):
        if key in moved:
            yield key, tactic, timezone.localtime(moved[key]).date()


def _soon(plan: StrategicPlan, today: date) -> set[str]:
    """Tactics with an open step within the next days."""
    until = today + timedelta(days=THEORY_DAYS)
    steps = with_progress(Step.objects.filter(version__plan=plan, version__state=states.PUBLISHED))
    soon = steps.filter(state__in=states.OPEN_STEP_STATES, due__range=(today, until))
    return set(soon.order_by().values_list("tactic__key", flat=True))


def _upwards(days: Mapping[str, date], parents: Mapping[str, str]) -> dict[str, date]:
    found = dict(days)
    for key, day in days.items():
        above = parents.get(key)
        while above:
            found[above] = max(day, found.get(above, day))
            above = parents.get(above)
    return found


def _all_above(keys: set[str], parents: Mapping[str, str]) -> frozenset[str]:
    found = set(keys)
    for key in keys:
        above = parents.get(key)
        while above:
            found.add(above)
            above = parents.get(above)
    return frozenset(found)


def _days(rows: Iterable[tuple[str, datetime | None]]) -> Iterable[tuple[str, date]]:
    return ((key, timezone.localtime(at).date()) for key, at in rows if at is not None)
