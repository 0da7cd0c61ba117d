"""Lay a conversation aside until a moment; it comes back by itself, earlier if a member writes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.inbox import audit, states
from allmende.inbox.models import Conversation
from allmende.team.access import require
from allmende.team.actions import CannotUndo, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

NOTHING = {"snoozed_at": None, "snoozed_until": None, "snoozed_by": None}


class CannotSnooze(Exception):
    """The conversation stays where it is; the message says why."""


@transaction.atomic
def snooze_conversation(*, person: Person, conversation: Conversation, until: datetime, now: datetime) -> None:
    """Take it out of the list until `until`. What we promised stays: the due time does not move."""
    require(person, "inbox.conversation.sort")
    if until <= now:
        raise CannotSnooze(_("Not laid aside. This moment has passed. Please choose a later one."))
    if conversation.state not in states.OPEN_STATES:
        raise CannotSnooze(_("Not laid aside. Nobody is waiting here, so there is nothing to come back to."))
    lock_workspace(person.workspace_id)
    rows = Conversation.objects.filter(pk=conversation.pk)
    rows.update(snoozed_at=now, snoozed_until=until, snoozed_by=person)
    record_audit(
        workspace=conversation.workspace,
        person=person,
        verb=audit.SNOOZED,
        target=conversation,
        now=now,
        after={"until": until.isoformat()},
    )


@transaction.atomic
def wake_conversation(*, person: Person, conversation: Conversation, now: datetime) -> None:
    """Take it up again before its time."""
    require(person, "inbox.conversation.sort")
    lock_workspace(person.workspace_id)
    if Conversation.objects.filter(pk=conversation.pk, snoozed_until__isnull=False).update(**NOTHING):
        record_audit(workspace=conversation.workspace, person=person, verb=audit.WOKEN, target=conversation, now=now)


def undo_snooze(*, person: Person, conversation: int, now: datetime) -> None:
    """Take laying aside back. Raises CannotUndo if it has come back already."""
    require(person, "inbox.conversation.sort")
    one = Conversation.objects.filter(workspace=person.workspace, pk=conversation, snoozed_until__isnull=False).first()
    if one is None:
        raise CannotUndo(_("Not undone. The conversation is in the list again already."))
    wake_conversation(person=person, conversation=one, now=now)


def undo_wake(*, person: Person, conversation: int, until: str, now: datetime) -> None:
    """Lay it aside again until the moment it had."""
    one = Conversation.objects.filter(workspace=person.workspace, pk=conversation).first()
    if one is None:
        raise CannotUndo(_("Not undone. The conversation is gone."))
    try:
        snooze_conversation(person=person, conversation=one, until=datetime.fromisoformat(until), now=now)
    except CannotSnooze as error:
        raise CannotUndo(str(error)) from error


@transaction.atomic
def wake_due(*, conversations: Sequence[Conversation], now: datetime) -> int:
    """Put those whose moment has come back into the list, and tell whoever laid them aside. Twice changes nothing."""
    woken = 0
    for one in conversations:
        rows = Conversation.objects.filter(pk=one.pk, snoozed_until=one.snoozed_until, snoozed_until__lte=now)
        if rows.update(**NOTHING) and one.snoozed_by and one.snoozed_until and one.state in states.OPEN_STATES:
            woken += 1
            send_notice(
                person=one.snoozed_by,
                kind="inbox.woken",
                values={"title": one.title},
                url=f"/w/{one.workspace.slug}/inbox/{one.public_id}/",
                once_key=f"woken:{one.pk}:{one.snoozed_until.isoformat()}",
                now=now,
            )
    return woken
