"""Weeks as people here count them: from Monday to Sunday."""

from datetime import date, timedelta


def monday_of(day: date) -> date:
    """The Monday of the week `day` lies in; a Monday is its own."""
    return day - timedelta(days=day.weekday())
