"""What the Lotsenforum knows from outside, noticed and decided: figures of other departments, findings, decisions."""

from datetime import date, datetime, timedelta
from typing import Any

from allmende.config.demo import words
from allmende.config.demo.rhythm import last_monday
from allmende.plan import states
from allmende.plan.actions import (
    ask_for_judgements,
    choose_values,
    decide,
    decide_finding,
    find_for_judgement,
    judge_value,
    look_over,
    note_discussion,
    note_finding,
    open_element,
    plan_review,
    record_control,
    record_outcome,
    save_control,
    submit_decision,
    take_values,
    tell_evidence,
)
from allmende.plan.models import Control, Judgement, Objective, StrategicPlan, Tactic
from allmende.plan.queries import sessions_typed
from allmende.team.models import Person

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)


def settle_past(*, jana: Person, emre: Person, plan: StrategicPlan, now: datetime) -> None:
    """Under the first version: a decision whose outcome is known, and two findings somebody decided on."""
    said = words.texts(jana.workspace.language, "proof")
    _decide_long_ago(jana, emre, said["tried"], now - 9 * WEEK)
    for text in said["settled_findings"]:
        at = now - text["days"] * DAY
        finding = _note(emre, plan, text, at)
        decide_finding(person=jana, finding=finding, decision=text["decision"], reason=text["reason"], now=at + DAY)


def prove(*, jana: Person, emre: Person, plan: StrategicPlan, now: datetime) -> None:
    """Figures of two departments with a judgement made and one asked for, an open finding, three decisions under way."""
    said = words.texts(jana.workspace.language, "proof")
    _look_again(jana, emre, plan, said, now)
    _bring(emre, said, "satisfaction", now - 15 * DAY)
    for judgement in Judgement.objects.filter(workspace=jana.workspace):
        again = jana.workspace.day_at(now) + WEEK
        judge_value(person=jana, judgement=judgement, now=now - 14 * DAY, again_date=again, **said["judged"])
    _change(emre, plan, said, now - 9 * DAY)
    _bring(jana, said, "calls", now - DAY)
    _tell(emre, said["told"], now)
    _note(emre, plan, said["open_finding"], now - 3 * DAY)
    _read(jana, plan, said["read"], jana.workspace.day_at(now) - 4 * DAY)
    _ask_for_time(jana, emre, said["request"], now)
    _go_and_learn(emre, said["conference"], now)
    _meet_the_board(jana, said["board"], now)


def _read(person: Person, plan: StrategicPlan, codes: list[str], day: date) -> None:
    """Some parts of the plan were opened lately; what nobody opens gathers dust."""
    version = plan.versions.get(state=states.PUBLISHED)
    kept = [*version.goals.all(), *version.strategys.all()[:1]]
    kept += [row for rows in (version.objectives, version.tactics) for row in rows.all() if row.code[-2:] in codes]
    for row in kept:
        open_element(person=person, key=row.key, today=day)


def _look_again(jana: Person, emre: Person, plan: StrategicPlan, said: dict[str, Any], now: datetime) -> None:
    """The next review with its promises, a control that was done and one that is due today."""
    today = jana.workspace.day_at(now)
    objective = Objective.objects.get(version__plan=plan, version__state=states.PUBLISHED, code__endswith="1")
    plan_review(
        person=jana, plan=plan, review=None, kind="regular", planned_date=today + timedelta(days=44),
        period_start_date=today + DAY, period_end_date=today + timedelta(days=42),
        commitments={objective.key: said["promises"]}, now=now - DAY,
    )  # fmt: skip
    done, due = said["controls"]
    looked = _control(jana, emre, done, today - timedelta(days=20), now - timedelta(days=30))
    record_control(
        person=emre, control=looked, is_fine=True, result=done["result"], finding="", now=now - timedelta(days=20)
    )
    _control(jana, jana, due, today, now - timedelta(days=30))


def _control(jana: Person, controller: Person, text: dict[str, Any], next_date: date, now: datetime) -> Control:
    return save_control(
        person=jana, control=None, what=text["what"], key="", interval_days=text["every"], controller=controller,
        next_date=next_date, now=now,
    )  # fmt: skip


def _bring(person: Person, said: dict[str, Any], name: str, now: datetime) -> None:
    """A table of one figure a week, as another department sends it; the job that asks for judgements looks at it."""
    text, table = said[name], said["table"]
    sunday = last_monday(now, person.workspace.zone) - DAY
    rows = [table["headers"]]
    for weeks, (value, cases) in enumerate(
        zip(text["values"], text["cases"], strict=True), start=1 - len(text["values"])
    ):
        ends = sunday + weeks * WEEK
        begins = (ends - 6 * DAY).strftime(table["dates"])
        rows.append(
            [text["element"], text["source"], begins, ends.strftime(table["dates"]), value, text["unit"], cases]
        )
    content = "\n".join(";".join(row) for row in rows) + "\n"
    upload = choose_values(person=person, name=text["file"], parts=[content.encode()], now=now)
    take_values(person=person, upload=upload, now=now)
    ask_for_judgements(now=now)


