"""A decision held against the plan in force: criteria, matches and what follows, as JSON that can be frozen (3.14)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from allmende.domain.decision_check import (
    Competency,
    Match,
    Request,
    Result,
    Session,
    Want,
    check_board,
    check_conference,
    check_generic,
    check_hiring,
    check_request,
    match_sessions,
)
from allmende.domain.plan_check import TacticLoad
from allmende.domain.report_guard import check_text
from allmende.plan import states
from allmende.plan.catalogue import measure_unit
from allmende.plan.models import DecisionCheck, PlanVersion, Tactic
from allmende.plan.queries.elements import Elements, elements_of, name_of
from allmende.plan.queries.facts import newest_evidence, version_in_force
from allmende.plan.queries.promises import plain_fact, promised_as, tells_figure
from allmende.plan.queries.standings import as_they_stand, standings_of
from allmende.plan.queries.steps import steps_over
from allmende.team.models import Person, Workspace

RUNNING = ("selected", "running")
GRADE = "E"


@dataclass(frozen=True)
class Ground:
    """The plan in force that decisions are checked against; `version` is None before the first publication."""

    version: PlanVersion | None
    elements: Elements

    @property
    def running(self) -> tuple[Tactic, ...]:
        return tuple(tactic for tactic in self.elements.tactics if tactic.state in RUNNING)

    def own_tactics(self, person: Person) -> tuple[Tactic, ...]:
        """The running tactics in which a person has a step (S0-14)."""
        mine = {step.tactic_id for step in self.elements.steps if step.owner_id == person.pk}
        return tuple(tactic for tactic in self.running if tactic.pk in mine)

    def names(self) -> dict[str, str]:
        return {row.key: name_of(layer, row) for layer, rows in self.elements.by_layer() for row in rows}


def ground_of(workspace: Workspace) -> Ground:
    """Nine queries at most."""
    version = version_in_force(workspace)
    if version is None:
        return Ground(None, Elements())
    return Ground(version, as_they_stand(elements_of(version)[version.pk], standings_of(version)))


def check_against_plan(check: DecisionCheck, ground: Ground, today: date) -> dict[str, Any]:
    """What the check says now: `criteria` (code, degree, values), `recommendation`, and what its kind adds."""
    match check.kind:
        case states.CONFERENCE:
            return _conference(check, ground)
        case states.RESOURCE_REQUEST:
            return _request(check, ground, today)
        case states.HIRING:
            return _hiring(check, ground)
        case states.BOARD_MEETING:
            return _board(check, ground)
        case _:
            content = check.content
            options = content.get("options", [])
            stops = content.get("stops", "")
            serves = len([key for key in check.keys if key.startswith("objective-")])
            result = check_generic(
                len(options), serves, content.get("none_reason", ""), stops, content.get("reversible", "")
            )
            return _plain(result)


def _plain(result: Result, **more: Any) -> dict[str, Any]:
    criteria = [{"code": one.code, "degree": one.degree, "values": {**one.values}} for one in result.criteria]
    return {"criteria": criteria, "recommendation": result.recommendation, **more}


def sessions_of(check: DecisionCheck) -> list[Session]:
    return [Session(**session) for session in check.content.get("sessions", [])]


def _conference(check: DecisionCheck, ground: Ground) -> dict[str, Any]:
    tactics, sessions = ground.own_tactics(check.requester), sessions_of(check)
    skills = check.content.get("skills", [])
    wants = [Want(tactic.key, tactic.name, _about(tactic, ground)) for tactic in tactics]
    wants += [Want(skill, skill, "", "skill") for skill in skills]
    struck = {(place, key) for place, key in check.struck}
    found = match_sessions(sessions, wants)
    kept = [match for match in found if (match.session, match.key) not in struck]
    result = check_conference(len(sessions), kept, len(tactics), skills, check.content.get("tried_after", ""))
    names = {tactic.key: f"{tactic.code} {tactic.name}" for tactic in tactics} | {skill: skill for skill in skills}
    return _plain(result, sessions=_matched(sessions, found, struck, names), tactics=list(names.values()))


def _about(tactic: Tactic, ground: Ground) -> str:
    steps = " ".join(step.what for step in ground.elements.steps if step.tactic_id == tactic.pk)
    return f"{tactic.description} {tactic.expected_effect} {tactic.skills} {steps}"


def _matched(
    sessions: Sequence[Session], found: Sequence[Match], struck: set[tuple[int, str]], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Every session with what it serves and by which words; those that serve something first."""
    rows = [
        {
            **asdict(session),
            "place": place,
            "serves": [
                {
                    "key": match.key,
                    "name": names[match.key],
                    "words": [list(pair) for pair in match.words],
                    "is_struck": (place, match.key) in struck,
                }
                for match in found
                if match.session == place
            ],
        }
        for place, session in enumerate(sessions)
    ]
    return sorted(rows, key=lambda row: not any(not one["is_struck"] for one in row["serves"]))


