"""Who is waiting for us, and what did we promise?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Window
from django.urls import reverse
from django.utils.translation import gettext

from allmende.channels.models import Message
from allmende.channels.queries import search as search_messages
from allmende.domain.service_hours import Hours, service_time_between
from allmende.guidelines.models import ReactionRule
from allmende.inbox import states
from allmende.inbox.models import Conversation, Note
from allmende.plan.queries import Chip, chips
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import Hit, hours_in, hours_of, people_of

PAGE = 30
TABS = ("all", "mine", "free", "others", "done")
SOON = timedelta(hours=3)


@dataclass(frozen=True)
class Row:
    """One waiting conversation: the next moment that matters, and the service time left until then."""

    conversation: Conversation
    due_at: datetime | None
    left: timedelta | None
    is_members_first: bool
    chip: Chip | None


@dataclass(frozen=True)
class Group:
    """Rows under one heading: overdue, soon, today, later, without promise."""

    code: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Listing:
    """One page of the list; `after` leads to the next, None at its end."""

    tab: str
    groups: Sequence[Group]
    counts: dict[str, int]
    after: str | None

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]


def waiting_conversations(workspace: Workspace) -> QuerySet[Conversation]:
    """Conversations in which somebody waits for us, the most urgent first."""
    return (
        Conversation.objects.filter(workspace=workspace, state__in=states.OPEN_STATES)
        .select_related("channel__account", "rule", "assignee")
        .order_by("due_at", "id")
    )


def count_waiting(workspace: Workspace, now: datetime) -> tuple[int, int]:
    """How many wait, and how many of them longer than promised."""
    counts = Conversation.objects.filter(workspace=workspace, state__in=states.OPEN_STATES).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now))
    )
    return counts["all"], counts["late"]


def listing(workspace: Workspace, person: Person, now: datetime, tab: str = "all", after: str = "") -> Listing:
    """A page of the list in a constant number of queries; `after` is what an earlier page gave."""
    tab = tab if tab in TABS else "all"
    found = list(_after(_in_tab(workspace, person, tab), tab, after)[: PAGE + 1])
    page = found[:PAGE]
    rows = _rows(workspace, page, now)
    groups = [Group(code, list(part)) for code, part in groupby(rows, key=lambda row: "" if tab == "done" else _group_of(row, now))]
    return Listing(tab, groups, _counts(workspace, person), _mark(page[-1], tab) if len(found) > PAGE else None)


def _in_tab(workspace: Workspace, person: Person, tab: str) -> QuerySet[Conversation]:
    waiting = waiting_conversations(workspace)
    if tab == "done":
        rows = Conversation.objects.filter(workspace=workspace, state__in=states.DONE_STATES)
        return rows.select_related("channel__account", "rule", "assignee").order_by("-last_turn_at", "-id")
    if tab == "mine":
        return waiting.filter(assignee=person)
    if tab == "free":
        return waiting.filter(assignee=None)
    return waiting.exclude(assignee=person).exclude(assignee=None) if tab == "others" else waiting


def _after(rows: QuerySet[Conversation], tab: str, after: str) -> QuerySet[Conversation]:
    """Continue below the conversation named by `after` ("<time>|<id>"); an unreadable mark begins at the top."""
    try:
        at_text, id_text = after.split("|")
        at, pk = datetime.fromisoformat(at_text) if at_text else None, int(id_text)
    except ValueError:
        return rows
    if tab == "done":
        return rows.filter(Q(last_turn_at__lt=at) | Q(last_turn_at=at, id__lt=pk)) if at else rows
    if at is None:
        return rows.filter(due_at__isnull=True, id__gt=pk)
    return rows.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=pk))


def _mark(last: Conversation, tab: str) -> str:
    at = last.last_turn_at if tab == "done" else last.due_at
    return f"{at.isoformat() if at else ''}|{last.pk}"


def _counts(workspace: Workspace, person: Person) -> dict[str, int]:
    open_rows = Conversation.objects.filter(workspace=workspace, state__in=states.OPEN_STATES)
    return open_rows.aggregate(
        all=Count("pk"),
        mine=Count("pk", filter=Q(assignee=person)),
        free=Count("pk", filter=Q(assignee__isnull=True)),
        others=Count("pk", filter=Q(assignee__isnull=False) & ~Q(assignee=person)),
    )


@dataclass(frozen=True)
class Due:
    """The most urgent rows, and how many wait altogether and longer than promised."""

    rows: Sequence[Row]
    waiting: int
    late: int


def rows_due(workspace: Workspace, now: datetime, limit: int) -> Due:
    """The most urgent conversations, for Today; they are counted in the same query."""
    counted = waiting_conversations(workspace).annotate(
        waiting=Window(Count("pk")), late=Window(Count("pk", filter=Q(due_at__lt=now)))
    )
    found = list(counted[:limit])
    waiting, late = (found[0].waiting, found[0].late) if found else (0, 0)
    return Due(_rows(workspace, found, now), waiting, late)


def _rows(workspace: Workspace, conversations: Sequence[Conversation], now: datetime) -> list[Row]:
    by_key = chips(workspace, [one.serves_key for one in conversations if one.serves_key])
    hours = _hours_by_id(workspace, now)
    return [_row(one, hours.get(one.channel.hours_id), now, by_key.get(one.serves_key)) for one in conversations]


def _hours_by_id(workspace: Workspace, now: datetime) -> dict[UUID | None, Hours]:
    """All service hours of the workspace by id; those of channels without their own under None."""
    found = list(hours_in(workspace))
    years = range(now.year - 1, now.year + 2)
    by_id: dict[UUID | None, Hours] = {hours.pk: hours_of(hours, years) for hours in found}
    default = next((by_id[hours.pk] for hours in found if hours.is_default), None)
    return by_id | ({None: default} if default else {})


def _row(one: Conversation, hours: Hours | None, now: datetime, chip: Chip | None) -> Row:
    is_members_first = bool(one.members_until and one.members_until > now)
    due_at = one.members_until if is_members_first else one.due_at
    return Row(one, due_at, time_left(due_at, hours, one.rule, now), is_members_first, chip)


def time_left(
    due_at: datetime | None, hours: Hours | None, rule: ReactionRule | None, now: datetime
) -> timedelta | None:
    """What is left until `due_at` in the rule's own time; negative when overdue."""
    if due_at is None:
        return None
    if hours is None or not hours.is_ever_open or (rule and not rule.counts_service_hours):
        return due_at - now
    return service_time_between(hours, now, due_at) if due_at >= now else -service_time_between(hours, due_at, now)


