"""Answer a conversation; the words leave after a moment in which they can be taken back."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allmende.channels.actions import hand_over, withdraw_dispatch
from allmende.channels.actions.clean_text import storable
from allmende.channels.models import Dispatch, Message
from allmende.channels.queries import Finding, findings_for, signed
from allmende.channels.states import INWARD, OUTWARD, SPEAKING_CHANNELS, WITHDRAWN
from allmende.domain.wording import words_hash
from allmende.inbox import audit, states
from allmende.inbox.actions.file_messages import file_messages
from allmende.inbox.actions.lock_conversation import locked
from allmende.inbox.actions.show_pictures import (
    Shown,
    check_pictures,
    chosen_pictures,
    give_back,
    note_shown,
    spoken_of,
)
from allmende.inbox.actions.tell_member import tell_by_reply, untell
from allmende.inbox.actions.use_pattern import UneditedPattern, check_edited, note_use
from allmende.inbox.models import AnswerPicture, Conversation, SecondReading, TextPattern
from allmende.inbox.queries.care import is_conflict, protection_of
from allmende.inbox.queries.readings import needs_reader
from allmende.plan.actions import link_work
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person

FARTHEST = timedelta(days=60)


class CannotReply(Exception):
    """Nothing was sent; the message says why. What was typed is still there."""


class NeedsReader(CannotReply):
    """A colleague has to read the answer first; `ask_reader` asks for it."""


class SomebodyAnswered(CannotReply):
    """A colleague's answer came in between; `answer` is it."""

    def __init__(self, answer: Message) -> None:
        self.answer = answer
        name = answer.person.name if answer.person else str(answer.identity or "")
        super().__init__(
            _(
                "Not sent yet. %(name)s answered while you were writing. It is marked in the thread; send yours too if it adds something."
            )
            % {"name": name}
        )


@transaction.atomic
def send_reply(
    *, person: Person, conversation: Conversation, text: str, seen_until: int, now: datetime, url: str = "",
    reading: SecondReading | None = None, pattern: TextPattern | None = None, send_at: datetime | None = None,
    shown: Sequence[Shown] = (),
) -> Dispatch:  # fmt: skip
    """Put an answer to the last member message its writer saw into the queue; it leaves after the workspace's reply delay,
    or at `send_at`.

    `seen_until` is the id of the newest message the writer saw: what they answer is not newer. A newer answer of ours
    raises SomebodyAnswered; the writer's own same words are the same press of the button, and their dispatch comes back.
    Where the situation wants a second reader, `reading` is the approval of exactly these words; without it NeedsReader.
    `pattern`: what it began with; its words must have been changed (S2-24). `shown`: its pictures, in order; of a `reading`
    they are those that were read. Raises CannotReply, CannotShow and `channels.actions.CannotHandOver`.
    """
    require(person, "inbox.reply.send")
    rows = locked(person).select_related("channel__account", "workspace", "rule")
    conversation = rows.get(pk=conversation.pk)
    typed = text.strip()
    text = reading.words if reading else signed(conversation.channel, typed, person)
    turns = Message.objects.filter(entry__conversation=conversation, deleted_at__isnull=True)
    pictures = _pictures(person, conversation, shown, reading, now)
    newer, digest = _newer_answers(turns, seen_until), digest_of(text, pictures)
    twice = newer.filter(person=person, dispatch__text_hash=digest).select_related("dispatch").first()
    if twice:
        return twice.dispatch
    check_own_words(conversation, typed, pattern)
    _check_moment(send_at, now)
    last_inward = check_answer(conversation, text, seen_until, pictures)
    if not _is_read(reading, conversation, digest) and needs_reader(conversation, person, now):
        raise NeedsReader(_("Not sent. This situation wants a second reader first. Your text is still here."))
    dispatch = hand_over(
        person=person,
        channel=conversation.channel,
        kind="reply",
        text=text,
        media=spoken_of(pictures),
        reply_to=last_inward or turns.order_by("-occurred_at").first(),
        send_after=send_at or now + _pause(conversation, reading),
        serves_key=conversation.serves_key,
        subject=("conversation", str(conversation.public_id), conversation.title[:200]),
        now=now,
    )
    file_messages(messages=[dispatch.message], now=now)
    note_use(dispatch, pattern, typed)
    note_shown(pictures=pictures, dispatch=dispatch, reading=reading)
    if reading:
        SecondReading.objects.filter(pk=reading.pk).update(dispatch=dispatch)
    record_audit(workspace=conversation.workspace, person=person, verb=audit.REPLIED, target=dispatch, now=now)
    tell_by_reply(conversation=conversation, dispatch=dispatch, person=person, now=now)
    if conversation.serves_key:
        link_work(
            workspace=conversation.workspace,
            key=conversation.serves_key,
            kind="conversation",
            ref=str(conversation.public_id),
            label=conversation.title[:200],
            url=url,
            at=now,
        )
    return dispatch


def _pictures(
    person: Person, conversation: Conversation, shown: Sequence[Shown], reading: SecondReading | None, now: datetime
) -> list[AnswerPicture]:
    if reading is not None:
        return list(reading.pictures.select_related("media"))
    return chosen_pictures(person=person, conversation=conversation, shown=shown, now=now)


def digest_of(text: str, pictures: Sequence[AnswerPicture]) -> str:
    """What a second reader's yes and the dispatch bind to: words as they leave, pictures and what is said of them."""
    return words_hash("", unicodedata.normalize("NFC", storable(text)), (one.spoken.draft for one in pictures))


