"""One conversation with all that belongs beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from allmende.channels.models import Message
from allmende.guidelines.models import ReactionRule
from allmende.inbox.models import Conversation, Note
from allmende.inbox.queries.listing import Ground
from allmende.inbox.queries.time_left import time_left
from allmende.plan.queries import Chip
from allmende.team.models import Person
from allmende.team.queries import people_of

TURN = (
    *("direction", "author_class", "text", "html", "occurred_at", "edited_at", "deleted_at"),
    *("identity__name", "identity__handle", "identity__native_id", "person__name"),
    *("dispatch__public_id", "dispatch__message_id", "dispatch__state", "dispatch__reason"),
)


@dataclass(frozen=True)
class Thread:
    """`left` counts to our promise, `members_left` to the end of the members' window; `newest_id` of all turns.

    Of `turns`, `rules` (id, situation, name) and `people` (id, name) only what the page shows is fetched.
    """

    conversation: Conversation
    turns: Sequence[Message]
    notes: Sequence[Note]
    rules: Sequence[ReactionRule]
    people: Sequence[Person]
    chip: Chip | None
    left: timedelta | None
    members_left: timedelta | None
    newest_id: int


def thread(conversation: Conversation, ground: Ground, now: datetime) -> Thread:
    """The page of one conversation in four queries, however long it is; `ground` is that of the list beside it."""
    rows = Message.objects.filter(entry__conversation=conversation).select_related("identity", "person", "dispatch")
    turns = list(rows.only(*TURN).order_by("occurred_at", "pk"))
    notes = conversation.notes.select_related("person").only("conversation_id", "text", "created_at", "person__name")
    hours, until = ground.hours.get(conversation.channel.hours_id), conversation.members_until
    counts_service_hours = conversation.rule is None or conversation.rule.counts_service_hours
    return Thread(
        conversation=conversation,
        turns=turns,
        notes=list(notes.order_by("created_at")),
        rules=list(rules_for(conversation).select_related(None).only("situation", "name")),
        people=list(people_of(conversation.workspace).select_related(None).only("name")),
        chip=ground.objectives.chips.get(conversation.serves_key),
        left=time_left(conversation.due_at, hours, now, counts_service_hours),
        members_left=time_left(until, hours, now, counts_service_hours) if until and until > now else None,
        newest_id=max((message.pk for message in turns), default=0),
    )


def rules_for(conversation: Conversation) -> QuerySet[ReactionRule]:
    """The situations one may choose: the rules of the plan in force in the conversation's channel, by number."""
    rows = ReactionRule.objects.filter(plan__channel=conversation.channel_id, plan__state="in_force")
    return rows.select_related("plan").order_by("situation")
