"""What an address asks for, and what a form has seen."""

from datetime import date

from django.http import HttpRequest
from django.utils.dateparse import parse_date

from allmende.domain.slots import is_in_reach


def asked_day(said: str) -> date | None:
    """The day an address names, or None for anything else and for days nobody can mean."""
    try:
        on = parse_date(said)
    except ValueError:
        return None
    return on if on and is_in_reach(on) else None


def seen_revision(request: HttpRequest) -> int | None:
    """Which revision of a record the form that was sent had seen."""
    number = request.POST.get("revision", "")
    return int(number) if number.isdecimal() else None
