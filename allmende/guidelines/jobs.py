"""What is due here: reaction plans whose day to be looked at again has come."""

from datetime import datetime, timedelta

from allmende.guidelines.actions import begin_reviews
from allmende.jobs.actions import Job


def review_due(now: datetime) -> int:
    """Reaction plans that are to be looked at again; returns how many."""
    return begin_reviews(now=now)


JOBS = (Job("guidelines.review_due", review_due, timedelta(minutes=30), "measure"),)
