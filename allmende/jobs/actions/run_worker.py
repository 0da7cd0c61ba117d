"""One worker process: a thread per lane, a heartbeat, and an end that leaves nothing half done."""

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import datetime

from django.db import connection
from django.utils import timezone

from allmende.jobs.actions.bury_workers import bury_workers, worker_name
from allmende.jobs.actions.find_jobs import LANES, Job, Lane, find_jobs
from allmende.jobs.actions.lease_job import Lease, due_jobs, finish_job, lease_job, register_jobs, renew_leases
from allmende.jobs.models import Worker

log = logging.getLogger("allmende.jobs")

Clock = Callable[[], datetime]
BEAT_SECONDS = 5.0
LOOK_SECONDS = 0.5
# How soon a job that can name its next moment learns of what another process has just written.
GLANCE_SECONDS = 0.1
# Whoever started a worker waits fifteen seconds for its end (`config.supervisor`): all its lanes together have fewer.
LAST_SECONDS, LAST_BEAT_SECONDS = 12.0, 2.0
# How long one lane computes before others that have just heard from a network or the database go on. Python's own 5 ms, met at
# every answer, would let a lane that measures slow down all that speak.
SWITCH_SECONDS = 0.0005
_stop: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


def run_worker(
    stop: threading.Event,
    now: Clock = timezone.now,
    jobs: Sequence[Job] | None = None,
    last_seconds: float = LAST_SECONDS,
) -> bool:
    """Run every room's jobs until `stop` is set; returns when the runs in progress have ended, or so many seconds later.

    Several workers may run at once, on one machine or on many. A job that raises never stops the others. False: a run goes on,
    and its process is to end all the same; what it left is found by the next worker, as after any other death.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    found = find_jobs() if jobs is None else tuple(jobs)
    name = worker_name()
    held = _Held()
    register_jobs(jobs=found, now=now())
    beat_worker(name=name, now=now())
    lanes = [
        threading.Thread(target=_run_lane, args=(lane, found, name, held, stop, now), name=lane, daemon=True)
        for lane in LANES
    ]
    ended = threading.Event()
    heart = threading.Thread(target=_beat, args=(name, held, ended, now), name="heart", daemon=True)
    for thread in (heart, *lanes):
        thread.start()
    stop.wait()
    late = _outlast(lanes, time.monotonic() + last_seconds)
    ended.set()
    heart.join(LAST_BEAT_SECONDS)
    if late:
        log.warning("Ended while still at work: %s", ", ".join(late))
        return False
    Worker.objects.filter(name=name).delete()
    return True


def _outlast(lanes: Sequence[threading.Thread], end: float) -> list[str]:
    """Wait for these threads until then (`time.monotonic`); the names of those that go on."""
    for thread in lanes:
        thread.join(max(end - time.monotonic(), 0.0))
    return [thread.name for thread in lanes if thread.is_alive()]


def run_due(*, jobs: Sequence[Job], holder: str, now: Clock, held: "_Held | None" = None) -> int:
    """Run each of `jobs` that is due or woken, one after another; how many ran. What a job raises is logged and backed off."""
    ran, woken = 0, _woken(jobs, now())
    due = due_jobs(jobs=jobs, holder=holder, now=now())
    for job in (job for job in jobs if job in due or job in woken):
        lease = lease_job(job=job, holder=holder, now=now(), is_woken=job in woken)
        if lease is None:
            continue
        ran += 1
        if held:
            held.add(lease)
        try:
            error = _run(job, now)
        finally:
            if held:
                held.remove(lease)
        if not finish_job(lease=lease, now=now(), error=error):
            log.warning("%s: the lease was lost while it ran", job.name)
    return ran


def ending() -> Callable[[], bool]:
    """A question for this run and the threads it begins: was the worker told to stop? A long run begins nothing new then."""
    stop = _stop.get()
    return stop.is_set if stop else lambda: False


def beat_worker(*, name: str, now: datetime) -> None:
    """Say that this worker is alive, and bury those that are not."""
    Worker.objects.update_or_create(
        name=name, defaults={"seen_at": now}, create_defaults={"seen_at": now, "started_at": now}
    )
    bury_workers(now=now)


class _Held:
    """The leases this process holds right now, shared between its lanes and its heart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leases: set[Lease] = set()

    def add(self, lease: Lease) -> None:
        with self._lock:
            self._leases.add(lease)

    def remove(self, lease: Lease) -> None:
        with self._lock:
            self._leases.discard(lease)

    def all(self) -> tuple[Lease, ...]:
        with self._lock:
            return tuple(self._leases)


def _run(job: Job, now: Clock) -> str:
    """The traceback if the job raised, else nothing."""
    try:
        job.run(now())
    except Exception:
        log.exception("%s failed", job.name)
        return traceback.format_exc(limit=-3)
    return ""


def _run_lane(lane: Lane, jobs: Sequence[Job], name: str, held: _Held, stop: threading.Event, now: Clock) -> None:
    _stop.set(stop)
    mine = [job for job in jobs if job.lane == lane]
    while mine and not stop.is_set():
        _guarded(lambda: run_due(jobs=mine, holder=f"{name}/{lane}", now=now, held=held))
        stop.wait(_pause(mine, now))
    connection.close()


def _woken(jobs: Sequence[Job], now: datetime) -> list[Job]:
    """Those for whom something has just become due."""
    return [job for job in jobs if job.next_due and (at := job.next_due(now)) and at <= now]


def _pause(jobs: Sequence[Job], now: Clock) -> float:
    """How long to rest before looking again: no longer than until the next moment that a job names."""
    named = [job.next_due for job in jobs if job.next_due]
    if not named:
        return LOOK_SECONDS
    try:
        moments = [at for one in named if (at := one(now()))]
    except Exception:  # noqa: BLE001 - the database is away; the lane says so when it looks again
        return LOOK_SECONDS
    return min([GLANCE_SECONDS, *(max((at - now()).total_seconds(), 0.001) for at in moments)])


def _beat(name: str, held: _Held, ended: threading.Event, now: Clock) -> None:
    while not ended.wait(BEAT_SECONDS):
        _guarded(lambda: beat_worker(name=name, now=now()))
        _guarded(lambda: renew_leases(leases=held.all(), now=now()))
    connection.close()


def _guarded(turn: Callable[[], object]) -> None:
    """A database that is away for a while is not the end of a worker."""
    try:
        turn()
    except Exception:
        log.exception("The worker goes on after")
    finally:
        if connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()
