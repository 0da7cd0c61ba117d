"""Where a text could stand: free slots, weekly ones, a good time of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from allmende.domain.service_hours import Hours
from allmende.domain.slots import APART, free_slots, slot_at
from allmende.editorial.models import Variant
from allmende.editorial.queries.care import lacks_in, mark_care
from allmende.editorial.queries.entries import PLANNED, Entry, Filters, dated_entries
from allmende.editorial.queries.weekly import Weekly, next_slot, weekly_of
from allmende.team.models import Workspace
from allmende.team.queries import Cover, cover, default_hours, hours_of

USUAL_TIME = time(9)
# So far ahead a slot is proposed.
AHEAD = timedelta(days=62)


@dataclass(frozen=True)
class Room:
    """Where a text could stand: free slots (local), the channel's next weekly one, what speaks against the slot it has.

    `entry` says what the care at that slot lacks; None without one ahead.
    """

    free: Sequence[datetime]
    clashing: Sequence[Entry]
    entry: Entry | None = None
    weekly: datetime | None = None


def room_for(workspace: Workspace, variant: Variant, now: datetime) -> Room:
    """Free slots of the variant's channel and the clashes of its present slot."""
    return rooms_for(workspace, [variant], now)[variant.pk]


def rooms_for(workspace: Workspace, variants: Sequence[Variant], now: datetime) -> dict[UUID, Room]:
    """The room each variant of an item has; six queries, three more for a channel with hours of its own."""
    if not variants:
        return {}
    usual, years = default_hours(workspace), {now.year, now.year + 1}
    planned = dated_entries(workspace, now - timedelta(hours=1), now + timedelta(days=90), Filters())
    weekly = weekly_of({variant.channel_id for variant in variants})
    ends = [one.slot_at + timedelta(minutes=one.item.care_minutes) for one in variants if one.slot_at]
    rota = cover(workspace, now, max([now + AHEAD, *ends]))
    hours = {variant.channel.hours_id: hours_of(variant.channel.hours or usual, years) for variant in variants}
    rooms = {
        variant.pk: _room(
            workspace,
            variant,
            weekly.get(variant.channel_id, []),
            hours[variant.channel.hours_id],
            [entry for entry in planned if entry.channel_id == variant.channel_id and entry.variant_id != variant.pk],
            now,
            rota,
        )
        for variant in variants
    }
    marked = [room.entry for room in rooms.values() if room.entry]
    mark_care(workspace, marked, {None: hours_of(usual, years), **hours}, rota)
    return rooms


def _room(
    workspace: Workspace,
    variant: Variant,
    weekly: Weekly,
    hours: Hours,
    others: Sequence[Entry],
    now: datetime,
    rota: Cover | None,
) -> Room:
    care, zone = timedelta(minutes=variant.item.care_minutes), ZoneInfo(workspace.zone)
    taken = [entry.at for entry in others if entry.at]
    is_covered = partial(has_cover, rota, workspace, variant)
    free = free_slots(hours, taken, now, care, has_cover=is_covered)
    at = variant.slot_at
    clashing = [entry for entry in others if at and entry.at and abs(entry.at - at) < APART]
    following = next_slot(variant.channel, workspace, weekly, hours, taken, now, is_covered)
    return Room([one.astimezone(zone) for one in free], clashing, _own_entry(variant, now), following)


def _own_entry(variant: Variant, now: datetime) -> Entry | None:
    if variant.slot_at is None or variant.slot_at <= now:
        return None
    care = timedelta(minutes=variant.item.care_minutes)
    at, hours_id = timezone.localtime(variant.slot_at), variant.channel.hours_id
    return Entry(at, variant.item.title, PLANNED, variant_id=variant.pk, care=care, hours_id=hours_id)


def has_cover(rota: Cover | None, workspace: Workspace, variant: Variant, at: datetime) -> bool:
    """Whether somebody is on duty for what leaves then; further ahead than the rota was read nobody can tell."""
    care = timedelta(minutes=variant.item.care_minutes)
    return rota is None or at + care > rota.end or not lacks_in(rota, workspace, variant.channel.hours_id, at, care)


def proposed_wall(workspace: Workspace, variant: Variant, on: date, now: datetime) -> datetime:
    """A good time on a day for a text that has none yet: the first free slot, else nine o'clock; naive wall-clock time."""
    hours = hours_of(variant.channel.hours or default_hours(workspace), {on.year})
    begin = midnight(on, workspace.zone)
    start, care = max(now, begin - timedelta(minutes=1)), timedelta(minutes=variant.item.care_minutes)
    taken = [entry.at for entry in _others_on(variant, begin) if entry.at]
    is_covered = partial(has_cover, cover(workspace, begin, begin + timedelta(days=1) + care), workspace, variant)
    free = free_slots(hours, taken, start, care, number=1, has_cover=is_covered)
    local = [at.astimezone(ZoneInfo(workspace.zone)).replace(tzinfo=None) for at in free]
    return next((wall for wall in local if wall.date() == on), datetime.combine(on, USUAL_TIME))


def others_of(variant: Variant, now: datetime) -> list[Entry]:
    """What else its channel says from an hour ago on, for ninety days."""
    return _others(variant, now - APART, now + timedelta(days=90))


def _others_on(variant: Variant, begin: datetime) -> list[Entry]:
    """What else its channel says on the day that begins then, and within an hour of it."""
    return _others(variant, begin - APART, begin + timedelta(days=1) + 2 * APART)


def _others(variant: Variant, start: datetime, end: datetime) -> list[Entry]:
    rows = dated_entries(variant.workspace, start, end, Filters(channel=variant.channel.slug))
    return [entry for entry in rows if entry.variant_id != variant.pk]


def midnight(on: date, zone: str) -> datetime:
    """The instant at which a day begins there."""
    return slot_at(datetime.combine(on, time(0)), zone).at
