"""Take down how a measure runs, so that it can be said beforehand whether a wanted difference could be seen (`domain.md` 4.3)."""

from datetime import datetime

from django.db import transaction

from allmende.plan import states
from allmende.plan.models import Evidence
from allmende.plan.queries.reach import Pace
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Workspace


def record_paces(
    *,
    workspace: Workspace,
    paces: dict[str, Pace],
    period: tuple[datetime, datetime],
    definition_version: dict[str, str],
    at: datetime,
) -> None:
    """Replace what was told of the pace of every measure by key; a measure that is told no more has none."""
    with transaction.atomic():
        lock_workspace(workspace.pk)
        Evidence.objects.filter(workspace=workspace, kind=states.PACE).delete()
        Evidence.objects.bulk_create(
            Evidence(
                workspace=workspace,
                key=states.PACE,
                kind=states.PACE,
                source=key,
                period_start=period[0],
                period_end=period[1],
                definition_version=definition_version[key],
                looked_at=at,
                at=at,
                **pace.columns(),
            )
            for key, pace in paces.items()
        )
