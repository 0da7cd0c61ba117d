"""File messages into conversations and fold the clocks of those they touch (`house.md`, flow, step 3)."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import OperationalError, transaction

from allmende.channels.models import Channel, Message
from allmende.inbox import states
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.models import Conversation, Entry

LONGEST_TITLE = 300
log = logging.getLogger("allmende.inbox")


@transaction.atomic
def file_messages(*, messages: Sequence[Message], now: datetime) -> int:
    """Give each message its entry, make conversations that are missing, and read the touched ones anew.

    `messages` come with their channel. Filing a message twice changes nothing, learning of its thread moves it; the order of arrival does not matter.
    Returns the number of conversations touched. A constant number of queries for a batch.
    """
    ready = [message for message in messages if _thread_of(message)]
    if not ready:
        return 0
    conversations = _conversations(ready)
    touched = {conversation.pk for conversation in conversations.values()}
    touched |= set(Entry.objects.filter(message__in=ready).values_list("conversation", flat=True))
    Entry.objects.bulk_create(
        [
            Entry(
                message=message,
                conversation=conversations[message.channel_id, _thread_of(message)],
                read_change=message.changed_at,
            )
            for message in ready
        ],
        update_conflicts=True,
        unique_fields=["message"],
        update_fields=["conversation", "read_change"],
    )
    _fold_all(touched, now)
    return len(touched)


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
    known = Conversation.objects.filter(
        channel__in={channel for channel, _ in firsts}, thread_native_id__in={thread for _, thread in firsts}
    )
    return {(one.channel_id, one.thread_native_id): one for one in known}


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
