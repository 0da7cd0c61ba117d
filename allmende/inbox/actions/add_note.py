"""Write something only the team reads; whoever is spoken to in it by name is told."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.domain.mentions import mentioned
from allmende.inbox import audit
from allmende.inbox.actions.lock_conversation import locked
from allmende.inbox.models import Conversation, Note
from allmende.team.access import may, require
from allmende.team.actions import CannotUndo, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Notice, Person
from allmende.team.queries import is_open_to, not_left

# Who notes the same again within this time pressed the button twice.
SAME_PRESS = timedelta(minutes=1)
READ = "inbox.conversation.read"


class CannotNote(Exception):
    """The note was not written; the message says why."""


@transaction.atomic
def add_note(*, person: Person, conversation: Conversation, text: str, now: datetime) -> Note:
    """An internal note; it never leaves the team. "@Jana Petersen" in it tells Jana. Of a conversation that was merged
    meanwhile it stands in the one it became.

    Raises CannotNote when nobody would know who is meant, or somebody is spoken to who may not read it.
    """
    require(person, "inbox.conversation.sort")
    if not text.strip():
        raise CannotNote(_("Not noted. The note is empty."))
    spoken_to = _spoken_to(person, text, now)
    held = locked(person).get(pk=conversation.pk)
    conversation = held.merged_into or held
    last = conversation.notes.order_by("-created_at", "-pk").first()
    if last and (last.person_id, last.text) == (person.pk, text.strip()) and last.created_at > now - SAME_PRESS:
        return last
    note = Note.objects.create(conversation=conversation, person=person, text=text.strip(), created_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.NOTED, target=conversation, now=now)
    for one in spoken_to:
        _tell(one, note, now)
    return note


@transaction.atomic
def undo_note(*, person: Person, note: int, now: datetime) -> None:
    """Take one's own note back. Raises CannotUndo if it is gone already."""
    require(person, "inbox.conversation.sort")
    lock_workspace(person.workspace_id)
    own = Note.objects.filter(pk=note, person=person).select_related("conversation__workspace").first()
    if own is None:
        raise CannotUndo(_("Not undone. The note is gone already."))
    conversation = own.conversation
    Notice.objects.filter(once_key=f"mentioned:{own.pk}", person__workspace=person.workspace).delete()
    own.delete()
    record_audit(workspace=conversation.workspace, person=person, verb=audit.UNNOTED, target=conversation, now=now)


def _spoken_to(person: Person, text: str, now: datetime) -> list[Person]:
    """The colleagues a note names. Raises CannotNote where that is doubtful, or one of them may not read it."""
    people = {one.pk: one for one in not_left(person.workspace)}
    found = mentioned(text, {pk: one.name for pk, one in people.items()})
    for word, names in found.doubtful:
        raise CannotNote(
            _("Not noted. @%(word)s could be %(names)s. Write the whole name.")
            % {"word": word, "names": ", ".join(names)}
        )
    today = person.workspace.day_at(now)
    for pk in found.people:
        if not may(people[pk], READ) or not is_open_to(people[pk], today):
            raise CannotNote(
                _(
                    "Not noted. %(name)s may not read conversations here and would not be told. Take the @ away, or ask somebody else."
                )
                % {"name": people[pk].name}
            )
    return [people[pk] for pk in found.people if pk != person.pk]


def _tell(reader: Person, note: Note, now: datetime) -> None:
    conversation = note.conversation
    send_notice(
        person=reader,
        kind="inbox.mentioned",
        values={"by": note.person.name, "title": conversation.title},
        url=reverse("inbox:conversation", args=[reader.workspace.slug, conversation.public_id]) + f"#note-{note.pk}",
        once_key=f"mentioned:{note.pk}",
        now=now,
    )
