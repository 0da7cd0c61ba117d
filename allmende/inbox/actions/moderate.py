"""Decide about somebody's words, carry it out, tell the author why, hear the objection, reverse it (S2-25; DSA Art. 17, 20)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.channels.actions import CannotModerate, moderate_message
from allmende.channels.models import Message
from allmende.channels.queries import abilities_of
from allmende.channels.states import INWARD
from allmende.guidelines.models import GuidelineRule
from allmende.guidelines.states import MEMBERS
from allmende.inbox import audit, states
from allmende.inbox.models import ModerationDecision, ObjectionOutcome
from allmende.inbox.queries.moderation import stands_against
from allmende.team.access import require
from allmende.team.actions import (
    NotTrained,
    change_record,
    check_trained,
    record_audit,
    send_notice,
    stale_undo,
)
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person
from allmende.team.queries import holders_of
from allmende.team.states import MODERATION_GATE

DECIDE = "inbox.moderation.decide"
# How long a network is asked to take back what is over, before people are told to do it there
ASKED_FOR_DAYS = 3


class CannotDecide(Exception):
    """Nothing was decided or noted; the text says why and what to do."""


@transaction.atomic
def decide_moderation(
    *,
    person: Person,
    message: Message,
    measure: str,
    rule: GuidelineRule | None,
    law: str,
    facts: str,
    statement: str,
    source: str,
    until_date: date | None,
    now: datetime,
    carries_out: bool = False,
) -> ModerationDecision:
    """Decide, with rule or law, facts and the reasons for the author; what stood there is kept as evidence. `carries_out`: a job
    lets the network do it, where that can be done from here (`carry_out_due`).

    Raises CannotDecide without a ground or reasons, and for a second decision of the same kind while the first stands.
    """
    require(person, DECIDE)
    _check_fit(person, now)
    lock_workspace(person.workspace_id)
    found = Message.objects.select_for_update(of=("self",)).select_related("entry__conversation", "identity", "channel")
    message = found.get(pk=message.pk, channel__workspace=person.workspace)
    if measure == states.SUSPEND and until_date is None:
        raise CannotDecide(_("Not decided. Until when is the account suspended? The author is owed the last day."))
    _check(person, message, measure, rule, law, facts, statement)
    if until_date and until_date < person.workspace.day_at(now):
        raise CannotDecide(_("Not decided. The last day has passed already."))
    made = ModerationDecision.objects.create(
        workspace=person.workspace, conversation=message.entry.conversation, message=message, measure=measure,
        until_date=until_date, ground=states.RULE if rule else states.LAW, rule=rule, law="" if rule else law.strip(),
        facts=facts.strip(), source=source, statement=statement.strip(), evidence=_evidence(message),
        carry_out_at=now if carries_out and measure in abilities_of(message.channel).moderation else None,
        created_at=now, created_by=person, updated_at=now, updated_by=person,
    )  # fmt: skip
    _audit(
        person, audit.MODERATED, made, now, {"measure": measure, "rule": str(rule.key) if rule else "", "law": made.law}
    )
    return made


def carry_out(*, person: Person, decision: ModerationDecision, now: datetime) -> ModerationDecision:
    """Let the network do what was decided. Raises `channels.actions.CannotModerate`; the decision is kept either way."""
    require(person, DECIDE)
    if decision.state != states.DECIDED:
        raise CannotDecide(_("Not done. This decision was carried out or reversed already."))
    moderate_message(person=person, message=decision.message, measure=decision.measure, now=now)
    try:
        return _take_effect(person, decision, now, is_done_there=False)
    except CannotDecide:
        decision.refresh_from_db()
        if decision.state == states.IN_EFFECT:  # pressed twice
            return decision
        if can_take_back(decision):  # reversed while the network did it
            back = states.TAKEN_BACK_BY[decision.measure]
            moderate_message(person=person, message=decision.message, measure=back, now=now)
        raise


def note_done_there(*, person: Person, decision: ModerationDecision, now: datetime) -> ModerationDecision:
    """A person did it at the network, because it cannot be done from here."""
    require(person, DECIDE)
    return _take_effect(person, decision, now, is_done_there=True)


@transaction.atomic
def note_told(*, person: Person, decision: ModerationDecision, how: str, now: datetime) -> ModerationDecision:
    """The author was given the reasons, publicly or privately, or could not be reached."""
    require(person, DECIDE)
    if how not in states.TOLD:
        raise CannotDecide(_("Not noted. Choose how the author was told."))
    found = _locked(person, decision)
    change_record(record=found, person=person, now=now, seen_revision=None, told_at=now, told_how=how)
    _audit(person, audit.TOLD, found, now, {"how": how})
    return found


@transaction.atomic
def note_complaint(
    *, person: Person, decision: ModerationDecision, complaint: str, now: datetime
) -> ModerationDecision:
    """The author objects; somebody else than who decided should look at it (DSA Art. 20)."""
    require(person, DECIDE)
    if not complaint.strip():
        raise CannotDecide(_("Not noted. Write down what the author objects."))
    found = _locked(person, decision)
    if ObjectionOutcome.objects.filter(decision=found).exists():
        raise CannotDecide(_("Not noted. What came of an objection to this decision stands already."))
    fields = {"complaint": complaint.strip()[:5_000], "complained_at": now}
    change_record(record=found, person=person, now=now, seen_revision=None, **fields)
    _audit(person, audit.COMPLAINED, found, now, {})
    return found


def reverse_moderation(
    *, person: Person, decision: ModerationDecision, reason: str, now: datetime
) -> ModerationDecision:
    """The decision was wrong or is over: it is reversed, and taken back at the network where that can be done from here, also
    where nobody heard whether the network had done it.

    Raises CannotDecide without a reason, and `channels.actions.CannotModerate` when the network does not take it back.
    """
    require(person, DECIDE)
    if not reason.strip():
        raise CannotDecide(_("Not reversed. Say why; the author is owed the reason."))
    if states.REVERSED not in states.MODERATION_MOVES[decision.state]:
        raise CannotDecide(_("Not reversed. This decision does not stand any more."))
    if _may_be_done(decision) and can_take_back(decision):
        back = states.TAKEN_BACK_BY[decision.measure]
        moderate_message(person=person, message=decision.message, measure=back, now=now)
    with transaction.atomic():
        found = _locked(person, decision)
        if found.state != decision.state:
            raise CannotDecide(_("Not reversed. Somebody changed it meanwhile; look at it again."))
        fields = {"state": states.REVERSED, "reversed_at": now, "reversal_reason": reason.strip()[:500]}
        change_record(record=found, person=person, now=now, seen_revision=None, **fields)
        _audit(person, audit.REVERSED, found, now, {"reason": found.reversal_reason})
    return found


def lapse_due(*, now: datetime) -> int:
    """Decisions whose last day is over end; how many. What was done from here is taken back at the network first, and asked for
    again for some days while it does not answer; what is left then, and what was done by hand, people are told to undo there."""
    rows = ModerationDecision.objects.select_related(
        "workspace", "message__channel__account", "message__channel__workspace"
    )
    timed = rows.filter(state=states.IN_EFFECT, until_date__isnull=False)
    return sum(_lapse(one, now) for one in timed if days_over(one, now) > 0)


def days_over(decision: ModerationDecision, now: datetime) -> int:
    """For how many days it has been over; 0 or fewer: not yet, or it is not for a time only."""
    last = decision.until_date
    return (decision.workspace.day_at(now) - last).days if last else 0


def _lapse(decision: ModerationDecision, now: datetime) -> bool:
    is_back = can_take_back(decision)
    if is_back:
        back = states.TAKEN_BACK_BY[decision.measure]
        try:
            moderate_message(person=None, message=decision.message, measure=back, now=now)
        except CannotModerate:
            if days_over(decision, now) <= ASKED_FOR_DAYS:
                return False
            is_back = False
    return _end(decision, now, is_back=is_back)


@transaction.atomic
def _end(decision: ModerationDecision, now: datetime, *, is_back: bool) -> bool:
    lock_workspace(decision.workspace_id)
    rows = ModerationDecision.objects.select_for_update(of=("self",)).select_related("workspace")
    found = rows.filter(pk=decision.pk, state=states.IN_EFFECT).first()
    if found is None:
        return False
    change_record(record=found, person=None, now=now, seen_revision=None, state=states.LAPSED)
    after = {"taken_back": is_back}
    record_audit(workspace=found.workspace, person=None, verb=audit.LAPSED, target=found, now=now, after=after)
    url = reverse("inbox:decision", args=[found.workspace.slug, found.pk])
    for one in () if is_back else holders_of(found.workspace, DECIDE):
        send_notice(
            person=one, kind="inbox.moderation_over", values={"author": found.evidence.get("author", "")}, url=url,
            once_key=f"inbox.moderation_over:{found.pk}", now=now,
        )  # fmt: skip
    return True


@transaction.atomic
def undo_noted(*, person: Person, now: datetime, pk: str, revision: int, before: dict[str, Any]) -> None:
    """Take back that the author was told, objected, or that it was done there. Raises CannotUndo."""
    require(person, DECIDE)
    lock_workspace(person.workspace_id)
    found = ModerationDecision.objects.select_for_update().filter(pk=pk, workspace=person.workspace).first()
    if found is None or found.revision != revision:
        raise stale_undo()
    fields = {field.attname: field for field in found._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in before.items()}
    change_record(record=found, person=person, now=now, seen_revision=revision, **values)
    _audit(person, audit.MODERATION_UNDONE, found, now, {})


def can_carry_out(decision: ModerationDecision) -> bool:
    """Can the network do it from here?"""
    return decision.measure in abilities_of(decision.message.channel).moderation


def can_take_back(decision: ModerationDecision) -> bool:
    """Can the network take it back from here?"""
    back = states.TAKEN_BACK_BY.get(decision.measure)
    return not decision.is_done_there and back in abilities_of(decision.message.channel).moderation


def _may_be_done(decision: ModerationDecision) -> bool:
    """In effect; or a job asked for it and was killed over it, or got no answer (`carry_out_due`)."""
    was_asked = decision.carry_out_tries > 0 and decision.not_done in ("", states.NO_ANSWER)
    return decision.state == states.IN_EFFECT or was_asked


@transaction.atomic
def _take_effect(
    person: Person, decision: ModerationDecision, now: datetime, *, is_done_there: bool
) -> ModerationDecision:
    found = _locked(person, decision)
    if found.state != states.DECIDED:
        raise CannotDecide(_("Not done. This decision was carried out or reversed already."))
    fields = {"state": states.IN_EFFECT, "in_effect_at": now, "is_done_there": is_done_there}
    change_record(record=found, person=person, now=now, seen_revision=None, **fields)
    _audit(person, audit.CARRIED_OUT, found, now, {"there": is_done_there})
    return found


def _check(
    person: Person, message: Message, measure: str, rule: GuidelineRule | None, law: str, facts: str, statement: str
) -> None:
    if message.direction != INWARD:
        raise CannotDecide(_("Not decided. These are our own words; take them back instead."))
    if measure not in states.MEASURES:
        raise CannotDecide(_("Not decided. Choose what is to be done."))
    if rule is None and not law.strip():
        raise CannotDecide(
            _("Not decided. Name the rule of the netiquette or the law it rests on; without one it stands.")
        )
    if rule and (rule.guideline.workspace_id != person.workspace_id or rule.guideline.addressee != MEMBERS):
        raise CannotDecide(_("Not decided. This rule belongs to no netiquette of ours."))
    if not facts.strip():
        raise CannotDecide(_("Not decided. Say what happened; criticism alone is no reason."))
    if not statement.strip():
        raise CannotDecide(_("Not decided. The author is owed the reasons."))
    standing = stands_against(message, measure).first()
    if standing and standing.message_id == message.pk and standing.measure == measure:
        raise CannotDecide(_("Not decided. The same was decided about these words already, and stands."))
    if standing:
        who = message.identity.name or message.identity.handle if message.identity else ""
        raise CannotDecide(
            _(
                "Not decided. The account of %(name)s is suspended or excluded already; that decision stands. Reverse it "
                "first if another one is to take its place."
            )
            % {"name": who}
        )


def _check_fit(person: Person, now: datetime) -> None:
    """Nobody decides about somebody's words without the training it needs (S3-16)."""
    try:
        check_trained(person, MODERATION_GATE, person.workspace.day_at(now))
    except NotTrained as error:
        raise CannotDecide(f"{_('Not decided.')} {error}") from error


def _evidence(message: Message) -> dict[str, Any]:
    identity = message.identity
    return {
        "title": message.title,
        "text": message.text,
        "author": (identity.name or identity.handle) if identity else "",
        "url": message.url,
        "said_at": message.occurred_at.isoformat(),
        "channel": message.channel.name,
    }


def _locked(person: Person, decision: ModerationDecision) -> ModerationDecision:
    lock_workspace(person.workspace_id)
    rows = ModerationDecision.objects.select_for_update(of=("self",)).select_related("message__channel__account")
    return rows.get(pk=decision.pk, workspace=person.workspace)


def _audit(person: Person, verb: str, decision: ModerationDecision, now: datetime, after: dict[str, Any]) -> None:
    record_audit(workspace=person.workspace, person=person, verb=verb, target=decision, now=now, after=after)
