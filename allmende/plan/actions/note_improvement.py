"""Note an improvement: what was measured, how we explain it, what we change because of it (`domain.md` 3.3)."""

from datetime import datetime

from django.db import transaction

from allmende.plan.models import Finding, Improvement, StrategicPlan, new_key
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

NOTED = "plan.improvement.noted"


@transaction.atomic
def note_improvement(
    *,
    person: Person,
    plan: StrategicPlan,
    element_key: str,
    result: str,
    explanation: str,
    change: str,
    now: datetime,
    finding: Finding | None = None,
) -> Improvement:
    """Keep what a result taught about a part of the plan; `finding` is where it began, if it began with one."""
    require(person, "plan.version.edit")
    plan = StrategicPlan.objects.get(pk=plan.pk, workspace=person.workspace)
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    made = Improvement.objects.create(
        workspace=person.workspace, plan=plan, key=new_key("improvement"), element_key=element_key, finding=finding,
        result=result, explanation=explanation, change=change, **by,
    )  # fmt: skip
    after = {"element": element_key, "result": result, "change": change}
    record_audit(workspace=person.workspace, person=person, verb=NOTED, target=made, now=now, after=after)
    return made


@transaction.atomic
def undo_improvement(*, person: Person, now: datetime, pk: str) -> None:
    """Take an improvement back that one noted oneself."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    made = Improvement.objects.filter(pk=pk, workspace=person.workspace, created_by=person, archived_at=None).first()
    if made is None:
        raise stale_undo()
    change_record(record=made, person=person, now=now, seen_revision=made.revision, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=NOTED, target=made, now=now, after={"undone": True})
