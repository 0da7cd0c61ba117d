"""What is due here: what came of decisions, and candidates' data whose time is over."""

from datetime import datetime, timedelta

from allmende.jobs.actions import Job
from allmende.plan.actions import erase_expired, remind_decisions


def follow_up(now: datetime) -> int:
    """Ask what came of decisions whose day is here; returns how many."""
    return remind_decisions(now=now)


def erase(now: datetime) -> int:
    """Erase candidates' data that may not be kept any longer; returns how many."""
    return erase_expired(now=now)


JOBS = (
    Job("plan.follow_up", follow_up, timedelta(minutes=30), "measure"),
    Job("plan.erase", erase, timedelta(hours=6), "measure"),
)
