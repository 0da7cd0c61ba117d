"""When a channel's own posts of the last year brought people to act, for those who choose a slot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DateTimeField, ExpressionWrapper, IntegerField, OuterRef, QuerySet, Subquery

from allmende.channels.models import Channel, Message
from allmende.channels.queries import links_by_subject
from allmende.channels.states import INWARD, OUTWARD
from allmende.domain.good_times import LEAST_POSTS, GoodTimes, Said, Tried, good_times
from allmende.domain.slots import APART, slot_at, uncared
from allmende.editorial.models import PostingSlot, Variant
from allmende.editorial.queries.rooms import has_cover, others_of
from allmende.editorial.queries.weekly import zone_of
from allmende.team.queries import cover, default_hours, hours_of

LOOK_BACK = timedelta(days=365)
# A post has had its effect: who acts later acts upon something else.
ACTED_WITHIN = timedelta(hours=48)
# What was done behind a link may be told days later.
SETTLED = timedelta(days=7)
MOST_POSTS = 2_000
OFFERED_DAYS = 14
DONE, ANSWERED = "done", "answered"
NOT_MEMBERS = ("staff", "bot")


@dataclass(frozen=True)
class ChannelTimes:
    """What the posts of a channel say, on the clock of `zone`. `measure`: DONE at the target of our links where enough
    posts have one that tells it, else how many people ANSWERED."""

    channel: Channel
    zone: str
    measure: str
    found: GoodTimes
    least: int = LEAST_POSTS


@dataclass(frozen=True)
class Proposal:
    """A good time; `at`: when it comes next, free and cared for, local; `is_kept`: it is a weekly slot already."""

    tried: Tried
    at: datetime | None = None
    is_kept: bool = False

    @property
    def slot(self) -> time | None:
        return None if self.tried.hour is None else time(self.tried.hour)


def channel_times(channel: Channel, now: datetime) -> ChannelTimes:
    """The good times of a channel, or why nobody can tell; two queries."""
    zone = zone_of(channel, channel.workspace)
    posts = list(_posts(channel, now).values_list("occurred_at", "people", "subject_kind", "subject_id")[:MOST_POSTS])
    done = _done(channel, [key for _at, _people, kind, key in posts if kind == "item"], now)
    told = [(at, done[key]) for at, _people, kind, key in posts if kind == "item" and key in done]
    is_enough = len(told) >= 2 * LEAST_POSTS
    counted = told if is_enough else [(at, people or 0) for at, people, _kind, _key in posts]
    said = [_said(at, people, zone) for at, people in counted]
    return ChannelTimes(channel, zone, DONE if is_enough else ANSWERED, good_times(said))


def _said(at: datetime, people: int, zone: str) -> Said:
    local = at.astimezone(ZoneInfo(zone))
    return Said(local.weekday(), local.hour, (local.year, (local.month - 1) // 3), people)


def _posts(channel: Channel, now: datetime) -> "QuerySet[Any]":
    """What we said there to begin with, each with the number of members who answered within two days."""
    until = ExpressionWrapper(OuterRef("occurred_at") + ACTED_WITHIN, output_field=DateTimeField())
    answers = Message.objects.filter(
        channel=OuterRef("channel"), thread_native_id=OuterRef("thread_native_id"), direction=INWARD,
        deleted_at__isnull=True, occurred_at__gt=OuterRef("occurred_at"), occurred_at__lte=until,
    ).exclude(author_class__in=NOT_MEMBERS)  # fmt: skip
    people = answers.order_by().values("thread_native_id").annotate(n=Count("identity", distinct=True)).values("n")
    rows = Message.objects.filter(
        channel=channel, direction=OUTWARD, reply_to_native_id="", native_id__isnull=False, deleted_at__isnull=True,
        occurred_at__gt=now - LOOK_BACK, occurred_at__lte=now - SETTLED,
    ).exclude(thread_native_id="")  # fmt: skip
    return rows.annotate(people=Subquery(people, output_field=IntegerField())).order_by("-occurred_at")


def _done(channel: Channel, items: Sequence[str], now: datetime) -> Mapping[str, int]:
    """What was done behind the links of these items in this channel, where their target tells it."""
    found: dict[str, int] = {}
    if not items:
        return found
    workspace = channel.workspace
    for item, rows in links_by_subject(workspace, "item", set(items), workspace.day_at(now)).items():
        here = [one.completed for one in rows if one.link.channel_id == channel.pk and one.completed is not None]
        if here:
            found[item] = sum(here)
    return found


def proposals_for(times: ChannelTimes, variant: Variant | None, now: datetime) -> list[Proposal]:
    """Each good time with its next free hour for a text, or whether it is a weekly slot of the channel already."""
    if variant is not None:
        return [Proposal(one, _next_free(one, times, variant, now)) for one in times.found.proposed]
    kept = set(
        PostingSlot.objects.filter(channel=times.channel, archived_at__isnull=True).values_list(
            "weekday", "starts_at__hour"
        )
    )
    return [Proposal(one, is_kept=(one.weekday, one.hour) in kept) for one in times.found.proposed]


def _next_free(one: Tried, times: ChannelTimes, variant: Variant, now: datetime) -> datetime | None:
    """The next hour of that time at which nothing else of the channel stands near and somebody is here."""
    hours = hours_of(times.channel.hours or default_hours(variant.workspace), {now.year, now.year + 1})
    busy = [entry.at for entry in others_of(variant, now) if entry.at]
    care = timedelta(minutes=variant.item.care_minutes)
    rota = cover(variant.workspace, now, now + timedelta(days=OFFERED_DAYS + 1) + care)
    first = now.astimezone(ZoneInfo(times.zone)).date()
    for on in (first + timedelta(days=n) for n in range(OFFERED_DAYS)):
        for hour in _hours_on(one, on):
            at = slot_at(datetime.combine(on, time(hour)), times.zone).at
            is_free = at > now and all(abs(at - other) >= APART for other in busy)
            if is_free and not uncared(hours, at, care) and has_cover(rota, variant.workspace, variant, at):
                return at.astimezone(ZoneInfo(variant.workspace.zone))
    return None


def _hours_on(one: Tried, on: date) -> Sequence[int]:
    if one.weekday not in (None, on.weekday()):
        return ()
    return range(24) if one.hour is None else (one.hour,)
