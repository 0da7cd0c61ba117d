"""Ask a colleague to read an answer before it leaves, and ask no more."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from allmende.channels.actions.clean_text import storable
from allmende.channels.models import Dispatch
from allmende.channels.queries import signed
from allmende.channels.states import WITHDRAWN
from allmende.inbox import audit, states
from allmende.inbox.actions.lock_conversation import locked
from allmende.inbox.actions.send_reply import CannotReply, check_answer, check_own_words, digest_of, send_reply
from allmende.inbox.actions.show_pictures import Shown, chosen_pictures, give_back, keep_pictures, note_read
from allmende.inbox.models import AnswerPicture, Conversation, SecondReading, TextPattern
from allmende.inbox.queries.readings import needs_reader, readers_of, unread_replies
from allmende.team.access import require
from allmende.team.actions import CannotUndo, record_audit, send_notice, settle_notices
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

RIGHT = "inbox.reply.send"


class CannotRead(Exception):
    """Nothing was said about the answer; the message says why."""


@transaction.atomic
def answer(
    *, person: Person, conversation: Conversation, text: str, seen_until: int, now: datetime, url: str = "",
    pattern: TextPattern | None = None, send_at: datetime | None = None, shown: Sequence[Shown] = (),
) -> Dispatch | SecondReading:  # fmt: skip
    """Send an answer, or ask for its second reader where the situation wants one. Raises what `send_reply` raises."""
    found = Conversation.objects.select_related("rule", "workspace").get(pk=conversation.pk)
    if needs_reader(found, person, now):
        if send_at:
            raise CannotReply(
                _(
                    "Not planned. A colleague reads this answer first, and it leaves when they approve. Take the time out."
                )
            )
        return ask_reader(
            person=person, conversation=found, text=text, seen_until=seen_until, now=now, pattern=pattern, shown=shown
        )
    return send_reply(
        person=person, conversation=found, text=text, seen_until=seen_until, now=now, url=url, pattern=pattern,
        send_at=send_at, shown=shown,
    )  # fmt: skip


@transaction.atomic
def ask_reader(
    *,
    person: Person,
    conversation: Conversation,
    text: str,
    seen_until: int,
    now: datetime,
    pattern: TextPattern | None = None,
    shown: Sequence[Shown] = (),
) -> SecondReading:
    """Let an answer wait until a colleague has read it. Other words in its place ask anew. Raises CannotReply, CannotShow.

    The same words and pictures of the same person are the same press of the button.
    """
    require(person, RIGHT)
    rows = locked(person).select_related("channel__account", "workspace", "rule")
    conversation = rows.get(pk=conversation.pk)
    words = unicodedata.normalize("NFC", storable(signed(conversation.channel, text.strip(), person)))
    pictures = chosen_pictures(person=person, conversation=conversation, shown=shown, now=now)
    digest = digest_of(words, pictures)
    open_one = SecondReading.objects.filter(conversation=conversation, state=states.ASKED).first()
    if open_one and open_one.asked_by_id == person.pk and open_one.words_hash == digest:
        return open_one
    if open_one and open_one.words_hash == digest_of(open_one.words, pictures) and open_one.text == text.strip():
        raise CannotReply(
            _("Not asked again: these words wait for a second reader already. Approve them, or change them first.")
        )
    check_own_words(conversation, text.strip(), pattern)
    check_answer(conversation, words, seen_until, pictures)
    if open_one:
        _give_way(open_one, person, now)
    reading = SecondReading.objects.create(
        conversation=conversation, asked_by=person, asked_at=now, text=text.strip(), words=words,
        words_hash=digest, seen_until=seen_until, pattern=pattern,
    )  # fmt: skip
    note_read(pictures=pictures, reading=reading)
    keep_pictures(person=person, conversation=conversation, shown=shown, now=now)
    _tell_readers(reading, "asked", now)
    _write(reading, person, audit.READER_ASKED, now)
    return reading


@transaction.atomic
def take_back_reading(*, person: Person, reading: SecondReading, now: datetime) -> str:
    """Ask no more; returns the words for the form, where the pictures stand again. Only whoever asked can, and only while nobody has answered."""
    require(person, RIGHT)
    if reading.asked_by_id != person.pk:
        raise CannotRead(
            _("Not taken back. %(name)s asked for it, and only that person can take it back.")
            % {"name": reading.asked_by.name}
        )
    if reading.dispatch_id is not None:
        raise CannotRead(_("Not taken back here. The answer stands in the queue; take it back in the conversation."))
    locked(person).filter(readings=reading.pk).first()
    rows = SecondReading.objects.filter(pk=reading.pk, state=states.ASKED)
    if not rows.update(state=states.TAKEN_BACK):
        raise CannotRead(_("Not taken back. A colleague has answered meanwhile; look at the conversation."))
    settle_reading(reading.pk, now)
    _write(reading, person, audit.READING_TAKEN_BACK, now)
    give_back(person=person, conversation=reading.conversation, rows={"reading": reading}, now=now)
    return reading.text


@transaction.atomic
def undo_taken_back(*, person: Person, reading: int, now: datetime) -> None:
    """Ask again with the same words. Raises CannotUndo if other words wait there now."""
    require(person, RIGHT)
    one = ask_again(person, reading, now, state=states.TAKEN_BACK, asked_by=person)
    _write(one, person, audit.READER_ASKED, now)


def ask_again(person: Person, reading: int, now: datetime, **found: object) -> SecondReading:
    """Let an answer wait for its reader once more, if it is as `found`, and ask them again. Raises CannotUndo if other words took
    its place."""
    locked(person).filter(readings=reading).first()
    rows = SecondReading.objects.filter(conversation__workspace=person.workspace, pk=reading, **found)
    one = rows.select_related("conversation__workspace").first()
    if one is None or one.conversation.readings.filter(Q(asked_at__gt=one.asked_at) | Q(state=states.ASKED)).exists():
        raise CannotUndo(_("Not undone. Another answer was written meanwhile."))
    anew = {"asked_at": now, "reminded_at": None, "answered_by": None, "answered_at": None, "reason": ""}
    SecondReading.objects.filter(pk=one.pk).update(state=states.ASKED, **anew)
    _tell_readers(one, "asked", now, but=person, mark=now.isoformat())
    return one


@transaction.atomic
def undo_asked(*, person: Person, reading: int, now: datetime) -> None:
    """Take the asking back at once. Raises CannotUndo."""
    one = SecondReading.objects.select_related("asked_by", "conversation__workspace").filter(
        conversation__workspace=person.workspace, pk=reading
    ).first()  # fmt: skip
    if one is None:
        raise CannotUndo(_("Not undone. The answer is gone."))
    try:
        take_back_reading(person=person, reading=one, now=now)
    except CannotRead as error:
        raise CannotUndo(str(error)) from error


def ask_for_waiting(*, now: datetime) -> int:
    """Ask for the second reader of replies that stood in the queue before their situation wanted one; how many.

    Those that were taken out of the queue meanwhile wait for nobody any more.
    """
    asked = 0
    gone = SecondReading.objects.filter(state=states.ASKED, dispatch__state=WITHDRAWN)
    for pk in gone.values_list("pk", flat=True):
        with transaction.atomic():
            if gone.filter(pk=pk).update(state=states.TAKEN_BACK):
                settle_reading(pk, now)
    for dispatch in unread_replies(now):
        with transaction.atomic():
            asked += _ask_for(dispatch, now)
    return asked


def _ask_for(dispatch: Dispatch, now: datetime) -> bool:
    conversation, writer = dispatch.message.entry.conversation, dispatch.created_by
    lock_workspace(conversation.workspace_id)
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    is_taken = conversation.readings.filter(state=states.ASKED).exists()
    if writer is None or is_taken or not needs_reader(conversation, writer, now):
        return False
    reading, is_new = SecondReading.objects.get_or_create(
        dispatch=dispatch,
        defaults={
            "conversation": conversation, "asked_by": writer, "asked_at": now, "text": dispatch.message.text,
            "words": dispatch.message.text, "words_hash": dispatch.text_hash, "seen_until": dispatch.message_id,
        },
    )  # fmt: skip
    if is_new:
        AnswerPicture.objects.filter(dispatch=dispatch).update(reading=reading)
        _tell_readers(reading, "asked", now)
        _write(reading, None, audit.READER_ASKED, now)
    return is_new


def _give_way(reading: SecondReading, person: Person, now: datetime) -> None:
    """Other words take its place."""
    if reading.dispatch_id is not None:
        raise CannotReply(_("Not asked. An answer stands in the queue and waits for its reader; take it back first."))
    SecondReading.objects.filter(pk=reading.pk, state=states.ASKED).update(state=states.CHANGED)
    settle_reading(reading.pk, now)
    if reading.asked_by_id != person.pk:
        tell(reading.asked_by, reading, "changed", person.name, now)
    _write(reading, person, audit.READING_CHANGED, now)


def settle_reading(reading: int, now: datetime) -> None:
    """Nobody has to read these words any more: they ask nobody on Today."""
    people = Person.objects.filter(
        workspace__in=SecondReading.objects.filter(pk=reading).values("conversation__workspace")
    )
    settle_notices(people=people, starts=[f"reading:{what}:{reading}:" for what in ("asked", "waits")], now=now)


def _tell_readers(reading: SecondReading, what: str, now: datetime, but: Person | None = None, mark: str = "") -> None:
    for one in readers_of(reading.conversation.workspace, reading.asked_by, now):
        if one != but:
            tell(one, reading, what, reading.asked_by.name, now, mark=mark)


def tell(
    reader: Person, reading: SecondReading, what: str, by: str, now: datetime, reason: str = "", mark: str = ""
) -> None:
    """Leave a notice about an answer that is read before it leaves."""
    conversation = reading.conversation
    send_notice(
        person=reader,
        kind=f"inbox.reading_{what}",
        values={"by": by, "title": conversation.title, "reason": reason},
        url=f"/w/{conversation.workspace.slug}/inbox/{conversation.public_id}/",
        once_key=f"reading:{what}:{reading.pk}:{now.isoformat() if what in ('approved', 'declined') else mark}",
        now=now,
    )


def _write(reading: SecondReading, person: Person | None, verb: str, now: datetime) -> None:
    workspace = reading.conversation.workspace
    record_audit(workspace=workspace, person=person, verb=verb, target=reading.conversation, now=now)
