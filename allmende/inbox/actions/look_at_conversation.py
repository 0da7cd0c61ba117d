"""Remember who has which conversation open just now."""

from datetime import datetime

from allmende.inbox.models import Conversation, Look
from allmende.team.access import require
from allmende.team.models import Person


def look_at_conversation(*, person: Person, conversation: Conversation, now: datetime) -> None:
    """One row per person, overwritten: nobody's reading is recorded, only where they are."""
    require(person, "inbox.conversation.read")
    Look.objects.bulk_create(
        [Look(person=person, conversation=conversation, at=now)],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["conversation", "at"],
    )
