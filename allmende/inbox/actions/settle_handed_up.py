"""What was handed to whoever decides asks no more once it is answered or closed."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from allmende.inbox.models import Closing, Conversation, Note
from allmende.team.models import Notice, Person

KIND, START = "inbox.handed_up", "handed_up:"


def settle_handed_up(*, conversation_ids: Collection[int], now: datetime) -> None:
    """Nobody is asked any more to decide in these conversations."""
    if conversation_ids:
        _told_in(conversation_ids).filter(seen_at__isnull=True).update(seen_at=now)


def ask_after_all(*, closings: Collection[Closing]) -> None:
    """These closings hold no more: whom they let off is asked as before, unless the notice had been seen by then."""
    for one in closings:
        _told_in([one.conversation_id]).filter(seen_at=one.at).update(seen_at=None)


def _told_in(conversation_ids: Collection[int]) -> "QuerySet[Notice]":
    """There is an index of what each person was told and none of keys, so the people are named."""
    notes = Note.objects.filter(conversation__in=conversation_ids)
    keys = notes.annotate(key=Concat(Value(START), Cast("pk", CharField()))).values("key")
    places = Conversation.objects.filter(pk__in=conversation_ids).values("workspace")
    return Notice.objects.filter(kind=KIND, once_key__in=keys, person__in=Person.objects.filter(workspace__in=places))
