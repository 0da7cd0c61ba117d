"""A person knows better than the signs which situation this is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from allmende.guidelines.models import ReactionRule
from allmende.inbox import audit, states
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.models import Conversation, Suggestion
from allmende.inbox.queries.triage import last_suggestion
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def choose_situation(*, person: Person, conversation: Conversation, rule: ReactionRule, now: datetime) -> None:
    """Bind the conversation to `rule` of its channel's plan; the due time follows at once."""
    require(person, "inbox.conversation.sort")
    if rule.plan.channel_id != conversation.channel_id:
        raise ValueError("A rule belongs to the reaction plan of its channel.")
    lock_workspace(person.workspace_id)
    Conversation.objects.filter(pk=conversation.pk).update(
        rule=rule, rule_reason="chosen_by_person", rule_signs=[], is_rule_chosen_by_person=True
    )
    fold_conversations(conversation_ids=[conversation.pk], now=now)
    _settle(conversation, rule.situation, person, now)
    record_audit(
        workspace=conversation.workspace,
        person=person,
        verb=audit.SORTED,
        target=conversation,
        now=now,
        before={"situation": conversation.rule.situation if conversation.rule else None},
        after={"situation": rule.situation},
    )


def choice_of(conversation: Conversation) -> dict[str, Any]:
    """Which rule applies now and why: what `undo_choice` writes back."""
    return {
        "rule_id": conversation.rule_id,
        "rule_reason": conversation.rule_reason,
        "rule_signs": conversation.rule_signs,
        "is_rule_chosen_by_person": conversation.is_rule_chosen_by_person,
    }


@transaction.atomic
def undo_choice(*, person: Person, conversation: int, before: Mapping[str, Any], after: int, now: datetime) -> None:
    """Let the rule apply that applied before. Raises CannotUndo if somebody chose another one since."""
    require(person, "inbox.conversation.sort")
    lock_workspace(person.workspace_id)
    rows = Conversation.objects.filter(workspace=person.workspace, pk=conversation, rule=after)
    if not rows.update(**before):
        raise stale_undo()
    fold_conversations(conversation_ids=[conversation], now=now)
    _unsettle(conversation, person)
    one = rows.model.objects.get(pk=conversation)
    record_audit(workspace=person.workspace, person=person, verb=audit.SORTED, target=one, now=now)


def _settle(conversation: Conversation, situation: int, person: Person, now: datetime) -> None:
    """What was supposed is answered by what was chosen."""
    found = last_suggestion(conversation)
    if found is None or found.situation is None:
        return
    is_same = found.situation == situation
    Suggestion.objects.filter(pk=found.pk).update(
        state=states.TAKEN if is_same else states.OVERRULED, answered_by=person, answered_at=now, chosen=situation
    )


def _unsettle(conversation: int, person: Person) -> None:
    """What this choice answered is open again; what was answered by an earlier one stays so."""
    rows = Suggestion.objects.filter(message__entry__conversation=conversation, answered_by=person)
    settled = rows.filter(state__in=(states.TAKEN, states.OVERRULED), chosen__isnull=False)
    if last := settled.order_by("-answered_at", "-message").first():
        Suggestion.objects.filter(pk=last.pk).update(state=states.OPEN, answered_by=None, answered_at=None, chosen=None)
