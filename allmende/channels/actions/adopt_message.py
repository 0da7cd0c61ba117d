"""Our own words seen at the network: they belong to the message we wrote, never to a second one."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from allmende.channels.actions.clean_text import text_of
from allmende.channels.actions.link_arrivals import link_gestures, link_replies
from allmende.channels.actions.neutral_rows import address_of
from allmende.channels.models import Attempt, Channel, Dispatch, Gesture, Message
from allmende.channels.states import HELD, SENT, SPEAKING, UNCLEAR, WAITING
from allmende.connectors.neutral import Item, Ref
from allmende.team.queries import Asked, Prepared, PreparedUpdate, ask_together

CLOCK_SKEW = timedelta(minutes=5)
# The reason code of a dispatch that was recognised by its words alone, not by a receipt.
ADOPTED = "adopted"
# Some networks want the name of whoever is answered in front, and their connector puts it there.
_ADDRESSED = re.compile(r"^@[\w.-]+(?:@[\w.:-]+)? ")


def adopt_own(*, channel: Channel, items: Sequence[Item], now: datetime) -> list[Item]:
    """Settle dispatches whose words have just been collected under our name; the items that are left over are news.

    Only dispatches that spoke and have no id yet are looked at: the network showing the words is proof that they
    arrived, whoever was killed in between.
    """
    if not any(item.author and item.author.is_us for item in items):
        return list(items)
    without_id = Dispatch.objects.filter(
        channel=channel, state__in=(SPEAKING, UNCLEAR, SENT), message__native_id__isnull=True
    ).order_by("first_spoke_at", "pk")
    # Locked first, read then: a receipt may have been written while we waited.
    locked = list(without_id.select_for_update(of=("self",)).values_list("pk", flat=True))
    open_ones = list(without_id.filter(pk__in=locked).select_related("message")) if locked else []
    left = []
    for item in items:
        found = (
            next((one for one in open_ones if _is_same(one, item)), None) if item.author and item.author.is_us else None
        )
        if found is None:
            left.append(item)
            continue
        open_ones.remove(found)
        _settle(found, now)
        take_native_id(message=found.message, ref=item.ref, at=item.occurred_at, now=now, thread=item.thread)
    return left


@dataclass(frozen=True, slots=True)
class Awaited:
    """What waits for a network's id: a message that has it already, answers, gestures and parts of the message that gets it."""

    has_twin: bool
    is_answered: bool
    has_gestures: bool
    has_parts: bool

    @classmethod
    def of(cls, rows: Sequence[tuple[Any, ...]]) -> "Awaited":
        """From what `awaiting_id` asks."""
        return cls(*map(bool, rows[0]))


def awaiting_id(*, message: Message, native_id: str) -> Asked:
    """Asks what giving this message this id must look after."""
    return _AWAITED, {"pk": message.pk, "native_id": native_id}


@transaction.atomic(savepoint=False)
def take_native_id(
    *,
    message: Message,
    ref: Ref,
    at: datetime,
    now: datetime,
    thread: str = "",
    known: Awaited | None = None,
    beside: Asked | None = None,
) -> None:
    """Give our message the network's id and time. A twin that was collected before it hands over its replies and goes.

    Where the twin is another message of ours, adopted by its words: the words were equal, and its own are open again.
    `known`: what `awaiting_id` found in this transaction; `beside`: what is asked together with the change.
    """
    waiting = known or Awaited.of(ask_together(awaiting_id(message=message, native_id=ref.native_id))[0])
    for twin in _twins(message, ref) if waiting.has_twin else ():
        # Its own parts stay its own.
        answers = Message.objects.filter(reply_to=twin).exclude(dispatch__head__isnull=False)
        answers.update(reply_to=message, changed_at=now)
        Gesture.objects.filter(target=twin).update(target=message, changed_at=now)
        thread = thread or twin.thread_native_id
        message.identity_id = twin.identity_id
        message.save(update_fields=["identity"])
        _undo_adoption(twin, now) if hasattr(twin, "dispatch") else twin.delete()
    message.native_id = ref.native_id
    message.url = address_of(ref.url)
    message.thread_native_id = message.thread_native_id or thread or ref.native_id
    message.occurred_at = at
    message.changed_at = now
    named = ("pk", "native_id", "url", "thread_native_id", "occurred_at", "changed_at")
    ask_together((_NAME, {name: getattr(message, name) for name in named}), *([beside] if beside else []))
    arrived = {ref.native_id: message.pk}
    if waiting.is_answered:
        link_replies(message.channel, arrived, now)
    if waiting.has_gestures:
        link_gestures(message.channel, arrived, now)
    if waiting.has_parts:
        _point_parts(message, now)


