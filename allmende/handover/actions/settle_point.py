"""Work on one point of the checklist."""

from datetime import datetime

from django.db import transaction

from allmende.handover import audit
from allmende.handover.models import HandoverPoint
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def settle_point(
    *,
    person: Person,
    point: HandoverPoint,
    note: str,
    is_settled: bool,
    now: datetime,
    seen_revision: int | None = None,
) -> HandoverPoint:
    """Write what is to be said about it and whether it is settled. Raises StaleRevision when somebody else wrote."""
    require(person, "handover.note.edit")
    lock_workspace(person.workspace_id)
    change_record(
        record=point, person=person, now=now, seen_revision=seen_revision, note=note.strip(), is_settled=is_settled
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.SETTLED,
        target=point,
        now=now,
        after={"settled": is_settled, "note": point.note},
    )
    return point
