"""What is due here: reminders of approvals."""

from datetime import datetime, timedelta

from allmende.editorial.actions import remind_of_approvals
from allmende.jobs.actions import Job


def remind_reviewers(now: datetime) -> int:
    """Steps of approval that are due, late or stalled; returns how many reminders went out."""
    return remind_of_approvals(now=now)


JOBS = (Job("editorial.remind_reviewers", remind_reviewers, timedelta(minutes=10), "measure"),)
