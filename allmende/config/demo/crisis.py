"""What burnt at the Lotsenforum in summer, from the declaration to the debrief, and the drill that is still to come."""

from datetime import datetime, timedelta
from typing import Any

from allmende.config.demo import words
from allmende.crisis import states
from allmende.crisis.actions import (
    change_incident,
    change_level,
    close_incident,
    declare_incident,
    end_incident,
    finish_lesson,
    save_debrief,
    save_fact,
    save_lesson,
    set_line,
    take_over_levels,
    take_over_statements,
    tick_point,
    write_log,
)
from allmende.crisis.models import Incident
from allmende.guidelines.actions import save_contact
from allmende.guidelines.queries import levels_of
from allmende.team.actions import see_notices
from allmende.team.models import Person

CALLS_FROM = 3
# The drill is to be held some weeks from today.
DRILL_IN = timedelta(days=24)
TICKED, FIRST_MINUTES = 12, 25


def learn_from_crisis(*, jana: Person, emre: Person, at: datetime, now: datetime) -> None:
    """Levels, contacts and statements stand; then it burnt at level 3 for a day, was debriefed within the week and closed."""
    said = words.texts(jana.workspace.language, "crisis")
    before = at - timedelta(days=20)
    take_over_levels(jana, before)
    take_over_statements(person=jana, now=before)
    level = next(one for one in levels_of(jana.workspace) if one.number == CALLS_FROM)
    save_contact(person=jana, level=level, colleague=emre, name="", email="", phone="", now=before)
    incident = _burn(jana, emre, said, at)
    _debrief(jana, emre, incident, said, at + timedelta(days=5), now)
    see_notices(person=emre, now=at + timedelta(days=6))
    see_notices(person=jana, now=at + timedelta(days=6))


def _burn(jana: Person, emre: Person, said: dict[str, Any], at: datetime) -> Incident:
    incident = declare_incident(person=jana, title=said["title"], cause=said["cause"], level=3, now=at)
    for fact in said["facts"]:
        save_fact(person=emre, incident=incident, fact=None, answer_by_at=None, now=at + timedelta(minutes=4), **fact)
    early = [line for line in said["log"] if line["after"] < FIRST_MINUTES]
    _write(emre, incident, early, at)
    words_out = {name: said[name] for name in ("line", "never_say", "spokesperson")}
    set_line(person=jana, incident=incident, now=at + timedelta(minutes=FIRST_MINUTES), **words_out)
    for point in incident.checklist.filter(place__lte=TICKED, done_at__isnull=True):
        tick_point(person=jana, point=point, is_done=True, now=at + timedelta(minutes=FIRST_MINUTES + 4 * point.place))
    _write(emre, incident, [line for line in said["log"] if line not in early], at)
    about = {name: said[name] for name in ("affected", "step_down", "cost")} | {"cluster": states.ACCIDENTAL}
    change_incident(person=jana, incident=incident, now=at + timedelta(hours=3), **about)
    later = at + timedelta(hours=6)
    change_level(person=jana, incident=incident, level=2, reason=said["calmer"], now=later)
    return end_incident(person=jana, incident=incident, reason=said["over"], now=at + timedelta(days=1))


def _write(person: Person, incident: Incident, lines: list[dict[str, Any]], at: datetime) -> None:
    for line in lines:
        kind = states.DECISION if line["is_decision"] else states.NOTE
        moment = at + timedelta(minutes=line["after"])
        write_log(person=person, incident=incident, text=line["text"], kind=kind, now=moment)


def _debrief(jana: Person, emre: Person, incident: Incident, said: dict[str, Any], at: datetime, now: datetime) -> None:
    people, today = {"jana": jana, "emre": emre}, jana.workspace.day_at(now)
    save_debrief(person=jana, incident=incident, now=at, **said["debrief"])
    for told in said["lessons"]:
        done = told["is_done"]
        due = jana.workspace.day_at(at + timedelta(days=told["in_days"])) if done else today + DRILL_IN
        lesson = save_lesson(
            person=jana, incident=incident, kind=told["kind"], text=told["text"], owner=people[told["owner"]], due_date=due,
            now=at,
        )  # fmt: skip
        if done:
            finish_lesson(person=jana, lesson=lesson, is_done=True, now=at + timedelta(days=told["in_days"] - 1))
    close_incident(person=jana, incident=incident, now=at + timedelta(hours=1))