def _change(emre: Person, plan: StrategicPlan, said: dict[str, Any], now: datetime) -> None:
    """A value beyond its limits that was judged to change something; a finding came of it that waits for a decision."""
    _bring(emre, said, "clinic", now)
    judgement = Judgement.objects.get(workspace=emre.workspace, answer="")
    judged = judge_value(person=emre, judgement=judgement, now=now + DAY, **said["changed"])
    find_for_judgement(person=emre, judgement=judged, plan=plan, now=now + DAY)


def _tell(person: Person, text: dict[str, Any], now: datetime) -> None:
    ends = last_monday(now, person.workspace.zone) - DAY
    key = _objective(person, text["objective"]).key
    tell_evidence(
        person=person, key=key, source=text["source"], begins=ends - 6 * DAY, ends=ends, number=text["number"],
        unit=text["unit"], n=text["n"], now=now,
    )  # fmt: skip


def _note(person: Person, plan: StrategicPlan, text: dict[str, Any], at: datetime) -> Any:
    return note_finding(
        person=person, plan=plan, element_key=_tactic(person, text["tactic"]).key, observation=text["observation"],
        source=text["source"], noticed_date=person.workspace.day_at(at), now=at,
    )  # fmt: skip


def _decide_long_ago(jana: Person, emre: Person, text: dict[str, Any], at: datetime) -> None:
    content = {"options": text["options"], "stops": text["stops"], "reversible": "yes", "none_reason": ""}
    keys = [_objective(emre, text["objective"]).key]
    check = submit_decision(
        person=emre,
        kind=states.GENERIC,
        title=text["title"],
        content=content,
        keys=keys,
        due_date=_day(emre, at, 7),
        now=at,
    )
    check = look_over(person=jana, check=check, struck=(), now=at + DAY)
    check = note_discussion(person=jana, check=check, discussion=text["discussion"], now=at + 2 * DAY)
    check = decide(
        person=jana, check=check, decision="conditions", conditions=text["conditions"], reason=text["reason"],
        follow_up_date=_day(jana, at, 30), now=at + 2 * DAY,
    )  # fmt: skip
    record_outcome(person=emre, check=check, outcome=text["outcome"], now=at + 31 * DAY)


def _ask_for_time(jana: Person, emre: Person, text: dict[str, Any], now: datetime) -> None:
    """Decided a day ago; what came of it is asked at the date of the objective."""
    tactic, objective, until = _tactic(emre, text["tactic"]), _objective(emre, text["objective"]), _day(emre, now, 90)
    content = {
        "tactics": [tactic.key], "objective": objective.key, "points": text["points"], "until": until.isoformat(),
        "money": text["money"], "hours": text["hours"], "without": text["without"], "smaller": text["smaller"],
    }  # fmt: skip
    check = submit_decision(
        person=emre, kind=states.RESOURCE_REQUEST, title=text["title"], content=content, keys=[objective.key, tactic.key],
        due_date=_day(emre, now, 2), follow_up_date=until, now=now - 6 * DAY,
    )  # fmt: skip
    check = look_over(person=jana, check=check, struck=(), now=now - 2 * DAY + timedelta(hours=1))
    check = note_discussion(person=jana, check=check, discussion=text["discussion"], now=now - DAY)
    decide(person=jana, check=check, decision="yes", reason=text["reason"], follow_up_date=until, now=now - DAY)


def _go_and_learn(emre: Person, text: dict[str, Any], now: datetime) -> None:
    """A programme held against the tactics of whoever wants to go; somebody has looked it over."""
    begins = _day(emre, now, 33)
    content = {
        "programme": text["programme"], "sessions": sessions_typed(text["programme"]), "cost": text["cost"],
        "tried_after": text["tried_after"], "skills": text["skills"], "begins": begins.isoformat(), "days": 2,
    }  # fmt: skip
    check = submit_decision(
        person=emre, kind=states.CONFERENCE, title=text["title"], content=content, due_date=_day(emre, now, 10),
        follow_up_date=begins + timedelta(days=60), now=now - 2 * DAY,
    )  # fmt: skip
    look_over(person=emre, check=check, struck=(), now=now - DAY)


def _meet_the_board(jana: Person, text: dict[str, Any], now: datetime) -> None:
    """Submitted, and looked over by nobody yet."""
    on_date = _day(jana, now, 19)
    content = {
        "asks": text["asks"],
        "people": text["people"],
        "benefits": text["benefits"],
        "on_date": on_date.isoformat(),
    }
    submit_decision(
        person=jana, kind=states.BOARD_MEETING, title=text["title"], content=content, due_date=_day(jana, now, 12),
        follow_up_date=on_date + timedelta(days=14), now=now - DAY,
    )  # fmt: skip


def _objective(person: Person, code: str) -> Objective:
    return Objective.objects.get(version__workspace=person.workspace, version__state=states.PUBLISHED, code=code)


def _tactic(person: Person, code: str) -> Tactic:
    return Tactic.objects.get(version__workspace=person.workspace, version__state=states.PUBLISHED, code=code)


def _day(person: Person, at: datetime, days: int) -> date:
    return person.workspace.day_at(at) + timedelta(days=days)
