"""The editorial calendar as other programs read it (RFC 5545): what was approved, with the time it leaves or left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, TimezoneDaylight, TimezoneStandard

from allmende.editorial import states
from allmende.editorial.models import Variant
from allmende.editorial.queries.entries import KINDS, PAUSED, TROUBLE, kind_of
from allmende.plan.models import CalendarFeed
from allmende.plan.queries import open_feed, published_calendar
from allmende.team.models import Person

# Texts that left longer ago leave the calendar.
KEPT_DAYS = 90
LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class FeedPage:
    """Whether an address is open, since when, and how many texts it would show."""

    feed: CalendarFeed | None
    events: int


def feed_page(person: Person, now: datetime) -> FeedPage:
    """What a person sees of their own calendar address."""
    return FeedPage(open_feed(person, states.TEXTS_FEED), _texts(person, now, "").count())


def calendar_of(person: Person, now: datetime, channel: str, address_of: Callable[[UUID], str]) -> bytes:
    """The calendar file, of one channel if its slug is given; one query. Its bytes change only when what it says does.

    Only approved texts, by their titles: an address is read without log-in, and a draft is not for everybody yet.
    """
    calendar = published_calendar("editorial", _("Texts: %(workspace)s") % {"workspace": person.workspace.name})
    for variant in _texts(person, now, channel):
        calendar.add_component(_event(variant, address_of(variant.item_id)))
    _add_zones(calendar)
    return bytes(calendar.to_ical())


def _texts(person: Person, now: datetime, channel: str) -> "QuerySet[Variant]":
    rows = Variant.objects.filter(
        workspace=person.workspace_id,
        item__archived_at__isnull=True,
        dropped_at__isnull=True,
        state__in=(states.APPROVED, states.HANDED_OVER),
        slot_at__gte=now - timedelta(days=KEPT_DAYS),
    )
    if channel:
        rows = rows.filter(channel__slug=channel)
    return rows.select_related("item", "workspace", "channel__hours", "dispatch__message").order_by("slot_at", "pk")


def _event(variant: Variant, address: str) -> Event:
    hours, dispatch = variant.channel.hours, variant.dispatch
    kind = kind_of(variant.state, dispatch.state if dispatch else "", variant.paused_at)
    is_gone = dispatch is not None and dispatch.message.deleted_at is not None
    start = (variant.slot_at or variant.updated_at).replace(second=0, microsecond=0)
    start = start.astimezone(ZoneInfo(hours.zone if hours else variant.workspace.zone))
    said = _("deleted after it was published") if is_gone else str(KINDS[kind])
    event = Event()
    event.add("uid", f"{variant.pk}-text@allmende")
    event.add("dtstamp", max(variant.updated_at, variant.item.updated_at).astimezone(UTC))
    event.add("sequence", variant.revision)
    event.add("dtstart", start)
    event.add("dtend", start + LASTS)
    event.add("summary", _title(variant, kind))
    event.add("description", f"{variant.channel.name}: {said}\n{address}")
    event.add("categories", [variant.channel.name])
    event.add("status", "CANCELLED" if is_gone else "TENTATIVE" if kind in (PAUSED, TROUBLE) else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("url", address)
    return event


def _title(variant: Variant, kind: str) -> str:
    names = {"title": variant.item.title, "channel": variant.channel.name}
    if kind == PAUSED:
        return _("Paused: %(title)s (%(channel)s)") % names
    if kind == TROUBLE:
        return _("Needs a look: %(title)s (%(channel)s)") % names
    return "{title} ({channel})".format(**names)


def _add_zones(calendar: Calendar) -> None:
    """Say what each zone's clocks do over the years the events lie in."""
    days = [event.decoded("dtstart").date() for event in calendar.events]
    if days:
        first, last = min(days).replace(month=1, day=1), max(days)
        calendar.add_missing_timezones(first_date=first, last_date=last.replace(year=last.year + 1, month=1, day=1))
    for zone in calendar.timezones:
        for part in (one for one in zone.subcomponents if isinstance(one, TimezoneStandard | TimezoneDaylight)):
            _begin_before_the_gap(part)


def _begin_before_the_gap(part: TimezoneStandard | TimezoneDaylight) -> None:
    """A change of the clocks begins at the time they showed before it (RFC 5545, 3.6.5); where they skip an hour, the library
    names the time they show after it, and a program that believes it is an hour late until then."""
    gap = part.TZOFFSETTO - part.TZOFFSETFROM
    if gap <= timedelta():
        return
    part.DTSTART -= gap
    if again := part.rdates:
        part.pop("RDATE")
        part.add("rdate", [on - gap for on, *_ in again])
