"""What is due here: tokens of people who left, and deliveries nobody sends again."""

from datetime import datetime, timedelta

from allmende.api.actions import forget_sent, revoke_left_behind
from allmende.jobs.actions import Job


def find_left_behind(now: datetime) -> int:
    """Tokens of people who left; they opened nothing since. Returns how many were revoked."""
    return revoke_left_behind(now=now)


def forget(now: datetime) -> int:
    """Deliveries beyond their time; returns how many."""
    return forget_sent(now=now)


JOBS = (
    Job("api.forget", forget, timedelta(hours=6), "measure"),
    Job("api.left_behind", find_left_behind, timedelta(minutes=10), "measure"),
)
