"""What an address asks for."""

from datetime import date

from django.utils.dateparse import parse_date


def asked_day(said: str) -> date | None:
    """The day an address names, or None for anything else."""
    try:
        return parse_date(said)
    except ValueError:
        return None
