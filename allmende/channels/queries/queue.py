"""What leaves, and what needs a person."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from allmende.channels.models import Account, Dispatch
from allmende.channels.queries.places import is_paused
from allmende.channels.states import GIVEN_UP, HELD, MISSED, REFUSED, SENT, SPEAKING, UNCLEAR, WAITING
from allmende.team.models import Workspace
from allmende.team.queries import Prepared

# The reason code of an unclear dispatch that no program can settle.
NEEDS_PERSON = "needs_person"
# Words that were due when they were written are seen a little later.
JUST_NOW = timedelta(seconds=2)
# So many are decided about at once, and shown of what needs somebody.
MOST_AT_ONCE = 200
# Of the rest a glance is enough.
GLANCE = 50
# What the queue shows, by what it needs.
PARTS: dict[str, tuple[str, ...]] = {
    "unsettled": (UNCLEAR,),
    "missed": (MISSED,),
    "refused": (REFUSED, GIVEN_UP),
    "held": (HELD,),
    "waiting": (WAITING, SPEAKING),
    "sent": (SENT,),
}
_ORDERS = {
    "unsettled": ("first_spoke_at", "pk"),
    "missed": ("send_after", "pk"),
    "refused": ("-next_at", "-pk"),
    "held": ("send_after", "pk"),
    "waiting": ("next_at", "pk"),
    "sent": ("-settled_at", "-pk"),
}


def queue_of(workspace: Workspace) -> "QuerySet[Dispatch]":
    """All dispatches with what a list shows of them."""
    rows = Dispatch.objects.filter(workspace=workspace)
    return rows.select_related("message", "channel__account", "created_by", "card").annotate(is_paused=is_paused())


def next_moment(now: datetime) -> datetime | None:
    """When the next words are due, or were a moment ago; what has been due for longer waits for something else. If that is a
    network's budget: when it leaves room again."""
    since = now - JUST_NOW
    due = [at for (at,) in _DUE(since=since)]
    freed = [at for row in _SPENT(since=since, now=now) for at in row if at and at > since]
    return min([*due, *freed], default=None)


def are_words_due(now: datetime) -> bool:
    """Whether anything is to be said at this moment; whatever keeps it back."""
    return Dispatch.objects.filter(state=WAITING, next_at__lte=now).exists()


def _due(since: datetime) -> "QuerySet[Dispatch, tuple[Any, ...]]":
    return Dispatch.objects.filter(state=WAITING, next_at__gt=since).order_by("next_at").values_list("next_at")[:1]


def _spent(since: datetime, now: datetime) -> "QuerySet[Account, tuple[Any, ...]]":
    """Accounts for which words wait and whose budget is used up, or was a moment ago."""
    ends = ("posts_spent_until", "answers_spent_until")
    waiting = Dispatch.objects.filter(channel__account=OuterRef("pk"), state=WAITING, next_at__lte=now)
    is_spent = Q(posts_spent_until__gt=since) | Q(answers_spent_until__gt=since)
    return Account.objects.filter(is_spent, Exists(waiting)).values_list(*ends)


_DUE, _SPENT = Prepared(_due), Prepared(_spent)


def unsettled_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those nobody knows the end of, the oldest first; `reason_code` NEEDS_PERSON: only a person can find out."""
    return queue_of(workspace).filter(state=UNCLEAR).order_by("first_spoke_at", "pk")


def refused_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those the network or the house did not let out and nobody dealt with yet, the newest first."""
    return queue_of(workspace).filter(state__in=(REFUSED, GIVEN_UP, MISSED)).order_by("-next_at", "-pk")


def held_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those a hold stopped and nobody released or dropped yet, by their time."""
    return queue_of(workspace).filter(state=HELD).order_by("send_after", "pk")


def picked_rows(workspace: Workspace, picked: Collection[UUID]) -> list[tuple[Dispatch, str]]:
    """The picked ones with what a list shows of them, by their time, none with a reason yet; one query."""
    chosen = list(picked)[: 5 * MOST_AT_ONCE]
    return [(one, "") for one in queue_of(workspace).filter(public_id__in=chosen).order_by("send_after", "pk")]


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What the queue shows; empty shows all. `state` is a key of PARTS, `channel` a slug."""

    state: str = ""
    channel: str = ""

    @property
    def is_any(self) -> bool:
        return bool(self.state or self.channel)


@dataclass(frozen=True, slots=True)
class Missed:
    """The slots that passed unused: the first, the last, and when the last of them was noticed."""

    first: datetime | None = None
    last: datetime | None = None
    noticed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """The outgoing queue by what it needs: decisions, releases, patience; and what went out last.

    `numbers`: how many there are of each part, also where fewer are shown; of what went out nobody counts.
    """

    unsettled: list[Dispatch] = field(default_factory=list)
    missed: list[Dispatch] = field(default_factory=list)
    refused: list[Dispatch] = field(default_factory=list)
    held: list[Dispatch] = field(default_factory=list)
    waiting: list[Dispatch] = field(default_factory=list)
    sent: list[Dispatch] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    missed_span: Missed = field(default_factory=Missed)

    @property
    def needs_person(self) -> bool:
        return any(dispatch.reason_code == NEEDS_PERSON for dispatch in self.unsettled)

    @property
    def is_paused(self) -> bool:
        """Publishing is paused, and something waits for it."""
        return any(one.is_paused for part in (self.unsettled, self.held, self.waiting) for one in part)  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        return not (self.unsettled or self.missed or self.refused or self.held or self.waiting or self.sent)


EVERYTHING = QueueFilters()


def queue_page(workspace: Workspace, filters: QueueFilters = EVERYTHING) -> Queue:
    """The queue with the log of each dispatch: one query for the numbers of all, two for each part that has any."""
    rows = queue_of(workspace)
    if filters.channel:
        rows = rows.filter(channel__slug=filters.channel)
    numbers, span = _numbers(workspace, filters)
    wanted = [part for part in PARTS if filters.state in ("", part) and numbers.get(part) != 0]
    return Queue(**{part: _part(rows, part) for part in wanted}, numbers=numbers, missed_span=span)


def _part(rows: "QuerySet[Dispatch]", part: str) -> list[Dispatch]:
    found = rows.filter(state__in=PARTS[part]).order_by(*_ORDERS[part]).prefetch_related("log")
    return list(found[: GLANCE if part in ("waiting", "sent") else MOST_AT_ONCE])


def _numbers(workspace: Workspace, filters: QueueFilters) -> tuple[dict[str, int], Missed]:
    counted = [part for part in PARTS if part != "sent"]
    rows = Dispatch.objects.filter(workspace=workspace, state__in=[one for part in counted for one in PARTS[part]])
    if filters.channel:
        rows = rows.filter(channel__slug=filters.channel)
    missed = Q(state=MISSED)
    found = rows.aggregate(
        **{part: Count("pk", filter=Q(state__in=PARTS[part])) for part in counted},
        first=Min("send_after", filter=missed),
        last=Max("send_after", filter=missed),
        noticed=Max("settled_at", filter=missed),
    )
    span = Missed(found["first"], found["last"], found["noticed"])
    return {part: found[part] for part in counted}, span
