"""The list of conversations: a page of rows with what each one waits for, and how many wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.urls import reverse
from django.utils import timezone

from allmende.domain.service_hours import Hours
from allmende.inbox import states
from allmende.inbox.models import Conversation
from allmende.inbox.queries.time_left import time_left
from allmende.plan.queries import Chip, Objectives, objectives_and_chips
from allmende.team.models import Person, Workspace
from allmende.team.queries import Prepared, hours_by_id

PAGE = 30
TABS = ("all", "mine", "free", "others", "done")
GROUPS = ("overdue", "soon", "today", "later", "no_promise")
SOON = timedelta(hours=3)
NOUGHT = UUID(int=0)
# Whole rows of six tables would take four times as long to fetch as what a list shows of them.
SHOWN = (
    *("pk", "public_id", "opener_name", "title", "state", "last_turn_at", "members_until", "due_at", "serves_key"),
    *("channel__hours_id", "channel__name", "channel__account__kind"),
    *("rule__name", "rule__reason", "rule__counts_service_hours", "assignee__name"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in a list: the next moment that matters, and what is left until then in the rule's own time.

    `account_kind`, `rule_name`, `rule_reason` and `assignee_name` are empty where there is none. `url` leads to the thread.
    """

    pk: int
    url: str
    public_id: UUID
    opener_name: str
    title: str
    state: str
    last_turn_at: datetime
    channel_name: str
    account_kind: str
    rule_name: str
    rule_reason: str
    assignee_name: str
    due_at: datetime | None
    left: timedelta | None
    is_members_first: bool
    chip: Chip | None

    @property
    def at(self) -> datetime:
        """The time a list shows: when it is due, else when somebody spoke last."""
        return self.due_at or self.last_turn_at

    @property
    def is_free(self) -> bool:
        """It waits, and nobody takes care of it yet."""
        return self.state == states.WAITING and not self.assignee_name


@dataclass(frozen=True)
class Group:
    """Rows under one heading: overdue, soon, today, later, without promise; "" where the list has no headings."""

    code: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Ground:
    """What rows and threads stand on: service hours by id (the default's also under None), the plan's objectives, and
    the address of a thread with a nought in place of its id: resolving thirty addresses takes longer than fetching them."""

    hours: Mapping[UUID | None, Hours]
    objectives: Objectives
    address: str

    def url_of(self, public_id: UUID) -> str:
        return self.address.replace(str(NOUGHT), str(public_id))


@dataclass(frozen=True)
class Listing:
    """One page of the list; `after` leads to the next, None at its end. `counts` by tab, and those overdue as "late"."""

    tab: str
    groups: Sequence[Group]
    counts: Mapping[str, int]
    after: str | None
    ground: Ground

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]


@dataclass(frozen=True)
class Due:
    """The most urgent rows, how many wait altogether and longer than promised, and the objectives they may serve."""

    rows: Sequence[Row]
    waiting: int
    late: int
    objectives: Objectives


def waiting_conversations(workspace: Workspace) -> QuerySet[Conversation]:
    """Conversations in which somebody waits for us, the most urgent first, those without a promise last."""
    return _waiting(workspace.pk)


def _waiting(workspace_id: UUID) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(workspace=workspace_id, state__in=states.OPEN_STATES)
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def count_waiting(workspace: Workspace, now: datetime) -> tuple[int, int]:
    """How many wait, and how many of them longer than promised."""
    counts = Conversation.objects.filter(workspace=workspace, state__in=states.OPEN_STATES).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now))
    )
    return counts["all"], counts["late"]


def rows_due(workspace: Workspace, now: datetime, limit: int) -> Due:
    """The most urgent conversations (at most PAGE), for Today, in three queries; they are counted in the same."""
    found = _read(_MOST_URGENT(workspace_id=workspace.pk, now=now)[:limit])
    ground = _ground(workspace, now)
    waiting, late = (found[0]["waiting"], found[0]["late"]) if found else (0, 0)
    return Due(_by_moment(_row(one, ground, now) for one in found), waiting, late, ground.objectives)


def _most_urgent(workspace_id: UUID, now: datetime) -> "QuerySet[Any, Any]":
    counted = _waiting(workspace_id).annotate(
        waiting=Window(Count("pk")), late=Window(Count("pk", filter=Q(due_at__lt=now)))
    )
    return counted.values_list(*SHOWN, "waiting", "late")[:PAGE]


def listing(workspace: Workspace, person: Person, now: datetime, tab: str = "all", after: str = "") -> Listing:
    """A page of the list in four queries; `after` is what an earlier page gave."""
    tab = tab if tab in TABS else "all"
    found = _read(_page(workspace, person, tab, after))
    page = found[:PAGE]
    ground = _ground(workspace, now)
    rows = [_row(one, ground, now) for one in page]
    return Listing(
        tab=tab,
        groups=[Group("", rows)] if tab == "done" else _groups(rows, now),
        counts=_counts(workspace, person, now),
        after=_mark(page[-1], tab) if len(found) > PAGE else None,
        ground=ground,
    )


