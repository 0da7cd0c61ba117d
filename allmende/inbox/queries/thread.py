"""One conversation with all that belongs beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from allmende.channels.models import Message
from allmende.channels.states import OUTWARD
from allmende.guidelines.models import ReactionRule
from allmende.inbox.models import Conversation, Note
from allmende.inbox.queries.listing import Ground
from allmende.inbox.queries.time_left import time_left
from allmende.plan.queries import Chip
from allmende.team.models import Workspace
from allmende.team.queries import Prepared, people_of

SHOWN = (
    *("pk", "direction", "author_class", "text", "html", "occurred_at", "edited_at", "deleted_at"),
    *("person__name", "identity__name", "identity__handle", "identity__native_id"),
    *("dispatch__public_id", "dispatch__state", "dispatch__reason"),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a thread. `author_name` is empty where nobody knows it; `html` is sanitised.

    `dispatch_state` is empty for what did not go out through us, and then `dispatch_id` is None.
    """

    pk: int
    author_name: str
    author_class: str
    is_ours: bool
    text: str
    html: str
    occurred_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    dispatch_id: UUID | None
    dispatch_state: str
    dispatch_reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """An internal note, and who wrote it."""

    text: str
    created_at: datetime
    person_name: str


@dataclass(frozen=True)
class Thread:
    """`left` counts to our promise, `members_left` to the end of the members' window; `newest_id` of all turns.

    `rules` are (id, number and name) of the situations one may choose, `people` (id, name) of who may take care.
    """

    conversation: Conversation
    turns: Sequence[Turn]
    notes: Sequence[Remark]
    rules: Sequence[tuple[int, str]]
    people: Sequence[tuple[UUID, str]]
    chip: Chip | None
    left: timedelta | None
    members_left: timedelta | None
    newest_id: int


def thread(conversation: Conversation, ground: Ground, now: datetime) -> Thread:
    """The page of one conversation in four queries, however long it is; `ground` is that of the list beside it."""
    turns = [_turn(dict(zip(SHOWN, row, strict=True))) for row in _TURNS(conversation_id=conversation.pk)]
    rules = _RULES(channel_id=conversation.channel_id)
    hours, until = ground.hours.get(conversation.channel.hours_id), conversation.members_until
    counts_service_hours = conversation.rule is None or conversation.rule.counts_service_hours
    return Thread(
        conversation=conversation,
        turns=turns,
        notes=[Remark(*row) for row in _NOTES(conversation_id=conversation.pk)],
        rules=[(pk, f"{situation} {name}") for pk, situation, name in rules],
        people=[(pk, name) for pk, name in _PEOPLE(workspace_id=conversation.workspace_id)],
        chip=ground.objectives.chips.get(conversation.serves_key),
        left=time_left(conversation.due_at, hours, now, counts_service_hours),
        members_left=time_left(until, hours, now, counts_service_hours) if until and until > now else None,
        newest_id=max((turn.pk for turn in turns), default=0),
    )


def _turn(row: Mapping[str, Any]) -> Turn:
    member = row["identity__name"] or row["identity__handle"] or row["identity__native_id"]
    return Turn(
        pk=row["pk"],
        author_name=row["person__name"] or member or "",
        author_class=row["author_class"],
        is_ours=row["direction"] == OUTWARD,
        text=row["text"],
        html=row["html"],
        occurred_at=row["occurred_at"],
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
        dispatch_id=row["dispatch__public_id"],
        dispatch_state=row["dispatch__state"] or "",
        dispatch_reason=row["dispatch__reason"] or "",
    )


def rules_for(channel_id: UUID) -> QuerySet[ReactionRule]:
    """The situations one may choose: the rules of the plan in force in a channel, by number."""
    rows = ReactionRule.objects.filter(plan__channel=channel_id, plan__state="in_force")
    return rows.select_related("plan").order_by("situation")


def _turns(conversation_id: int) -> "QuerySet[Any, Any]":
    rows = Message.objects.filter(entry__conversation=conversation_id)
    return rows.order_by("occurred_at", "pk").values_list(*SHOWN)


def _notes(conversation_id: int) -> "QuerySet[Any, Any]":
    rows = Note.objects.filter(conversation=conversation_id).order_by("created_at", "pk")
    return rows.values_list("text", "created_at", "person__name")


def _rules(channel_id: UUID) -> "QuerySet[Any, Any]":
    return rules_for(channel_id).values_list("pk", "situation", "name")


def _people(workspace_id: UUID) -> "QuerySet[Any, Any]":
    return people_of(Workspace(pk=workspace_id)).values_list("pk", "name")


_TURNS, _NOTES = Prepared(_turns), Prepared(_notes)
_RULES, _PEOPLE = Prepared(_rules), Prepared(_people)
