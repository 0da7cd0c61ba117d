"""The plan of the Lotsenforum (`domain.md` 6.1), written and published by the real actions."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from allmende.config.demo import words
from allmende.config.demo.people import settle_readiness, write_people
from allmende.config.demo.proof import settle_past
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_HELPS, QUESTION_CONFIRMED
from allmende.plan.actions import (
    add_change_event,
    assess_elements,
    open_draft,
    publish_version,
    report_step,
    revise_for_event,
    save_goal,
    save_objective,
    save_step,
    save_strategy,
    save_tactic,
    start_plan,
)
from allmende.plan.models import Objective, PlanVersion, Step, StrategicPlan, Tactic
from allmende.plan.queries import accountable
from allmende.team.models import Person, Workspace

# definition, baseline, target, least relevant difference, weeks until the target; in the order of the texts
FIGURES = (
    (FIRST_ANSWER_BY_MEMBER.key, 0.49, 0.57, 0.04, 13),
    (NEWCOMER_HELPS.key, 0.06, 0.10, 0.03, 26),
    (QUESTION_CONFIRMED.key, 0.41, 0.47, 0.04, 13),
)
# How a step came to the state it is in: who reported what.
REPORTED = {
    "checked": (("owner", "done"), ("controller", "checked")),
    "in_progress": (("owner", "in_progress"),),
    "planned": (),
}


def write_plan(*, jana: Person, emre: Person, starts_at: datetime, now: datetime) -> StrategicPlan:
    """Version 1 at `starts_at`, version 2 two days before `now`; steps lie around `now`. In the workspace's language."""
    said = words.texts(jana.workspace.language, "plan")
    plan = start_plan(
        person=jana,
        title=said["workspace"],
        community_type="support",
        strategic_hours=12,
        routine_hours=18,
        now=starts_at,
    )
    draft = open_draft(person=jana, plan=plan, now=starts_at)
    goal = save_goal(person=jana, version=draft, now=starts_at, value_type="cost", **said["goal"])
    today = now.astimezone(ZoneInfo(jana.workspace.zone)).date()
    people = {"jana": jana, "emre": emre}
    levers = {
        text["code"]: _objective(jana, draft, goal.key, text, figures, starts_at, today)
        for text, figures in zip(said["objectives"], FIGURES, strict=True)
    }
    tactics = {
        text["code"]: _tactic(jana, draft, levers[text["objective"]], text, starts_at) for text in said["tactics"]
    }
    for text in said["steps"]:
        _step(people, draft, tactics[text["tactic"]], text, starts_at, today)
    settle_readiness(jana=jana, plan=plan, now=starts_at)
    publish_version(
        person=jana,
        version=draft,
        reason=said["published_reason"],
        without_agreement=said["without_agreement"],
        now=starts_at,
    )
    running = next(thing for thing in accountable(jana.workspace) if thing.kind == "tactic")
    write_people(jana=jana, emre=emre, plan=plan, tactic=running, now=starts_at)
    _report_past_steps(people, plan, said["steps"], starts_at)
    settle_past(jana=jana, emre=emre, plan=plan, now=now)
    _revise(jana, plan, said, now - timedelta(days=2))
    _report_steps(
        people, plan, [text for text in said["steps"] if text["state"] == "in_progress"], now - timedelta(days=1)
    )
    return plan


def objective_key(plan: StrategicPlan, code: str) -> str:
    """The key of an objective of the version in force by its code or, in any language, its number ("1")."""
    found = Objective.objects.filter(version__plan=plan, version__state="published", code__endswith=code[-1])
    return found.get().key


def tactic_key(workspace: Workspace, code: str) -> str:
    """The key of a tactic of the version in force."""
    return Tactic.objects.get(version__workspace=workspace, version__state="published", code=code).key


def _objective(
    jana: Person, draft: PlanVersion, goal: str, text: dict[str, Any], figures: tuple[str, float, float, float, int],
    at: datetime, today: date,
) -> str:  # fmt: skip
    definition, baseline, target, least, weeks = figures
    objective = save_objective(
        person=jana,
        version=draft,
        goal_key=goal,
        now=at,
        code=text["code"],
        short_name=text["short_name"],
        audience=text["audience"],
        behaviour=text["behaviour"],
        effect=text["effect"],
        quality_condition=text["quality_condition"],
        guardrail=text["guardrail"],
        definition_key=definition,
        baseline_share=baseline,
        target_share=target,
        target_date=today + timedelta(weeks=weeks),
        least_relevant_difference=least,
        starts_date=at.astimezone(ZoneInfo(jana.workspace.zone)).date(),
        review_date=today + timedelta(weeks=13),
    )
    lever = save_strategy(
        person=jana,
        version=draft,
        objective_key=objective.key,
        now=at,
        emotion=text["emotion"],
        statement=text["strategy"],
        direction=text["direction"],
    )
    return lever.key


def _tactic(jana: Person, draft: PlanVersion, lever: str, text: dict[str, Any], at: datetime) -> str:
    reach, depth, length = text["score"]
    tactic = save_tactic(
        person=jana,
        version=draft,
        strategy_key=lever,
        now=at,
        code=text["code"],
        name=text["name"],
        description=text["description"],
        reach=reach,
        depth=depth,
        length=length,
        effort_hours=Decimal(text["hours"]),
        state=text["state"],
        expected_effect=text["effect"],
    )
    return tactic.key


def _step(
    people: dict[str, Person], draft: PlanVersion, tactic: str, text: dict[str, Any], at: datetime, today: date
) -> None:
    due = today + timedelta(days=text["days"])
    controller = people.get(text.get("controller", ""))
    save_step(
        person=people["jana"],
        version=draft,
        tactic_key=tactic,
        now=at,
        what=text["what"],
        owner=people[text["owner"]],
        controller=controller,
        due_date=due,
        control_date=due + timedelta(days=7) if controller else None,
    )


def _report_past_steps(
    people: dict[str, Person], plan: StrategicPlan, steps: list[dict[str, Any]], at: datetime
) -> None:
    done = [text for text in steps if text["state"] == "checked"]
    _report_steps(people, plan, done, at + timedelta(days=14))


def _report_steps(people: dict[str, Person], plan: StrategicPlan, steps: list[dict[str, Any]], at: datetime) -> None:
    for text in steps:
        step = Step.objects.get(version__plan=plan, version__state="published", what=text["what"])
        for who, state in REPORTED[text["state"]]:
            at += timedelta(hours=1)
            report_step(person=people[text[who]], plan=plan, key=step.key, state=state, now=at)


def _revise(jana: Person, plan: StrategicPlan, said: dict[str, Any], at: datetime) -> None:
    noticed = jana.workspace.day_at(at)
    event = add_change_event(
        person=jana,
        plan=plan,
        kind="other",
        what=said["event"],
        occurred_date=noticed - timedelta(days=6),
        noticed_date=noticed,
        now=at,
    )
    tactic = Tactic.objects.get(version__plan=plan, version__state="published", code=said["revised_tactic"])
    judgements = {tactic.key: ("adapt", said["event_note"])}
    assess_elements(person=jana, event=event, judgements=judgements, now=at)
    draft = revise_for_event(
        person=jana, event=event, approach="optimise", approach_reason=said["approach_reason"], now=at
    )
    tactic = Tactic.objects.get(version=draft, code=said["revised_tactic"])
    save_tactic(person=jana, version=draft, key=tactic.key, now=at, description=said["revised_description"])
    publish_version(person=jana, version=draft, reason=said["revised_reason"], now=at)
