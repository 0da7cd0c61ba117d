"""Change what holds for the plan as a whole."""

from datetime import date, datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.settle_owner import record_owner
from allmende.plan.models import PlanVisit, StrategicPlan
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, ResponsibleUnit


class PlanValues(TypedDict, total=False):
    """Fields of the plan, as `models.StrategicPlan` names them."""

    title: str
    community_type: str
    owner: Person
    deputy: Person | None
    reminder_days: int
    review_interval_days: int
    dust_days: int
    strategic_hours: object
    routine_hours: object
    strategic_share_target: int


class CannotSavePlan(Exception):
    """The plan's settings were not saved; says why."""


@transaction.atomic
def save_plan(
    *,
    person: Person,
    plan: StrategicPlan,
    now: datetime,
    revision: int | None = None,
    unit: ResponsibleUnit | None = None,
    **values: Unpack[PlanValues],
) -> StrategicPlan:
    """Title, type, owner, review interval and hours per week. A new owner ends `needs_owner` (I-01) and
    stands in the history, alone or, with `unit`, as its lead (S3-05).

    Raises CannotSavePlan for an owner who does not work here, StaleRevision when somebody else wrote it meanwhile.
    """
    if unit is not None and unit.lead:
        values["owner"] = unit.lead
    require(person, "plan.version.publish" if {"owner", "deputy"} & set(values) else "plan.version.edit")
    lock_workspace(person.workspace_id)
    plan = StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    owner = values.get("owner")
    if owner is not None and (owner.workspace_id != person.workspace_id or owner.left_at):
        raise CannotSavePlan(_("Not saved: whoever owns the plan must work here. Choose a person of this community."))
    deputy = values.get("deputy")
    if deputy is not None and (deputy.workspace_id != person.workspace_id or deputy.left_at):
        raise CannotSavePlan(_("Not saved: the deputy must work here. Choose a person of this community."))
    fields = dict(values)
    if owner is not None and plan.state == states.NEEDS_OWNER:
        has_version = plan.versions.filter(state=states.PUBLISHED).exists()
        fields["state"] = states.ACTIVE if has_version else states.PLANNING
    before = change_record(record=plan, person=person, now=now, seen_revision=revision, **fields)
    if owner is not None:
        record_owner(person=person, plan=plan, owner=owner, unit=unit, now=now)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.plan.saved",
        target=plan,
        now=now,
        before={name: str(getattr(value, "pk", value)) for name, value in before.items()},
        after={name: str(getattr(value, "pk", value)) for name, value in fields.items()},
    )
    return plan


def note_visit(*, person: Person, plan: StrategicPlan, version_number: int, now: datetime) -> None:
    """This person has looked at the plan up to that version; a later look is never taken back."""
    PlanVisit.objects.bulk_create(
        [PlanVisit(plan=plan, person=person, version_number=version_number, visited_at=now)],
        update_conflicts=True,
        unique_fields=["plan", "person"],
        update_fields=["version_number", "visited_at"],
    )


@transaction.atomic
def confirm_plan(*, person: Person, plan: StrategicPlan, note: str, now: datetime) -> StrategicPlan:
    """The review was held and the plan stays as it is: the next one is due an interval from today (S0-02)."""
    require(person, "plan.version.publish")
    lock_workspace(person.workspace_id)
    plan = StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    if not note.strip():
        raise CannotSavePlan(_("Not noted: say in a sentence what you looked at and why the plan stays as it is."))
    change_record(record=plan, person=person, now=now, seen_revision=None, confirmed_at=now)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.plan.confirmed",
        target=plan,
        now=now,
        after={"note": note.strip()},
    )
    return plan


def remind_of_review(*, plan: StrategicPlan, due_date: date, now: datetime) -> int:
    """Tell the owner, and the deputy, once that the review is overdue; returns how many were told."""
    readers = [one for one in (plan.owner, plan.deputy) if one and not one.left_at]
    told = 0
    for reader in readers:
        told += send_notice(
            person=reader,
            kind="plan.review_due",
            values={"title": plan.title, "due": due_date.isoformat(), "is_deputy": reader != plan.owner},
            url=reverse("plan:index", kwargs={"slug": plan.workspace.slug}),
            once_key=f"plan.review_due:{plan.pk}:{due_date.isoformat()}",
            now=now,
        )
    return told
