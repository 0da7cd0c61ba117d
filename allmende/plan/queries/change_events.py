"""What happened around the plan, how long an answer took, and how to go about the revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allmende.domain.plan_check import approach
from allmende.plan import states
from allmende.plan.models import PARENTS, Assessment, ChangeEvent, Element, Judgement, PlanVersion, StrategicPlan
from allmende.plan.queries.elements import Elements, elements_of, name_of
from allmende.plan.queries.facts import newest_evidence
from allmende.plan.queries.standings import as_they_stand, standings_of
from allmende.team.models import Person

# Something that happened within this time makes the environment a changing one.
UNSETTLED = timedelta(days=90)


@dataclass(frozen=True)
class EventRow:
    """An event, and the days from it to the version it led to; None while there is none in force."""

    event: ChangeEvent
    lead_days: int | None
    open_days: int

    @property
    def is_answered(self) -> bool:
        return self.lead_days is not None


@dataclass(frozen=True)
class Judged:
    """One element of the plan, and what the event means for it; `assessment` is None before anybody judged."""

    layer: str
    key: str
    name: str
    depth: int
    assessment: Assessment | None


@dataclass(frozen=True)
class Proposed:
    """The approach the tool proposes, and from what: do results speak for the plan, does the environment hold still?"""

    approach: str
    is_good: bool
    is_stable: bool
    moving: int
    measured: int


@dataclass(frozen=True)
class EventPage:
    """One event with every element of the version in force, what is needed anew, and the approach proposed."""

    row: EventRow
    judged: tuple[Judged, ...]
    needed: tuple[Assessment, ...]
    proposed: Proposed
    version: PlanVersion | None
    open_version: PlanVersion | None
    led_here: tuple[Judgement, ...] = ()

    @property
    def left(self) -> int:
        """How many elements nobody judged yet."""
        return sum(one.assessment is None for one in self.judged)


def event_rows(plan: StrategicPlan, now: datetime) -> tuple[EventRow, ...]:
    """Everything that happened, newest first, in one query."""
    rows = ChangeEvent.objects.filter(plan=plan, archived_at__isnull=True).select_related("version")
    return tuple(_row(plan, event, now) for event in rows)


def event_page(person: Person, event: ChangeEvent, now: datetime) -> EventPage:
    """The page of an event; eleven queries at most. Once a version answers it, the elements are those it began from."""
    plan = event.plan
    row = _row(plan, event, now)
    version = PlanVersion.objects.filter(plan=plan, state=states.PUBLISHED).first()
    open_version = PlanVersion.objects.filter(plan=plan, state__in=states.OPEN_VERSION_STATES).first()
    elements = _as_they_stand(event.version.base if event.version and row.is_answered else version)
    rows = list(event.assessments.all())
    by_key = {row.key: row for row in rows if row.key}
    return EventPage(
        row,
        tuple(_in_order(elements, by_key)),
        tuple(row for row in rows if row.judgement == states.NEW),
        propose_approach(person, plan, elements, now),
        version,
        open_version,
        tuple(event.judgements.select_related("judged_by").order_by("judged_at")),
    )


def event_rows_of(version: PlanVersion, now: datetime) -> tuple[EventRow, ...]:
    """The events a version answers, with the days that took."""
    rows = version.change_events.select_related("version")
    return tuple(_row(version.plan, event, now) for event in rows)


def approach_for(person: Person, plan: StrategicPlan, now: datetime) -> Proposed:
    """The approach proposed for a revision that begins now."""
    version = PlanVersion.objects.filter(plan=plan, state=states.PUBLISHED).first()
    return propose_approach(person, plan, _as_they_stand(version), now)


def propose_approach(person: Person, plan: StrategicPlan, elements: Elements, now: datetime) -> Proposed:
    """Good: some objective moves the right way and none the wrong way. Stable: nothing happened lately (3.4)."""
    facts = newest_evidence(person.workspace, [one.key for one in elements.objectives])
    verdicts = [fact.verdict for rows in facts.values() for fact in rows if fact.verdict]
    is_good = "moving" in verdicts and "worsening" not in verdicts
    since = person.workspace.day_at(now - UNSETTLED)
    is_stable = not ChangeEvent.objects.filter(plan=plan, archived_at__isnull=True, occurred_date__gte=since).exists()
    chosen = approach(results_good=is_good, is_stable=is_stable)
    return Proposed(chosen, is_good, is_stable, verdicts.count("moving"), len(verdicts))


def _row(plan: StrategicPlan, event: ChangeEvent, now: datetime) -> EventRow:
    zone = plan.workspace
    published = event.version.published_at if event.version else None
    lead = (zone.day_at(published) - event.occurred_date).days if published else None
    return EventRow(event, lead, (zone.day_at(now) - event.occurred_date).days)


def _in_order(elements: Elements, by_key: Mapping[str, Assessment]) -> list[Judged]:
    """Elements as the chain has them: each goal, what hangs on it, and so on down."""
    hanging: dict[tuple[str, int], list[tuple[str, Element]]] = {}
    for layer, rows in elements.by_layer():
        for row in rows:
            place: Any = (PARENTS[layer], getattr(row, f"{PARENTS[layer]}_id")) if layer in PARENTS else ("", 0)
            hanging.setdefault(place, []).append((layer, row))
    found: list[Judged] = []

    def walk(place: tuple[str, int], depth: int) -> None:
        for layer, row in hanging.get(place, ()):
            found.append(Judged(layer, row.key, name_of(layer, row), depth, by_key.get(row.key)))
            walk((layer, row.pk), depth + 1)

    walk(("", 0), 0)
    return found


def _as_they_stand(version: PlanVersion | None) -> Elements:
    return as_they_stand(elements_of(version)[version.pk], standings_of(version)) if version else Elements()
