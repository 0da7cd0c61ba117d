"""Tell the plan how each measure runs, so that a difference nobody could see is known before it is agreed on (`domain.md` 4.3)."""

from datetime import datetime

from allmende.behaviours.queries.definitions import definitions_in_force, version_name
from allmende.behaviours.queries.paces import paces_in, year_before
from allmende.plan.actions.record_pace import record_paces
from allmende.team.models import Workspace


def tell_paces(*, workspace: Workspace, as_of: datetime, now: datetime) -> None:
    """Of every definition in force, from what was measured of its last twelve months; told again it replaces what was said."""
    definitions = list(definitions_in_force(workspace))
    paces = paces_in(definitions, as_of)
    record_paces(
        workspace=workspace,
        paces=paces,
        period=(year_before(as_of), as_of),
        definition_version={one.key: version_name(one) for one in definitions},
        at=now,
    )
