"""What is due here: counting what members do."""

from datetime import datetime, timedelta

from allmende.behaviours.actions import forget_sampled, measure_workspace, remind_samples
from allmende.behaviours.queries.due import due_workspaces
from allmende.jobs.actions import Job
from allmende.ledger.engine_address import Lacking

KEPT_FOR = timedelta(days=730)


def measure(now: datetime) -> int:
    """Fill the ledger where something changed, count and judge again; returns how many workspaces. One that is too big for the
    memory or the disk there is keeps no other from being counted; Lacking is raised after the last."""
    due = due_workspaces(now)
    lacking: Lacking | None = None
    for workspace in due:
        try:
            measure_workspace(workspace=workspace, now=now)
        except Lacking as fault:
            lacking = fault
    if lacking:
        raise lacking
    return len(due)


def see_to_samples(now: datetime) -> int:
    """Remind of second coders, and forget drawn cases after two years, as long as raw events with a person are kept (4.6);
    returns how many."""
    return remind_samples(now=now) + forget_sampled(before=now - KEPT_FOR)


JOBS = (
    Job("behaviours.measure", measure, timedelta(seconds=10), "measure"),
    Job("behaviours.samples", see_to_samples, timedelta(hours=1), "measure"),
)
