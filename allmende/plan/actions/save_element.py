"""Write one element of the draft: what the five `save_*` verbs share."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.settle_owner import refuse_without_owner
from allmende.plan.models import LAYER_MODELS, PARENTS, Element, PlanVersion, StrategicPlan, new_key, rows_of
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

CODE_LETTERS = {"objective": {"de": "Z", "en": "O"}, "tactic": {"de": "T", "en": "T"}}


# Who sends the same new element again within this time pressed the button twice.
SAME_PRESS = timedelta(minutes=1)


class CannotSaveElement(Exception):
    """The element was not saved; `field` names the field to mend, empty when none is to blame."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def save_element(
    *,
    person: Person,
    version: PlanVersion,
    layer: str,
    key: str,
    parent_key: str,
    revision: int | None,
    values: Mapping[str, Any],
    now: datetime,
) -> Element:
    """Create (empty `key`) or change an element of the draft `version` and raise the draft's revision.

    Raises CannotSaveElement when the version is no draft any more or the parent is gone, django's ValidationError with
    the fields to mend, StaleRevision when somebody else wrote the element since `revision` was read.
    """
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    draft = lock_draft(person, version)
    before: dict[str, Any] = {}
    if key:
        element = _find(draft, layer, key)
        for name, value in values.items():
            setattr(element, name, value)
        element.full_clean(exclude=["version", "updated_by"])
        before = change_record(record=element, person=person, now=now, seen_revision=revision, **values)
    else:
        twin = _pressed_twice(draft, layer, parent_key, person, now, values)
        if twin:
            return twin
        element = _create(draft, layer, parent_key, person, now, values)
    PlanVersion.objects.filter(pk=draft.pk).update(revision=F("revision") + 1, updated_at=now, updated_by=person)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=f"plan.{layer}.saved",
        target=element,
        now=now,
        before=_plain(before),
        after={"key": element.key, **_plain(values)},
    )
    return element


def lock_draft(person: Person, version: PlanVersion) -> PlanVersion:
    """The draft, locked for writing; raises CannotSaveElement when it is none (any more), or not of this workspace."""
    draft = (
        PlanVersion.objects.select_for_update(of=("self",))
        .select_related("plan__owner", "workspace")
        .filter(pk=version.pk, workspace=person.workspace_id, state=states.DRAFT)
        .first()
    )
    if draft is None:
        raise CannotSaveElement(
            _(
                "Not saved: this draft was published or discarded meanwhile. Published versions stay as they are; revise the plan to go on."
            )
        )
    return draft


def _find(draft: PlanVersion, layer: str, key: str) -> Element:
    element = rows_of(layer).filter(version=draft, key=key).first()
    if element is None:
        raise CannotSaveElement(_("Not saved: somebody removed this element from the draft meanwhile."))
    return element


def _pressed_twice(
    draft: PlanVersion, layer: str, parent_key: str, person: Person, now: datetime, values: Mapping[str, Any]
) -> Element | None:
    fresh = rows_of(layer).filter(version=draft, revision=1, updated_by=person, updated_at__gt=now - SAME_PRESS)
    return fresh.filter(**values, **_parent_of(draft, layer, parent_key)).first()


def _create(
    draft: PlanVersion, layer: str, parent_key: str, person: Person, now: datetime, values: Mapping[str, Any]
) -> Element:
    model = LAYER_MODELS[layer]
    refused = refuse_without_owner(draft.plan)
    if refused:
        raise CannotSaveElement(refused)
    fields = {**values, **_parent_of(draft, layer, parent_key)}
    if layer in CODE_LETTERS and not fields.get("code"):
        fields["code"] = _next_code(draft.plan, layer, draft.workspace.language)
    rank = rows_of(layer).filter(version=draft).count() + 1
    element = model(
        version=draft, key=new_key(layer), rank=rank, updated_at=now, updated_by=person, **{"revision": 1, **fields}
    )
    element.full_clean(exclude=["version", "updated_by"])
    element.save(force_insert=True)
    if layer == "goal" and draft.plan.state == states.PREPARING:
        StrategicPlan.objects.filter(pk=draft.plan_id).update(state=states.PLANNING, updated_at=now, updated_by=person)
    return element


def _parent_of(draft: PlanVersion, layer: str, parent_key: str) -> dict[str, Element]:
    parent_layer = PARENTS.get(layer)
    if parent_layer is None:
        return {}
    return {parent_layer: _find(draft, parent_layer, parent_key)}


def _next_code(plan: StrategicPlan, layer: str, language: str) -> str:
    """The next code never used in any version, so that a code on an old report means what it meant."""
    rows = rows_of(layer).filter(version__plan=plan).values_list("code", flat=True)
    numbers = [int(code[1:]) for code in rows if code[1:].isdigit()]
    return f"{CODE_LETTERS[layer].get(language, 'O')}{max(numbers, default=0) + 1}"


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON: persons by id, dates and numbers as they are written."""
    return {
        name: value if value is None or isinstance(value, bool | int | float) else str(getattr(value, "pk", value))
        for name, value in values.items()
    }


@transaction.atomic
def undo_element(
    *, person: Person, now: datetime, layer: str, pk: str, revision: int, before: Mapping[str, Any]
) -> None:
    """Write back what an element of the draft held. Raises CannotUndo if somebody wrote it since, or published it."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    rows = rows_of(layer).filter(version__plan__workspace=person.workspace, version__state=states.DRAFT)
    element = rows.select_related("version").filter(pk=pk).first()
    if element is None:
        raise stale_undo()
    draft = lock_draft(person, element.version)
    restore_record(record=element, person=person, now=now, revision=revision, before=before)
    PlanVersion.objects.filter(pk=draft.pk).update(revision=F("revision") + 1, updated_at=now, updated_by=person)
    record_audit(workspace=person.workspace, person=person, verb=f"plan.{layer}.saved", target=element, now=now)


@transaction.atomic
def undo_new_element(*, person: Person, now: datetime, layer: str, pk: str, revision: int) -> None:
    """Take a new element out of the draft again, while nobody has touched it and nothing hangs on it."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    rows = rows_of(layer).filter(version__plan__workspace=person.workspace, version__state=states.DRAFT)
    element = rows.select_related("version").filter(pk=pk, revision=revision).first()
    below = [child for child, parent in PARENTS.items() if parent == layer]
    if element is None or any(rows_of(child).filter(**{layer: element}).exists() for child in below):
        raise stale_undo()
    draft = lock_draft(person, element.version)
    record_audit(
        workspace=person.workspace, person=person, verb=f"plan.{layer}.removed", target=element, now=now,
        before={"key": element.key},
    )  # fmt: skip
    element.delete()
    PlanVersion.objects.filter(pk=draft.pk).update(revision=F("revision") + 1, updated_at=now, updated_by=person)
