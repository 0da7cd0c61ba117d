"""What is said already: correct it where we show it ourselves, take it back where the network lets us."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.clean_text import storable
from allmende.channels.models import Message
from allmende.channels.queries import abilities_of, account_of, connector_of, open_pauses
from allmende.channels.states import OUTWARD
from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.neutral import Ref
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotCorrect(Exception):
    """The words stand as they were; the message says why and what to do."""


@transaction.atomic
def correct_said(
    *, person: Person, message: Message, title: str, text: str, seen: datetime | None, now: datetime
) -> Message:
    """Give something we said on our own page other words. `seen`: its `edited_at` when the person began.

    Whoever may approve an item may correct what came of it: nobody approves these words again. Raises CannotCorrect.
    """
    require(person, "editorial.item.approve")
    lock_workspace(person.workspace_id)
    found = _own(person, message)
    if found.edited_at != seen:
        raise CannotCorrect(
            _(
                "Not saved. Somebody corrected this meanwhile. Your text is still here; look at theirs before you save it."
            )
        )
    title, text = storable(title).strip(), storable(text).strip()
    counting = abilities_of(found.channel).counting
    if not text or (not title and not found.reply_to_native_id):
        raise CannotCorrect(_("Not saved. A post needs a title and a text; to remove it, take it back."))
    if len(text) > (counting.maximum or len(text)) or len(title) > (counting.title_maximum or len(title)):
        raise CannotCorrect(_("Not saved. This is longer than the page takes. Your text is still here; shorten it."))
    before = {"title": found.title, "text": found.text}
    if before == {"title": title, "text": text}:
        return found
    found.title, found.text, found.edited_at, found.changed_at = title, text, now, now
    found.save(update_fields=["title", "text", "search_words", "edited_at", "changed_at"])
    _record(person, found, "channels.message.corrected", now, before, {"title": title, "text": text})
    return found


def take_said_back(*, person: Person, message: Message, now: datetime, client: Client | None = None) -> Message:
    """Take back what the network has of ours already; here it stays, marked. Raises CannotCorrect; twice is once."""
    require(person, "editorial.item.approve")
    found = message
    if found.channel.workspace_id != person.workspace_id or found.direction != OUTWARD or not found.native_id:
        raise CannotCorrect(_("Not taken back. This is nothing we said there."))
    if found.deleted_at is not None:
        return found
    if not abilities_of(found.channel).is_ours and open_pauses(person.workspace).exists():
        raise CannotCorrect(_("Not taken back. Nothing leaves from here until the pause of publishing is ended."))
    try:
        connector_of(account_of(found.channel), client).withdraw(Ref(found.native_id, found.url))
    except (ConnectorError, LookupError):
        raise CannotCorrect(
            _("Not taken back. The network did not let us. It stands there as before; try again, or remove it there.")
        ) from None
    return _mark(person, found, now, deleted_at=now)


@transaction.atomic
def put_said_back(*, person: Person, message: Message, now: datetime) -> Message:
    """Show again what was taken back from our own page. Raises CannotCorrect for any other network."""
    require(person, "editorial.item.approve")
    lock_workspace(person.workspace_id)
    found = _own(person, message)
    return found if found.deleted_at is None else _mark(person, found, now, deleted_at=None)


@transaction.atomic
def _mark(person: Person, message: Message, now: datetime, *, deleted_at: datetime | None) -> Message:
    lock_workspace(person.workspace_id)
    verb = "channels.message.taken_back" if deleted_at else "channels.message.put_back"
    message.deleted_at, message.changed_at = deleted_at, now
    message.save(update_fields=["deleted_at", "changed_at"])
    _record(person, message, verb, now, {}, {})
    return message


def _own(person: Person, message: Message) -> Message:
    """The row, locked, if it is ours and we show it ourselves."""
    rows = Message.objects.select_for_update(of=("self",)).select_related("channel__account", "channel__workspace")
    found = rows.filter(pk=message.pk, channel__workspace=person.workspace, direction=OUTWARD).first()
    if found is None or not found.native_id or not abilities_of(found.channel).is_ours:
        raise CannotCorrect(_("Not saved. Only what stands on a page of our own can be corrected here."))
    return found


def _record(
    person: Person, message: Message, verb: str, now: datetime, before: dict[str, str], after: dict[str, str]
) -> None:
    record_audit(
        workspace=person.workspace, person=person, verb=verb, target=message, now=now, before=before, after=after
    )
