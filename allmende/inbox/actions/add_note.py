"""Write something only the team reads."""

from datetime import datetime

from django.utils.translation import gettext as _

from allmende.inbox.models import Conversation, Note
from allmende.team.access import require
from allmende.team.models import Person


class CannotNote(Exception):
    """The note was not written; the message says why."""


def add_note(*, person: Person, conversation: Conversation, text: str, now: datetime) -> Note:
    """An internal note; it never leaves the team."""
    require(person, "inbox.conversation.sort")
    if not text.strip():
        raise CannotNote(_("Not noted. The note is empty."))
    return Note.objects.create(conversation=conversation, person=person, text=text.strip(), created_at=now)
