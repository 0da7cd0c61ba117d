"""A person's own shifts as a calendar other programs read (RFC 5545; S2-19)."""

from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from icalendar import Event

from allmende.plan.queries.feed import KEPT_DAYS, FeedPage, open_feed, published_calendar
from allmende.plan.states import SHIFTS_FEED
from allmende.team import states
from allmende.team.catalogue import DUTY_KIND_WORDS, SHIFT_STATE_WORDS
from allmende.team.models import Person, Shift


def shift_feed_page(person: Person, now: datetime) -> FeedPage:
    """What a person sees of the calendar address of their own shifts."""
    return FeedPage(open_feed(person, SHIFTS_FEED), _shifts(person, now).count())


def calendar_of_shifts(person: Person, now: datetime, address: str) -> bytes:
    """The calendar file; one query. Nobody else's name and no hand-over note stands in it: it is read without log-in."""
    calendar = published_calendar("duty", _("Duty: %(workspace)s") % {"workspace": person.workspace.name})
    for shift in _shifts(person, now):
        calendar.add_component(_event(shift, address))
    return bytes(calendar.to_ical())


def _shifts(person: Person, now: datetime) -> "QuerySet[Shift]":
    rows = Shift.objects.filter(person=person, archived_at__isnull=True, ends_at__gte=now - timedelta(days=KEPT_DAYS))
    return rows.select_related("hours").order_by("starts_at", "pk")


def _event(shift: Shift, address: str) -> Event:
    kind = str(DUTY_KIND_WORDS[shift.kind])
    event = Event()
    event.add("uid", f"{shift.pk}-shift@allmende")
    event.add("dtstamp", shift.updated_at.astimezone(UTC))
    event.add("sequence", shift.revision)
    event.add("dtstart", shift.starts_at.astimezone(UTC))
    event.add("dtend", shift.ends_at.astimezone(UTC))
    event.add("summary", f"{kind}: {shift.hours.name}" if shift.hours else kind)
    event.add("description", f"{SHIFT_STATE_WORDS[shift.state]}\n{address}")
    event.add("status", "CONFIRMED" if shift.state in states.ACCEPTED else "TENTATIVE")
    event.add("url", address)
    return event
