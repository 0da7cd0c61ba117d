"""An exception from a gate: somebody may do without its training until a day, and a colleague says why (S3-16)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.train import EDIT, CannotTrain
from allmende.team.actions.undo_change import undo_fields
from allmende.team.models import Person, TrainingException

MOST_DAYS = 92


@transaction.atomic
def except_from_training(
    *, person: Person, colleague: Person, gate: str, reason: str, until_date: date, now: datetime
) -> TrainingException:
    """Let `colleague` do what `gate` keeps until that day; an earlier exception of theirs ends with it. Raises CannotTrain."""
    require(person, EDIT)
    _check(person, colleague, gate, reason, until_date, now)
    lock_workspace(person.workspace_id)
    for earlier in TrainingException.objects.filter(person=colleague, gate=gate, archived_at__isnull=True):
        end_training_exception(person=person, exception=earlier, now=now)
    made = TrainingException.objects.create(
        workspace=person.workspace, person=colleague, gate=gate, reason=reason.strip()[:300], until_date=until_date,
        created_at=now, created_by=person, updated_at=now, updated_by=person,
    )  # fmt: skip
    after = {"person": str(colleague.pk), "gate": gate, "until": until_date.isoformat(), "reason": made.reason}
    record_audit(
        workspace=person.workspace, person=person, verb="team.exception.saved", target=made, now=now, after=after
    )
    return made


@transaction.atomic
def end_training_exception(*, person: Person, exception: TrainingException, now: datetime) -> None:
    """The gate counts for them again; shifts they have stay theirs."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    change_record(record=exception, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(
        workspace=person.workspace, person=person, verb="team.exception.saved", target=exception, now=now,
        after={"ended": True},
    )  # fmt: skip


_restore = undo_fields(
    right=EDIT,
    verb="team.exception.saved",
    rows=lambda person: TrainingException.objects.filter(workspace=person.workspace_id),
)


@transaction.atomic
def undo_exception(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """As it was before it was made or ended: the one that ended when it was made counts again."""
    _restore(person=person, now=now, pk=pk, revision=revision, before=before)
    made = TrainingException.objects.get(pk=pk)
    if made.archived_at is None:
        return
    rows = TrainingException.objects.filter(person=made.person_id, gate=made.gate, archived_at=made.created_at)
    for earlier in rows.exclude(pk=pk).order_by("-created_at")[:1]:
        change_record(record=earlier, person=person, now=now, seen_revision=None, archived_at=None)


def _check(person: Person, colleague: Person, gate: str, reason: str, until_date: date, now: datetime) -> None:
    if colleague.workspace_id != person.workspace_id:
        raise CannotTrain(_("Not saved: this person is not of this workspace."), "colleague")
    if colleague.pk == person.pk:
        raise CannotTrain(_("Not saved: nobody makes an exception for themselves. Ask a colleague."), "colleague")
    if gate not in states.GATES:
        raise CannotTrain(_("Not saved: choose what the exception is for."), "gate")
    if not reason.strip():
        raise CannotTrain(_("Not saved: say why; the reason stands beside the exception."), "reason")
    today = person.workspace.day_at(now)
    if until_date < today:
        raise CannotTrain(_("Not saved: that day is over. Choose a later one."), "until_date")
    if (until_date - today).days > MOST_DAYS:
        raise CannotTrain(
            _("Not saved: an exception lasts three months at most. Choose an earlier day, or note the training."),
            "until_date",
        )
