"""What is due here: forgetting which deliveries came, once nobody sends them again."""

from datetime import datetime, timedelta

from allmende.api.actions import forget_sent
from allmende.jobs.actions import Job


def forget(now: datetime) -> int:
    """Deliveries beyond their time; returns how many."""
    return forget_sent(now=now)


JOBS = (Job("api.forget", forget, timedelta(hours=6), "measure"),)
