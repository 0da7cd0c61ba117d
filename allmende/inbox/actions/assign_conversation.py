"""Say who takes care of a conversation."""

from datetime import datetime

from django.db import transaction

from allmende.inbox import audit
from allmende.inbox.models import Conversation
from allmende.team.access import require
from allmende.team.actions import record_audit, send_notice
from allmende.team.models import Person


@transaction.atomic
def assign_conversation(
    *, person: Person, conversation: Conversation, assignee: Person | None, now: datetime, url: str = ""
) -> None:
    """Give it to somebody of the workspace, or to nobody; whoever gets it from another is told."""
    require(person, "inbox.conversation.sort")
    if assignee and assignee.workspace_id != conversation.workspace_id:
        raise ValueError("A conversation is assigned within its workspace.")
    Conversation.objects.filter(pk=conversation.pk).update(assignee=assignee)
    record_audit(
        workspace=conversation.workspace,
        person=person,
        verb=audit.ASSIGNED,
        target=conversation,
        now=now,
        after={"assignee": str(assignee.pk) if assignee else ""},
    )
    if assignee and assignee != person:
        send_notice(
            person=assignee,
            kind="inbox.assigned",
            values={"by": person.name, "title": conversation.title},
            url=url,
            once_key=f"assigned:{conversation.pk}:{now.isoformat()}",
            now=now,
        )
