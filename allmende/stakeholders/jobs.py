"""What is due here: released reports as PDF."""

from datetime import datetime, timedelta

from allmende.jobs.actions import Job
from allmende.stakeholders.actions import typeset_released


def typeset(now: datetime) -> int:
    """Set released reports that have no file yet; returns how many."""
    return typeset_released(now=now)


JOBS = (Job("stakeholders.typeset", typeset, timedelta(seconds=5), "measure"),)
