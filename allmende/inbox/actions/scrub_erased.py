"""Forget what the inbox keeps of somebody who asked to be forgotten."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from allmende.inbox import audit, states
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.models import (
    AtmosphereReading,
    Conversation,
    Inquiry,
    ModerationDecision,
    Note,
    ObjectionOutcome,
    PublicNotice,
    SecondReading,
    Suggestion,
)
from allmende.members.models import Member
from allmende.members.queries import Erased, Erasing
from allmende.team.actions import blank_names, naming, record_audit

AT_ONCE = 500
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
        Suggestion.objects.filter(message__identity__member=member).delete()
        keep_until = _scrub_decisions(member, now)
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
    here = {"conversation__workspace": member.workspace_id}
    objected = ObjectionOutcome.objects.filter(decision__workspace=member.workspace_id)
    asked = Inquiry.objects.filter(**here)
    titled = Conversation.objects.filter(workspace=member.workspace_id)
    readings = SecondReading.objects.filter(**here).exclude(state=states.ASKED)
    read = naming(rows=readings, fields=("text", "words", "reason"), names=names)
    SecondReading.objects.filter(pk__in=read).delete()  # their words cannot be changed (trigger)
    return (
        len(read)
        + blank_names(rows=Note.objects.filter(**here), fields=("text",), names=names)
        + blank_names(rows=objected, fields=("reasons",), names=names)
        + blank_names(rows=asked, fields=("topic", "question", "answer", "reason"), names=names)
        + blank_names(rows=AtmosphereReading.objects.filter(**here), fields=("note",), names=names)
        + blank_names(rows=titled, fields=("title",), names=names)
    )


ERASING = (
    Erasing(
        "inbox.traces",
        _("Titles, notes, questions and second readings that name them, and the evidence of decisions"),
        scrub_erased,
        _("Of a moderation decision: measure, ground, facts and reasons, for as long as it can be disputed (DSA Art. 17 and 20)."),
    ),
)  # fmt: skip
