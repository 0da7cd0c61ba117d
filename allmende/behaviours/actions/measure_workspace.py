"""Everything at once: fill the ledger, count what is in force, judge it."""

from datetime import datetime

from allmende.behaviours.actions.adopt_definition import adopt_definition
from allmende.behaviours.actions.fill_ledger import fill_ledger
from allmende.behaviours.actions.judge import judge
from allmende.behaviours.actions.keep_cohorts import keep_cohorts
from allmende.behaviours.actions.keep_groups import keep_groups
from allmende.behaviours.actions.measure import measure_again
from allmende.behaviours.actions.stand_by_told import stand_by_told
from allmende.behaviours.actions.tell_days import tell_days
from allmende.behaviours.actions.tell_paces import tell_paces
from allmende.behaviours.models import LedgerMark
from allmende.behaviours.queries.definitions import counted_as, definitions_in_force
from allmende.behaviours.queries.facts import missing_facts
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.behaviours.queries.versions import still_counted
from allmende.ledger.engine import sparingly
from allmende.ledger.engine_address import EngineAway, Lacking
from allmende.ledger.files import Ledger
from allmende.ledger.shipped import shipped_definition
from allmende.ledger.soundness import damaged_months, read_faults
from allmende.ledger.spill import drop_spilled, minding_disk
from allmende.ledger.stages import stages
from allmende.members.actions import forget_erased, set_stages
from allmende.plan.queries import objectives_in_force
from allmende.team.models import Workspace


def measure_workspace(*, workspace: Workspace, now: datetime, is_asked_for: bool = False) -> int:
    """Bring ledger, measurements and verdicts up to `now`; returns how many definitions were counted.

    Cohorts and groups follow once a day where something touched them, the members' stages once a day, single days of people in
    periods every six hours; where somebody asks for it (`is_asked_for`) all of it at once.
    Damage that only shows while rows are read is mended by `fill_ledger`, and everything is counted once more. Raises
    EngineAway where the engine cannot be reached, TooLittleMemory and DiskFull: no file is searched for any of them.
    """
    drop_spilled()
    forget_erased(workspace=workspace)
    _adopt_what_the_plan_asks(workspace, now)
    with minding_disk():
        fill_ledger(workspace=workspace, now=now)
        counted = _counted(workspace, now, is_asked_for)
    LedgerMark.objects.filter(workspace=workspace).update(measured_at=now)
    return counted


def _counted(workspace: Workspace, now: datetime, is_asked_for: bool) -> int:
    try:
        with minding_disk():
            return sparingly(lambda: _count(workspace, now, is_asked_for))
    except (EngineAway, Lacking):
        raise
    except read_faults():
        if not damaged_months(Ledger(ledger_root()), ledger_name(workspace), thoroughly=True):
            raise
    fill_ledger(workspace=workspace, now=now, thoroughly=True)
    return sparingly(lambda: _count(workspace, now, is_asked_for))


def _count(workspace: Workspace, now: datetime, is_asked_for: bool) -> int:
    definitions = list(definitions_in_force(workspace))
    beside = still_counted(workspace, now)
    untold = missing_facts(workspace, [counted_as(one) for one in beside])
    # What a superseded version asked for may be put away by now: then it keeps what it counted.
    counted = [*definitions, *(one for one, missing in zip(beside, untold, strict=True) if not missing)]
    measure_again(workspace=workspace, definitions=counted, as_of=now, now=now)
    for definition in definitions:
        keep_cohorts(workspace=workspace, definition=definition, as_of=now, now=now, is_asked_for=is_asked_for)
        keep_groups(workspace=workspace, definition=definition, as_of=now, now=now, is_asked_for=is_asked_for)
    judge(workspace=workspace, as_of=now, now=now)
    stand_by_told(workspace=workspace, now=now)
    tell_days(workspace=workspace, as_of=now, now=now, is_asked_for=is_asked_for)
    tell_paces(workspace=workspace, as_of=now, now=now)
    _derive_stages(workspace, now, is_asked_for)
    return len(definitions)


def _derive_stages(workspace: Workspace, now: datetime, is_asked_for: bool) -> None:
    """At which stage each member is, once a day or when asked for (3.7)."""
    mark = LedgerMark.objects.get(workspace=workspace)
    if not is_asked_for and mark.staged_at is not None and workspace.day_at(mark.staged_at) >= workspace.day_at(now):
        return
    found = stages(ledger_root(), ledger_name(workspace), as_of=now, zone=workspace.zone)
    set_stages(workspace=workspace, stages=found, now=now)
    LedgerMark.objects.filter(workspace=workspace).update(staged_at=now)


def _adopt_what_the_plan_asks(workspace: Workspace, now: datetime) -> None:
    """An objective in force names its measure and its guardrail; nobody should have to switch a shipped one on. One
    that asks for what nobody has told waits until somebody has."""
    known = {definition.key for definition in definitions_in_force(workspace)}
    for objective in objectives_in_force(workspace):
        for key in (objective.definition_key, objective.guardrail_key):
            definition = shipped_definition(key)
            if definition and definition.key not in known and not any(missing_facts(workspace, [definition])):
                adopt_definition(workspace=workspace, spec=definition, person=None, now=now)
                known.add(definition.key)
