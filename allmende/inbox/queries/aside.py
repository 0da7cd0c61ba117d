"""Moments until which a conversation is usually laid aside."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone

from allmende.domain.service_hours import Hours, NeverOpen, add_service_time
from allmende.domain.weeks import monday_of
from allmende.inbox.models import Conversation
from allmende.team.queries import default_hours, hours_of

# The first minute of a stretch of service time finds its beginning.
MINUTE, DAY, WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)


def moments_aside(conversation: Conversation, hours: Hours | None, now: datetime) -> Sequence[tuple[str, datetime]]:
    """Pairs of code and moment: "members" (their window ends), "hour", "tomorrow" and "week" (when service begins).

    Days are those of the active time zone; without service hours a day begins at eight.
    """
    found: list[tuple[str, datetime]] = []
    if conversation.members_until and conversation.members_until > now:
        found.append(("members", conversation.members_until))
    found.append(("hour", now + timedelta(hours=1)))
    today = timezone.localtime(now).date()
    for code, on in (("tomorrow", today + DAY), ("week", monday_of(today) + WEEK)):
        begins = _first_service(hours, on)
        if begins not in [at for _, at in found]:
            found.append((code, begins))
    return found


def moments_for(conversation: Conversation, now: datetime) -> Sequence[tuple[str, datetime]]:
    """The same for a conversation alone, in up to three queries for its channel's hours."""
    hours = conversation.channel.hours or default_hours(conversation.workspace)
    return moments_aside(conversation, hours_of(hours, range(now.year, now.year + 2)), now)


def _first_service(hours: Hours | None, day: object) -> datetime:
    midnight = timezone.make_aware(datetime.combine(day, time(0)))  # type: ignore[arg-type]
    if hours is None or not hours.is_ever_open:
        return midnight + timedelta(hours=8)
    try:
        return add_service_time(hours, midnight, MINUTE) - MINUTE
    except NeverOpen:
        return midnight + timedelta(hours=8)
