"""Change a workspace's settings."""

from datetime import datetime
from typing import Any

from django.db import transaction

from allmende.team.access import require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Person, Workspace


@transaction.atomic
def change_workspace(*, person: Person, now: datetime, seen_revision: int | None = None, **fields: Any) -> Workspace:
    """Write `fields` of the person's workspace (`name`, `organisation`, `language`, `zone`, `address_form`,
    `gender_form`, `reply_delay_seconds`, `modules_off`). Raises StaleRevision when somebody else wrote meanwhile.
    """
    require(person, "team.workspace.edit")
    lock_workspace(person.workspace_id)
    workspace = person.workspace
    before = change_record(record=workspace, person=person, now=now, seen_revision=seen_revision, **fields)
    changed = sorted(name for name, value in fields.items() if before[name] != value)
    if changed:
        record_audit(
            workspace=workspace,
            person=person,
            verb="team.workspace.changed",
            target=workspace,
            now=now,
            before={name: before[name] for name in changed},
            after={name: fields[name] for name in changed},
        )
    return workspace
