"""Say that nothing more is to be done, and take that back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allmende.inbox import audit, states
from allmende.inbox.actions.assign_conversation import settle_assigned, tell_after_all
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.actions.lock_conversation import locked
from allmende.inbox.actions.settle_handed_up import ask_after_all
from allmende.inbox.models import Closing, Conversation
from allmende.inbox.queries.inquiries import untold
from allmende.team.access import require
from allmende.team.actions import CannotUndo, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotClose(Exception):
    """The conversation stays open; the message says why."""


@transaction.atomic
def close_conversation(*, person: Person, conversation: Conversation, reason: str, now: datetime) -> Closing:
    """Close with a reason; the wait ends without an answer. A member's next message opens it again by itself."""
    require(person, "inbox.conversation.close")
    if reason not in states.CLOSE_REASONS:
        raise CannotClose(_("Not closed. Please choose a reason; it shows later why nobody answered."))
    conversation = locked(person).select_related("workspace").get(pk=conversation.pk)
    if conversation.state == states.ARCHIVED:
        raise CannotClose(_("Not closed. This conversation was imported and does not wait for anybody."))
    if conversation.state == states.MERGED:
        raise CannotClose(
            _("Not closed. A colleague merged this conversation into another one meanwhile; close that one.")
        )
    check_told([conversation.pk])
    closing = Closing.objects.create(conversation=conversation, at=now, person=person, reason=reason)
    settle_assigned(conversation_ids=[conversation.pk], now=now)
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


def check_told(conversation_ids: Iterable[int]) -> None:
    """Raises CannotClose while a department was asked and the member was not told what came of it (I-15)."""
    waiting = untold(conversation_ids).first()
    if waiting and waiting.unit:
        raise CannotClose(
            _("Not closed. %(unit)s was asked, and the member was not told yet what came of it. Tell them, or say at the "
              "question why they are not told.") % {"unit": waiting.unit.name}
        )  # fmt: skip


@transaction.atomic
def reopen_conversation(*, person: Person, conversation: Conversation, now: datetime) -> list[int]:
    """Take the closings back: whoever waited waits since then, as if it had never been closed. Ids of the closings."""
    require(person, "inbox.conversation.close")
    return _set_undone(person, _closings(conversation.workspace_id, conversation=conversation), now, undone_at=now)


def undo_close(*, person: Person, closings: Sequence[int], now: datetime) -> None:
    """Take back just these closings. Raises CannotUndo if somebody opened the conversations meanwhile."""
    require(person, "inbox.conversation.close")
    if not _set_undone(person, _closings(person.workspace_id, pk__in=closings), now, undone_at=now):
        raise CannotUndo(_("Not undone. It is open again already."))


def undo_reopen(*, person: Person, closings: Sequence[int], now: datetime) -> None:
    """Let the closings hold again that opening had taken back."""
    require(person, "inbox.conversation.close")
    rows = Closing.objects.filter(conversation__workspace=person.workspace, pk__in=closings, undone_at__isnull=False)
    if untold(rows.values_list("conversation", flat=True)).exists():
        raise stale_undo()
    if not _set_undone(person, rows, now, undone_at=None):
        raise CannotUndo(_("Not undone. It is closed again already."))


def _closings(workspace_id: UUID, **which: object) -> "QuerySet[Closing]":
    return Closing.objects.filter(conversation__workspace=workspace_id, undone_at__isnull=True, **which)


@transaction.atomic
def _set_undone(person: Person, rows: "QuerySet[Closing]", now: datetime, undone_at: datetime | None) -> list[int]:
    lock_workspace(person.workspace_id)
    found = list(rows.select_related("conversation__workspace"))
    Closing.objects.filter(pk__in=[one.pk for one in found]).update(undone_at=undone_at)
    touched = {one.conversation.pk: one.conversation for one in found}
    if undone_at:
        ask_after_all(closings=found)
        for one in found:
            tell_after_all(conversation_id=one.conversation_id, seen_at=one.at)
    else:
        for one in found:  # of that moment again, so that another opening finds whom it let off
            settle_assigned(conversation_ids=[one.conversation_id], now=one.at)
    fold_conversations(conversation_ids=touched, now=now)
    verb = audit.REOPENED if undone_at else audit.CLOSED
    for conversation in touched.values():
        record_audit(workspace=conversation.workspace, person=person, verb=verb, target=conversation, now=now)
    return [one.pk for one in found]