def _twins(message: Message, ref: Ref) -> list[Message]:
    same = Message.objects.filter(channel=message.channel_id, native_id=ref.native_id)
    return list(same.exclude(pk=message.pk).select_related("dispatch"))


def _named(pk: int, **fields: Any) -> "tuple[QuerySet[Message], dict[str, Any]]":
    return Message.objects.filter(pk=pk), fields


def _awaited(pk: int, native_id: str) -> "QuerySet[Message, tuple[Any, ...]]":
    same = {"channel": OuterRef("channel")}
    twins = Message.objects.filter(native_id=native_id, **same).exclude(pk=OuterRef("pk"))
    answers = Message.objects.filter(reply_to__isnull=True, reply_to_native_id=native_id, **same)
    answers = answers.exclude(reply_to_native_id="")
    gestures = Gesture.objects.filter(target__isnull=True, target_native_id=native_id, **same)
    gestures = gestures.exclude(target_native_id="")
    parts = Message.objects.filter(reply_to=OuterRef("pk"), native_id__isnull=True, dispatch__head__isnull=False)
    found = {"has_twin": twins, "is_answered": answers, "has_gestures": gestures, "has_parts": parts}
    asked = {name: Exists(rows) for name, rows in found.items()}
    return Message.objects.filter(pk=pk).annotate(**asked).values_list(*asked)


_NAME, _AWAITED = PreparedUpdate(_named), Prepared(_awaited)


def _point_parts(message: Message, now: datetime) -> None:
    """What follows it knows now what it answers."""
    parts = Message.objects.filter(reply_to=message, native_id__isnull=True, dispatch__head__isnull=False)
    parts.update(reply_to_native_id=message.native_id, thread_native_id=message.thread_native_id, changed_at=now)


def _settle(dispatch: Dispatch, now: datetime) -> None:
    Dispatch.objects.filter(pk=dispatch.pk).exclude(state=SENT).update(
        state=SENT, settled_at=now, lease_until=None, holder="", fence=F("fence") + 1, reason_code=ADOPTED, reason=""
    )
    Attempt.objects.filter(dispatch=dispatch, ended_at__isnull=True).update(ended_at=now, outcome="seen")


def _undo_adoption(twin: Message, now: datetime) -> None:
    if twin.thread_native_id == twin.native_id:
        twin.thread_native_id = ""
    twin.native_id, twin.url, twin.changed_at = None, "", now
    parts = Message.objects.filter(reply_to=twin, native_id__isnull=True, dispatch__state__in=(WAITING, HELD))
    parts.filter(dispatch__head__isnull=False).update(reply_to_native_id="", thread_native_id="", changed_at=now)
    twin.save(update_fields=["native_id", "thread_native_id", "url", "changed_at"])
    Dispatch.objects.filter(message=twin, state=SENT, reason_code=ADOPTED).update(
        state=UNCLEAR, settled_at=None, fence=F("fence") + 1, reason_code="no_answer", next_at=now
    )


def _is_same(dispatch: Dispatch, item: Item) -> bool:
    message = dispatch.message
    if message.reply_to_native_id != item.reply_to:
        return False
    if dispatch.first_spoke_at is None or item.occurred_at < dispatch.first_spoke_at - CLOCK_SKEW:
        return False
    if item.title and _plain(item.title) != _plain(message.title):
        return False
    ours, theirs = _plain(message.text), _plain(item.text or text_of(item.html))
    return ours == theirs or (bool(item.reply_to) and ours == _ADDRESSED.sub("", theirs, count=1))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
