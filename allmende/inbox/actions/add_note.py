"""Write something only the team reads."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.inbox import audit
from allmende.inbox.models import Conversation, Note
from allmende.team.access import require
from allmende.team.actions import CannotUndo, record_audit
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
    note = Note.objects.create(conversation=conversation, person=person, text=text.strip(), created_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.NOTED, target=conversation, now=now)
    return note


@transaction.atomic
def undo_note(*, person: Person, note: int, now: datetime) -> None:
    """Take one's own note back. Raises CannotUndo if it is gone already."""
    require(person, "inbox.conversation.sort")
    own = Note.objects.filter(pk=note, person=person).select_related("conversation__workspace").first()
    if own is None:
        raise CannotUndo(_("Not undone. The note is gone already."))
    conversation = own.conversation
    own.delete()
    record_audit(workspace=conversation.workspace, person=person, verb=audit.UNNOTED, target=conversation, now=now)
