"""What the screens of the plan show, each in a constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils import timezone

from allmende.guidelines.queries import MessageRow, messages_for
from allmende.plan import states
from allmende.plan.access import find_newest, living_plans
from allmende.plan.models import (
    DecisionCheck,
    Element,
    Judgement,
    Objective,
    PlanVersion,
    PlanVisit,
    Receipt,
    StrategicPlan,
    WorkLink,
)
from allmende.plan.queries.aside import Aside, without_aside
from allmende.plan.queries.chain import Chain, GoalPart, ObjectivePart, lay_out
from allmende.plan.queries.decisions import decisions_about
from allmende.plan.queries.done import Done, done_for
from allmende.plan.queries.elements import Elements, differences, elements_of, level_of, name_of, stored
from allmende.plan.queries.evidence import is_opening_due
from allmende.plan.queries.facts import Orphan, evidence_series, orphans_among, work_for
from allmende.plan.queries.figures import Figure, figures_of
from allmende.plan.queries.judgements import judgements_of
from allmende.plan.queries.lint import Lesson, lint_elements, refusals
from allmende.plan.queries.reach import Reach, reaches_of
from allmende.plan.queries.since import Since, since_last_look
from allmende.plan.queries.standings import Stand, as_they_stand, stand_of, standings_of
from allmende.plan.queries.steps import progress_of
from allmende.plan.queries.versions import review_due
from allmende.team.models import Person, Workspace


@dataclass(frozen=True)
class PlanPage:
    """The plan as it stands. `chain` is None before the first publication, `since` when nothing is new.

    `is_visit_due`: the person's look should be noted (the first of the day, with nothing new to them).
    """

    plan: StrategicPlan
    version: PlanVersion | None
    draft: PlanVersion | None
    chain: Chain | None
    since: Since | None
    is_visit_due: bool
    review_date: date | None
    review_overdue_days: int
    orphans: tuple[Orphan, ...]


@dataclass(frozen=True)
class Guide:
    """The next part a plan needs: its layer, and the key it belongs under; layer "publish" when it can be published."""

    layer: str
    parent_key: str


@dataclass(frozen=True)
class DraftPage:
    """The draft, its findings and `names` by element key, what differs from the version in force, and what to do next."""

    plan: StrategicPlan
    draft: PlanVersion
    base: PlanVersion | None
    chain: Chain
    lessons: Mapping[str, tuple[Lesson, ...]]
    aside: Mapping[str, tuple[Aside, ...]]
    changes: tuple[Mapping[str, Any], ...]
    level: int | None
    guide: Guide | None
    blockers: tuple[tuple[str, Lesson], ...]
    names: Mapping[str, str]
    reaches: Mapping[str, Reach] = field(default_factory=dict)

    @property
    def changed_keys(self) -> tuple[str, ...]:
        return tuple(change["key"] for change in self.changes)


@dataclass(frozen=True)
class ElementPage:
    """The chain through one element: the work that serves it, the behaviour, its effect, the goal.

    Of an objective also the core messages that carry it, and those that could (`messages_left`).
    """

    version: PlanVersion
    element: Element
    layer: str
    goal: GoalPart
    objectives: tuple[ObjectivePart, ...]
    work: tuple[WorkLink, ...]
    figures: tuple[Figure, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    reasons: tuple[tuple[PlanVersion, Mapping[str, Any]], ...] = ()
    is_opening_due: bool = False
    decisions: Sequence[DecisionCheck] = ()
    stand: Stand | None = None
    done: Done | None = None
    messages: tuple[MessageRow, ...] = ()
    messages_left: tuple[MessageRow, ...] = ()


def current_plan(workspace: Workspace) -> StrategicPlan | None:
    """The living plan of a workspace, or None."""
    return living_plans().filter(workspace=workspace).first()


def plan_page(person: Person, now: datetime) -> PlanPage | None:
    """The page of the plan, None when no plan was started; ten queries at most."""
    unseen = Receipt.objects.filter(version=OuterRef("pk"), person=person, seen_at__isnull=True)
    versions = list(
        PlanVersion.objects.select_related("plan__owner", "plan__workspace", "published_by")
        .annotate(is_unseen=Exists(unseen))
        .filter(workspace=person.workspace_id, state__in=(*states.OPEN_VERSION_STATES, *states.IN_FORCE_ONCE))
        .exclude(plan__state=states.CLOSED)
        .order_by("-number")[:12]
    )
    if not versions:
        return None
    plan, today = versions[0].plan, timezone.localtime(now).date()
    version = next((one for one in versions if one.state == states.PUBLISHED), None)
    draft = next((one for one in versions if one.state in states.OPEN_VERSION_STATES), None)
    if version is None:
        return PlanPage(plan, None, draft, None, None, False, None, 0, ())
    elements = as_they_stand(elements_of(version)[version.pk], standings_of(version))
    series = evidence_series(person.workspace)
    chain = lay_out(version, elements, plan.strategic_hours, today, progress_of(person.workspace), series)
    visit = PlanVisit.objects.filter(plan=plan, person=person).first()
    since = since_last_look(person, plan, visit, versions, now)
    is_visit_due = since is None and (visit is None or timezone.localtime(visit.visited_at).date() < today)
    review = review_due(plan, version.published_at)
    overdue = max(0, (today - review).days) if review else 0
    orphans = orphans_among(series, elements.keys())
    return PlanPage(plan, version, draft, chain, since, is_visit_due, review, overdue, orphans)


def draft_page(person: Person, draft: PlanVersion, now: datetime, for_publication: bool = False) -> DraftPage:
    """The draft with findings and guide; `for_publication` asks for what only an agreed objective needs."""
    base = PlanVersion.objects.filter(plan=draft.plan_id, state=states.PUBLISHED).first()
    found = elements_of(*(version for version in (draft, base) if version))
    elements, before = found[draft.pk], as_they_stand(found[base.pk], standings_of(base)) if base else Elements()
    lessons, aside = without_aside(draft.plan, lint_elements(elements, draft.plan.community_type, for_publication))
    changes = differences(before, elements)
    blockers = tuple((key, lesson) for key, rows in lessons.items() for lesson in refusals(rows))
    today = timezone.localtime(now).date()
    chain = lay_out(draft, elements, draft.plan.strategic_hours, today, progress_of(person.workspace), {})
    return DraftPage(
        draft.plan,
        draft,
        base,
        chain,
        lessons,
        aside,
        tuple(stored(changes, before, elements)),
        level_of(changes),
        next_part(elements),
        blockers,
        {one.key: name_of(layer, one) for layer, rows in elements.by_layer() for one in rows},
        reaches_of(
            person.workspace,
            {one.key: (one.definition_key, one.least_relevant_difference) for one in elements.objectives},
        ),
    )


def version_page(person: Person, version: PlanVersion) -> Chain:
    """A version as it was published: without the figures, the progress and the free hours of today."""
    day = timezone.localtime(version.published_at or version.updated_at).date()
    return lay_out(version, elements_of(version)[version.pk], Decimal(0), day, {}, {})


def versions_of(plan: StrategicPlan) -> tuple[PlanVersion, ...]:
    """Every version ever in force, newest first."""
    rows = PlanVersion.objects.filter(plan=plan, state__in=(states.PUBLISHED, states.SUPERSEDED))
    return tuple(rows.select_related("published_by").order_by("-number"))


def element_page(person: Person, key: str, now: datetime) -> ElementPage:
    """The chain through the element of that key, in the newest version that has it; 404 for strangers' keys."""
    version, element = find_newest(person, key)
    said = standings_of(version)
    elements = as_they_stand(elements_of(version)[version.pk], said)
    series = evidence_series(person.workspace, elements.keys())
    today = timezone.localtime(now).date()
    progress = progress_of(person.workspace)
    chain = lay_out(version, elements, version.plan.strategic_hours, today, progress, series)
    goal = next(part for part in chain.goals if key in _keys_under(part))
    through = tuple(part for part in goal.objectives if key == goal.goal.key or key in _keys_of(part))
    return ElementPage(
        version,
        element,
        key.partition("-")[0],
        goal,
        through,
        work_for(person.workspace, key),
        figures_of(series.get(key, ()), None),
        judgements_of(person.workspace, key),
        reasons_for(version.plan, key),
        is_opening_due(person, key, today),
        decisions_about(person, key),
        stand_of(version, element, said),
        done_for(version.plan, elements, key, progress, today),
        *(messages_for(person.workspace, key, today) if isinstance(element, Objective) else ((), ())),
    )


