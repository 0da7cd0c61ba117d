"""Begin a revision, or give one up."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import LAYER_MODELS, PARENTS, PlanVersion, StrategicPlan, rows_of
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person


class CannotDiscardDraft(Exception):
    """The draft was not discarded; says why."""


@transaction.atomic
def open_draft(*, person: Person, plan: StrategicPlan, now: datetime) -> PlanVersion:
    """The draft of the plan: the one that is open, else a copy of the version in force with all keys (I-06)."""
    require(person, "plan.version.edit")
    plan = StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    existing = PlanVersion.objects.select_related("plan").filter(plan=plan, state=states.DRAFT).first()
    if existing:
        return existing
    base = PlanVersion.objects.filter(plan=plan, state=states.PUBLISHED).first()
    last = PlanVersion.objects.filter(plan=plan).order_by("-number").first()
    draft = PlanVersion.objects.create(
        workspace=person.workspace,
        plan=plan,
        number=last.number + 1 if last else 1,
        base=base,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    if base:
        _copy(base, draft)
        StrategicPlan.objects.filter(pk=plan.pk, state=states.ACTIVE).update(
            state=states.UNDER_REVISION, updated_at=now, updated_by=person
        )
    record_audit(workspace=person.workspace, person=person, verb="plan.draft.opened", target=draft, now=now)
    return draft


@transaction.atomic
def discard_draft(*, person: Person, version: PlanVersion, now: datetime) -> None:
    """Give a revision up; the version in force stays as it is. The first draft of a plan cannot be discarded."""
    require(person, "plan.version.edit")
    draft = PlanVersion.objects.select_for_update(of=("self",)).get(pk=version.pk, workspace=person.workspace)
    if draft.state != states.DRAFT:
        raise CannotDiscardDraft(_("Not discarded: this draft was published or discarded meanwhile."))
    if draft.base_id is None:
        raise CannotDiscardDraft(
            _("Not discarded: this is the first draft of the plan. Change or remove its parts instead.")
        )
    PlanVersion.objects.filter(pk=draft.pk).update(state=states.DISCARDED, updated_at=now, updated_by=person)
    StrategicPlan.objects.filter(pk=draft.plan_id, state=states.UNDER_REVISION).update(
        state=states.ACTIVE, updated_at=now, updated_by=person
    )
    record_audit(workspace=person.workspace, person=person, verb="plan.draft.discarded", target=draft, now=now)


@transaction.atomic
def restore_draft(*, person: Person, version: PlanVersion, now: datetime) -> PlanVersion:
    """Take a discarded draft up again, unless another one was begun meanwhile (CannotDiscardDraft says so)."""
    require(person, "plan.version.edit")
    StrategicPlan.objects.select_for_update(of=("self",)).get(pk=version.plan_id, workspace=person.workspace)
    draft = PlanVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if draft.state != states.DISCARDED:
        return draft
    base = PlanVersion.objects.filter(plan=draft.plan_id, state=states.PUBLISHED).first()
    is_taken = PlanVersion.objects.filter(plan=draft.plan_id, state=states.DRAFT).exists()
    if is_taken or base is None or base.pk != draft.base_id:
        raise CannotDiscardDraft(
            _("Not taken up again: somebody began another draft meanwhile. The discarded one is kept.")
        )
    draft.state, draft.updated_at, draft.updated_by = states.DRAFT, now, person
    draft.save()
    StrategicPlan.objects.filter(pk=draft.plan_id, state=states.ACTIVE).update(
        state=states.UNDER_REVISION, updated_at=now, updated_by=person
    )
    record_audit(workspace=person.workspace, person=person, verb="plan.draft.restored", target=draft, now=now)
    return draft


def _copy(base: PlanVersion, draft: PlanVersion) -> None:
    """Every element anew under the draft, with its key; parents are found again by key."""
    places: dict[str, dict[UUID | int, int]] = {}
    for layer in LAYER_MODELS:
        rows = list(rows_of(layer).filter(version=base))
        parent = PARENTS.get(layer)
        old_keys = {row.key: row.pk for row in rows}
        for row in rows:
            if parent:
                setattr(row, f"{parent}_id", places[parent][getattr(row, f"{parent}_id")])
            row.pk, row.version, row.revision = None, draft, 1
        rows_of(layer).bulk_create(rows)
        new_ids = dict(rows_of(layer).filter(version=draft).values_list("key", "pk"))
        places[layer] = {old: new_ids[key] for key, old in old_keys.items()}
