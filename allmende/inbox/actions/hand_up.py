"""Give a conversation to whoever decides, where the rule says that it goes to somebody else (`domain.md` 3.8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.inbox import audit, states
from allmende.inbox.actions.add_note import add_note, undo_note
from allmende.inbox.actions.assign_conversation import settle_assigned, undo_assign
from allmende.inbox.actions.lock_conversation import locked
from allmende.inbox.actions.settle_handed_up import KIND, START
from allmende.inbox.models import Conversation, Note
from allmende.inbox.queries.broken import who_decides
from allmende.team.access import require
from allmende.team.actions import record_audit, send_notice
from allmende.team.models import AuditRow, Notice, Person


class CannotHandUp(Exception):
    """The conversation lies where it lay; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class HandedUp:
    """Who decides now, the note they read, and whose it was until then (an id as text, "" for nobody's)."""

    decides: Person
    note: Note
    before: str


@transaction.atomic
def hand_up(*, person: Person, conversation: Conversation, reason: str, now: datetime) -> HandedUp:
    """Let whoever decides take over, with the reason as a note. No limit of load stands against it; pressed twice it is the same
    hand-over. Raises CannotHandUp."""
    require(person, "inbox.conversation.sort")
    if not reason.strip():
        raise CannotHandUp(_("Not handed over. Say what is to be decided; whoever decides reads it first."))
    held = locked(person).select_related("channel", "workspace", "assignee").get(pk=conversation.pk)
    if held.state in states.SETTLED_STATES:
        raise CannotHandUp(_("Not handed over. Nothing waits here any more; open the conversation again first."))
    decides = who_decides(held, now)
    if decides is None or decides.pk == person.pk:
        raise CannotHandUp(_("Not handed over. You decide here yourself; write a note, or assign it to a colleague."))
    note = add_note(person=person, conversation=held, text=reason, now=now)
    first = _told_with(note, held) if held.assignee_id == decides.pk else None
    if first is not None:
        return HandedUp(decides, note, first)
    before = str(held.assignee_id or "")
    settle_assigned(conversation_ids=[held.pk], now=now, but=decides)
    Conversation.objects.filter(pk=held.pk).update(assignee=decides)
    record_audit(
        workspace=held.workspace, person=person, verb=audit.HANDED_UP, target=held, now=now,
        before={"assignee": before}, after={"assignee": str(decides.pk)},
    )  # fmt: skip
    _tell(decides, note, held)
    return HandedUp(decides, note, before)


@transaction.atomic
def undo_hand_up(*, person: Person, conversation: int, before: str, after: str, note: int, now: datetime) -> None:
    """Give it back to whoever had it, and take the note back. Raises CannotUndo if it moved on."""
    undo_note(person=person, note=note, now=now)
    undo_assign(person=person, conversation=conversation, before=before, after=after, now=now)
    Notice.objects.filter(once_key=_once(note), person__workspace=person.workspace).delete()


def _told_with(note: Note, conversation: Conversation) -> str | None:
    """Whose the conversation was before it was handed up with this very note; None where it was not."""
    rows = AuditRow.objects.filter(
        workspace=conversation.workspace_id, object_kind=conversation._meta.label_lower, object_id=str(conversation.pk),
        verb=audit.HANDED_UP, person=note.person_id, at=note.created_at, detail__isnull=False,
    )  # fmt: skip
    before = rows.values_list("detail__before", flat=True).first()
    return None if before is None else str(before["assignee"])


def _tell(decides: Person, note: Note, conversation: Conversation) -> None:
    address = reverse("inbox:conversation", args=[conversation.workspace.slug, conversation.public_id])
    send_notice(
        person=decides,
        kind=KIND,
        values={"by": note.person.name, "title": conversation.title},
        url=f"{address}#note-{note.pk}",
        once_key=_once(note.pk),
        now=note.created_at,
    )


def _once(note: int) -> str:
    return f"{START}{note}"
