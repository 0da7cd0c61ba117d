"""What is due here: members who asked to be forgotten."""

from datetime import datetime, timedelta

from allmende.jobs.actions import Job
from allmende.members.actions import erase_due as forget_due


def erase_due(now: datetime) -> int:
    """Steps of erasures that are open, and what had to be kept until now; returns how many were done."""
    return forget_due(now=now)


JOBS = (Job("members.erase_due", erase_due, timedelta(seconds=20), "measure"),)
