"""Begin a revision, or give one up."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import LAYER_MODELS, PARENTS, PlanVersion, StrategicPlan, Tactic, rows_of
from allmende.plan.queries.standings import standings_of, tactic_state
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

# A reason is a sentence, not a word.
LEAST_WORDS = 4


class CannotDiscardDraft(Exception):
    """The draft was not discarded; says why."""


class CannotRevise(Exception):
    """No revision was begun; says why."""


@transaction.atomic
def open_draft(
    *,
    person: Person,
    plan: StrategicPlan,
    now: datetime,
    approach: str = "",
    approach_reason: str = "",
    from_nothing_reason: str | None = None,
) -> PlanVersion:
    """The draft of the plan: the one that is open, else a copy of the version in force with all keys (I-06).

    Only elements are copied; people, hours and audiences are records of their own that survive every revision (S0-20).
    `approach` (optimise, adapt, repair, replace) is the owner's choice with its reason. With `from_nothing_reason` the
    draft is empty: it must say why revising does not suffice (S0-21). Raises CannotRevise while a version is proposed.
    """
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    plan = StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    existing = (
        PlanVersion.objects.select_related("plan").filter(plan=plan, state__in=states.OPEN_VERSION_STATES).first()
    )
    if existing:
        return _taken(existing, from_nothing_reason)
    _check_approach(approach, approach_reason, from_nothing_reason)
    base = PlanVersion.objects.filter(plan=plan, state=states.PUBLISHED).first()
    last = PlanVersion.objects.filter(plan=plan).order_by("-number").first()
    draft = PlanVersion.objects.create(
        workspace=person.workspace,
        plan=plan,
        number=last.number + 1 if last else 1,
        base=base,
        approach=approach,
        approach_reason=approach_reason.strip(),
        from_nothing_reason=(from_nothing_reason or "").strip(),
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    if base:
        if from_nothing_reason is None:
            _copy(base, draft)
        StrategicPlan.objects.filter(pk=plan.pk, state=states.ACTIVE).update(
            state=states.UNDER_REVISION, updated_at=now, updated_by=person
        )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.draft.opened",
        target=draft,
        now=now,
        after={"approach": approach, "reason": draft.approach_reason, "from_nothing": draft.from_nothing_reason},
    )
    return draft


def _taken(existing: PlanVersion, from_nothing_reason: str | None) -> PlanVersion:
    if existing.state != states.DRAFT:
        raise CannotRevise(
            _(
                "No revision was begun: version %(number)s is proposed and waits for its agreement. Take it back to change it, or publish it first."
            )
            % {"number": existing.number}
        )
    if from_nothing_reason is not None:
        raise CannotRevise(
            _(
                "Nothing was begun anew: a draft is open, and what stands in it would be lost. Publish or discard it first."
            )
        )
    return existing


def _check_approach(approach: str, reason: str, from_nothing_reason: str | None) -> None:
    if approach and not reason.strip():
        raise CannotRevise(_("No revision was begun: say in a sentence why you choose this approach."))
    if from_nothing_reason is not None and len(from_nothing_reason.split()) < LEAST_WORDS:
        raise CannotRevise(
            _(
                "Nothing was begun anew: say in a sentence why revising the plan does not suffice. Very few situations ask for a plan from nothing."
            )
        )


@transaction.atomic
def discard_draft(*, person: Person, version: PlanVersion, now: datetime) -> None:
    """Give a revision up; the version in force stays as it is. The first draft of a plan cannot be discarded."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    draft = PlanVersion.objects.select_for_update(of=("self",)).get(pk=version.pk, workspace=person.workspace)
    if draft.state not in states.OPEN_VERSION_STATES:
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
    lock_workspace(person.workspace_id)
    StrategicPlan.objects.select_for_update(of=("self",)).get(pk=version.plan_id, workspace=person.workspace)
    draft = PlanVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if draft.state != states.DISCARDED:
        return draft
    base = PlanVersion.objects.filter(plan=draft.plan_id, state=states.PUBLISHED).first()
    is_taken = PlanVersion.objects.filter(plan=draft.plan_id, state__in=states.OPEN_VERSION_STATES).exists()
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
    """Every element anew under the draft, with its key; parents are found again by key. Tactics come along as they stand."""
    said = standings_of(base)
    places: dict[str, dict[UUID | int, int]] = {}
    for layer in LAYER_MODELS:
        rows = list(rows_of(layer).filter(version=base))
        parent = PARENTS.get(layer)
        old_keys = {row.key: row.pk for row in rows}
        for row in rows:
            if parent:
                setattr(row, f"{parent}_id", places[parent][getattr(row, f"{parent}_id")])
            if isinstance(row, Tactic):
                row.state = tactic_state(row, said)
            row.pk, row.version, row.revision = None, draft, 1
        rows_of(layer).bulk_create(rows)
        new_ids = dict(rows_of(layer).filter(version=draft).values_list("key", "pk"))
        places[layer] = {old: new_ids[key] for key, old in old_keys.items()}
