"""Answer a question of the gate before a plan goes to work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.catalogue import READINESS
from allmende.plan.models import PlanVersion, ReadinessAnswer, StrategicPlan
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotAnswerReadiness(Exception):
    """The answer was not kept; `field` names the field to mend."""

    def __init__(self, sentence: str, field: str) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def answer_readiness(
    *,
    person: Person,
    plan: StrategicPlan,
    question: str,
    text: str,
    now: datetime,
    state: str = states.SETTLED,
    revision: int | None = None,
) -> ReadinessAnswer:
    """Keep the answer with name and time (S3-10, S3-17). Raises CannotAnswerReadiness without words, StaleRevision."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    if question not in READINESS:
        raise CannotAnswerReadiness(_("Not saved: this question is not asked."), "question")
    if state != states.OPEN_QUESTION and not text.strip():
        raise CannotAnswerReadiness(
            _("Not saved: answer in a few words, so that others can rely on it; or leave the question open."), "text"
        )
    StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    version = PlanVersion.objects.filter(plan=plan, state=states.PUBLISHED).first()
    values = {"state": state, "text": text.strip(), "for_version": version.number if version else 0}
    answer = ReadinessAnswer.objects.filter(plan=plan, question=question).first()
    if answer is None:
        answer = ReadinessAnswer.objects.create(
            workspace=person.workspace,
            plan=plan,
            question=question,
            created_at=now,
            created_by=person,
            updated_at=now,
            updated_by=person,
            **values,
        )
    else:
        change_record(record=answer, person=person, now=now, seen_revision=revision, **values)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.readiness.answered", target=answer, now=now,
        after={"question": question, "state": state},
    )  # fmt: skip
    return answer


@transaction.atomic
def undo_answer(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back what the answer was; an empty `before` leaves the question open again."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    answer = ReadinessAnswer.objects.filter(workspace=person.workspace, pk=pk).first()
    if answer is None:
        raise stale_undo()
    values = before or {"state": states.OPEN_QUESTION, "text": ""}
    restore_record(record=answer, person=person, now=now, revision=revision, before=values)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.readiness.answered", target=answer, now=now,
        after={"undone": True},
    )  # fmt: skip
