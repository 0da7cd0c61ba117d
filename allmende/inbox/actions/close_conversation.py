"""Say that nothing more is to be done, and take that back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.inbox import audit, states
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.models import Closing, Conversation
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person


class CannotClose(Exception):
    """The conversation stays open; the message says why."""


@transaction.atomic
def close_conversation(*, person: Person, conversation: Conversation, reason: str, now: datetime) -> Closing:
    """Close with a reason; the wait ends without an answer. A member's next message opens it again by itself."""
    require(person, "inbox.conversation.close")
    if reason not in states.CLOSE_REASONS:
        raise CannotClose(_("Not closed. Please choose a reason; it shows later why nobody answered."))
    if conversation.state == states.ARCHIVED:
        raise CannotClose(_("Not closed. This conversation was imported and does not wait for anybody."))
    closing = Closing.objects.create(conversation=conversation, at=now, person=person, reason=reason)
    fold_conversations(conversation_ids=[conversation.pk], now=now)
    record_audit(
        workspace=conversation.workspace,
        person=person,
        verb=audit.CLOSED,
        target=conversation,
        now=now,
        after={"reason": reason},
    )
    return closing


@transaction.atomic
def reopen_conversation(*, person: Person, conversation: Conversation, now: datetime) -> None:
    """Take the closings back: whoever waited waits since then, as if it had never been closed."""
    require(person, "inbox.conversation.close")
    Closing.objects.filter(conversation=conversation, undone_at__isnull=True).update(undone_at=now)
    fold_conversations(conversation_ids=[conversation.pk], now=now)
    record_audit(workspace=conversation.workspace, person=person, verb=audit.REOPENED, target=conversation, now=now)
