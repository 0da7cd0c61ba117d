"""Write one line into the audit book."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.audit import digest_of
from allmende.team.models import AuditDetail, AuditRow, Person, Workspace
from allmende.team.models.prepared import Prepared


def _last(workspace_id: UUID) -> QuerySet[AuditRow, tuple[int, str]]:
    rows = AuditRow.objects.filter(workspace=workspace_id).order_by("-number")
    return rows.values_list("number", "digest")[:1]


_LAST = Prepared(_last)


def record_audit(
    *,
    workspace: Workspace,
    person: Person | None,
    verb: str,
    target: models.Model,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditRow:
    """Append a row; must run inside the transaction of the action it tells of.

    `verb` is `<room>.<thing>.<participle>` (`editorial.item.approved`). `before` and `after` are JSON-able and are kept
    in an erasable row of their own, so that the chain survives an erasure. `person` is None for the worker.
    """
    lock_workspace(workspace.pk)  # one writer at a time numbers the rows
    last, previous = next(iter(_LAST(workspace_id=workspace.pk)), (0, ""))
    number = last + 1
    kind, target_id = target._meta.label_lower, str(target.pk)
    digest = digest_of(previous, number, now, person and person.pk, verb, kind, target_id)
    row = AuditRow.objects.create(
        workspace=workspace,
        number=number,
        at=now,
        person=person,
        verb=verb,
        object_kind=kind,
        object_id=target_id,
        digest=digest,
    )
    if before or after:
        AuditDetail.objects.create(row=row, before=dict(before or {}), after=dict(after or {}))
    return row
