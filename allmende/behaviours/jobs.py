"""What is due here: counting what members do."""

from datetime import datetime, timedelta

from allmende.behaviours.actions import measure_workspace
from allmende.behaviours.queries.due import due_workspaces
from allmende.jobs.actions import Job


def measure(now: datetime) -> int:
    """Fill the ledger where something changed, count and judge again; returns how many workspaces."""
    due = due_workspaces(now)
    for workspace in due:
        measure_workspace(workspace=workspace, now=now)
    return len(due)


JOBS = (Job("behaviours.measure", measure, timedelta(seconds=10), "measure"),)
