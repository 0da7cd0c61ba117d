"""A plan in force, as the Lotsenforum has it (domain.md 6.1), built by the real actions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from allmende.plan import actions
from allmende.plan.catalogue import READINESS
from allmende.plan.models import Goal, Objective, Outcome, PlanVersion, Step, StrategicPlan, Strategy, Tactic
from allmende.team.models import Person
from tests.bedrock import NOW, stands

OBJECTIVE = {
    "short_name": "Erfahrene antworten zuerst",
    "audience": "Erfahrene Buchhalterinnen und Buchhalter",
    "behaviour": "Fragen anderer als Erste beantworten",
    "effect": "die Frage als gelöst bestätigt wird",
    "quality_condition": "binnen 7 Tagen als gelöst bestätigt",
    "definition_key": "first_answer_by_member_24h",
    "baseline_share": 0.41,
    "target_share": 0.47,
    "target_date": date(2027, 1, 4),
    "least_relevant_difference": 0.04,
    "guardrail": "Zufriedenheit mit der Antwort, mindestens 4,2",
}
OUTCOME = {
    "name": "Gelöst ohne Support",
    "measure": "bestätigte Lösung ohne Supportkontakt",
    "source": "survey",
    "source_detail": "Umfrage im Beitrag",
    "link": "Wer schnell eine gute Antwort bekommt, ruft nicht an.",
    "falsifier": "Mehr erste Antworten, aber nach zwei Quartalen gleich viele Anrufe",
}
TACTICS = (
    ("Lotsenkreis", 2, 3, 3, 6),
    ("Persönlicher Dank", 3, 2, 2, 3),
    ("Vorrangfrist", 3, 2, 2, 0.5),
    ("Wem hilfst du heute?", 2, 2, 2, 1),
    ("Abschluss-Sprechstunde", 2, 2, 1, 4),
    ("Gewinnspiel", 2, 1, 1, 5),
)


def settle(plan: StrategicPlan, person: Person, now: datetime) -> None:
    """Answer every essential question, so that the plan may go to work."""
    for question, asked in READINESS.items():
        if asked.is_essential:
            actions.answer_readiness(person=person, plan=plan, question=question, text="Jana, dann Emre", now=now)


@dataclass
class Written:
    """What `write_plan` made."""

    plan: StrategicPlan
    version: PlanVersion
    goal: Goal
    objective: Objective
    strategy: Strategy
    tactics: list[Tactic]
    step: Step
    outcome: Outcome


@stands("plan_drafted")
def lay_draft(below: dict[str, Any]) -> dict[str, Any]:
    return {"drafted": full_plan(below["owner"], NOW)}


@stands("plan_published")
def lay_published(below: dict[str, Any]) -> dict[str, Any]:
    return {"published": put_in_force(below["drafted"], below["owner"], NOW)}


def full_plan(owner: Person, now: datetime, publish: bool = False, asked: dict[str, object] | None = None) -> Written:
    """A full draft, or the same in force."""
    by = {"person": owner, "now": now}
    plan = actions.start_plan(title="Lotsenforum", strategic_hours=12, routine_hours=18, **by)
    draft = plan.versions.get()
    goal = actions.save_goal(
        version=draft,
        statement="Kundinnen und Kunden lösen Fragen zur Buchhaltung schneller, ohne den Support anzurufen.",
        plain_statement="Mehr Fragen werden gelöst, bevor sie bei uns ankommen.",
        value_type="cost",
        **by,
    )
    objective = actions.save_objective(version=draft, goal_key=goal.key, **{**OBJECTIVE, **(asked or {})}, **by)
    outcome = actions.save_outcome(version=draft, objective_key=objective.key, **OUTCOME, **by)
    strategy = actions.save_strategy(
        version=draft,
        objective_key=objective.key,
        emotion="Stolz auf sichtbares Fachkönnen",
        statement="Wer den Monatsabschluss beherrscht, soll spüren, dass Fachleute sein Urteil suchen.",
        **by,
    )
    tactics = [
        actions.save_tactic(
            version=draft,
            strategy_key=strategy.key,
            name=name,
            reach=reach,
            depth=depth,
            length=length,
            effort_hours=hours,
            **by,
        )
        for name, reach, depth, length, hours in TACTICS
    ]
    step = actions.save_step(
        version=draft,
        tactic_key=tactics[0].key,
        what="Die acht aktivsten Helferinnen und Helfer anrufen",
        due_date=date(2026, 10, 14),
        owner=owner,
        **by,
    )
    settle(plan, owner, now)
    written = Written(plan, draft, goal, objective, strategy, tactics, step, outcome)
    return put_in_force(written, owner, now) if publish else written


def put_in_force(written: Written, owner: Person, now: datetime) -> Written:
    """The draft, published."""
    actions.publish_version(
        version=written.version, reason="Der erste Plan", without_agreement="Wird nachgeholt", person=owner, now=now
    )
    written.version.refresh_from_db()
    written.plan.refresh_from_db()
    return written


@pytest.fixture
def plan_drafted(beneath, owner, now) -> Written:  # type: ignore[no-untyped-def]
    """A full draft."""
    return beneath.found("plan_drafted", "drafted") or full_plan(owner, now)


@pytest.fixture
def plan_published(beneath, plan_drafted, owner, now) -> Written:  # type: ignore[no-untyped-def]
    """The same in force."""
    return beneath.found("plan_published", "published") or put_in_force(plan_drafted, owner, now)


@pytest.fixture
def write_plan(owner, now) -> Callable[..., Written]:  # type: ignore[no-untyped-def]
    """`write_plan()` leaves a full draft; `write_plan(publish=True)` puts it in force."""
    return partial(full_plan, owner, now)


@pytest.fixture
def tell(owner, now):
    """`tell(key, share=…)` records evidence of September."""

    def record(key: str, **told):
        facts = {
            "kind": "verdict",
            "source": "first_answer_by_member_24h",
            "period_start": datetime(2026, 9, 1, tzinfo=UTC),
            "period_end": now,
            "people": 31,
            "times": 512,
            "n": 905,
            "low": None,
            "high": None,
            "verdict": "",
            "reason": "",
            "definition_version": "first_answer_by_member_24h/1",
            "at": now,
        }
        return actions.record_evidence(workspace=owner.workspace, key=key, **{**facts, "share": None, **told})

    return record
