"""Ask somebody from outside to read their briefing: whoever is taken in only reads until they confirmed it (S4-15)."""

from datetime import datetime

from django.urls import reverse

from allmende.team.actions.see_notices import settle_notices
from allmende.team.actions.send_notice import send_notice
from allmende.team.models import Person
from allmende.team.queries import is_briefed

KIND = "team.briefing_asked"


def ask_briefing(*, colleague: Person, now: datetime) -> None:
    """From now on they only read; they are told where their briefing stands."""
    _write(colleague, now)
    _tell(colleague, now)


def ask_who_stays(*, colleague: Person, now: datetime) -> None:
    """Somebody who works here already is from outside from now on. They are asked as well and get no further duty before they
    confirmed; what they wrote waits in their name, so they go on with everything else."""
    if colleague.only_reads or not is_briefed(colleague):
        _tell(colleague, now)


def end_asking(*, colleague: Person, now: datetime) -> None:
    """They confirmed it, and may do what their role lets them."""
    _write(colleague, None)
    settle_briefing(colleague, now)


def settle_briefing(colleague: Person, now: datetime) -> None:
    """It is confirmed, or they come from outside no longer: nothing asks for it on Today."""
    settle_notices(people=[colleague], starts=[f"{KIND}:"], now=now)


def _tell(colleague: Person, now: datetime) -> None:
    url, values = reverse("web:briefing", args=[colleague.workspace.slug]), {"goes_on": not colleague.only_reads}
    send_notice(person=colleague, kind=KIND, values=values, url=url, once_key=f"{KIND}:{now.isoformat()}", now=now)


def _write(colleague: Person, at: datetime | None) -> None:
    Person.objects.filter(pk=colleague.pk).update(briefing_asked_at=at)
    colleague.briefing_asked_at = at