def _request(check: DecisionCheck, ground: Ground, today: date) -> dict[str, Any]:
    content = check.content
    objective = next((row for row in ground.elements.objectives if row.key == content.get("objective")), None)
    strategies = {row.pk for row in ground.elements.strategies if objective and row.objective_id == objective.pk}
    serving = frozenset(tactic.key for tactic in ground.elements.tactics if tactic.strategy_id in strategies)
    asked = Request(
        money=Decimal(content.get("money") or 0),
        hours=Decimal(content.get("hours") or 0),
        tactics=frozenset(content.get("tactics", [])),
        serving=serving,
        amount=Decimal(str(content.get(promised_as(objective)) or 0)),
        unit=measure_unit(objective.definition_key) if objective else "",
        until=date.fromisoformat(content["until"]),
        today=today,
        smaller_option=content.get("smaller", ""),
    )
    loads = [TacticLoad(t.key, t.reach, t.depth, t.length, t.effort_hours) for t in ground.running]
    result, instead = check_request(asked, loads)
    by_key = {tactic.key: tactic for tactic in ground.running}
    rows = [
        {
            "key": key,
            "name": f"{by_key[key].code} {by_key[key].name}",
            "hours": str(by_key[key].effort_hours),
            "effect": by_key[key].expected_effect,
        }
        for key in instead
    ]
    return _plain(result, instead=rows)


def _hiring(check: DecisionCheck, ground: Ground) -> dict[str, Any]:
    rows = check.content.get("competencies", [])
    competencies = [
        Competency(
            row["skill"],
            row["required"],
            row.get("has", 0),
            row["essential"],
            row.get("can_learn", False),
            row["tactic"],
        )
        for row in rows
    ]
    carried = check.content.get("carried", [])
    result = check_hiring(competencies, {row["tactic"]: row.get("passion", 0) for row in carried})
    names, tactics = ground.names(), {tactic.key: tactic.pk for tactic in ground.elements.tactics}
    gaps = {one.tactic for one in competencies if one.is_essential and not one.is_covered}
    over = steps_over(check.workspace)
    steps = [
        {"what": step.what, "due": step.due_date.isoformat(), "tactic": names.get(row["tactic"], "")}
        for row in carried
        for step in ground.elements.steps
        if step.key not in over
        and step.tactic_id == tactics.get(row["tactic"])
        and ("" in gaps or row["tactic"] in gaps)
    ]
    skills = [
        {**row, "name": names.get(row["tactic"], ""), "is_covered": one.is_covered}
        for row, one in zip(rows, competencies, strict=True)
    ]
    passion = [{**row, "name": names.get(row["tactic"], row["tactic"])} for row in carried]
    return _plain(result, skills=skills, passion=passion, uncovered_steps=steps)


def _board(check: DecisionCheck, ground: Ground) -> dict[str, Any]:
    content = check.content
    items = board_items(check, ground)
    texts = [content.get("asks", ""), *(benefit["benefit"] for benefit in content.get("benefits", []))]
    refused = [{"text": found.text, "code": found.code} for text in texts for found in check_text(text)]
    refused += [
        {"text": found.text, "code": found.code}
        for item in items
        for text in (item["goal"], item["effect"], item["plain"])
        for found in check_text(text)
    ]
    result = check_board(
        len(items),
        sum(bool(item["organisational_goal"]) for item in items),
        sum(bool(item["grade"]) for item in items),
        len(refused),
        content.get("asks", ""),
        len(content.get("benefits", [])),
        len(content.get("people", [])),
    )
    return _plain(result, items=items, refused=refused)


def board_items(check: DecisionCheck, ground: Ground) -> list[dict[str, Any]]:
    """Per objective: the goal of the organisation first, how the objective serves it, what is known, how well (S0-17)."""
    wanted = [row for row in ground.elements.objectives if not check.keys or row.key in check.keys]
    goals = {goal.pk: goal for goal in ground.elements.goals}
    evidence = newest_evidence(check.workspace, [row.key for row in wanted])
    items = []
    for row in wanted:
        goal = goals[row.goal_id]
        fact = next((one for one in evidence.get(row.key, ()) if tells_figure(one)), None)
        items.append(
            {
                "key": row.key,
                "organisational_goal": goal.organisational_goal,
                "goal": goal.organisational_goal or goal.statement,
                "plain": goal.plain_statement,
                "code": row.code,
                "audience": row.audience,
                "behaviour": row.behaviour,
                "effect": row.effect,
                "grade": GRADE,
                "fact": plain_fact(fact),
                "target": row.target_share,
                "target_value": row.target_value,
                "unit": measure_unit(row.definition_key),
                "target_date": row.target_date.isoformat() if row.target_date else "",
            }
        )
    return items
