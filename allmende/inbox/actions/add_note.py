"""Write something only the team reads."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.inbox.models import Conversation, Note
from allmende.team.access import require
from allmende.team.models import Person

# Who notes the same again within this time pressed the button twice.
SAME_PRESS = timedelta(minutes=1)


class CannotNote(Exception):
    """The note was not written; the message says why."""


@transaction.atomic
def add_note(*, person: Person, conversation: Conversation, text: str, now: datetime) -> Note:
    """An internal note; it never leaves the team."""
    require(person, "inbox.conversation.sort")
    if not text.strip():
        raise CannotNote(_("Not noted. The note is empty."))
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    last = conversation.notes.order_by("-created_at", "-pk").first()
    if last and (last.person_id, last.text) == (person.pk, text.strip()) and last.created_at > now - SAME_PRESS:
        return last
    return Note.objects.create(conversation=conversation, person=person, text=text.strip(), created_at=now)
