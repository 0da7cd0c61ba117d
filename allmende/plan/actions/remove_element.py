"""Take an element out of the draft, with everything under it."""

from datetime import datetime

from django.core import serializers
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction
from django.db.models import F, Model
from django.db.models.deletion import Collector

from allmende.plan import states
from allmende.plan.actions.save_element import lock_draft
from allmende.plan.models import LAYER_MODELS, Element, PlanVersion, rows_of
from allmende.team.access import require
from allmende.team.actions import StaleRevision, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def remove_element(
    *, person: Person, version: PlanVersion, layer: str, key: str, now: datetime, revision: int | None = None
) -> str:
    """Remove an element and what hangs on it from the draft; versions in force keep it for ever.

    Returns what was removed, written down for `undo_remove`; "" when it was gone already, then nothing happens.
    Raises StaleRevision when somebody wrote it since `revision` was read, CannotSaveElement when the version is no
    draft any more.
    """
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    draft = lock_draft(person, version)
    element = rows_of(layer).select_related("updated_by").filter(version=draft, key=key).first()
    if element is None:
        return ""
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
    removed = _written_down(element)
    element.delete()
    PlanVersion.objects.filter(pk=draft.pk).update(revision=F("revision") + 1, updated_at=now, updated_by=person)
    return removed


@transaction.atomic
def undo_remove(*, person: Person, now: datetime, version: str, removed: str) -> None:
    """Put back into the draft what was taken out. Raises CannotUndo if the draft or the place for it is gone."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    found = PlanVersion.objects.filter(pk=version, plan__workspace=person.workspace, state=states.DRAFT).first()
    if found is None:
        raise stale_undo()
    draft = lock_draft(person, found)
    rows = list(serializers.deserialize("json", removed))
    try:
        with transaction.atomic():
            for row in rows:
                row.save(force_insert=True)
            connection.check_constraints([row.object._meta.db_table for row in rows])
    except IntegrityError as error:
        raise stale_undo() from error
    PlanVersion.objects.filter(pk=draft.pk).update(revision=F("revision") + 1, updated_at=now, updated_by=person)
    first = rows[0].object
    layer = next(name for name, model in LAYER_MODELS.items() if isinstance(first, model))
    record_audit(workspace=person.workspace, person=person, verb=f"plan.{layer}.saved", target=first, now=now)


def _written_down(element: Element) -> str:
    """The element and all that goes with it as JSON, what carries first."""
    collector = Collector(using=DEFAULT_DB_ALIAS)
    collector.collect([element])
    gone = {row for rows in collector.data.values() for row in rows} | {
        row for rows in collector.fast_deletes for row in rows
    }
    order: dict[type[Model], int] = {model: place for place, model in enumerate(LAYER_MODELS.values())}
    return serializers.serialize("json", sorted(gone, key=lambda row: (order[type(row)], str(row.pk))))