def _page(workspace: Workspace, person: Person, tab: str, after: str) -> Iterable[tuple[Any, ...]]:
    if after:
        return _after(_in_tab(tab, workspace.pk, person.pk), tab, after).values_list(*SHOWN)[: PAGE + 1]
    is_personal = {"person_id": person.pk} if tab in ("mine", "others") else {}
    return _FIRST_PAGES[tab](workspace_id=workspace.pk, **is_personal)


def _first_page(tab: str, workspace_id: UUID, person_id: UUID | None = None) -> "QuerySet[Any, Any]":
    return _in_tab(tab, workspace_id, person_id).values_list(*SHOWN)[: PAGE + 1]


def _in_tab(tab: str, workspace_id: UUID, person_id: UUID | None) -> QuerySet[Conversation]:
    waiting = _waiting(workspace_id)
    if tab == "done":
        rows = Conversation.objects.filter(workspace=workspace_id, state__in=states.DONE_STATES)
        return rows.order_by("-last_turn_at", "-id")
    if tab == "mine":
        return waiting.filter(assignee=person_id)
    if tab == "free":
        return waiting.filter(assignee=None)
    return waiting.exclude(assignee=person_id).exclude(assignee=None) if tab == "others" else waiting


def _read(rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip((*SHOWN, "waiting", "late"), row, strict=False)) for row in rows]


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
    return rows.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=pk) | Q(due_at__isnull=True))


def _mark(last: Mapping[str, Any], tab: str) -> str:
    at = last["last_turn_at"] if tab == "done" else last["due_at"]
    return f"{at.isoformat() if at else ''}|{last['pk']}"


def _counts(workspace: Workspace, person: Person, now: datetime) -> dict[str, int]:
    counts = dict.fromkeys(("all", "mine", "free", "others", "late"), 0)
    for assignee, number, late in _BY_ASSIGNEE(workspace_id=workspace.pk, now=now):
        counts["free" if assignee is None else "mine" if assignee == person.pk else "others"] += number
        counts["all"] += number
        counts["late"] += late
    return counts


def _by_assignee(workspace_id: UUID, now: datetime) -> "QuerySet[Any, Any]":
    grouped = _waiting(workspace_id).order_by().values("assignee_id")
    counted = grouped.annotate(number=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    return counted.values_list("assignee_id", "number", "late")


def _ground(workspace: Workspace, now: datetime) -> Ground:
    years = range(now.year - 1, now.year + 2)
    address = reverse("inbox:conversation", args=[workspace.slug, NOUGHT])
    return Ground(hours_by_id(workspace, years), objectives_and_chips(workspace), address)


def _row(one: Mapping[str, Any], ground: Ground, now: datetime) -> Row:
    is_members_first = bool(one["members_until"] and one["members_until"] > now)
    due_at = one["members_until"] if is_members_first else one["due_at"]
    counts_service_hours = one["rule__counts_service_hours"] is not False
    return Row(
        pk=one["pk"],
        url=ground.url_of(one["public_id"]),
        public_id=one["public_id"],
        opener_name=one["opener_name"],
        title=one["title"],
        state=one["state"],
        last_turn_at=one["last_turn_at"],
        channel_name=one["channel__name"],
        account_kind=one["channel__account__kind"] or "",
        rule_name=one["rule__name"] or "",
        rule_reason=one["rule__reason"] or "",
        assignee_name=one["assignee__name"] or "",
        due_at=due_at,
        left=time_left(due_at, ground.hours.get(one["channel__hours_id"]), now, counts_service_hours),
        is_members_first=is_members_first,
        chip=ground.objectives.chips.get(one["serves_key"]),
    )


def _groups(rows: Sequence[Row], now: datetime) -> list[Group]:
    """Rows under their headings; members who go first move a row up to the moment at which it becomes ours."""
    today = timezone.localtime(now).date()
    by_code: dict[str, list[Row]] = {}
    for row in rows:
        by_code.setdefault(_group_of(row, now, today), []).append(row)
    return [Group(code, _by_moment(by_code[code])) for code in GROUPS if code in by_code]


def _by_moment(rows: Iterable[Row]) -> list[Row]:
    """Rows by the moment they show, for where members go first it is not our due time that the page is sorted by."""
    return sorted(rows, key=lambda row: (row.due_at is None, row.due_at or row.last_turn_at))


def _group_of(row: Row, now: datetime, today: object) -> str:
    if row.due_at is None:
        return "no_promise"
    if row.due_at < now:
        return "overdue"
    if row.due_at - now < SOON:
        return "soon"
    return "today" if timezone.localtime(row.due_at).date() == today else "later"


_MOST_URGENT = Prepared(_most_urgent)
_BY_ASSIGNEE = Prepared(_by_assignee)
_FIRST_PAGES = {tab: Prepared(partial(_first_page, tab)) for tab in TABS}
