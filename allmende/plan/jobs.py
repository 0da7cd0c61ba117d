"""What is due here: plans whose owner left."""

from datetime import datetime, timedelta

from allmende.jobs.actions import Job
from allmende.plan.actions import find_ownerless


def notice_leaving(now: datetime) -> int:
    """Plans that nobody answers for any more say so; returns how many."""
    return find_ownerless(now=now)


JOBS = (Job("plan.ownerless", notice_leaving, timedelta(minutes=5)),)
