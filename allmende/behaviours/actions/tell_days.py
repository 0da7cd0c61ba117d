"""Tell the plan what each of the last days brought, where people are counted in calendar periods (S0-03).

Cohorts and opportunities belong to the day on which their window ended, and `judge` tells those; how long something takes has
no value of a single day, because of the open ones nobody knows it yet.
"""

from datetime import datetime

from allmende.behaviours.actions.judge import DAYS_TOLD
from allmende.behaviours.queries.days import acts_of_days
from allmende.behaviours.queries.definitions import counted_as, definitions_in_force, version_name
from allmende.plan.actions.record_evidence import Day, record_days
from allmende.plan.queries import objectives_in_force
from allmende.team.models import Workspace

BY_ACTS = ("F3", "F5", "F6")


def tell_days(*, workspace: Workspace, as_of: datetime, now: datetime) -> None:
    """People and times of each of the last days until yesterday, for every objective in force that such a definition
    measures; told again they replace what was said, because marks of quality may still come."""
    definitions = {one.key: one for one in definitions_in_force(workspace) if counted_as(one).form in BY_ACTS}
    days: dict[str, list[Day]] = {}
    for objective in objectives_in_force(workspace):
        definition = definitions.get(objective.definition_key)
        if definition is None:
            continue
        if definition.key not in days:
            acts = acts_of_days(workspace, counted_as(definition), as_of=as_of, last=DAYS_TOLD)
            days[definition.key] = [Day(one.starts_at, one.ends_at, None, None, one.people, one.times) for one in acts]
        record_days(
            workspace=workspace,
            key=objective.key,
            source=definition.key,
            days=days[definition.key],
            definition_version=version_name(definition),
            at=now,
        )
