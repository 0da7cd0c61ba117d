"""Forget what the inbox keeps of somebody who asked to be forgotten."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from urllib.parse import quote_plus

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from allmende.inbox import audit, states
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.actions.suggest import forget_suggestions
from allmende.inbox.models import (
    AnswerPicture,
    AtmosphereReading,
    Conversation,
    Inquiry,
    ModerationDecision,
    Note,
    ObjectionOutcome,
    ProtectionRules,
    PublicNotice,
    SavedView,
    SecondReading,
    Suggestion,
    TextPattern,
)
from allmende.inbox.queries import forget_lists
from allmende.members.models import Member
from allmende.members.queries import Erased, Erasing
from allmende.team.actions import Place, blank_places, naming, record_audit
from allmende.team.actions.lock_workspace import lock_workspace

AT_ONCE = 500
PLACES = (
    Place(Note, "conversation__workspace", "text"),
    Place(ObjectionOutcome, "decision__workspace", "reasons"),
    Place(ModerationDecision, "workspace", "evidence complaint reversal_reason"),
    Place(Inquiry, "workspace", "topic question answer reason"),
    Place(AnswerPicture, "conversation__workspace", "alt bare_reason"),
    Place(AtmosphereReading, "conversation__workspace", "note"),
    Place(Conversation, "workspace", "title opener_name subject_label rule_signs"),
    Place(PublicNotice, "workspace", "place explanation answer objection objection_answer"),
    Place(Suggestion, "message__channel__workspace", "words urgency_words"),
    Place(TextPattern, "workspace", "name text"),
    Place(SavedView, "workspace", "name query"),
    Place(ProtectionRules, "workspace", "works_council_note"),
)
ASKED = (Place(SavedView, "workspace", "query"),)
# What of the evidence names nobody and quotes nothing
KEPT = ("said_at", "channel")
# Claims about a decision lapse with the third year after the one in which it was made (sections 195 and 199 BGB).
YEARS_KEPT = 3


def scrub_erased(member: Member, names: Sequence[str], now: datetime) -> Erased:
    """Take the member's name and words out of titles, lists, notes, questions and the evidence of decisions.

    That something was decided, on which ground and when, stays until nobody can dispute it any more; then it goes too.
    """
    removed = _read_anew(member, now)
    with transaction.atomic():
        lock_workspace(member.workspace_id)
        forget_suggestions(rows=Suggestion.objects.filter(message__identity__member=member))
        keep_until = _scrub_decisions(member, now)
    with transaction.atomic():
        transaction.on_commit(forget_lists)
        return Erased(removed + _blank(member, names), keep_until)


def _read_anew(member: Member, now: datetime) -> int:
    rows = Conversation.objects.filter(entries__message__identity__member=member).distinct()
    ids = iter(list(rows.order_by("pk").values_list("pk", flat=True)))
    touched = 0
    while part := list(islice(ids, AT_ONCE)):
        with transaction.atomic():
            fold_conversations(conversation_ids=part, now=now)
        touched += len(part)
    return touched


def _scrub_decisions(member: Member, now: datetime) -> date | None:
    keep_until: date | None = None
    found = ModerationDecision.objects.filter(message__identity__member=member).select_related("workspace")
    for decision in found.annotate(answered_at=Max("notices__decided_at")):
        made = max(at for at in (decision.created_at, decision.answered_at) if at)
        last = date(made.year + YEARS_KEPT, 12, 31)
        if last < decision.workspace.day_at(now):
            PublicNotice.objects.filter(decision=decision).delete()  # answered by it, and as old
            decision.delete()
            continue
        keep_until = max(last, keep_until or last)
        kept = {name: decision.evidence[name] for name in KEPT if name in decision.evidence}
        if kept != decision.evidence or decision.complaint:
            ModerationDecision.objects.filter(pk=decision.pk).update(evidence=kept, complaint="")
            record_audit(
                workspace=decision.workspace, person=None, verb=audit.EVIDENCE_ERASED, target=decision, now=now
            )
    return keep_until


def _blank(member: Member, names: Sequence[str]) -> int:
    readings = SecondReading.objects.filter(conversation__workspace=member.workspace_id).exclude(state=states.ASKED)
    read = naming(rows=readings, fields=("text", "words", "reason"), names=names)
    SecondReading.objects.filter(pk__in=read).delete()  # their words cannot be changed (trigger)
    asked = blank_places(workspace=member.workspace, places=ASKED, names=_in_addresses(names))
    return len(read) + asked + blank_places(workspace=member.workspace, places=PLACES, names=names)


def _in_addresses(names: Sequence[str]) -> list[str]:
    """As an address writes what is searched for: "Birgit+Ahlers". One plain word may be anybody's, there too."""
    written = {name: quote_plus(name) for name in names if not name.isalpha()}
    return [address for name, address in written.items() if address != name]


ERASING = (
    Erasing(
        "inbox.traces",
        _("Titles, notes, questions, public notices and second readings that name them, and the evidence of decisions"),
        scrub_erased,
        _("Of a moderation decision: measure, ground, facts and reasons, for as long as it can be disputed (DSA Art. 17 and 20)."),
        PLACES,
    ),
)  # fmt: skip
