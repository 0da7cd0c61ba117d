"""Accept a handover: everything listed changes hands, or nothing does."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.handover import audit, states
from allmende.handover.actions.move_handover import locked, moved
from allmende.handover.models import Handover
from allmende.handover.queries import carriers, plan_of
from allmende.inbox.actions import assign_conversation
from allmende.inbox.models import Conversation
from allmende.plan import states as plan_states
from allmende.plan.actions import (
    CannotPublish,
    CannotSaveElement,
    CannotSavePlan,
    open_draft,
    publish_version,
    save_plan,
    save_step,
)
from allmende.plan.models import PlanVersion, Step
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person


class CannotAccept(Exception):
    """Nothing changed hands; says why and what to do."""


@transaction.atomic
def accept_handover(*, person: Person, handover: Handover, now: datetime) -> Handover:
    """Plan, open steps and open conversations of the checklist go to the successor by their rooms' own actions (S0-22).

    One transaction: each change has its own line in the audit book, and if one is refused all stay as they were. Steps
    change hands in a version of the plan, because a version in force never changes. Raises CannotAccept.
    """
    require(person, "handover.transfer.lead")
    handover = locked(handover)
    if handover.next_state != states.ACCEPTED:
        raise CannotAccept(_("Not accepted: the handover is at another step by now. Look at it again."))
    if handover.successor.left_at:
        sentence = _("Not accepted: %(name)s does not work here any more. Announce a handover to somebody who does.")
        raise CannotAccept(sentence % {"name": handover.successor.name})
    _move_steps(person, handover, now)
    _move_plan(person, handover, now)
    _move_conversations(person, handover, now)
    moved(handover, person, states.ACCEPTED, now, accepted_at=now, accepted_by=person)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.ACCEPTED,
        target=handover,
        now=now,
        after={"leaver": str(handover.leaver_id), "successor": str(handover.successor_id)},
    )
    return handover


def _refs(handover: Handover, kind: str) -> list[str]:
    return [ref for ref in handover.points.filter(kind=kind).values_list("ref", flat=True) if ref]


def _move_plan(person: Person, handover: Handover, now: datetime) -> None:
    plan = plan_of(handover.leaver)
    if plan is None or str(plan.pk) not in _refs(handover, states.PLAN):
        return
    try:
        save_plan(person=person, plan=plan, now=now, owner=handover.successor)
    except CannotSavePlan as error:
        raise CannotAccept(str(error)) from error


def _move_conversations(person: Person, handover: Handover, now: datetime) -> None:
    rows = Conversation.objects.filter(
        workspace=person.workspace, assignee=handover.leaver, pk__in=_refs(handover, states.CONVERSATION)
    )
    for one in rows.select_related("workspace"):
        assign_conversation(person=person, conversation=one, assignee=handover.successor, now=now)


def _move_steps(person: Person, handover: Handover, now: datetime) -> None:
    """The listed steps in a new version whose only changes are who does and who checks them."""
    steps = Step.objects.filter(
        version__workspace=person.workspace,
        version__state=plan_states.PUBLISHED,
        key__in=_refs(handover, states.STEP),
    ).select_related("version__plan", "owner", "accountable", "controller")
    theirs = [step for step in steps if handover.leaver_id in carriers(step)]
    if not theirs:
        return
    plan = theirs[0].version.plan
    if PlanVersion.objects.filter(plan=plan, state__in=plan_states.OPEN_VERSION_STATES).exists():
        raise CannotAccept(
            _(
                "Not accepted, nothing changed hands: the plan has an open draft, and its steps can only change hands in "
                "a version of their own. Publish or discard the draft, then accept."
            )
        )
    draft = open_draft(person=person, plan=plan, now=now)
    for step in theirs:
        _move_step(person, handover, draft, step, now)
    reason = _("%(leaver)s hands their steps over to %(successor)s.") % {
        "leaver": handover.leaver.name,
        "successor": handover.successor.name,
    }
    try:
        publish_version(person=person, version=draft, reason=reason, now=now)
    except CannotPublish as error:
        raise CannotAccept(str(error)) from error


def _move_step(person: Person, handover: Handover, draft: PlanVersion, step: Step, now: datetime) -> None:
    """Everything the leaver is in a step, the successor becomes; nobody checks what they do themselves."""
    owner = handover.successor if step.owner == handover.leaver else step.owner
    accountable, controller = (
        handover.successor if one == handover.leaver else one for one in (step.accountable, step.controller)
    )
    leaver, successor = str(handover.leaver_id), str(handover.successor_id)
    also_by = [one for one in step.also_by if one not in (leaver, successor)]
    try:
        save_step(
            person=person,
            version=draft,
            key=step.key,
            now=now,
            owner=owner,
            accountable=accountable,
            controller=None if controller == owner else controller,
            also_by=also_by,
        )
    except CannotSaveElement as error:
        raise CannotAccept(str(error)) from error
