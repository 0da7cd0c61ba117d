"""What is due here: values beyond their natural limits, what gathers dust, plans whose owner left."""

from datetime import datetime, timedelta

from allmende.jobs.actions import Job
from allmende.plan.actions import ask_for_judgements, find_ownerless, tell_of_dust


def look_at_values(now: datetime) -> int:
    """Hold new values against their natural limits; returns how many judgements were asked for."""
    return ask_for_judgements(now=now)


def find_dust(now: datetime) -> int:
    """Tell who answers for a plan what gathers dust; returns how many were told."""
    return tell_of_dust(now=now)


def notice_leaving(now: datetime) -> int:
    """Plans that nobody answers for any more say so; returns how many."""
    return find_ownerless(now=now)


JOBS = (
    Job("plan.judgements", look_at_values, timedelta(seconds=30), "measure"),
    Job("plan.dust", find_dust, timedelta(hours=6), "measure"),
    Job("plan.ownerless", notice_leaving, timedelta(minutes=5), "measure"),
)
