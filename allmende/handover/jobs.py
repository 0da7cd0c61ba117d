"""What is due here: looks back at handovers after 30 and 90 days, books to set, books nobody read in."""

from datetime import datetime, timedelta

from allmende.handover.actions import drop_old_books, remind_of_checks, set_books
from allmende.jobs.actions import Job


def remind(now: datetime) -> int:
    """Tell whoever should look back at a handover; returns how many were told."""
    return remind_of_checks(now=now)


def typeset(now: datetime) -> int:
    """Set the books that were asked for; returns how many."""
    return set_books(now=now)


def put_away(now: datetime) -> int:
    """Put uploaded books away that nobody decided about; returns how many."""
    return drop_old_books(now=now)


JOBS = (
    Job("handover.remind", remind, timedelta(hours=1), "measure"),
    Job("handover.put_away", put_away, timedelta(hours=1), "measure"),
    Job("handover.typeset", typeset, timedelta(seconds=5), "measure"),
)
