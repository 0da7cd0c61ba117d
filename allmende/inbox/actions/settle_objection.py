"""An author objected to a moderation decision: somebody else looks again and says what comes of it (DSA Art. 20)."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.channels.actions import CannotModerate
from allmende.inbox import audit, states
from allmende.inbox.actions.moderate import DECIDE, CannotDecide, reverse_moderation
from allmende.inbox.models import ModerationDecision, ObjectionOutcome
from allmende.inbox.queries.moderation import open_objections
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, send_notice, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person
from allmende.team.queries import another_holder, holders_of

# Longer than a network may take to answer
ANSWERING = timedelta(minutes=10)


def settle_objection(
    *, person: Person, decision: ModerationDecision, outcome: str, reasons: str, now: datetime
) -> ObjectionOutcome:
    """Upheld, reversed, or right in part, with the reasons the author is owed. Reversed, it is taken back at the network too.

    What comes of it is written first, so that nobody settles it otherwise while the network is asked. Raises CannotDecide
    without reasons, without an objection, a second time, for whoever decided while somebody else can look, and when it was
    reversed meanwhile; `channels.actions.CannotModerate` when the network does not take it back: then nothing is settled.
    """
    require(person, DECIDE)
    if outcome not in states.OBJECTION_OUTCOMES:
        raise CannotDecide(_("Not settled. Choose what comes of the objection."))
    if not reasons.strip():
        raise CannotDecide(_("Not settled. Say why; the author is owed the reasons."))
    made = _settle(person, decision, outcome, reasons.strip()[:5_000], now)
    if outcome == states.OBJECTION_REVERSED and states.REVERSED in states.MODERATION_MOVES[made.decision.state]:
        _reverse(person, made, now)
    return made


@transaction.atomic
def _settle(
    person: Person, decision: ModerationDecision, outcome: str, reasons: str, now: datetime
) -> ObjectionOutcome:
    """The decision is locked before anything is read of it, as whoever reverses it does."""
    found = _locked(person, decision)
    _check_open(found)
    is_alone = _is_alone(person, found)
    if found.state == states.REVERSED and outcome != states.OBJECTION_REVERSED:
        raise CannotDecide(_("Not settled. Somebody reversed the decision meanwhile; look at it again."))
    made = ObjectionOutcome.objects.create(
        decision=found, outcome=outcome, reasons=reasons, by=person, at=now, is_alone=is_alone
    )
    change_record(record=found, person=person, now=now, seen_revision=None)  # the objection cannot be undone any more
    _audit(person, audit.OBJECTION_SETTLED, found, now, outcome)
    return made


def _reverse(person: Person, made: ObjectionOutcome, now: datetime) -> None:
    decision = made.decision
    try:
        reverse_moderation(person=person, decision=decision, reason=made.reasons, now=now)
    except Exception:  # whatever it was: nobody is told that it is reversed while it stands
        decision.refresh_from_db()
        if decision.state == states.REVERSED:  # by somebody else meanwhile
            return
        with transaction.atomic():
            lock_workspace(person.workspace_id)
            made.delete()
            _audit(person, audit.MODERATION_UNDONE, decision, now, "")
        raise


def finish_reversals(*, now: datetime) -> int:
    """Objections settled as reversed whose decision stands, because somebody was cut off: it is reversed now; how many."""
    granted = ObjectionOutcome.objects.filter(outcome=states.OBJECTION_REVERSED, at__lte=now - ANSWERING)
    standing = granted.filter(decision__state__in=(states.DECIDED, states.IN_EFFECT))
    rows = standing.select_related("by__workspace", "decision__workspace", "decision__message__channel__account")
    return sum(_finish(one, now) for one in rows)


def _finish(made: ObjectionOutcome, now: datetime) -> bool:
    try:
        _reverse(made.by, made, now)
    except (CannotDecide, CannotModerate, PermissionDenied):
        return False  # the objection is open again, and somebody is reminded of it
    return True


@transaction.atomic
def note_outcome_told(*, person: Person, decision: ModerationDecision, how: str, now: datetime) -> ObjectionOutcome:
    """The author knows what came of their objection, or could not be reached. Raises CannotDecide."""
    require(person, DECIDE)
    if how not in states.TOLD:
        raise CannotDecide(_("Not noted. Choose how the author was told."))
    lock_workspace(person.workspace_id)
    found = ObjectionOutcome.objects.filter(decision=decision, decision__workspace=person.workspace).first()
    if found is None:
        raise CannotDecide(_("Not noted. Nothing has come of the objection yet."))
    found.told_at, found.told_how = now, how
    found.save(update_fields=["told_at", "told_how"])
    _audit(person, audit.OUTCOME_TOLD, decision, now, how)
    return found


@transaction.atomic
def undo_outcome_told(*, person: Person, now: datetime, pk: str) -> None:
    """The author does not know yet after all. Raises CannotUndo."""
    require(person, DECIDE)
    lock_workspace(person.workspace_id)
    rows = ObjectionOutcome.objects.select_related("decision")
    found = rows.filter(decision__pk=pk, decision__workspace=person.workspace, told_at__isnull=False).first()
    if found is None:
        raise stale_undo()
    found.told_at, found.told_how = None, ""
    found.save(update_fields=["told_at", "told_how"])
    _audit(person, audit.MODERATION_UNDONE, found.decision, now, "")


def remind_of_objections(*, now: datetime) -> int:
    """Objections whose day to be answered has come: whoever may decide is told, once; how many objections."""
    due = open_objections(complained_until=now - timedelta(days=states.OBJECTION_ANSWER_DAYS))
    return sum(_remind(one, now) for one in due)


def _remind(decision: ModerationDecision, now: datetime) -> int:
    url = reverse("inbox:decision", args=[decision.workspace.slug, decision.pk])
    everybody = holders_of(decision.workspace, DECIDE)
    others = [one for one in everybody if one.pk != decision.created_by_id]
    told = [
        send_notice(
            person=one, kind="inbox.objection_due", values={"author": decision.evidence.get("author", "")}, url=url,
            once_key=f"inbox.objection_due:{decision.pk}", now=now,
        )
        for one in others or everybody
    ]  # fmt: skip
    return int(any(told))


def _locked(person: Person, decision: ModerationDecision) -> ModerationDecision:
    lock_workspace(person.workspace_id)
    rows = ModerationDecision.objects.select_for_update(of=("self",)).select_related(
        "message__channel__account", "workspace"
    )
    return rows.get(pk=decision.pk, workspace=person.workspace)


def _check_open(decision: ModerationDecision) -> None:
    if decision.complained_at is None:
        raise CannotDecide(_("Not settled. Nobody objected to this decision."))
    if ObjectionOutcome.objects.filter(decision=decision).exists():
        raise CannotDecide(_("Not settled. Somebody has settled this objection already; look at it again."))


def _is_alone(person: Person, decision: ModerationDecision) -> bool:
    """Whoever decided may look again only where nobody else may."""
    if decision.created_by_id != person.pk:
        return False
    if name := another_holder(person, DECIDE):
        raise CannotDecide(
            _("Not settled. You made this decision; somebody else looks at it again, for instance %(name)s.")
            % {"name": name}
        )
    return True


def _audit(person: Person, verb: str, decision: ModerationDecision, now: datetime, what: str) -> None:
    after = {"what": what} if what else None
    record_audit(workspace=person.workspace, person=person, verb=verb, target=decision, now=now, after=after)