def _group_of(row: Row, now: datetime) -> str:
    if row.due_at is None:
        return "no_promise"
    if row.due_at < now:
        return "overdue"
    if row.due_at - now < SOON:
        return "soon"
    return "today" if row.due_at.date() == now.date() else "later"


@dataclass(frozen=True)
class Thread:
    """A conversation with all that belongs beside it. `left` counts to the promise, `members_left` to the members' window."""

    conversation: Conversation
    turns: Sequence[Message]
    notes: Sequence[Note]
    rules: Sequence[ReactionRule]
    people: Sequence[Person]
    chip: Chip | None
    left: timedelta | None
    members_left: timedelta | None
    newest_id: int
    similar: Sequence[Conversation]


def thread(conversation: Conversation, now: datetime) -> Thread:
    """The page of one conversation; the number of queries does not depend on its length."""
    turns = list(
        Message.objects.filter(entry__conversation=conversation)
        .select_related("identity__member", "person", "dispatch")
        .order_by("occurred_at", "pk")
    )
    hours = _hours_by_id(conversation.workspace, now).get(conversation.channel.hours_id)
    members_until = conversation.members_until
    return Thread(
        conversation=conversation,
        turns=turns,
        notes=list(conversation.notes.select_related("person").order_by("created_at")),
        rules=list(
            ReactionRule.objects.filter(plan__channel=conversation.channel, plan__state="in_force").order_by(
                "situation"
            )
        ),
        people=list(people_of(conversation.workspace)),
        chip=chips(conversation.workspace, [conversation.serves_key]).get(conversation.serves_key),
        left=time_left(conversation.due_at, hours, conversation.rule, now),
        members_left=time_left(members_until, hours, conversation.rule, now)
        if members_until and members_until > now
        else None,
        newest_id=max((message.pk for message in turns), default=0),
        similar=similar_to(conversation),
    )


def similar_to(conversation: Conversation, limit: int = 3) -> list[Conversation]:
    """Earlier conversations whose titles share the most telling words with this one (S4-12)."""
    words = sorted({word for word in conversation.title.split() if len(word) > 4}, key=len, reverse=True)[:2]
    if not words:
        return []
    found = search_messages(conversation.workspace, " ".join(words), limit=20)
    return list(
        Conversation.objects.filter(entries__message__in=[message.pk for message in found])
        .exclude(pk=conversation.pk)
        .select_related("channel")
        .distinct()
        .order_by("-last_turn_at")[:limit]
    )


def search(workspace: Workspace, person: Person, words: str, limit: int = 8) -> list[Hit]:
    """Conversations one of whose messages holds all the words; archived ones too."""
    if not may(person, "inbox.conversation.read"):
        return []
    found = [message.pk for message in search_messages(workspace, words, limit=limit * 3)]
    rows = Conversation.objects.filter(entries__message__in=found).select_related("channel").distinct()
    return [
        Hit(
            gettext("Conversation"),
            one.title,
            one.channel.name,
            reverse("inbox:conversation", args=[workspace.slug, one.public_id]),
        )
        for one in rows.order_by("-last_turn_at")[:limit]
    ]
