"""The list of conversations: a page of rows with what each one waits for, and how many wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from allmende.channels.models import Channel
from allmende.domain.service_hours import Hours
from allmende.inbox import states
from allmende.inbox.models import Conversation, SavedView, Tag, Tagging
from allmende.inbox.queries.filters import (
    ASKED_TABS,
    OPEN_TABS,
    SOON,
    TABS,
    Filter,
    in_part,
    in_tab,
    moment_of,
    waiting,
)
from allmende.inbox.queries.remembered import Stand, remembered
from allmende.inbox.queries.time_left import in_minutes, time_left
from allmende.plan.queries import Chip, Objectives, objectives_and_chips
from allmende.team.models import Person, Workspace
from allmende.team.queries import ONLY_READS, Prepared, hours_by_id, people_of

PAGE = 30
GROUPS = ("overdue", "soon", "today", "later", "no_promise")
NOUGHT = UUID(int=0)
COUNTED, NONE = (*OPEN_TABS, "snoozed", "late"), (0, 0, 0)
# Whole rows of six tables would take four times as long to fetch as what a list shows of them.
SHOWN = (
    *("pk", "public_id", "opener_name", "title", "state", "last_turn_at", "members_until", "due_at", "serves_key"),
    *("waiting_since", "snoozed_until", "tags"),
    *("channel__hours_id", "channel__name", "channel__account__kind"),
    *("rule__name", "rule__reason", "rule__counts_service_hours", "assignee_id", "assignee__name"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in a list: the next moment that matters, and the minutes left until then in the rule's own time.

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
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    tags: tuple[str, ...] = ()
    assignee_id: UUID | None = None

    @property
    def at(self) -> datetime:
        """The time a list shows: when it comes back, when it is due, else when somebody spoke last."""
        return self.snoozed_until or self.due_at or self.last_turn_at

    @property
    def is_free(self) -> bool:
        """It waits, and nobody takes care of it yet."""
        return self.state == states.WAITING and not self.assignee_name


@dataclass(frozen=True)
class Group:
    """Rows under one heading: overdue, soon, today, later, without promise; "" where the list has no headings."""

    code: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Ground:
    """What rows and threads stand on: service hours by id (the default's also under None), the plan's objectives, and
    the address of a thread with a nought in place of its id: resolving thirty addresses takes longer than fetching them;
    `people` (id, name) who work here, `acting` those of them something can be given to, `channels` (slug, name) and `tags`
    (folded, name) to narrow the list to, `views` (address, name) that were kept."""

    hours: Mapping[UUID | None, Hours]
    objectives: Objectives
    address: str
    people: tuple[tuple[UUID, str], ...] = ()
    acting: tuple[tuple[UUID, str], ...] = ()
    channels: tuple[tuple[str, str], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    views: tuple[tuple[str, str], ...] = ()

    def url_of(self, public_id: UUID) -> str:
        return self.address.replace(str(NOUGHT), str(public_id))


@dataclass(frozen=True)
class Listing:
    """One page of the list; `after` leads to the next, None at its end. `counts` by tab, and those overdue as "late".

    `last_group` is the heading of the page before, which need not be said again.
    """

    part: Filter
    groups: tuple[Group, ...]
    counts: Mapping[str, int]
    after: str | None
    ground: Ground
    is_continued: bool = False
    last_group: str = ""

    @property
    def tab(self) -> str:
        return self.part.tab

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]


@dataclass(frozen=True)
class Due:
    """The most urgent rows, how many wait altogether and longer than promised, and the objectives they may serve.

    `hours`: the service hours by id, the default's also under None, for what else stands beside them.
    """

    rows: tuple[Row, ...]
    waiting: int
    late: int
    objectives: Objectives
    hours: Mapping[UUID | None, Hours]


def count_waiting(workspace: Workspace, now: datetime) -> tuple[int, int]:
    """How many wait, and how many of them longer than promised."""
    found = _NUMBERS(workspace_id=workspace.pk, now=now)
    return found[0] if found else (0, 0)


def _numbers(workspace_id: UUID, now: datetime) -> "QuerySet[Any, Any]":
    rows = waiting(workspace_id).order_by().annotate(everything=Value(1)).values("everything")
    counted = rows.annotate(all=Count("*"), late=Count("due_at", filter=Q(due_at__lt=now)))
    return counted.values_list("all", "late")


def rows_due(workspace: Workspace, now: datetime, limit: int) -> Due:
    """The most urgent conversations (at most PAGE), for Today, in three queries; they are counted in the same."""
    found = _read(_MOST_URGENT(workspace_id=workspace.pk, now=now)[:limit])
    ground = _ground(workspace, now)
    number, late = (found[0]["waiting"], found[0]["late"]) if found else (0, 0)
    return Due(_by_moment(_row(one, ground, now) for one in found), number, late, ground.objectives, ground.hours)


def _most_urgent(workspace_id: UUID, now: datetime) -> "QuerySet[Any, Any]":
    all_rows = waiting(workspace_id)
    numbers = (
        all_rows.order_by().values("workspace").annotate(all=Count("*"), late=Count("due_at", filter=Q(due_at__lt=now)))
    )
    counted = _first(all_rows, PAGE).annotate(
        waiting=Subquery(numbers.values("all")), late_ones=Subquery(numbers.values("late"))
    )
    return counted.values_list(*SHOWN, "waiting", "late_ones")


def _first(rows: QuerySet[Conversation], number: int) -> QuerySet[Conversation]:
    """The first of the rows in their order. An index alone finds them; six tables are joined to these few only."""
    order = rows.query.order_by
    return Conversation.objects.filter(pk__in=rows.values("pk")[:number]).order_by(*order)


def listing(
    workspace: Workspace,
    person: Person,
    now: datetime,
    part: Filter | None = None,
    after: str = "",
    last_group: str = "",
    stand: Stand | None = None,
) -> Listing:
    """A page of the list in five queries, or in none where it is remembered by `stand`; `after` is what an earlier page gave."""
    part = part or Filter()
    whose = None if part.is_bare and part.tab not in ("mine", "others") else person.pk
    found = remembered(
        person, stand, ("rows", part, after, whose), lambda: _read(_page(workspace, person, part, after, now))
    )
    page = found[:PAGE]
    ground = remembered(person, stand, ("ground", person.pk), lambda: _ground(workspace, now, chooser=person))
    rows = tuple([_row(one, ground, now) for one in page])
    return Listing(
        part=part,
        groups=((Group("", rows),) if rows else ()) if _is_flat(part) else _groups(rows, now),
        counts=_counts(workspace, person, now, stand),
        after=_mark(page[-1], part) if len(found) > PAGE else None,
        ground=ground,
        is_continued=bool(after),
        last_group=last_group if after else "",
    )


def _is_flat(part: Filter) -> bool:
    """Without headings: what is not waiting is not urgent."""
    return part.is_by_recency or part.tab in ("snoozed", *ASKED_TABS)


def _page(workspace: Workspace, person: Person, part: Filter, after: str, now: datetime) -> Iterable[tuple[Any, ...]]:
    if after or not part.is_bare:
        found = _after(in_part(part, workspace, person.pk, now), part, after)
        return _first(found, PAGE + 1).values_list(*SHOWN)
    further: dict[str, Any] = {"person_id": person.pk} if part.tab in ("mine", "others") else {}
    moment = moment_of(part.tab, now)
    further |= {"moment": moment} if moment else {}
    return _FIRST_PAGES[part.tab](workspace_id=workspace.pk, **further)


def _first_page(
    tab: str, workspace_id: UUID, person_id: UUID | None = None, moment: datetime | None = None
) -> "QuerySet[Any, Any]":
    return _first(in_tab(tab, workspace_id, person_id, moment), PAGE + 1).values_list(*SHOWN)


def _read(rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip((*SHOWN, "waiting", "late"), row, strict=False)) for row in rows]


def _after(rows: QuerySet[Conversation], part: Filter, after: str) -> QuerySet[Conversation]:
    """Continue below the conversation named by `after` ("<time>|<id>"); an unreadable mark begins at the top."""
    if not after:
        return rows
    try:
        at_text, id_text = after.split("|")
        at, pk = datetime.fromisoformat(at_text) if at_text else None, int(id_text)
    except ValueError:
        return rows
    if part.is_by_recency:
        return rows.filter(Q(last_turn_at__lt=at) | Q(last_turn_at=at, id__lt=pk)) if at else rows
    if at is None:
        return rows.filter(due_at__isnull=True, id__gt=pk)
    return rows.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=pk) | Q(due_at__isnull=True))


def _mark(last: Mapping[str, Any], part: Filter) -> str:
    at = last["last_turn_at"] if part.is_by_recency else last["due_at"]
    return f"{at.isoformat() if at else ''}|{last['pk']}"


def _counts(workspace: Workspace, person: Person, now: datetime, stand: Stand | None) -> dict[str, int]:
    """How many wait in each open tab, how many of them too long ("late"), and how many are laid aside ("snoozed")."""
    asked = {f"{what}_place": workspace.pk for what in ("open", "late", "aside")}
    told = remembered(person, stand, ("numbers", person.pk), lambda: _NUMBERS_OF(**asked, person_id=person.pk, now=now))
    numbers = {what: (number, taken, mine) for what, number, taken, mine in told}
    number, taken, mine = numbers.get("open", NONE)
    late, aside = (numbers.get(what, NONE)[0] for what in ("late", "aside"))
    return dict(zip(COUNTED, (number, mine, number - taken, taken - mine, aside, late), strict=True))


# Not by assignee: to sort ten thousand ids takes SQLite longer than to count them. PostgreSQL reads the index of those who wait alone.
def _numbers_of(
    open_place: UUID, late_place: UUID, aside_place: UUID, person_id: UUID, now: datetime
) -> "QuerySet[Any, Any]":
    """In one query: what, how many, how many of them with somebody, how many of these with the person."""

    def counted(what: str, rows: QuerySet[Conversation], *more: Any) -> "QuerySet[Any, Any]":
        told = rows.order_by().annotate(what=Value(what)).values("what").annotate(number=Count("*"))
        return told.annotate(taken=more[0], mine=more[1]).values_list("what", "number", "taken", "mine")

    nobody = (Value(0), Value(0))
    snoozed = Conversation.objects.filter(
        workspace=aside_place, state__in=states.OPEN_STATES, snoozed_until__isnull=False
    )
    return counted("open", waiting(open_place), Count("assignee_id"), Count("pk", filter=Q(assignee=person_id))).union(
        counted("late", waiting(late_place).filter(due_at__lt=now), *nobody),
        counted("aside", snoozed, *nobody),
        all=True,
    )


def _ground(workspace: Workspace, now: datetime, chooser: Person | None = None) -> Ground:
    years = range(now.year - 1, now.year + 2)
    address = reverse("inbox:conversation", args=[workspace.slug, NOUGHT])
    places = {f"{what}_place": workspace.pk for what in ("person", "channel", "tag", "view")}
    choices = _CHOICES(**places, chooser_id=chooser.pk, today=workspace.day_at(now)) if chooser else []
    return Ground(
        hours_by_id(workspace, years),
        objectives_and_chips(workspace),
        address,
        people=tuple([(UUID(key), name) for what, key, name in choices if what in ("person", "reader")]),
        acting=tuple([(UUID(key), name) for what, key, name in choices if what == "person"]),
        channels=tuple([(key, name) for what, key, name in choices if what == "channel"]),
        tags=tuple([(key, name) for what, key, name in choices if what == "tag"]),
        views=tuple([(key, name) for what, key, name in choices if what == "view"]),
    )


def _choices(
    person_place: UUID, channel_place: UUID, tag_place: UUID, view_place: UUID, chooser_id: UUID, today: date
) -> "QuerySet[Any, Any]":
    """People, channels, tags and kept views in one query: what, id, slug, folded or address, name."""
    what = Case(When(ONLY_READS, then=Value("reader")), default=Value("person"))
    people = people_of(Workspace(pk=person_place), today).annotate(what=what).order_by()
    channels = Channel.objects.filter(workspace=channel_place, archived_at__isnull=True).order_by()
    tags = Tag.objects.filter(Exists(Tagging.objects.filter(tag=OuterRef("pk"))), workspace=tag_place).order_by()
    views = SavedView.objects.filter(workspace=view_place, archived_at__isnull=True).order_by()
    views = views.filter(Q(is_shared=True) | Q(created_by=chooser_id))
    found = people.values_list("what", Cast("pk", CharField()), "name", named=False)
    return found.union(
        channels.values_list(Value("channel"), Cast("slug", CharField()), "name"),
        tags.values_list(Value("tag"), "folded", "name"),
        views.values_list(Value("view"), "query", "name"),
    ).order_by("name")


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
        left=in_minutes(time_left(due_at, ground.hours.get(one["channel__hours_id"]), now, counts_service_hours)),
        is_members_first=is_members_first,
        chip=ground.objectives.chips.get(one["serves_key"]),
        waiting_since=one["waiting_since"],
        snoozed_until=one["snoozed_until"],
        tags=tuple(one["tags"]),
        assignee_id=one["assignee_id"],
    )


def _groups(rows: Sequence[Row], now: datetime) -> tuple[Group, ...]:
    """Rows under their headings; members who go first move a row up to the moment at which it becomes ours."""
    today = timezone.localtime(now).date()
    by_code: dict[str, list[Row]] = {}
    for row in rows:
        by_code.setdefault(_group_of(row, now, today), []).append(row)
    return tuple([Group(code, _by_moment(by_code[code])) for code in GROUPS if code in by_code])


def _by_moment(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows by the moment they show, for where members go first it is not our due time that the page is sorted by."""
    return tuple(sorted(rows, key=lambda row: (row.due_at is None, row.due_at or row.last_turn_at)))


def _group_of(row: Row, now: datetime, today: object) -> str:
    if row.due_at is None:
        return "no_promise"
    if row.due_at < now:
        return "overdue"
    if row.due_at - now < SOON:
        return "soon"
    return "today" if timezone.localtime(row.due_at).date() == today else "later"


_NUMBERS = Prepared(_numbers)
_MOST_URGENT = Prepared(_most_urgent)
_CHOICES = Prepared(_choices)
_NUMBERS_OF = Prepared(_numbers_of)
_FIRST_PAGES = {tab: Prepared(partial(_first_page, tab)) for tab in TABS}
