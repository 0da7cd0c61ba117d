"""Remember who took the book out of the house."""

from datetime import datetime

from django.db import transaction

from allmende.handover import audit
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person

READ = "handover.readiness.read"
# The file that reads back in holds addresses and hiring too.
RIGHTS = {"json": "plan.version.publish"}


@transaction.atomic
def note_download(*, person: Person, ending: str, now: datetime) -> None:
    """One audit line for each file of the book that leaves, with its kind and the role it was written for (S0-24)."""
    require(person, RIGHTS.get(ending, READ))
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.TAKEN,
        target=person.workspace,
        now=now,
        after={"file": ending, "role": person.role},
    )
