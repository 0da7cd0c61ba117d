"""Scheduled controls: what is looked at, how often, by whom, and what each look showed (S4-35)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan.actions.hold_review import HOLD
from allmende.plan.actions.note_finding import note_finding
from allmende.plan.models import Control, ControlResult, Finding
from allmende.plan.queries import controls_due, current_plan
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, send_notice, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotControl(Exception):
    """Nothing was noted; `field` names the field to mend, empty when none is to blame."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def save_control(
    *,
    person: Person,
    control: Control | None,
    what: str,
    key: str,
    interval_days: int,
    controller: Person,
    next_date: date,
    now: datetime,
    revision: int | None = None,
) -> Control:
    """Schedule a control, or change one. Raises StaleRevision when somebody changed it meanwhile."""
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    fields = {
        "what": what.strip(),
        "key": key,
        "interval_days": interval_days,
        "controller": controller,
        "next_date": next_date,
    }
    if control is None:
        by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
        saved = Control.objects.create(workspace=person.workspace, **fields, **by)
    else:
        saved = Control.objects.select_for_update(of=("self",)).get(pk=control.pk, workspace=person.workspace)
        change_record(record=saved, person=person, now=now, seen_revision=revision, **fields)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.control.saved", target=saved, now=now,
        after={"what": saved.what, "every": interval_days, "next": next_date.isoformat()},
    )  # fmt: skip
    return saved


@transaction.atomic
def record_control(
    *, person: Person, control: Control, is_fine: bool, result: str, finding: str, now: datetime
) -> ControlResult:
    """What the control showed on the day it was due; the next one is an interval from today.

    What is wrong becomes a finding that waits for a decision, if there is a plan to hold it. Raises CannotControl.
    """
    require(person, "plan.step.report")
    lock_workspace(person.workspace_id)
    control = Control.objects.select_for_update(of=("self",)).get(
        pk=control.pk, workspace=person.workspace, archived_at__isnull=True
    )
    today = person.workspace.day_at(now)
    if control.next_date > today:
        raise CannotControl(_("Not noted: this control was done meanwhile. The next one is not due yet."))
    if not is_fine and not finding.strip():
        raise CannotControl(
            _("Not noted: say what is wrong; it becomes a finding that waits for a decision."), "finding"
        )
    plan = current_plan(person.workspace)
    noted = None
    if not is_fine and plan:
        noted = note_finding(
            person=person, plan=plan, element_key=control.key, observation=finding.strip(), source=control.what[:160],
            noticed_date=today, now=now,
        )  # fmt: skip
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    made = ControlResult.objects.create(
        workspace=person.workspace, control=control, due_date=control.next_date, is_fine=is_fine, result=result.strip(),
        finding="" if is_fine else finding.strip(), finding_ref=str(noted.pk) if noted else "", **by,
    )  # fmt: skip
    next_date = today + timedelta(days=control.interval_days)
    change_record(record=control, person=person, now=now, seen_revision=None, next_date=next_date)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.control.recorded", target=control, now=now,
        after={"is_fine": is_fine, "result": made.result},
    )  # fmt: skip
    return made


@transaction.atomic
def undo_control_result(*, person: Person, now: datetime, pk: str) -> None:
    """The control is due again as it was. Refused once somebody decided on its finding."""
    require(person, "plan.step.report")
    lock_workspace(person.workspace_id)
    made = ControlResult.objects.filter(pk=pk, workspace=person.workspace, created_by=person).first()
    if made is None or made.control.results.filter(created_at__gt=made.created_at).exists():
        raise stale_undo()
    if made.finding_ref:
        finding = Finding.objects.filter(pk=made.finding_ref, decision="", archived_at__isnull=True).first()
        if finding is None:
            raise stale_undo()
        change_record(record=finding, person=person, now=now, seen_revision=None, archived_at=now)
    change_record(record=made.control, person=person, now=now, seen_revision=None, next_date=made.due_date)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.control.recorded", target=made.control, now=now,
        after={"undone": True},
    )  # fmt: skip
    made.delete()


@transaction.atomic
def archive_control(*, person: Person, control: Control, now: datetime) -> Control:
    """Put a control away; what it showed stays."""
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    control = Control.objects.get(pk=control.pk, workspace=person.workspace)
    change_record(record=control, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb="plan.control.archived", target=control, now=now)
    return control


def remind_of_controls(*, now: datetime) -> int:
    """Tell each controller once that a control is due on its day; returns how many were told."""
    told = 0
    for control in controls_due(now.date() + timedelta(days=1)):
        if control.next_date <= control.workspace.day_at(now):
            told += send_notice(
                person=control.controller,
                kind="plan.control_due",
                values={"what": control.what},
                url=reverse("plan:record_control", args=[control.workspace.slug, control.pk]),
                once_key=f"plan.control_due:{control.pk}:{control.next_date.isoformat()}",
                now=now,
            )
    return told
