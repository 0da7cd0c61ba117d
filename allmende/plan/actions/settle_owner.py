"""Keep who is responsible for the plan in the team's history, and say when nobody is any more (I-01, I-02)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import StrategicPlan
from allmende.team.access import require
from allmende.team.actions import (
    end_responsibility,
    make_responsible,
    record_audit,
    restore_record,
    stale_undo,
    unit_of_person,
)
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, ResponsibleUnit

KIND = "plan"


def record_owner(
    *, person: Person, plan: StrategicPlan, owner: Person, unit: ResponsibleUnit | None, now: datetime
) -> None:
    """`owner` answers for the plan from now on, alone or as the lead of `unit`."""
    unit = unit or unit_of_person(colleague=owner, now=now, person=person)
    make_responsible(person=person, kind=KIND, key=str(plan.pk), label=plan.title, unit=unit, now=now)


@transaction.atomic
def undo_settings(
    *, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any], unit: str = ""
) -> None:
    """Write back what the plan's settings were, and who was responsible (`unit`)."""
    require(person, "plan.version.publish" if "owner_id" in before else "plan.version.edit")
    lock_workspace(person.workspace_id)
    plan = StrategicPlan.objects.filter(workspace=person.workspace, pk=pk).first()
    if plan is None:
        raise stale_undo()
    restore_record(record=plan, person=person, now=now, revision=revision, before=before)
    former = ResponsibleUnit.objects.filter(workspace=person.workspace, pk=unit).first() if unit else None
    if "owner_id" in before and plan.owner and not plan.owner.left_at:
        record_owner(person=person, plan=plan, owner=plan.owner, unit=former, now=now)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.plan.saved", target=plan, now=now, after={"undone": True}
    )


def find_ownerless(*, now: datetime) -> int:
    """Plans whose owner left or whose access ended need another owner: their state says so, the history is closed (I-01)."""
    plans = _ownerless(now.date() + timedelta(days=1))  # somewhere it is tomorrow already
    return sum(_leave_ownerless(plan, now) for plan in plans.select_related("workspace"))


def _ownerless(day: date) -> QuerySet[StrategicPlan]:
    """Plans whose owner left, or has no access any more on this day, and whose state does not say so yet."""
    gone = Q(owner__left_at__isnull=False) | Q(owner__access_until_date__lt=day)
    return StrategicPlan.objects.filter(gone).exclude(state__in=(states.NEEDS_OWNER, states.CLOSED))


@transaction.atomic
def _leave_ownerless(plan: StrategicPlan, now: datetime) -> int:
    lock_workspace(plan.workspace_id)
    plans = _ownerless(plan.workspace.day_at(now))
    if not plans.filter(pk=plan.pk).update(state=states.NEEDS_OWNER, updated_at=now, updated_by=None):
        return 0  # not gone yet where they work, or somebody answers for it since
    end_responsibility(workspace=plan.workspace, person=None, kind=KIND, key=str(plan.pk), now=now)
    record_audit(workspace=plan.workspace, person=None, verb="plan.plan.ownerless", target=plan, now=now)
    return 1


def refuse_without_owner(plan: StrategicPlan) -> str:
    """Why strategic planning cannot start or go on yet, in a sentence; "" when somebody answers for the plan (S3-04)."""
    owner = plan.owner
    if plan.state == states.NEEDS_OWNER or owner is None or owner.left_at:
        return _(
            "Not saved: nobody is responsible for the plan. Say who is in the plan's settings, then go on here; nothing is lost."
        )
    return ""
