"""Remember who has which conversation open just now, and who looked into what was written for somebody else."""

from datetime import datetime, timedelta

from django.db import transaction

from allmende.inbox import audit
from allmende.inbox.access import is_for_another
from allmende.inbox.models import Conversation, Look
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import AuditRow, Person

# A page that is open looks again every few seconds; that is still the same look.
SAME_LOOK = timedelta(minutes=10)


def look_at_conversation(*, person: Person, conversation: Conversation, now: datetime, is_typing: bool = False) -> None:
    """One row per person, overwritten: nobody's reading is recorded, only where they are and whether they type an answer."""
    require(person, "inbox.conversation.read")
    Look.objects.bulk_create(
        [Look(person=person, conversation=conversation, at=now, typed_at=now if is_typing else None)],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["conversation", "at", "typed_at"],
    )


@transaction.atomic
def look_into_private(*, person: Person, conversation: Conversation, now: datetime) -> bool:
    """Write into the audit book that somebody reads private messages of a conversation that does not lie with them.

    `conversation.is_private` as `access.find_conversation` gives it. Returns whether a line was written: not for whoever
    takes care of it, and not again while the same look goes on.
    """
    require(person, "inbox.conversation.read")
    if not is_for_another(person, conversation):
        return False
    looks = AuditRow.objects.filter(workspace=person.workspace_id, verb=audit.LOOKED_INTO, person=person)
    if looks.filter(object_id=str(conversation.pk), at__gt=now - SAME_LOOK).exists():
        return False
    record_audit(workspace=person.workspace, person=person, verb=audit.LOOKED_INTO, target=conversation, now=now)
    return True
