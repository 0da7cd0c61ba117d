"""Change one rule of a draft."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from allmende.guidelines import states
from allmende.guidelines.models import CoreMessage, ReactionPlan, ReactionRule
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, ResponsibleUnit


class CannotEdit(Exception):
    """The rule stays as it is; the text says why and what to do."""


@transaction.atomic
def save_rule(
    *, person: Person, rule: ReactionRule, now: datetime, seen_revision: int | None = None, **fields: Any
) -> ReactionRule:
    """Write `fields` of a rule (`name`, `reaction`, `first_response_minutes`, `member_first_minutes`,
    `counts_service_hours`, `satisfied_by`, `needs_second_reader`, `recognise`, `signs`, `instruction`, `reason`, `serves_key`,
    `core_message_id`, `campaign`, `next_minutes`, `outside_minutes`, `resolution_minutes`, `responder_id`, `decider_id`,
    `must_not`, `escalate_when`).

    Raises CannotEdit for a plan that is no draft, `team.actions.StaleRevision` when somebody else wrote meanwhile.
    """
    require(person, "guidelines.plan.edit")
    lock_workspace(person.workspace_id)
    plan = ReactionPlan.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=rule.plan_id)
    if plan.state != states.DRAFT:
        raise CannotEdit(
            gettext("Not saved. This version is agreed. Reopen it first, then change the rule and have it agreed anew.")
            if plan.state == states.AGREED
            else gettext("Not saved. What is in force is not changed underhand. Open a draft, change the rule there and put "
                    "it in force.")
        )  # fmt: skip
    _check_message(plan, fields.get("core_message_id"))
    _check_units(plan, (fields.get("responder_id"), fields.get("decider_id")))
    before = change_record(record=rule, person=person, now=now, seen_revision=seen_revision, **fields)
    changed = {name for name, value in fields.items() if before[name] != value}
    if changed:
        record_audit(
            workspace=plan.workspace,
            person=person,
            verb="guidelines.rule.changed",
            target=rule,
            now=now,
            before={name: _plain(before[name]) for name in sorted(changed)},
            after={name: _plain(fields[name]) for name in sorted(changed)},
        )
    return rule


def _check_message(plan: ReactionPlan, pk: UUID | None) -> None:
    if pk and not CoreMessage.objects.filter(pk=pk, workspace=plan.workspace_id).exists():
        raise CannotEdit(gettext("Not saved. This core message does not exist any more. Choose another one."))


def _check_units(plan: ReactionPlan, pks: Iterable[UUID | None]) -> None:
    wanted = {pk for pk in pks if pk}
    if ResponsibleUnit.objects.filter(workspace=plan.workspace_id, pk__in=wanted).count() != len(wanted):
        raise CannotEdit(
            gettext("Not saved. Whoever was to answer or decide is not listed here any more. Choose again.")
        )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
