"""File messages into conversations and fold the clocks of those they touch (`house.md`, flow, step 3)."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import OperationalError, transaction

from allmende.channels.models import Channel, Message
from allmende.inbox import states
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.actions.keep_language import keep_language
from allmende.inbox.models import Conversation, Entry

LONGEST_TITLE = 300
log = logging.getLogger("allmende.inbox")


@transaction.atomic
def file_messages(*, messages: Sequence[Message], now: datetime) -> int:
    """Give each message its entry, make conversations that are missing, and read the touched ones anew.

    What a person merged or split stays so: a thread goes where it was merged into, an answer to where its question was put.

    `messages` come with their channel. Filing a message twice changes nothing, learning of its thread moves it; the order of arrival does not matter.
    Returns the number of conversations touched. A constant number of queries for a batch.
    """
    ready = [message for message in messages if _thread_of(message)]
    if not ready:
        return 0
    conversations = _conversations(ready)
    earlier, placed = _earlier(ready)
    touched = {conversation.pk for conversation in conversations.values()} | earlier
    entries = [
        Entry(
            message=message,
            conversation_id=placed.get(message.pk) or conversations[message.channel_id, _thread_of(message)].pk,
            read_change=message.changed_at,
            is_placed=message.pk in placed,
        )
        for message in ready
    ]
    touched |= {entry.conversation_id for entry in entries}
    Entry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["message"],
        update_fields=["conversation", "read_change", "is_placed"],
    )
    if earlier:
        keep_language(conversation_ids=touched)
    _fold_all(touched, now)
    return len(touched)


def _earlier(messages: Sequence[Message]) -> tuple[set[int], dict[int, int]]:
    """Where the messages were filed before, and where a person put them, or what they answer to, by message."""
    ids = {message.pk for message in messages}
    answered = {message.pk: message.reply_to_id for message in messages if message.reply_to_id}
    rows = Entry.objects.filter(message__in=ids | set(answered.values()))
    found = {
        pk: (where, is_placed) for pk, where, is_placed in rows.values_list("message", "conversation", "is_placed")
    }
    put = {pk: where for pk, (where, is_placed) in found.items() if is_placed}
    placed = {pk: put[other] for pk, other in answered.items() if other in put and pk not in found}
    return {found[pk][0] for pk in ids if pk in found}, placed | {pk: put[pk] for pk in ids if pk in put}


def _fold_all(touched: Collection[int], now: datetime) -> None:
    """All at once; if that fails one by one, so that one that cannot be read stops no other. It stands in the list, new."""
    try:
        with transaction.atomic():
            fold_conversations(conversation_ids=touched, now=now)
    except OperationalError:
        raise
    except Exception:
        log.exception("A batch of conversations could not be read; each is tried alone")
        for pk in touched:
            try:
                with transaction.atomic():
                    fold_conversations(conversation_ids=[pk], now=now)
            except OperationalError:
                raise
            except Exception:
                log.exception("Conversation %s could not be read", pk)


def _thread_of(message: Message) -> str:
    """The network's id of the thread; our own new thread has none until the network has given one."""
    return message.thread_native_id or message.native_id or ""


def _conversations(messages: Iterable[Message]) -> dict[tuple[object, str], Conversation]:
    firsts: dict[tuple[object, str], Message] = {}
    for message in messages:
        key = (message.channel_id, _thread_of(message))
        if key not in firsts or message.occurred_at < firsts[key].occurred_at:
            firsts[key] = message
    Conversation.objects.bulk_create([_new(first) for first in firsts.values()], ignore_conflicts=True)
    known = Conversation.objects.select_related("merged_into").filter(
        channel__in={channel for channel, _ in firsts}, thread_native_id__in={thread for _, thread in firsts}
    )
    return {(one.channel_id, one.thread_native_id): one.merged_into or one for one in known}


def _new(first: Message) -> Conversation:
    channel: Channel = first.channel
    return Conversation(
        workspace_id=channel.workspace_id,
        channel=channel,
        thread_native_id=_thread_of(first),
        title=first.title or first.text[:LONGEST_TITLE],
        state=states.ARCHIVED if channel.kind == "archive" else states.NEW,
        started_at=first.occurred_at,
        last_turn_at=first.occurred_at,
    )
