"""A person knows better than the signs which situation this is."""

from datetime import datetime

from django.db import transaction

from allmende.guidelines.models import ReactionRule
from allmende.inbox import audit
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.models import Conversation
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person


@transaction.atomic
def choose_situation(*, person: Person, conversation: Conversation, rule: ReactionRule, now: datetime) -> None:
    """Bind the conversation to `rule` of its channel's plan; the due time follows at once."""
    require(person, "inbox.conversation.sort")
    if rule.plan.channel_id != conversation.channel_id:
        raise ValueError("A rule belongs to the reaction plan of its channel.")
    Conversation.objects.filter(pk=conversation.pk).update(
        rule=rule, rule_reason="chosen_by_person", rule_signs=[], is_rule_chosen_by_person=True
    )
    fold_conversations(conversation_ids=[conversation.pk], now=now)
    record_audit(
        workspace=conversation.workspace,
        person=person,
        verb=audit.SORTED,
        target=conversation,
        now=now,
        after={"situation": rule.situation},
    )
