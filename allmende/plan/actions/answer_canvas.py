"""Fill in one theme of the canvas."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from allmende.plan.models import CanvasAnswer
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def answer_canvas(
    *,
    person: Person,
    theme: str,
    text: str,
    element_keys: Sequence[str],
    now: datetime,
    revision: int | None = None,
) -> CanvasAnswer:
    """What the community says about a theme, and which plan elements belong to it (S0-31). Raises StaleRevision."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    stamp = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    values = {"text": text.strip(), "element_keys": sorted(element_keys)}
    answer, is_new = CanvasAnswer.objects.get_or_create(
        workspace=person.workspace, theme=theme, defaults={**stamp, **values}
    )
    if not is_new:
        change_record(record=answer, person=person, now=now, seen_revision=revision, **values)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.canvas.answered", target=answer, now=now,
        after={"theme": theme},
    )  # fmt: skip
    return answer


@transaction.atomic
def undo_canvas(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back what stood there; an empty `before` empties a new answer again."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    answer = CanvasAnswer.objects.filter(workspace=person.workspace, pk=pk).first()
    if answer is None:
        raise stale_undo()
    restore_record(
        record=answer, person=person, now=now, revision=revision, before=before or {"text": "", "element_keys": []}
    )
    record_audit(
        workspace=person.workspace, person=person, verb="plan.canvas.answered", target=answer, now=now,
        after={"undone": True},
    )  # fmt: skip
