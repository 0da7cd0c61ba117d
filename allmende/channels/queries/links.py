"""What came of tracked links: what people did at the target first, then how often somebody followed them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from allmende.channels.models import LinkArrival, LinkDay, TrackedLink
from allmende.channels.states import ARRIVED
from allmende.domain.tracked_link import is_public
from allmende.team.models import Workspace

LINKS_AT_ONCE = 50
DAYS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with what came of it. `completed` and `arrived` are None where its target never told anything: then
    nobody can tell (domain 3.11). Whatever was done after the arrival is completed: bought, joined and so on."""

    link: TrackedLink
    clicks: int
    arrived: int | None
    completed: int | None
    has_ended: bool


@dataclass(frozen=True, slots=True)
class LinkDays:
    """A link's days in order, each with (day, clicks, arrived, completed); `first` to `last` without gaps.

    `acts`: how often each behaviour was told, the most frequent first.
    """

    row: LinkRow
    days: tuple[tuple[date, int, int, int], ...]
    acts: tuple[tuple[str, int], ...]

    @property
    def highest(self) -> int:
        return max((max(day[1:]) for day in self.days), default=0)

    @property
    def shown(self) -> "tuple[tuple[date, int, int, int], ...]":
        """The last days, for a chart."""
        return self.days[-DAYS_SHOWN:]


def public_origin() -> str:
    """How addresses of ours begin that people outside can follow; "" where this installation has no public address."""
    origin: str = settings.ORIGIN.rstrip("/")
    return origin if is_public(origin) else ""


def links_page(workspace: Workspace, show: str, page: int, today: date) -> tuple[list[LinkRow], bool]:
    """Links, the newest first, and whether there are older ones; `show`: live, ended or all. One query."""
    ended = Q(ended_at__isnull=False) | Q(ends_date__lt=today)
    rows = _counted(TrackedLink.objects.filter(workspace=workspace)).order_by("-created_at", "pk")
    rows = rows.filter(ended) if show == "ended" else rows.exclude(ended) if show == "live" else rows
    first = (page - 1) * LINKS_AT_ONCE
    found = [_row(link, today) for link in rows[first : first + LINKS_AT_ONCE + 1]]
    return found[:LINKS_AT_ONCE], len(found) > LINKS_AT_ONCE


def links_by_subject(workspace: Workspace, kind: str, ids: Collection[str], today: date) -> dict[str, list[LinkRow]]:
    """The links of several items, by the item's id; one query."""
    rows = _counted(TrackedLink.objects.filter(workspace=workspace, subject_kind=kind, subject_id__in=ids))
    found: dict[str, list[LinkRow]] = {}
    for link in rows.order_by("created_at", "pk"):
        found.setdefault(link.subject_id, []).append(_row(link, today))
    return found


def link_days(link: TrackedLink, today: date) -> LinkDays:
    """All days of a link from its making to today, those after its last use left out; three queries."""
    counted = _counted(TrackedLink.objects.filter(pk=link.pk)).get()
    zone = ZoneInfo(link.workspace.zone)
    clicks = dict(LinkDay.objects.filter(link=link).values_list("day", "times"))
    told = (
        LinkArrival.objects.filter(link=link).annotate(day=TruncDate("occurred_at", tzinfo=zone)).values("day", "act")
    )
    acts = {(one["day"], one["act"]): one["n"] for one in told.annotate(n=Count("pk")).order_by()}
    used = {*clicks, *(day for day, _act in acts)}
    first = min({link.workspace.day_at(link.created_at), *used})
    last = max({first, *used}) if link.has_ended(today) else max({today, *used})
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    done: Counter[date] = Counter()
    by_act: Counter[str] = Counter()
    for (day, act), times in acts.items():
        by_act[act] += times
        done[day] += times if act != ARRIVED else 0
    rows = tuple((day, clicks.get(day, 0), acts.get((day, ARRIVED), 0), done[day]) for day in days)
    return LinkDays(_row(counted, today), rows, tuple(by_act.most_common()))


def _counted(links: "QuerySet[TrackedLink]") -> "QuerySet[Any]":
    clicks = LinkDay.objects.filter(link=OuterRef("pk")).order_by().values("link").annotate(n=Sum("times")).values("n")
    return links.select_related("channel", "workspace").annotate(
        clicks=Subquery(clicks), arrived=_told(Q(act=ARRIVED)), completed=_told(~Q(act=ARRIVED))
    )


def _told(which: Q) -> Subquery:
    rows = LinkArrival.objects.filter(which, link=OuterRef("pk")).order_by().values("link")
    return Subquery(rows.annotate(n=Count("pk")).values("n"))


def _row(link: Any, today: date) -> LinkRow:
    is_told = link.arrived is not None or link.completed is not None
    arrived, completed = (link.arrived or 0, link.completed or 0) if is_told else (None, None)
    return LinkRow(link, link.clicks or 0, arrived, completed, link.has_ended(today))
