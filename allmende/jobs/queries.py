"""Is somebody at work, and what fails?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from allmende.jobs.models import JobState, Worker

ALIVE = timedelta(seconds=60)


def is_worker_alive(now: datetime) -> bool:
    """Whether a worker was seen within a minute: what `/ready` asks."""
    return Worker.objects.filter(seen_at__gte=now - ALIVE).exists()


def failing_jobs() -> Sequence[JobState]:
    """Jobs whose last run failed, the longest row of failures first."""
    return list(JobState.objects.filter(failures_in_row__gt=0).order_by("-failures_in_row", "name"))
