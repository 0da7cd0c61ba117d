"""Put the page together: the chain of the plan in force with what was judged of each objective. Reads, freezes nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from allmende.behaviours.models import Verdict
from allmende.behaviours.queries import name_of, version_name
from allmende.domain.report_guard import Trait
from allmende.domain.verdict import TOO_NOISY, Word
from allmende.ledger.definition import SHARES
from allmende.ledger.measure import member_months
from allmende.plan.models import Goal, Objective, PlanVersion, Stakeholder
from allmende.plan.queries import elements_of, floor_of
from allmende.plan.queries.chain import Chain, StrategyPart, lay_out
from allmende.plan.queries.chain import ObjectivePart as PlanPart
from allmende.plan.queries.standings import as_they_stand, standings_of
from allmende.stakeholders.queries.figures import Judged, judged_until
from allmende.stakeholders.queries.guard import DEFINITION_CHANGED, hold_back
from allmende.stakeholders.queries.paper import (
    NOT_JUDGED,
    Figure,
    GoalPart,
    Numbers,
    ObjectivePart,
    Paper,
    contribution_of,
)
from allmende.team.models import Person

NOTHING_JUDGED = Figure("too_early", (), NOT_JUDGED, "", "", "", None, None, None, None, None)


def paper_for(person: Person, stakeholder: Stakeholder, version: PlanVersion, until: datetime, now: datetime) -> Paper:
    """The page for `stakeholder` on what was judged until `until`; twelve queries at most, whatever the plan's size."""
    workspace = person.workspace
    elements = as_they_stand(elements_of(version)[version.pk], standings_of(version))
    judged = judged_until(workspace, elements.objectives, until)
    chain = lay_out(version, elements, version.plan.strategic_hours, timezone.localtime(now).date(), {}, {})
    floor = floor_of(version.plan)
    agreed = frozenset(objective.key for objective in elements.objectives)
    return Paper(
        language=workspace.language,
        organisation=workspace.organisation,
        community=workspace.name,
        addressee=stakeholder.name,
        position=stakeholder.position or stakeholder.department,
        by=person.name,
        as_of_date=timezone.localtime(now).date(),
        plan_version=version.number,
        floor=floor,
        goals=_goals(chain, judged, floor, agreed),
    )


def _goals(chain: Chain, judged: dict[str, Judged], floor: int, agreed: frozenset[str]) -> tuple[GoalPart, ...]:
    return tuple(
        _goal(part.goal, tuple(_objective(row, judged, floor, agreed) for row in part.objectives))
        for part in chain.goals
        if part.objectives
    )


def _goal(goal: Goal, objectives: tuple[ObjectivePart, ...]) -> GoalPart:
    return GoalPart(goal.key, goal.statement, goal.plain_statement, contribution_of(objectives), objectives)


def _objective(part: PlanPart, judged: dict[str, Judged], floor: int, agreed: frozenset[str]) -> ObjectivePart:
    objective: Objective = part.objective
    found = judged.get(objective.key)
    made = ObjectivePart(
        key=objective.key,
        code=objective.code,
        short_name=objective.short_name,
        audience=objective.audience,
        behaviour=objective.behaviour,
        effect=objective.effect,
        guardrail=objective.guardrail,
        work=tuple(name for strategy in part.strategies for name in _running(strategy)),
        figure=_figure(found) if found else NOTHING_JUDGED,
    )
    traits: frozenset[Trait] = DEFINITION_CHANGED if found and found.is_definition_new_in_period else frozenset()
    return hold_back(made, floor, agreed, traits)


def _running(strategy: StrategyPart) -> list[str]:
    return [row.tactic.name for row in strategy.tactics if row.tactic.state == "running" and not row.is_below]


def _figure(judged: Judged) -> Figure:
    verdict = judged.verdict
    numbers = None if judged.is_held_back else _numbers_of(verdict)
    last_moment = verdict.period_end - timedelta(microseconds=1)
    word, flags, reason = verdict.word, tuple(verdict.flags), verdict.reason_code
    if judged.is_held_back:
        word, flags, reason = str(Word.NOT_MEASURABLE), (), TOO_NOISY
    return Figure(
        word=word,
        flags=flags,
        reason=reason,
        definition_key=verdict.definition.key,
        definition_version=version_name(verdict.definition),
        definition_name=name_of(verdict.definition),
        missing_units=verdict.missing_units,
        starts_date=timezone.localtime(verdict.period_start).date(),
        ends_date=timezone.localtime(last_moment).date(),
        before_starts_date=timezone.localtime(verdict.before_start).date(),
        numbers=numbers,
        form=verdict.form,
        weeks=judged.weeks if numbers and verdict.form in SHARES else (),
        periods=judged.periods if numbers else (),
    )


def _numbers_of(verdict: Verdict) -> Numbers | None:
    """What may be printed: nothing without a range, for nobody could tell how sure it is (S1-19), nor where the counting is right
    too seldom (4.5)."""
    if verdict.reason_code == TOO_NOISY:
        return None
    if verdict.form in SHARES:
        return _numbers(verdict) if verdict.n else None
    if verdict.form not in ("F3", "F4") or None in (verdict.value, verdict.own_low, verdict.own_high):
        return None
    counted = Numbers(
        people=verdict.people,
        times=verdict.times,
        k=verdict.k,
        n=_counted(verdict.n, verdict.exposure_seconds),
        share=None,
        share_low=None,
        share_high=None,
        before_people=verdict.before_people,
        before_times=verdict.before_times,
        before_k=verdict.before_k,
        before_n=_counted(verdict.before_n, verdict.before_exposure_seconds),
        before_share=None,
        difference=verdict.difference,
        low=verdict.low,
        high=verdict.high,
        least=verdict.least_relevant_difference,
    )
    before = verdict.before_value if counted.before_n else None
    return replace(
        counted, value=verdict.value, value_low=verdict.own_low, value_high=verdict.own_high, before_value=before
    )


def _counted(cases: int, exposure_seconds: int | None) -> int:
    """Of how much it speaks: cases, of a rate months of people."""
    return cases if exposure_seconds is None else round(member_months(exposure_seconds))


def _numbers(verdict: Verdict) -> Numbers:
    low, high = verdict.told_range or (None, None)
    return Numbers(
        people=verdict.people,
        times=verdict.times,
        k=verdict.k,
        n=verdict.n,
        share=verdict.told_share,
        share_low=low,
        share_high=high,
        before_people=verdict.before_people,
        before_times=verdict.before_times,
        before_k=verdict.before_k,
        before_n=verdict.before_n,
        before_share=verdict.told_before_share,
        difference=verdict.difference,
        low=verdict.low,
        high=verdict.high,
        least=verdict.least_relevant_difference,
        counted_share=verdict.share if verdict.true_share is not None else None,
        counted_before_share=verdict.before_share if verdict.before_true_share is not None else None,
    )
