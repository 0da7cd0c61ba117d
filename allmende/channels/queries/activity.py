"""How active we are on each channel, and how active we can be for long (S4-23)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from allmende.channels.models import ActivityBudget, Channel, Dispatch, Message
from allmende.channels.queries.channels import channels_of
from allmende.channels.states import (
    CLOSED,
    HELD,
    OUTWARD,
    POST,
    REPLY,
    SENT,
    SPEAKING,
    UNCLEAR,
    WAITING,
)
from allmende.domain.activity import needed_hours
from allmende.domain.weeks import monday_of
from allmende.team.models import Person, Workspace
from allmende.team.queries import USUAL, assumptions_of, is_open_to, released_for

MEASURED_WEEKS = 12
# From so many posts on, what came below them says something about the next one.
ENOUGH_POSTS = 10
USUAL_POST_MINUTES, USUAL_REPLIES = 45, Decimal(2)
WEEKS_AHEAD = 4
_ON_ITS_WAY = (WAITING, SPEAKING, HELD, UNCLEAR, SENT)
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Measured:
    """What left in the last twelve weeks: posts, our answers below them, our answers to what members began."""

    posts: int = 0
    below_posts: int = 0
    others: int = 0

    @property
    def replies_per_post(self) -> Decimal | None:
        """Our answers below each post; None while too few posts left."""
        return _tenth(self.below_posts / self.posts) if self.posts >= ENOUGH_POSTS else None

    @property
    def posts_a_week(self) -> Decimal:
        """Posts a week, on the mean."""
        return _tenth(self.posts / MEASURED_WEEKS)

    @property
    def others_a_week(self) -> Decimal:
        """Answers a week to what members began, on the mean."""
        return _tenth(self.others / MEASURED_WEEKS)


@dataclass(frozen=True, slots=True)
class Week:
    """One week from `monday` on: posts that left or are on their way; `is_over`: more than the budget bears."""

    monday: date
    posts: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """One channel: what was planned for it, what is measured, this week and the next ones."""

    channel: Channel
    budget: ActivityBudget | None
    measured: Measured
    weeks: tuple[Week, ...]

    @property
    def over(self) -> tuple[Week, ...]:
        """Weeks for which more is planned than the channel bears."""
        return tuple(week for week in self.weeks if week.is_over)

    @property
    def hours_used(self) -> Decimal | None:
        """Hours a week that what left in the last twelve weeks took; None without a budget that says what a post takes."""
        if self.budget is None:
            return None
        return _tenth(needed_hours(self.measured.posts / MEASURED_WEEKS, self.budget.effort))


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """All channels, and the hours a week there are: set free by line managers, of these present, of these given to channels."""

    channels: tuple[Activity, ...]
    released: Decimal
    present: Decimal
    given: Decimal

    @property
    def is_too_much(self) -> bool:
        """Is more given to channels than anybody has?"""
        return self.given > self.present


def activity_page(workspace: Workspace, now: datetime) -> ActivityPage:
    """Every channel where we speak; seven queries however many."""
    today = workspace.day_at(now)
    assumed = assumptions_of(workspace)
    released = _released(workspace, today)
    away = assumed["shrinkage"].value if "shrinkage" in assumed else Decimal(str(USUAL["shrinkage"]))
    found = activities(workspace, now)
    return ActivityPage(
        tuple(found),
        released,
        _tenth(released * (100 - away) / 100),
        sum((one.budget.hours for one in found if one.budget), Decimal(0)),
    )


def reply_minutes(workspace: Workspace) -> tuple[Decimal, bool]:
    """Minutes an answer takes, and whether that is merely usual, as nobody has said otherwise."""
    assumed = assumptions_of(workspace).get("handling_minutes")
    minutes = assumed.value if assumed else Decimal(USUAL["handling_minutes"])
    return minutes.quantize(_TENTH), assumed is None


def activities(workspace: Workspace, now: datetime) -> list[Activity]:
    """Every channel with an account that is not closed: budget, measure, five weeks; four queries."""
    return _activities(workspace, channels_of(workspace), now)


def activity_of(channel: Channel, now: datetime) -> Activity | None:
    """The same of this channel alone; None where it has no account or is closed."""
    found = _activities(channel.workspace, channels_of(channel.workspace).filter(pk=channel.pk), now)
    return found[0] if found else None


def _activities(workspace: Workspace, channels: "QuerySet[Channel]", now: datetime) -> list[Activity]:
    rows = list(channels.filter(account__isnull=False).exclude(state=CLOSED))
    budgets = {one.channel_id: one for one in budgets_of(workspace).filter(channel__in=rows)}
    measured, weeks = _measured(rows, now), _weeks(workspace, rows, now)
    return [
        Activity(
            one,
            budgets.get(one.pk),
            measured.get(one.pk, Measured()),
            _judged(weeks.get(one.pk, {}), budgets.get(one.pk), workspace.day_at(now)),
        )
        for one in rows
    ]


def budgets_of(workspace: Workspace) -> "QuerySet[ActivityBudget]":
    """What is planned for each channel."""
    rows = ActivityBudget.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.select_related("channel", "updated_by")


def _released(workspace: Workspace, today: date) -> Decimal:
    here = Person.objects.filter(workspace=workspace, left_at__isnull=True).select_related("workspace", "user")
    people = [one for one in here if is_open_to(one, today)]
    return sum((one.hours for one in released_for(workspace, people, today).values()), Decimal(0))


def _measured(channels: Iterable[Channel], now: datetime) -> dict[UUID, Measured]:
    """In one query: a reply stands below a post of ours where the thread begins with words of ours."""
    ours = Message.objects.filter(
        channel=OuterRef("channel"), native_id=OuterRef("message__thread_native_id"), direction=OUTWARD
    )
    rows = Dispatch.objects.filter(
        channel__in=list(channels), state=SENT, settled_at__gte=now - timedelta(weeks=MEASURED_WEEKS)
    )
    counted = (
        rows.annotate(is_below=Exists(ours))
        .values("channel")
        .annotate(
            posts=Count("pk", filter=Q(kind=POST, part=1, is_comment=False)),
            below=Count("pk", filter=Q(kind=REPLY, is_below=True)),
            others=Count("pk", filter=Q(kind=REPLY, is_below=False)),
        )
    )
    return {one["channel"]: Measured(one["posts"], one["below"], one["others"]) for one in counted}


def _weeks(workspace: Workspace, channels: Iterable[Channel], now: datetime) -> dict[UUID, dict[date, int]]:
    """Posts of this week and the next ones by channel and Monday, as the workspace's calendar counts weeks."""
    monday = monday_of(workspace.day_at(now))
    zone = ZoneInfo(workspace.zone)
    begin, end = (datetime.combine(monday + timedelta(weeks=n), time(0), zone) for n in (0, WEEKS_AHEAD + 1))
    rows = Dispatch.objects.filter(
        channel__in=list(channels), kind=POST, part=1, is_comment=False, state__in=_ON_ITS_WAY,
        send_after__gte=begin, send_after__lt=end,
    )  # fmt: skip
    found: dict[UUID, dict[date, int]] = {}
    for channel, at in rows.values_list("channel", "send_after"):
        week = found.setdefault(channel, {})
        begins = monday_of(workspace.day_at(at))
        week[begins] = week.get(begins, 0) + 1
    return found


def _judged(counts: dict[date, int], budget: ActivityBudget | None, today: date) -> tuple[Week, ...]:
    mondays = [monday_of(today) + timedelta(weeks=n) for n in range(WEEKS_AHEAD + 1)]
    return tuple(
        Week(one, counts.get(one, 0), budget is not None and counts.get(one, 0) > budget.posts) for one in mondays
    )


def _tenth(value: float | Decimal) -> Decimal:
    return Decimal(str(value)).quantize(_TENTH, ROUND_HALF_UP)
