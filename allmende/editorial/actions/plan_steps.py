"""Say who must approve an item, in which order and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils import formats
from django.utils.translation import gettext as _

from allmende.editorial import audit, states
from allmende.editorial.actions.take_back import take_back_all
from allmende.editorial.models import ApprovalStep, Item, Reviewer
from allmende.editorial.queries.approvals import is_alone
from allmende.team.access import may, require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotPlanStep(Exception):
    """Who must approve stays as it was; the message says why and what to do."""


@dataclass(frozen=True)
class StepPlan:
    """Who shall answer: colleagues, and people outside as (name, e-mail; "" when the link is handed over in person)."""

    people: Sequence[Person] = ()
    guests: Sequence[tuple[str, str]] = ()
    rule: str = states.ALL
    due_at: datetime | None = None
    told_to: Person | None = None


@transaction.atomic
def add_step(*, person: Person, item: Item, plan: StepPlan, now: datetime) -> ApprovalStep:
    """Put one more step behind those there are. An approval given before does not cover it and is taken back.

    Raises CannotPlanStep: alone one has nobody to ask (I-03), and a step asks somebody. Raises channels' CannotWithdraw when
    a network may be hearing one of its texts just now.
    """
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    Item.objects.select_for_update().get(pk=item.pk)
    _check(person, item, plan, now)
    take_back_all(person=person, item=item, now=now)
    last = item.steps.aggregate(last=Max("place"))["last"]
    step = ApprovalStep.objects.create(
        item=item,
        place=0 if last is None else last + 1,
        rule=plan.rule,
        due_at=plan.due_at,
        told_to=plan.told_to,
        made_by=person,
    )
    guests = [Reviewer(step=step, name=name.strip(), email=email.strip()) for name, email in plan.guests]
    Reviewer.objects.bulk_create([*(Reviewer(step=step, person=one) for one in plan.people), *guests])
    record_audit(
        workspace=item.workspace,
        person=person,
        verb=audit.STEP_ADDED,
        target=item,
        now=now,
        after={"place": step.place, "rule": step.rule, "reviewers": len(plan.people) + len(guests)},
    )
    return step


@transaction.atomic
def drop_step(*, person: Person, step: ApprovalStep, now: datetime) -> None:
    """Take a step out again: whoever added it, or somebody who may approve. Approvals given stand no longer.

    One that was taken out meanwhile stays out, and those behind it where they are. Raises CannotPlanStep, CannotWithdraw.
    """
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    if step.made_by_id != person.pk and not may(person, "editorial.item.approve"):
        raise CannotPlanStep(
            _("The step stays. %(name)s asked for it; only they, or somebody who may approve, can take it out.")
            % {"name": step.made_by.name}
        )
    item = Item.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=step.item_id)
    dropped = item.steps.filter(pk=step.pk).first()
    if dropped is None:
        return
    take_back_all(person=person, item=item, now=now)
    dropped.delete()
    for later in item.steps.filter(place__gt=dropped.place).order_by("place"):
        later.place -= 1
        later.save(update_fields=["place"])
    record_audit(
        workspace=item.workspace,
        person=person,
        verb=audit.STEP_DROPPED,
        target=item,
        now=now,
        before={"place": dropped.place, "rule": dropped.rule},
    )


def _check(person: Person, item: Item, plan: StepPlan, now: datetime) -> None:
    if is_alone(item.workspace):
        raise CannotPlanStep(
            _("Nothing was added. You work alone here: reading it once more yourself is the approval.")
        )
    if not plan.people and not plan.guests:
        raise CannotPlanStep(_("Nothing was added. Choose at least one person who shall answer."))
    if plan.due_at is not None and plan.due_at < now:
        until = formats.date_format(plan.due_at.astimezone(ZoneInfo(item.workspace.zone)), "DATETIME_FORMAT")
        raise CannotPlanStep(
            _("Nothing was added. The time for the answer, %(at)s, has passed already; choose a later one.")
            % {"at": until}
        )
    named = [*plan.people, *([plan.told_to] if plan.told_to else [])]
    if any(one.workspace_id != item.workspace_id or one.left_at is not None for one in named):
        raise CannotPlanStep(_("Nothing was added. One of these people does not work here any more."))
    if plan.guests and not may(person, "team.guest.invite"):
        raise CannotPlanStep(
            _("Nothing was added. You may not invite people from outside; a community manager or the lead can.")
        )
    if any(not name.strip() for name, _email in plan.guests):
        raise CannotPlanStep(_("Nothing was added. Write the name of whoever shall answer from outside."))
