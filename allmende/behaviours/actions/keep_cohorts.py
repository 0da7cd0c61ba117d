"""Keep what became of those who came in the same month."""

from datetime import datetime

from django.db import transaction

from allmende.behaviours.models import BehaviourDefinition, CohortCount
from allmende.behaviours.queries.counting import count_cohorts
from allmende.behaviours.queries.definitions import counted_as
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Workspace


def keep_cohorts(
    *,
    workspace: Workspace,
    definition: BehaviourDefinition,
    as_of: datetime,
    now: datetime,
    is_asked_for: bool = False,
) -> bool:
    """Count the cohorts of a definition and replace those kept, at most once a day: months do not change by the hour. Where
    somebody asks for it, at once: an archive may just have been brought along.

    False where they were counted today already. The ledger must be filled (`fill_ledger`).
    """
    known = CohortCount.objects.filter(definition=definition)
    last = known.order_by("-measured_at").values_list("measured_at", flat=True).first()
    if not is_asked_for and last is not None and workspace.day_at(last) >= workspace.day_at(now):
        return False
    rows = count_cohorts(workspace, counted_as(definition), as_of=as_of)
    with transaction.atomic():
        lock_workspace(workspace.pk)
        known.delete()
        CohortCount.objects.bulk_create(
            [
                CohortCount(
                    definition=definition, joined_date=row.joined_at.date(), months=row.months, people=row.people,
                    did=row.did, measured_at=now,
                )
                for row in rows
            ],
            batch_size=500,
        )  # fmt: skip
    return True
