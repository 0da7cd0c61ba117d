"""With which conversation one could be merged."""

from datetime import timedelta

from django.db.models import Case, IntegerField, QuerySet, Value, When

from allmende.channels.queries import found_ids
from allmende.inbox import states
from allmende.inbox.models import Conversation, Entry
from allmende.inbox.queries.filters import private_to
from allmende.team.models import Person

NEAR = timedelta(days=60)
MOST = 20
FOUND = 100


def merge_candidates(conversation: Conversation, person: Person, words: str) -> "QuerySet[Conversation]":
    """Others of its channel: with words those that hold them, else those of the same people first, then the nearest in time."""
    rows = Conversation.objects.filter(workspace=conversation.workspace_id, channel=conversation.channel_id)
    rows = rows.exclude(pk=conversation.pk).exclude(state__in=(states.MERGED, states.ARCHIVED))
    if words:
        found = found_ids(conversation.workspace, words, limit=FOUND, private_to=private_to(person.pk))
        holding = Entry.objects.filter(message__in=found).values("conversation")
        return rows.filter(pk__in=holding).order_by("-last_turn_at")[:MOST]
    near = rows.filter(
        last_turn_at__gte=conversation.started_at - NEAR, started_at__lte=conversation.last_turn_at + NEAR
    )
    people = Entry.objects.filter(conversation=conversation, message__identity__isnull=False)
    theirs = Entry.objects.filter(message__identity__in=people.values("message__identity")).values("conversation")
    same = Case(When(pk__in=theirs, then=Value(0)), default=Value(1), output_field=IntegerField())
    return near.order_by(same, "-last_turn_at")[:MOST]