def check_own_words(conversation: Conversation, typed: str, pattern: TextPattern | None) -> None:
    """A pattern's words are changed before they leave (S2-24). Raises CannotReply."""
    try:
        check_edited(conversation.workspace, typed, pattern)
    except UneditedPattern as error:
        raise CannotReply(str(error)) from error


def _check_moment(send_at: datetime | None, now: datetime) -> None:
    if send_at is None:
        return
    if send_at <= now:
        raise CannotReply(_("Not planned. This moment has passed. Choose a later one, or send the answer now."))
    if send_at > now + FARTHEST:
        raise CannotReply(
            _("Not planned. That is more than %(days)s days ahead; nobody waits so long for an answer.")
            % {"days": FARTHEST.days}
        )


def check_answer(
    conversation: Conversation, text: str, seen_until: int, pictures: Sequence[AnswerPicture] = ()
) -> Message | None:
    """Whether these words and pictures could leave as they are; returns the member's message they answer. Raises CannotReply,
    CannotShow."""
    turns = Message.objects.filter(entry__conversation=conversation, deleted_at__isnull=True)
    _check(conversation, text, _newer_answers(turns, seen_until).first(), is_bare=not pictures)
    inward = turns.filter(direction=INWARD).order_by("-occurred_at", "-pk")
    answered = inward.filter(pk__lte=seen_until).first() or inward.first()
    if answered is None and not turns.filter(native_id__isnull=False).exists():
        raise CannotReply(
            _(
                "Not sent. What you answer is gone: whoever wrote it deleted it or asked to be forgotten. Your text is kept."
            )
        )
    findings = findings_for(
        conversation.channel, title="", text=text, answers=(answered and answered.native_id) or "",
        media=spoken_of(pictures),
    )  # fmt: skip
    _check_length(conversation, findings)
    check_pictures(conversation.channel, pictures, findings)
    return answered


def _pause(conversation: Conversation, reading: SecondReading | None) -> timedelta:
    """How long the words can be taken back; in a conflict nobody else has read them in, longer (S4-11)."""
    usual = timedelta(seconds=conversation.workspace.reply_delay_seconds)
    if reading is not None or not is_conflict(conversation):
        return usual
    return max(usual, timedelta(minutes=protection_of(conversation.workspace).cool_down_minutes))


def _newer_answers(turns: "QuerySet[Message]", seen_until: int) -> "QuerySet[Message]":
    return turns.filter(direction=OUTWARD, pk__gt=seen_until).exclude(dispatch__state=WITHDRAWN)


def _is_read(reading: SecondReading | None, conversation: Conversation, digest: str) -> bool:
    """Somebody else approved exactly these words and pictures, for this conversation."""
    if reading is None or reading.state != states.APPROVED or reading.conversation_id != conversation.pk:
        return False
    return reading.words_hash == digest


def _check_length(conversation: Conversation, findings: Sequence[Finding]) -> None:
    """The network would refuse it; better to hear so while the words are still in the form."""
    too_long = next((finding for finding in findings if finding.code == "text_too_long"), None)
    if too_long:
        raise CannotReply(
            _("Not sent. %(length)s characters are too long: %(channel)s takes %(maximum)s. Please shorten the answer.")
            % {**too_long.values, "channel": conversation.channel.name}
        )


def _check(conversation: Conversation, text: str, newer_answer: Message | None, is_bare: bool) -> None:
    if is_bare and not text.strip():
        raise CannotReply(_("Not sent. The answer is empty."))
    if conversation.state == states.ARCHIVED:
        raise CannotReply(_("Not sent. This conversation was imported from an archive and cannot be answered."))
    if conversation.state == states.MERGED:
        raise CannotReply(
            _(
                "Not sent. A colleague merged this conversation into another one meanwhile. Answer there; your text is kept."
            )
        )
    if conversation.channel.state not in SPEAKING_CHANNELS:
        raise CannotReply(
            _("Not sent. %(channel)s is not live at the moment. Your text is kept.")
            % {"channel": conversation.channel.name}
        )
    if newer_answer:
        raise SomebodyAnswered(newer_answer)


@transaction.atomic
def take_back_reply(*, person: Person, dispatch: Dispatch, now: datetime) -> str | None:
    """Withdraw an answer that has not left; returns its words for the form, where its pictures stand again. Raises
    channels' CannotWithdraw.

    Whoever approved it as its second reader takes only that back: it waits for a reader again, and nothing returns (None).
    """
    require(person, "inbox.reply.send")
    locked(person).filter(entries__message=dispatch.message_id).first()
    withdraw_dispatch(person=person, dispatch=dispatch, now=now)
    record_audit(workspace=dispatch.workspace, person=person, verb=audit.TAKEN_BACK, target=dispatch, now=now)
    untell(dispatch=dispatch, person=person, now=now)
    readings = SecondReading.objects.filter(dispatch=dispatch)
    readings.filter(state=states.ASKED).update(state=states.TAKEN_BACK)
    approved = readings.filter(state=states.APPROVED, answered_by=person).first()
    if approved is None or approved.conversation.readings.filter(state=states.ASKED).exists():
        give_back(person=person, conversation=dispatch.message.entry.conversation, rows={"dispatch": dispatch}, now=now)
        return dispatch.message.text
    readings.update(state=states.ASKED, answered_by=None, answered_at=None, dispatch=None)
    return None