def reasons_for(plan: StrategicPlan, key: str) -> tuple[tuple[PlanVersion, Mapping[str, Any]], ...]:
    """Each version that changed an element, the newest first, with what it changed: why it is as it is (S0-25)."""
    rows = PlanVersion.objects.filter(plan=plan, state__in=states.IN_FORCE_ONCE).order_by("-number")
    return tuple(
        (version, change)
        for version in rows.only("number", "published_at", "change_reason", "changes")
        for change in version.changes
        if change["key"] == key
    )


def name_in_force(person: Person, key: str) -> str:
    """How an element is called in the newest version that has it; its key when none has."""
    try:
        return name_of(key.partition("-")[0], find_newest(person, key)[1])
    except Http404:
        return key


def next_part(elements: Elements) -> Guide | None:
    """What a plan needs next, from the goal down; None once every objective has a step."""
    if not elements.goals:
        return Guide("goal", "")
    pairs: tuple[tuple[str, Any, Any, str], ...] = (
        ("objective", elements.goals, elements.objectives, "goal_id"),
        ("strategy", elements.objectives, elements.strategies, "objective_id"),
        ("tactic", elements.strategies, elements.tactics, "strategy_id"),
    )
    for layer, parents, children, parent_name in pairs:
        served = {getattr(child, parent_name) for child in children}
        bare = next((parent for parent in parents if parent.pk not in served), None)
        if bare is not None:
            return Guide(layer, bare.key)
    if not elements.steps and elements.tactics:
        return Guide("step", elements.tactics[0].key)
    return None


def _keys_under(part: GoalPart) -> set[str]:
    return {part.goal.key}.union(*(_keys_of(objective) for objective in part.objectives))


def _keys_of(part: ObjectivePart) -> set[str]:
    keys = {part.objective.key, *(one.outcome.key for one in part.outcomes)}
    for strategy in part.strategies:
        keys.add(strategy.strategy.key)
        keys |= {row.tactic.key for row in strategy.tactics} | set(strategy.step_keys)
    return keys
