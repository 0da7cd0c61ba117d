"""Say who takes care of a conversation."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.inbox import audit
from allmende.inbox.models import Conversation
from allmende.team.access import require
from allmende.team.actions import CannotUndo, record_audit, send_notice, stale_undo
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
        before={"assignee": str(conversation.assignee_id or "")},
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


@transaction.atomic
def undo_assign(*, person: Person, conversation: int, before: str, after: str, now: datetime) -> None:
    """Give it back to whoever had it (ids as text, "" for nobody). Raises CannotUndo if it moved on."""
    require(person, "inbox.conversation.sort")
    one = Conversation.objects.filter(workspace=person.workspace, pk=conversation).select_related("workspace").first()
    if one is None:
        raise CannotUndo(_("Not undone. The conversation is gone."))
    if str(one.assignee_id or "") != after:
        raise stale_undo()
    earlier = Person.objects.filter(workspace=person.workspace, pk=before).first() if before else None
    assign_conversation(person=person, conversation=one, assignee=earlier, now=now)
