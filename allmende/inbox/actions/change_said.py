"""Change an answer that is out, and mark the answer that helped, where the network lets us."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from allmende.channels.actions import CannotAccept, CannotEditSaid, accept_answer, edit_said
from allmende.channels.models import Message
from allmende.inbox.models import Conversation
from allmende.inbox.queries.readings import needs_reader
from allmende.team.access import require
from allmende.team.actions import CannotUndo
from allmende.team.models import Person


def edit_reply(
    *, person: Person, message: Message, title: str, text: str, reason: str, seen: datetime | None, now: datetime
) -> Message:  # fmt: skip
    """Give an answer that is out other words. Raises `channels.actions.CannotEditSaid`.

    Where the situation wants a second reader, nobody changes alone what a colleague has read.
    """
    require(person, "inbox.reply.send")
    conversation = Conversation.objects.select_related("rule", "workspace").get(entries__message=message)
    if needs_reader(conversation, person, now):
        raise CannotEditSaid(
            _(
                "Not changed. This situation wants a second reader; write a further answer, which a colleague reads first."
            )
        )
    return edit_said(person=person, message=message, title=title, text=text, reason=reason, seen=seen, now=now)


def undo_edit(*, person: Person, message: int, before: Mapping[str, str], seen: str, now: datetime) -> None:
    """Give an answer the words it had. Raises CannotUndo."""
    found = Message.objects.filter(pk=message, channel__workspace=person.workspace).first()
    if found is None:
        raise CannotUndo(_("Not undone. The answer is gone."))
    try:
        edit_reply(
            person=person, message=found, title=before["title"], text=before["text"],
            reason=_("Taken back"), seen=datetime.fromisoformat(seen) if seen else None, now=now,
        )  # fmt: skip
    except CannotEditSaid as error:
        raise CannotUndo(str(error)) from error


def undo_accept(*, person: Person, message: int, before: bool, now: datetime) -> None:
    """Mark an answer as it was marked before. Raises CannotUndo."""
    found = Message.objects.filter(pk=message, channel__workspace=person.workspace).select_related("channel__account")
    try:
        accept_answer(person=person, message=found.get(), is_accepted=before, now=now)
    except (CannotAccept, Message.DoesNotExist) as error:
        raise CannotUndo(str(error)) from error
