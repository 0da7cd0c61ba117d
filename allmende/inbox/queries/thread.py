"""One conversation with all that belongs beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from allmende.channels.models import Correction, Gesture, Message
from allmende.channels.queries import Abilities, Counting, abilities_of
from allmende.channels.states import OUTWARD, SENT, SPEAKING, UNCLEAR, WAITING
from allmende.guidelines.models import ActiveLevel, ReactionRule
from allmende.guidelines.queries import active_in, active_levels
from allmende.guidelines.states import PLAN_HOLDS
from allmende.inbox.models import Conversation, Look, Note, SecondReading, Suggestion
from allmende.inbox.queries.aside import moments_aside
from allmende.inbox.queries.listing import Ground
from allmende.inbox.queries.readings import needs_reader, open_reading
from allmende.inbox.queries.time_left import time_left
from allmende.inbox.queries.triage import shown_suggestion
from allmende.plan.queries import Chip
from allmende.team.models import Person
from allmende.team.queries import Prepared

ACCEPTED = "accepted_answer"
# Words of ours that go on by themselves
UNDER_WAY = (WAITING, SPEAKING, UNCLEAR)
# Who looked at it within this time looks at it still; the page says so every half minute.
STILL_HERE = timedelta(seconds=75)
STILL_TYPING = timedelta(seconds=45)
# Of a longer thread the first message and so many of the last are shown, the rest when it is asked for
AT_ONCE = 200
SHOWN = (
    *("pk", "direction", "author_class", "text", "html", "occurred_at", "edited_at", "deleted_at"),
    *("url", "reply_to_native_id", "is_accepted"),
    *("person__name", "identity__name", "identity__handle", "identity__native_id"),
    *("identity__member", "identity__member__erased_at"),
    *("dispatch__public_id", "dispatch__state", "dispatch__reason", "dispatch__send_after"),
)
PICTURE = ("shown__state", "shown__media", "shown__alt", "shown__media__width", "shown__media__height")


@dataclass(frozen=True, slots=True)
class Picture:
    """What a message shows, in words and in our own copy; `media_id` is None where there is none, for now or for good."""

    media_id: UUID | None
    alt: str
    width: int | None
    height: int | None
    is_awaited: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a thread. `author_name` is empty where nobody knows it; `html` is sanitised.

    `handle`: by which the network knows the member.

    `is_answer`: it answers something, so it can be the one that helped (`is_accepted`); `url`: where it stands.

    `dispatch_state` is empty for what did not go out through us, and then `dispatch_id` is None. `member_id` is None for
    our own and for who was erased; `is_forgotten`: its author asked for that, and neither name nor words are shown.
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
    send_after: datetime | None = None
    url: str = ""
    is_answer: bool = False
    is_accepted: bool = False
    member_id: int | None = None
    is_forgotten: bool = False
    pictures: Sequence[Picture] = ()
    handle: str = ""

    @property
    def is_under_way(self) -> bool:
        """Will it read differently without anybody doing or saying anything?"""
        return self.dispatch_state in UNDER_WAY or any(one.is_awaited for one in self.pictures)


@dataclass(frozen=True, slots=True)
class Remark:
    """An internal note, and who wrote it."""

    pk: int
    text: str
    created_at: datetime
    person_name: str


@dataclass(frozen=True)
class Thread:
    """`left` counts to our promise, `members_left` to the end of the members' window; `newest_id` of all turns.

    `rules` are (id, number and name) of the situations one may choose, `people` (id, name) of who may take care,
    `needs_reader`: an answer by whoever looks waits for a second reader; `reading`: the last one a colleague was to read,
    while somebody waits for its answer. `aside` (code, moment) until when it may be laid aside; `limit` says how the network measures an answer,
    `abilities` what can be changed there from here. `burning`: the level declared in this channel, with its line; `suggestion`: what a machine
    supposes about the message that was read last; `folded`: how many messages in between are not shown.
    """

    conversation: Conversation
    turns: Sequence[Turn]
    notes: Sequence[Remark]
    rules: Sequence[tuple[int, str]]
    people: Sequence[tuple[UUID, str]]
    aside: Sequence[tuple[str, datetime]]
    limit: Counting
    abilities: Abilities
    chip: Chip | None
    left: timedelta | None
    members_left: timedelta | None
    newest_id: int
    needs_reader: bool
    reading: SecondReading | None
    burning: ActiveLevel | None = None
    suggestion: Suggestion | None = None
    folded: int = 0

    @property
    def mentionable(self) -> list[tuple[str, str]]:
        """Whom an answer can name with "@": handle and name of the members who spoke here, where the network has that."""
        turns = self.turns if self.abilities.can_mention else []
        named = [turn for turn in turns if turn.handle and " " not in turn.handle]
        return list({turn.handle.lstrip("@"): turn.author_name for turn in named}.items())


def _takers(conversation: Conversation, ground: Ground) -> Sequence[tuple[UUID, str]]:
    """To whom it can be given, and whose it is."""
    here = {pk for pk, _name in ground.acting} | {conversation.assignee_id}
    return [one for one in ground.people if one[0] in here]


def thread(conversation: Conversation, person: Person, ground: Ground, now: datetime, is_whole: bool = False) -> Thread:
    """The page of one conversation in three queries, however long it is; `ground` is that of the list beside it. `is_whole`:
    nothing of a long one is folded.

    Where a second reader is wanted or was asked, three more; one more while a level is declared.
    """
    abilities = abilities_of(conversation.channel)
    was_asked = getattr(conversation, "newest_reading", None) is not None
    turns, workspace = turns_of(conversation, is_whole), person.workspace
    rules = _RULES(channel_id=conversation.channel_id)
    hours, until = ground.hours.get(conversation.channel.hours_id), conversation.members_until
    counts_service_hours = conversation.rule is None or conversation.rule.counts_service_hours
    return Thread(
        conversation=conversation,
        turns=turns,
        notes=notes_of(conversation),
        rules=[(pk, f"{situation} {name}") for pk, situation, name in rules],
        people=_takers(conversation, ground),
        aside=moments_aside(conversation, hours, now),
        limit=abilities.counting,
        abilities=abilities,
        chip=ground.objectives.chips.get(conversation.serves_key),
        left=time_left(conversation.due_at, hours, now, counts_service_hours),
        members_left=time_left(until, hours, now, counts_service_hours) if until and until > now else None,
        newest_id=max((turn.pk for turn in turns), default=0),
        needs_reader=needs_reader(conversation, person, now),
        reading=open_reading(conversation) if was_asked else None,
        burning=active_in(active_levels(workspace), conversation.channel_id) if workspace.alarm_since else None,
        suggestion=shown_suggestion(conversation),
        folded=folded_in(conversation, turns, is_whole),
    )


def turns_of(conversation: Conversation, is_whole: bool = False) -> Sequence[Turn]:
    """The messages of a conversation by time with what they show, in one query: a row per picture, or one without. Of a long
    one, unless `is_whole`: the first, the last by time, and the one that came last of all."""
    asked = _TURNS if is_whole or conversation.turns <= AT_ONCE else _ENDS
    rows = (dict(zip((*SHOWN, *PICTURE), row, strict=True)) for row in asked(conversation_id=conversation.pk))
    return [_turn(list(of_turn)) for _, of_turn in groupby(rows, itemgetter("pk"))]


def folded_in(conversation: Conversation, turns: Sequence[Turn], is_whole: bool = False) -> int:
    """How many messages of the conversation are not among these. An answer that never left us counts as little here as there."""
    if is_whole or conversation.turns <= AT_ONCE:
        return 0
    return max(conversation.turns - sum(turn.dispatch_state in ("", SENT) for turn in turns), 0)


def notes_of(conversation: Conversation) -> Sequence[Remark]:
    """The internal notes of a conversation by time, in one query."""
    return [Remark(*row) for row in _NOTES(conversation_id=conversation.pk)]


def post_behind(conversation: Conversation) -> tuple[UUID | None, datetime] | None:
    """The post of ours a conversation answers to: the id of its item, None where it had none, and when it appeared."""
    ours = Message.objects.filter(entry__conversation=conversation, direction=OUTWARD, reply_to_native_id="")
    found = ours.order_by("occurred_at", "pk").values_list("subject_kind", "subject_id", "occurred_at").first()
    if found is None:
        return None
    kind, key, at = found
    return UUID(key) if kind == "item" else None, at


def corrections_of(message: Message) -> Sequence[Correction]:
    """How often and why something we said was given other words, the newest first; one query."""
    return list(message.corrections.select_related("person"))


def who_else_looks(conversation: Conversation, person: Person, now: datetime) -> list[tuple[str, bool]]:
    """The colleagues who have this conversation open just now: name, and whether they type an answer."""
    looks = Look.objects.filter(conversation=conversation, at__gt=now - STILL_HERE).exclude(person=person)
    found = looks.order_by("person__name").values_list("person__name", "typed_at")
    return [(name, typed_at is not None and typed_at > now - STILL_TYPING) for name, typed_at in found]


def _turn(rows: Sequence[Mapping[str, Any]]) -> Turn:
    row = rows[0]
    is_forgotten = row["identity__member__erased_at"] is not None
    member = "" if is_forgotten else row["identity__name"] or row["identity__handle"] or row["identity__native_id"]
    return Turn(
        pk=row["pk"],
        author_name=row["person__name"] or member or "",
        author_class=row["author_class"],
        is_ours=row["direction"] == OUTWARD,
        text="" if is_forgotten else row["text"],
        html="" if is_forgotten else row["html"],
        occurred_at=row["occurred_at"],
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
        dispatch_id=row["dispatch__public_id"],
        dispatch_state=row["dispatch__state"] or "",
        dispatch_reason=row["dispatch__reason"] or "",
        send_after=row["dispatch__send_after"],
        url=row["url"] if row["url"].startswith(("https://", "http://")) and not is_forgotten else "",
        is_answer=bool(row["reply_to_native_id"]) and row["deleted_at"] is None,
        is_accepted=row["is_accepted"],
        member_id=None if row["person__name"] or is_forgotten else row["identity__member"],
        is_forgotten=is_forgotten,
        handle="" if is_forgotten or row["direction"] == OUTWARD else row["identity__handle"] or "",
        pictures=[]
        if is_forgotten or row["deleted_at"] or not row["shown__state"]
        else [_picture(one) for one in rows],
    )


def _picture(row: Mapping[str, Any]) -> Picture:
    return Picture(
        media_id=row["shown__media"],
        alt=row["shown__alt"],
        width=row["shown__media__width"],
        height=row["shown__media__height"],
        is_awaited=row["shown__state"] == WAITING,
    )


def rules_for(channel_id: UUID) -> QuerySet[ReactionRule]:
    """The situations one may choose: the rules of the plan in force in a channel, by number."""
    rows = ReactionRule.objects.filter(plan__channel=channel_id, plan__state__in=PLAN_HOLDS)
    return rows.select_related("plan").order_by("situation")


def _turns(conversation_id: int) -> "QuerySet[Any, Any]":
    marks = Gesture.objects.filter(target=OuterRef("pk"), act=ACCEPTED, deleted_at__isnull=True)
    rows = Message.objects.filter(entry__conversation=conversation_id).annotate(is_accepted=Exists(marks))
    return rows.order_by("occurred_at", "pk", "shown__place").values_list(*SHOWN, *PICTURE)


def _ends(conversation_id: int) -> "QuerySet[Any, Any]":
    said = Message.objects.filter(entry__conversation=conversation_id).values("pk")
    first, last = said.order_by("occurred_at", "pk")[:1], said.order_by("-occurred_at", "-pk")[:AT_ONCE]
    shown = Q(pk__in=first) | Q(pk__in=last) | Q(pk__in=said.order_by("-pk")[:1])
    return _turns(conversation_id).filter(shown)


def _notes(conversation_id: int) -> "QuerySet[Any, Any]":
    rows = Note.objects.filter(conversation=conversation_id).order_by("created_at", "pk")
    return rows.values_list("pk", "text", "created_at", "person__name")


def _rules(channel_id: UUID) -> "QuerySet[Any, Any]":
    return rules_for(channel_id).values_list("pk", "situation", "name")


_TURNS, _ENDS, _NOTES = Prepared(_turns), Prepared(_ends), Prepared(_notes)
_RULES = Prepared(_rules)
