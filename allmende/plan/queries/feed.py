"""A person's steps and checks as a calendar other programs read (RFC 5545)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from allmende.plan import states
from allmende.plan.models import STEPS_FEED, CalendarFeed, Invitation, Step, StepProgress
from allmende.plan.queries.facts import version_in_force
from allmende.plan.queries.steps import progress_of
from allmende.team.models import Person

# Steps that ended longer ago leave the calendar.
KEPT_DAYS = 90


@dataclass(frozen=True)
class FeedPage:
    """Whether an address is open, since when, and how many steps and checks it would show."""

    feed: CalendarFeed | None
    events: int


def open_feed(person: Person, kind: str = STEPS_FEED) -> CalendarFeed | None:
    """The person's calendar address of this kind, if one is open."""
    return CalendarFeed.objects.filter(person=person, kind=kind, revoked_at__isnull=True).first()


def feed_page(person: Person, today: date) -> FeedPage:
    """What a person sees of their own calendar address."""
    return FeedPage(open_feed(person), sum(1 for _event in _events(person, today)))


def calendar_of(person: Person, today: date, address_of: Callable[[Step], str]) -> bytes:
    """The calendar file: whole days, tentative until they are agreed. Its bytes change only when what it says does."""
    calendar = published_calendar("plan", _("Steps: %(workspace)s") % {"workspace": person.workspace.name})
    invited = dict(Invitation.objects.filter(person=person).values_list("key", "sequence"))
    for step, progress, day, is_check, stamp in _events(person, today):
        event = _event(step, progress, day, is_check, stamp, address_of(step))
        event.add("sequence", 0 if is_check else invited.get(step.key, 0))
        calendar.add_component(event)
    return calendar.to_ical()


def published_calendar(room: str, name: str) -> Calendar:
    """A calendar without events yet, which programs look at again every hour."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Allmende//{room}//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    return calendar


def invitation_of(
    invitation: Invitation, step: Step | None, progress: StepProgress, address: str, organizer: str, method: str
) -> str:
    """One step for the calendar of one who does it (RFC 5546): the event of the feed, under the same name and count.

    `step` is None when the plan has it no more: then only its name is taken back.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Allmende//plan//")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if step is None:
        event = Event()
        event.add("uid", uid_of(invitation.key))
        event.add("dtstamp", invitation.told_at.astimezone(UTC))
        event.add("dtstart", invitation.on_date)
        event.add("dtend", invitation.on_date + timedelta(days=1))
        event.add("summary", invitation.what)
    else:
        event = _event(step, progress, invitation.on_date, False, invitation.told_at, address)
    if method == "CANCEL":
        event["status"] = "CANCELLED"
    event.add("sequence", invitation.sequence)
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    event.add("attendee", _attendee(invitation.person, method))
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _attendee(person: Person, method: str) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{person.user.email}")
    attendee.params["CN"] = person.name
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    if method == "REQUEST":
        attendee.params["PARTSTAT"] = "NEEDS-ACTION"
        attendee.params["RSVP"] = "TRUE"
    return attendee


def uid_of(key: str) -> str:
    """The name of a step in every calendar."""
    return f"{key}-do@allmende"


def _events(person: Person, today: date) -> Iterator[tuple[Step, StepProgress, date, bool, datetime]]:
    """(step, how far it is, day, is it a check, when it was last touched) of all that waits for the person or did lately."""
    version = version_in_force(person.workspace)
    if version is None:
        return
    progress = progress_of(person.workspace)
    steps = Step.objects.filter(version=version).select_related("owner", "controller", "tactic__strategy__objective")
    mine = str(person.pk)
    for step in steps.order_by("due_date", "key"):
        known = progress.get(step.key) or StepProgress()
        due, control = known.due_day(step), known.control_day(step)
        if known.state == states.CANCELLED or max(due, control or due) < today - timedelta(days=KEPT_DAYS):
            continue
        stamp = max(filter(None, (version.published_at, known.changed_at)), default=version.created_at)
        if mine in {str(step.owner_id), str(step.accountable_id), *step.also_by}:
            yield step, known, due, False, stamp
        if step.controller_id == person.pk:
            yield step, known, control or due, True, stamp


def _event(step: Step, progress: StepProgress, day: date, is_check: bool, stamp: datetime, address: str) -> Event:
    event = Event()
    event.add("uid", f"{step.key}-check@allmende" if is_check else uid_of(step.key))
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", _title(step, progress, is_check))
    event.add("description", _words(step, address))
    event.add("status", "CONFIRMED" if is_check or progress.agreed_at else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("url", address)
    if step.where:
        event.add("location", step.where)
    return event


def _title(step: Step, progress: StepProgress, is_check: bool) -> str:
    if is_check:
        is_checked = progress.state in states.CHECKS
        return (_("Checked: %(what)s") if is_checked else _("Check: %(what)s")) % {"what": step.what}
    if progress.state in (states.DONE, states.CHECKED):
        return _("Done: %(what)s") % {"what": step.what}
    return step.what


def _words(step: Step, address: str) -> str:
    tactic, objective = step.tactic, step.tactic.strategy.objective
    names = {"name": step.owner.name, "tactic": f"{tactic.code} {tactic.name}"}
    lines = [
        _("%(name)s does it, tactic %(tactic)s") % names,
        f"{objective.code} {objective.short_name}",
        step.how,
        _("Needed: %(means)s") % {"means": step.means} if step.means else "",
        address,
    ]
    return "\n".join(line for line in lines if line)
