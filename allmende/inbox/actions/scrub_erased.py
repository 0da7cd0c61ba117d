"""Forget what the inbox keeps of somebody who asked to be forgotten."""

from collections.abc import Collection
from datetime import datetime
from itertools import islice

from django.db import transaction

from allmende.inbox import audit
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.models import Conversation, ModerationDecision, Suggestion
from allmende.team.actions import record_audit

AT_ONCE = 500
# What of the evidence names nobody and quotes nothing
KEPT = ("said_at", "channel")


@transaction.atomic
def scrub_erased(*, members: Collection[int], now: datetime) -> int:
    """Take names and words of these members out of titles, lists and the evidence of decisions; how many conversations.

    That something was decided, on which ground and when, stays; of the words only when and where they stood.
    """
    rows = Conversation.objects.filter(entries__message__identity__member__in=members).distinct()
    ids = iter(list(rows.order_by("pk").values_list("pk", flat=True)))
    touched = 0
    while part := list(islice(ids, AT_ONCE)):
        fold_conversations(conversation_ids=part, now=now)
        touched += len(part)
    Suggestion.objects.filter(message__identity__member__in=members).delete()
    found = ModerationDecision.objects.filter(message__identity__member__in=members).select_related("workspace")
    for decision in found:
        kept = {name: decision.evidence[name] for name in KEPT if name in decision.evidence}
        if kept != decision.evidence or decision.complaint:
            ModerationDecision.objects.filter(pk=decision.pk).update(evidence=kept, complaint="")
            record_audit(
                workspace=decision.workspace, person=None, verb=audit.EVIDENCE_ERASED, target=decision, now=now
            )
    return touched
