"""The caretaker: finds each room's jobs by name, leases what is due and runs it."""

from allmende.jobs.actions.bury_workers import is_gone, worker_name
from allmende.jobs.actions.find_jobs import Job, Lane, find_jobs
from allmende.jobs.actions.lease_job import Lease, finish_job, lease_job, renew_leases
from allmende.jobs.actions.run_worker import ending, run_due, run_worker
from allmende.jobs.actions.share_work import share_work

__all__ = [
    "Job",
    "Lane",
    "Lease",
    "ending",
    "find_jobs",
    "finish_job",
    "is_gone",
    "lease_job",
    "renew_leases",
    "run_due",
    "run_worker",
    "share_work",
    "worker_name",
]
