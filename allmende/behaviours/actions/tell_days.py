"""Tell the plan what each of the last days brought, where people are counted in calendar periods (S0-03).

Cohorts and opportunities belong to the day on which their window ended, and `judge` tells those; how long something takes has
no value of a single day, because of the open ones nobody knows it yet.
"""

from datetime import datetime, timedelta
from uuid import UUID

from allmende.behaviours.actions.judge import DAYS_TOLD
from allmende.behaviours.queries.counting import midnight
from allmende.behaviours.queries.days import acts_of_days
from allmende.behaviours.queries.definitions import counted_as, definitions_in_force, version_name
from allmende.behaviours.queries.verdicts import verdicts_of
from allmende.domain.verdict import TOO_NOISY
from allmende.plan.actions.record_evidence import Day, record_days
from allmende.plan.models import Evidence
from allmende.plan.queries import objectives_in_force
from allmende.plan.states import DAY
from allmende.team.models import Workspace

BY_ACTS = ("F3", "F5", "F6")
TOLD_AGAIN_AFTER = timedelta(hours=6)


def tell_days(*, workspace: Workspace, as_of: datetime, now: datetime, is_asked_for: bool = False) -> None:
    """People and times of each of the last days until yesterday, for every objective in force that such a definition
    measures; told again they replace what was said, because marks of quality may still come.

    Again after six hours, or when asked for (`is_asked_for`): of days that are over only late words and marks change anything,
    and each telling goes through the ledger once. A new day, version or objective is told of at once. Where labels are too noisy
    nothing is told (4.5).
    """
    definitions = {one.key: one for one in definitions_in_force(workspace) if counted_as(one).form in BY_ACTS}
    asked = [one for one in objectives_in_force(workspace) if one.definition_key in definitions]
    told = set() if is_asked_for else _just_told(workspace, now)
    held_back = _held_back(workspace) if asked else set()
    days: dict[str, list[Day]] = {}
    for objective in asked:
        definition = definitions[objective.definition_key]
        named = (objective.key, definition.key, version_name(definition))
        if named in told or (objective.key, definition.pk) in held_back:
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


def _just_told(workspace: Workspace, now: datetime) -> set[tuple[str, str, str]]:
    """(objective, definition, version) of which it was told some hours ago what yesterday brought."""
    today = midnight(workspace.day_at(now), workspace.zone)
    rows = Evidence.objects.filter(workspace=workspace, kind=DAY, period_end=today, at__gt=now - TOLD_AGAIN_AFTER)
    return set(rows.values_list("key", "source", "definition_version"))


def _held_back(workspace: Workspace) -> set[tuple[str, UUID]]:
    """(objective, definition) whose newest verdict says that nothing of it is reported."""
    rows = verdicts_of(workspace).filter(reason_code=TOO_NOISY)
    return set(rows.values_list("objective_key", "definition_id"))
