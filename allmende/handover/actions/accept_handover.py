"""Accept a handover: everything listed changes hands, or nothing does."""

from collections.abc import Sequence
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
from allmende.plan.queries import is_publisher
from allmende.team.access import may, require, require_briefed
from allmende.team.actions import record_audit
from allmende.team.models import Person
from allmende.team.queries import holders_of

LEAD = "handover.transfer.lead"


class CannotAccept(Exception):
    """Nothing changed hands; says why and what to do."""


@transaction.atomic
def accept_handover(*, person: Person, handover: Handover, now: datetime, reason: str = "") -> Handover:
    """Plan, open steps and open conversations of the checklist go to the successor by their rooms' own actions (S0-22).

    The successor accepts, whatever else they may do; whoever leads may accept for them with the `reason`, the leaver
    never. One transaction: each change has its own line in the audit book, in the name of whoever leads, and if one is
    refused all stay as they were. Steps change hands in a version of the plan, because a version in force never changes.
    Raises CannotAccept.
    """
    is_own = person.pk == handover.successor_id
    require_briefed(person)
    if not is_own:
        _check_deputy(person, handover, reason)
    handover = locked(handover, CannotAccept)
    if handover.next_state != states.ACCEPTED:
        raise CannotAccept(_("Not accepted: the handover is at another step by now. Look at it again."))
    if handover.successor.left_at:
        sentence = _("Not accepted: %(name)s does not work here any more. Announce a handover to somebody who does.")
        raise CannotAccept(sentence % {"name": handover.successor.name})
    leaders = _leaders(person, handover)
    _move_steps(leaders, handover, now)
    _move_plan(leaders[0], handover, now)
    _move_conversations(leaders[0], handover, now)
    said = "" if is_own else reason.strip()
    moved(handover, person, states.ACCEPTED, now, accepted_at=now, accepted_by=person, acceptance_reason=said)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.ACCEPTED,
        target=handover,
        now=now,
        after={"leaver": str(handover.leaver_id), "successor": str(handover.successor_id), "reason": said},
    )
    return handover


def _check_deputy(person: Person, handover: Handover, reason: str) -> None:
    require(person, LEAD)
    if person.pk == handover.leaver_id:
        sentence = _(
            "Not accepted: %(name)s accepts it, or somebody else who leads. Nobody hands over and accepts at once."
        )
        raise CannotAccept(sentence % {"name": handover.successor.name})
    if not reason.strip():
        sentence = _(
            "Not accepted: say why %(name)s does not accept it. It stands in the handover and in the audit book."
        )
        raise CannotAccept(sentence % {"name": handover.successor.name})


def _leaders(person: Person, handover: Handover) -> list[Person]:
    """In whose names plan and conversations change hands: a successor may accept them without being allowed to give
    them. Whoever presses comes first, then who announced the handover."""
    first = [one for one in (person, handover.created_by) if one and not one.left_at and may(one, LEAD)]
    found = [*first, *holders_of(handover.workspace, LEAD).order_by("created_at")]
    if not found:
        raise CannotAccept(_("Not accepted: nobody works here any more who leads. An owner has to come first."))
    return found


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
        assign_conversation(
            person=person, conversation=one, assignee=handover.successor, now=now, reason=handover.reason
        )


def _move_steps(leaders: Sequence[Person], handover: Handover, now: datetime) -> None:
    """The listed steps in a new version whose only changes are who does and who checks them; it is published by whoever
    of those who lead may publish the plan."""
    steps = Step.objects.filter(
        version__workspace=handover.workspace,
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
    person = next((one for one in leaders if is_publisher(one, plan)), leaders[0])
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
