"""What a review is held over: the figures as they stand on one day, as plain values that can be kept."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from allmende.guidelines.models import BrandRecord
from allmende.plan import states
from allmende.plan.catalogue import measure_unit
from allmende.plan.models import Objective, PlanVersion
from allmende.plan.queries.chain import ObjectivePart, StrategyPart, lay_out
from allmende.plan.queries.elements import elements_of
from allmende.plan.queries.facts import Series, evidence_series
from allmende.plan.queries.figures import Figure, figures_of
from allmende.plan.queries.standings import as_they_stand, standings_of
from allmende.plan.queries.steps import progress_of
from allmende.team.models import Workspace

Pack = Mapping[str, Any]


def review_pack(version: PlanVersion, today: date) -> Pack:
    """Objectives with their verdicts and what was first imagined of them, levers with execution and the emotion's figures,
    tactics, and what makes us unmistakable (S4-30); JSON-able, eight queries."""
    workspace, plan = version.workspace, version.plan
    series = evidence_series(workspace)
    elements = as_they_stand(elements_of(version)[version.pk], standings_of(version))
    chain = lay_out(version, elements, plan.strategic_hours, today, progress_of(workspace), series)
    parts = [part for goal in chain.goals for part in goal.objectives]
    levers = [lever for part in parts for lever in part.strategies]
    ideas = _first_ideas(version)
    return {
        "day": today.isoformat(),
        "objectives": [_objective(part, ideas[part.objective.key]) for part in parts],
        "levers": [_lever(lever, series.get(lever.strategy.key, ())) for lever in levers],
        "tactics": [_tactic(row) for lever in levers for row in lever.tactics],
        "brand": _brand(workspace),
    }


def _first_ideas(version: PlanVersion) -> Mapping[str, Objective]:
    """Each objective as the first version in force had it."""
    rows = Objective.objects.filter(version__plan=version.plan_id, version__state__in=states.IN_FORCE_ONCE)
    return {row.key: row for row in rows.select_related("version").order_by("-version__number")}


def _brand(workspace: Workspace) -> Pack | None:
    brand = BrandRecord.objects.filter(workspace=workspace, archived_at__isnull=True).first()
    return {name: getattr(brand, name) for name in ("promise", "difference", "voice", "never")} if brand else None


def _objective(part: ObjectivePart, idea: Objective) -> Pack:
    row = part.objective
    return {
        "key": row.key,
        "code": row.code,
        "name": row.short_name,
        "behaviour": row.behaviour,
        "verdict": next((one.fact.verdict for one in part.figures if one.fact.verdict), ""),
        "figures": [_figure(one) for one in part.figures],
        "idea": {
            "number": idea.version.number,
            "behaviour": idea.behaviour,
            "effect": idea.effect,
            "before": idea.baseline_share,
            "target": idea.target_share,
            "before_value": idea.baseline_value,
            "target_value": idea.target_value,
            "unit": measure_unit(idea.definition_key),
            "until": idea.target_date.isoformat() if idea.target_date else "",
        },
    }


def _lever(part: StrategyPart, told: Sequence[Series]) -> Pack:
    done = part.execution
    return {
        "key": part.strategy.key,
        "emotion": part.strategy.emotion,
        "due": done.due,
        "on_time": done.on_time,
        "half_done": done.half_done,
        "figures": [_figure(one) for one in figures_of(told, None)],
    }


def _tactic(row: Any) -> Pack:
    one = row.tactic
    return {
        "key": one.key,
        "code": one.code,
        "name": one.name,
        "state": one.state,
        "hours": float(one.effort_hours),
        "is_below": row.is_below,
        "is_theory": row.is_theory,
        "stop_rule": one.stop_rule,
    }


def _figure(figure: Figure) -> Pack:
    fact = figure.fact
    return {
        "source": fact.source,
        "verdict": fact.verdict,
        "is_clearly": figure.is_clearly,
        "is_with_damage": figure.is_with_damage,
        "share": fact.share,
        "before": fact.before_share,
        "k": figure.k,
        "n": fact.n,
        "value": fact.value,
        "before_value": fact.before_value,
        "unit": fact.unit,
        "until": fact.period_end.date().isoformat(),
    }
