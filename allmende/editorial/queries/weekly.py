"""The times of the week at which channels speak, and which of them comes next and is free."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from allmende.channels.models import Channel
from allmende.channels.states import CLOSED, CLOSING, PAUSED
from allmende.domain.service_hours import Hours
from allmende.domain.slots import next_weekly, slot_at
from allmende.editorial.models import PostingSlot
from allmende.editorial.states import FEED_KIND
from allmende.team.models import Workspace

Weekly = list[tuple[int, time]]


@dataclass(frozen=True)
class ChannelSlots:
    """The weekly slots of one channel, on the clock of `zone`."""

    channel: Channel
    zone: str
    slots: Sequence[PostingSlot]


def zone_of(channel: Channel, workspace: Workspace) -> str:
    """The zone whose clock a channel goes by: that of its own hours, else the workspace's."""
    return channel.hours.zone if channel.hours else workspace.zone


def slots_by_channel(workspace: Workspace) -> list[ChannelSlots]:
    """The connected channels by name, each with its weekly slots; two queries."""
    channels = Channel.objects.filter(workspace=workspace, account__isnull=False, archived_at__isnull=True)
    channels = channels.exclude(account__kind=FEED_KIND)
    rows = PostingSlot.objects.filter(workspace=workspace, archived_at__isnull=True)
    kept: dict[UUID, list[PostingSlot]] = {}
    for slot in rows:
        kept.setdefault(slot.channel_id, []).append(slot)
    return [
        ChannelSlots(channel, zone_of(channel, workspace), kept.get(channel.pk, []))
        for channel in channels.select_related("account", "hours").order_by("name")
    ]


def weekly_of(channels: Iterable[UUID]) -> dict[UUID, Weekly]:
    """The weekly slots of these channels; one query."""
    rows = PostingSlot.objects.filter(channel__in=list(channels), archived_at__isnull=True)
    kept: dict[UUID, Weekly] = {}
    for channel, weekday, starts_at in rows.values_list("channel_id", "weekday", "starts_at"):
        kept.setdefault(channel, []).append((weekday, starts_at))
    return kept


def next_slot(
    channel: Channel,
    workspace: Workspace,
    weekly: Weekly,
    hours: Hours,
    taken: Iterable[datetime],
    now: datetime,
    has_cover: Callable[[datetime], bool],
) -> datetime | None:
    """The channel's next weekly slot no other text has, local time of the workspace; None while the channel is paused.

    Slots on days off or without anybody on duty are passed over, and one that falls into an hour our own clocks show twice and cannot be named.
    """
    if channel.state in (PAUSED, CLOSING, CLOSED):
        return None
    ahead = next_weekly(weekly, zone_of(channel, workspace), taken, now, hours.closed_dates)
    here = ZoneInfo(workspace.zone)
    named = (
        at
        for at in ahead
        if slot_at(at.astimezone(here).replace(tzinfo=None), workspace.zone).at == at and has_cover(at)
    )
    found = next(named, None)
    return found.astimezone(here) if found else None
