"""Tell the plan what each of the last days brought, where people are counted in calendar periods (S0-03).

Cohorts and opportunities belong to the day on which their window ended, and `judge` tells those; how long something takes has
no value of a single day, because of the open ones nobody knows it yet.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from allmende.behaviours.actions.judge import DAYS_TOLD
from allmende.behaviours.models import BehaviourDefinition
from allmende.behaviours.queries.counting import midnight
from allmende.behaviours.queries.days import acts_of_days
from allmende.behaviours.queries.definitions import counted_as, definitions_in_force, version_name
from allmende.behaviours.queries.ledgers import ledger_mark
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

    Again after six hours, or when asked for (`is_asked_for`): of days that are over little but late words and marks changes
    anything, and each telling goes through the ledger once. A new day, version or objective is told of at once, and everything
    where somebody was erased, or an import was undone. Where labels are too noisy nothing is told (4.5).
    """
    definitions = {one.key: one for one in definitions_in_force(workspace) if counted_as(one).form in BY_ACTS}
    asked = [one for one in objectives_in_force(workspace) if one.definition_key in definitions]
    told = {} if is_asked_for or not asked else _just_told(workspace, now)
    held_back = _held_back(workspace) if asked else set()
    days: dict[str, list[Day]] = {}
    for objective in asked:
        definition = definitions[objective.definition_key]
        if _is_told(told, objective.key, definition) or (objective.key, definition.pk) in held_back:
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


def _just_told(workspace: Workspace, now: datetime) -> dict[tuple[str, str, str], datetime]:
    """(objective, definition, version) of which it was told some hours ago what yesterday brought, and when. What was told before
    the ledger was last filled as a whole is not: somebody was erased or an import undone, and their rows were still counted."""
    today, since, mark = midnight(workspace.day_at(now), workspace.zone), now - TOLD_AGAIN_AFTER, ledger_mark(workspace)
    whole_at = mark.whole_at if mark else None
    rows = Evidence.objects.filter(workspace=workspace, kind=DAY, period_end=today, at__gt=since)
    rows = rows.filter(at__gte=whole_at) if whole_at else rows
    told = rows.values_list("key", "source", "definition_version", "at")
    return {(key, source, version): at for key, source, version, at in told}


def _is_told(told: Mapping[tuple[str, str, str], datetime], key: str, definition: BehaviourDefinition) -> bool:
    """A version that was taken back and came into force again, perhaps with other words, bears the same name."""
    told_at = told.get((key, definition.key, version_name(definition)))
    return told_at is not None and (definition.in_force_at is None or told_at >= definition.in_force_at)


def _held_back(workspace: Workspace) -> set[tuple[str, UUID]]:
    """(objective, definition) whose newest verdict says that nothing of it is reported."""
    rows = verdicts_of(workspace).filter(reason_code=TOO_NOISY)
    return set(rows.values_list("objective_key", "definition_id"))
