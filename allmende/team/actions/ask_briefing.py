"""Ask somebody from outside to read their briefing: until they confirmed it they only read (S4-15)."""

from datetime import datetime

from django.urls import reverse

from allmende.team.actions.see_notices import settle_notices
from allmende.team.actions.send_notice import send_notice
from allmende.team.models import Person

KIND = "team.briefing_asked"


def ask_briefing(*, colleague: Person, now: datetime) -> None:
    """From now on they only read; they are told where their briefing stands."""
    _write(colleague, now)
    url = reverse("web:briefing", args=[colleague.workspace.slug])
    send_notice(person=colleague, kind=KIND, values={}, url=url, once_key=f"{KIND}:{now.isoformat()}", now=now)


def end_asking(*, colleague: Person, now: datetime) -> None:
    """They confirmed it, and may do what their role lets them."""
    _write(colleague, None)
    settle_briefing(colleague, now)


def settle_briefing(colleague: Person, now: datetime) -> None:
    """It is confirmed, or they come from outside no longer: nothing asks for it on Today."""
    settle_notices(people=[colleague], starts=[f"{KIND}:"], now=now)


def _write(colleague: Person, at: datetime | None) -> None:
    Person.objects.filter(pk=colleague.pk).update(briefing_asked_at=at)
    colleague.briefing_asked_at = at
