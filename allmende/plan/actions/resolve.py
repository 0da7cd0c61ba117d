"""What a review decided, carried into the plan at once: a tactic stops, a step is written, a finding is noted (S4-30)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.hold_review import HOLD, CannotHoldReview
from allmende.plan.actions.note_finding import note_finding
from allmende.plan.actions.open_draft import open_draft
from allmende.plan.actions.remove_element import remove_element
from allmende.plan.actions.save_step import save_step
from allmende.plan.actions.save_tactic import save_tactic
from allmende.plan.models import Finding, PlanVersion, Resolution, Review, Tactic
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def resolve(
    *,
    person: Person,
    review: Review,
    kind: str,
    what: str,
    now: datetime,
    tactic_key: str = "",
    level: int | None = None,
    owner: Person | None = None,
    due_date: date | None = None,
) -> Resolution:
    """Note one decision of a held review. Changes of the plan go into its draft, which is opened if none is.

    Raises CannotHoldReview, and what `save_step` and `save_tactic` raise.
    """
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    review = Review.objects.select_for_update(of=("self",)).get(pk=review.pk, workspace=person.workspace)
    if review.state != states.HELD:
        raise CannotHoldReview(_("Not noted: decisions are noted once the review was held and until they are closed."))
    if not what.strip():
        raise CannotHoldReview(_("Not noted: say in a sentence what was decided."), "what")
    made = _CARRY_OVER[kind](
        person=person, review=review, what=what.strip(), now=now, tactic_key=tactic_key, owner=owner, due_date=due_date
    )
    if kind == "change":
        made["level"] = level
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    row = Resolution.objects.create(
        workspace=person.workspace, review=review, kind=kind, what=what.strip(), **made, **by
    )
    _audit(person, row, now, {"kind": kind, "what": row.what})
    return row


@transaction.atomic
def undo_resolve(*, person: Person, now: datetime, pk: str) -> None:
    """Take a decision back with what it wrote into the draft. Refused once the draft went on without it."""
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    row = Resolution.objects.filter(pk=pk, workspace=person.workspace, archived_at__isnull=True).first()
    if row is None or row.review.state != states.HELD:
        raise stale_undo()
    if row.kind == "step":
        _take_step_back(person, row, now)
    if row.kind == "stop_tactic":
        save_tactic(person=person, version=_draft(row), now=now, key=row.element_key, state=row.ref)
    if row.kind == "finding":
        finding = Finding.objects.filter(pk=row.ref, decision="").first()
        if finding is None:
            raise stale_undo()
        change_record(record=finding, person=person, now=now, seen_revision=None, archived_at=now)
    change_record(record=row, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, row, now, {"undone": True})


def _keep(**_known: Any) -> dict[str, Any]:
    return {}


def _change(*, person: Person, review: Review, now: datetime, **_known: Any) -> dict[str, Any]:
    return {"version": open_draft(person=person, plan=review.plan, now=now)}


def _stop(*, person: Person, review: Review, tactic_key: str, now: datetime, **_known: Any) -> dict[str, Any]:
    draft = open_draft(person=person, plan=review.plan, now=now)
    tactic = Tactic.objects.filter(version=draft, key=tactic_key).first()
    if tactic is None:
        raise CannotHoldReview(_("Not noted: choose the tactic that is stopped."), "tactic_key")
    before = tactic.state
    save_tactic(person=person, version=draft, now=now, key=tactic.key, revision=tactic.revision, state=states.STOPPED)
    return {"version": draft, "element_key": tactic.key, "ref": before}


def _step(
    *,
    person: Person,
    review: Review,
    what: str,
    tactic_key: str,
    owner: Person | None,
    due_date: date | None,
    now: datetime,
) -> dict[str, Any]:
    if not (tactic_key and owner and due_date):
        raise CannotHoldReview(
            _("Not noted: a step needs a tactic it belongs to, who does it and until when."), "tactic_key"
        )
    draft = open_draft(person=person, plan=review.plan, now=now)
    step = save_step(
        person=person, version=draft, tactic_key=tactic_key, what=what, owner=owner, due_date=due_date, now=now
    )
    return {"version": draft, "element_key": step.key}


def _finding(*, person: Person, review: Review, what: str, tactic_key: str, now: datetime, **_known: Any) -> Any:
    made = note_finding(
        person=person, plan=review.plan, element_key=tactic_key, observation=what, now=now,
        source=_("Review of %(day)s") % {"day": formats.date_format(review.planned_date, "SHORT_DATE_FORMAT")},
        noticed_date=min(review.planned_date, person.workspace.day_at(now)),
    )  # fmt: skip
    return {"ref": str(made.pk), "element_key": tactic_key}


_CARRY_OVER = {"keep": _keep, "stop_tactic": _stop, "change": _change, "step": _step, "finding": _finding}


def _draft(row: Resolution) -> PlanVersion:
    if row.version is None or row.version.state != states.DRAFT:
        raise stale_undo()
    return row.version


def _take_step_back(person: Person, row: Resolution, now: datetime) -> None:
    draft = _draft(row)
    step = draft.steps.filter(key=row.element_key).first()
    if step is None or step.revision != 1:
        raise stale_undo()
    remove_element(person=person, version=draft, layer="step", key=step.key, now=now)


def _audit(person: Person, row: Resolution, now: datetime, after: dict[str, Any]) -> None:
    record_audit(
        workspace=person.workspace, person=person, verb="plan.review.resolved", target=row, now=now, after=after
    )
