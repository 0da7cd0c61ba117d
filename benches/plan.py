"""The plan's page of a large plan against a bare view of the same bytes: 3 goals, 9 objectives, 60 tactics, 1,500 steps, 40 versions.

Milliseconds of the processor, in one process with SQLite. Queries are counted for the whole request, session and log-in included.
"""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from benches._pages import client_of, in_own_process, page_against_bare
from benches._scene import build_community
from tools.benches import Figure, ceiling, figure

GOAL_RATIO = 30.0
MOST_QUERIES = 30
GOALS, OBJECTIVES, TACTICS, STEPS, VERSIONS = 3, 9, 60, 1_500, 40
PAGES = {"plan": "plan:index", "versions": "plan:versions", "weeks": "plan:weeks", "chain": "plan:whole_chain"}


def run(long: bool) -> Iterator[Figure]:
    """Milliseconds and queries of the plan's largest pages."""
    runs = 60 if long else 12
    for name, one in in_own_process("benches.plan", runs).items():
        yield figure("plan", name, one["ours"], one["bare"], GOAL_RATIO, "ms", runs)
        yield ceiling("plan", f"{name}_queries", one["queries"], MOST_QUERIES, "queries", 1)


def _measured(folder: Path, runs: int) -> dict[str, dict[str, float]]:
    from django.urls import reverse

    person = build_community(folder, 100)
    _large_plan(person)
    client = client_of(person)
    addresses = {page: reverse(name, args=[person.workspace.slug]) for page, name in PAGES.items()}
    return {page: page_against_bare(client, address, runs) for page, address in addresses.items()}


def _large_plan(person: Any) -> None:
    """The structure in one draft, put in force, then a new version for each of the remaining ones."""
    from django.utils import timezone

    from allmende.plan import actions
    from allmende.plan.catalogue import READINESS
    from allmende.plan.queries import current_plan

    began = timezone.now() - timedelta(days=VERSIONS + 1)
    plan = current_plan(person.workspace) or actions.start_plan(
        person=person, title="Bench", strategic_hours=12, routine_hours=18, now=began
    )
    for question, asked in READINESS.items():
        if asked.is_essential:
            actions.answer_readiness(person=person, plan=plan, question=question, text="Jana", now=began)
    draft = actions.open_draft(person=person, plan=plan, now=began)
    _write(person, draft, began)
    for number in range(VERSIONS):
        at = began + timedelta(days=number)
        draft = actions.open_draft(person=person, plan=plan, now=at)
        if number:
            goal = draft.goals.first()
            actions.save_goal(person=person, version=draft, key=goal.key, now=at, plain_statement=f"Ziel {number}")
        actions.publish_version(person=person, version=draft, reason=f"Version {number}", without_agreement="-", now=at)


def _write(person: Any, draft: Any, at: Any) -> None:
    from allmende.plan import actions
    from allmende.plan.models import Step, new_key

    by = {"person": person, "version": draft, "now": at}
    draft.goals.all().delete()
    goals = [
        actions.save_goal(statement=f"Ziel {n}", plain_statement=f"Ziel {n}", value_type="cost", **by)
        for n in range(GOALS)
    ]
    levers = []
    for n in range(OBJECTIVES):
        objective = actions.save_objective(
            goal_key=goals[n % GOALS].key, short_name=f"Vorgabe {n}", audience="Mitglieder", behaviour="Fragen anderer beantworten",
            effect="die Frage gelöst ist", quality_condition="bestätigt", definition_key="first_answer_by_member_24h",
            baseline_share=0.4, target_share=0.5, target_date=at.date() + timedelta(days=365),
            least_relevant_difference=0.04, guardrail="Zufriedenheit", **by,
        )  # fmt: skip
        levers.append(actions.save_strategy(objective_key=objective.key, emotion="Stolz", statement=f"Hebel {n}", **by))
    for n in range(TACTICS):
        tactic = actions.save_tactic(
            strategy_key=levers[n % OBJECTIVES].key,
            name=f"Taktik {n}",
            reach=2,
            depth=2,
            length=2,
            effort_hours=1,
            **by,
        )
        made = (place * 3 % 120 for place in range(STEPS // TACTICS))
        Step.objects.bulk_create(
            Step(
                version=draft, key=new_key("step"), tactic=tactic, what=f"Schritt {day}", owner=person,
                due_date=at.date() + timedelta(days=day), updated_at=at,
            )
            for day in made
        )  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measured(Path(sys.argv[1]), int(sys.argv[2]))))
