"""Take an element out of the draft, with everything under it."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from allmende.plan.actions.save_element import lock_draft
from allmende.plan.models import PlanVersion, rows_of
from allmende.team.access import require
from allmende.team.actions import StaleRevision, record_audit
from allmende.team.models import Person


@transaction.atomic
def remove_element(
    *, person: Person, version: PlanVersion, layer: str, key: str, now: datetime, revision: int | None = None
) -> None:
    """Remove an element and what hangs on it from the draft; versions in force keep it for ever.

    Nothing happens when it is gone already. Raises StaleRevision when somebody wrote it since `revision` was read,
    CannotSaveElement when the version is no draft any more.
    """
    require(person, "plan.version.edit")
    draft = lock_draft(person, version)
    element = rows_of(layer).select_related("updated_by").filter(version=draft, key=key).first()
    if element is None:
        return
    if revision is not None and element.revision != revision:
        raise StaleRevision(element, {})
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=f"plan.{layer}.removed",
        target=element,
        now=now,
        before={"key": key},
    )
    element.delete()
    PlanVersion.objects.filter(pk=draft.pk).update(revision=F("revision") + 1, updated_at=now, updated_by=person)
