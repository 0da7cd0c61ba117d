"""Who answers for the demo's plan, whom it addresses, and what was settled before it went to work."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from allmende.channels.models import Channel
from allmende.config.demo import words
from allmende.plan.actions import add_analysis, answer_canvas, answer_readiness, change_audience_state, save_audience
from allmende.plan.models import StrategicPlan
from allmende.team.actions import make_responsible, release_time, save_unit, unit_of_person
from allmende.team.models import Person
from allmende.team.queries import Thing


def settle_readiness(*, jana: Person, plan: StrategicPlan, now: datetime) -> None:
    """The questions that stop a launch, and one more, in the workspace's language."""
    for question, text in words.texts(jana.workspace.language, "people")["readiness"].items():
        answer_readiness(person=jana, plan=plan, question=question, text=text, now=now)


def write_people(*, jana: Person, emre: Person, plan: StrategicPlan, tactic: Thing, now: datetime) -> None:
    """A working group for one tactic, hours set free for one of two, two audiences, four themes of the canvas."""
    said = words.texts(jana.workspace.language, "people")
    group = save_unit(
        person=jana, unit=None, kind="working_group", name=said["unit"]["name"], lead=emre, members=[jana], now=now
    )
    make_responsible(person=jana, kind=tactic.kind, key=tactic.key, label=tactic.label, unit=group, now=now)
    day = now.astimezone(ZoneInfo(jana.workspace.zone)).date()
    release_time(
        person=jana,
        colleague=jana,
        hours=Decimal(24),
        manager_name=said["unit"]["manager"],
        confirmed_date=day,
        until_date=day + timedelta(days=365),
        url="",
        now=now,
    )
    for text in said["audiences"]:
        values = {name: value for name, value in text.items() if name not in ("finding", "source")}
        audience = save_audience(person=jana, audience=None, now=now, **values)
        add_analysis(
            person=jana, audience=audience, finding=text["finding"], source=text["source"], on_date=day, now=now
        )
        for state in ("ranked", "active"):
            audience = change_audience_state(person=jana, audience=audience, state=state, now=now)
    for theme, text in said["canvas"].items():
        answer_canvas(person=jana, theme=theme, text=text, element_keys=(), now=now)


def answer_for_channels(*, jana: Person, emre: Person, channels: Mapping[str, Channel], now: datetime) -> None:
    """Jana for the forum, Emre for the social network."""
    for place, colleague in (("forum", jana), ("social", emre)):
        channel, unit = channels[place], unit_of_person(colleague=colleague, now=now, person=jana)
        make_responsible(person=jana, kind="channel", key=str(channel.pk), label=channel.name, unit=unit, now=now)
