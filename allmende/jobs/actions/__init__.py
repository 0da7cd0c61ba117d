"""The caretaker: finds each room's jobs by name, leases what is due and runs it."""

from allmende.jobs.actions.find_jobs import Job, Lane, find_jobs
from allmende.jobs.actions.lease_job import Lease, finish_job, lease_job, renew_leases
from allmende.jobs.actions.run_worker import run_due, run_worker

__all__ = ["Job", "Lane", "Lease", "find_jobs", "finish_job", "lease_job", "renew_leases", "run_due", "run_worker"]
