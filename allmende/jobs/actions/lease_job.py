"""Who runs which job: a lease taken by one conditional update, renewed while it runs, written back under its fence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from allmende.jobs.actions.find_jobs import Job
from allmende.jobs.models import JobState

LEASE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
ERROR_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run `job` until the lease ends; a higher fence in the row means that somebody else has it."""

    job: Job
    holder: str
    fence: int


def register_jobs(*, jobs: Sequence[Job], now: datetime) -> None:
    """Give each job its row, due at once; rows of jobs that no longer exist stay and harm nobody."""
    JobState.objects.bulk_create([JobState(name=job.name, next_at=now) for job in jobs], ignore_conflicts=True)


def due_jobs(*, jobs: Sequence[Job], holder: str, now: datetime) -> list[Job]:
    """Those of `jobs` that look due and free, in their order. Whether one gets a job only its lease decides."""
    names = [job.name for job in jobs]
    due = set(
        JobState.objects.filter(_is_free(holder, now), name__in=names, next_at__lte=now).values_list("name", flat=True)
    )
    return [job for job in jobs if job.name in due]


def lease_job(*, job: Job, holder: str, now: datetime, is_woken: bool = False) -> Lease | None:
    """Take the job if it is due (or was woken) and nobody else holds it; None otherwise.

    A holder runs one job at a time: what it still holds is a run whose end the database could not take.
    """
    due = Q() if is_woken else Q(next_at__lte=now)
    taken = JobState.objects.filter(_is_free(holder, now), due, name=job.name).update(
        holder=holder, fence=F("fence") + 1, lease_until=now + LEASE, started_at=now
    )
    if not taken:
        return None
    fence = JobState.objects.filter(name=job.name, holder=holder).values_list("fence", flat=True).first()
    return Lease(job, holder, fence) if fence is not None else None


def renew_leases(*, leases: Sequence[Lease], now: datetime) -> None:
    """Say that these runs are alive; a lease that was lost stays lost."""
    for lease in leases:
        JobState.objects.filter(name=lease.job.name, holder=lease.holder, fence=lease.fence).update(
            lease_until=now + LEASE
        )


def finish_job(*, lease: Lease, now: datetime, error: str = "") -> bool:
    """Write how the run ended and when the next is due; after failures in a row the pauses grow to ten minutes.

    False if the lease was lost in between: then somebody else's row stays as it is.
    """
    row = JobState.objects.filter(name=lease.job.name, holder=lease.holder, fence=lease.fence)
    if not error:
        pause, failures = lease.job.every, 0
    else:
        failures = (row.values_list("failures_in_row", flat=True).first() or 0) + 1
        pause = max(lease.job.every, min(timedelta(seconds=2 ** min(failures, 12)), LONGEST_PAUSE))
    return bool(
        row.update(
            lease_until=None,
            holder="",
            next_at=now + pause,
            runs=F("runs") + 1,
            failures_in_row=failures,
            finished_at=now,
            last_error=error[:ERROR_LENGTH],
        )
    )


def _is_free(holder: str, now: datetime) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lt=now) | Q(holder=holder)
