"""Let a finding of the plan check stand, with name and reason, or take it up again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan.models import LessonSetAside, StrategicPlan
from allmende.plan.queries import standing_lessons
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "plan.version.edit"


class CannotSetAside(Exception):
    """The finding stays where it was; says why."""


@transaction.atomic
def set_lesson_aside(
    *, person: Person, plan: StrategicPlan, key: str, code: str, reason: str, now: datetime
) -> LessonSetAside:
    """The finding `code` about the element `key` ("plan" for the whole) is no longer shown among those to mend.

    Refusals cannot be set aside: what they are about is not taken at all. Raises CannotSetAside.
    """
    require(person, EDIT)
    plan = StrategicPlan.objects.get(pk=plan.pk, workspace=person.workspace)
    if not reason.strip():
        raise CannotSetAside(_("Not set aside: say why it may stand; the reason is shown with it."))
    if (key, code) not in standing_lessons(plan):
        raise CannotSetAside(_("Not set aside: the plan check does not say this any more, or it has to be mended."))
    row, _made = LessonSetAside.objects.update_or_create(
        plan=plan, key=key, code=code, defaults={"reason": reason.strip(), "at": now, "by": person}
    )
    _audit(person, "plan.lesson.set_aside", row, now, {"key": key, "code": code, "reason": row.reason})
    return row


@transaction.atomic
def take_lesson_up(*, person: Person, aside: LessonSetAside, now: datetime) -> dict[str, Any]:
    """Show the finding among those to mend again; what `undo_take_up` needs."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    row = LessonSetAside.objects.select_for_update(of=("self",)).get(pk=aside.pk, plan__workspace=person.workspace)
    _audit(person, "plan.lesson.taken_up", row, now, {"key": row.key, "code": row.code})
    kept = {"plan": str(row.plan_id), "key": row.key, "code": row.code, "reason": row.reason}
    row.delete()
    return kept


@transaction.atomic
def undo_set_aside(*, person: Person, now: datetime, pk: int) -> None:
    """The finding is to be mended again."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    row = LessonSetAside.objects.filter(pk=pk, plan__workspace=person.workspace, by=person).first()
    if row is None:
        raise stale_undo()
    take_lesson_up(person=person, aside=row, now=now)


@transaction.atomic
def undo_take_up(*, person: Person, now: datetime, plan: str, key: str, code: str, reason: str) -> None:
    """The finding is set aside again with its reason."""
    found = StrategicPlan.objects.filter(pk=plan, workspace=person.workspace).first()
    if found is None or LessonSetAside.objects.filter(plan=found, key=key, code=code).exists():
        raise stale_undo()
    try:
        set_lesson_aside(person=person, plan=found, key=key, code=code, reason=reason, now=now)
    except CannotSetAside as refused:
        raise stale_undo() from refused


def _audit(person: Person, verb: str, row: LessonSetAside, now: datetime, after: dict[str, Any]) -> None:
    record_audit(workspace=person.workspace, person=person, verb=verb, target=row, now=now, after=after)
