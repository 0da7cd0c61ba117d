"""One worker as two processes: what speaks has one of its own, so that nothing else takes Python's turn from it (decision 33)."""

import ctypes
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import NoReturn

from django.db import connection, connections

from allmende.jobs.actions.find_jobs import Job, find_jobs
from allmende.jobs.actions.run_worker import run_worker

log = logging.getLogger("allmende.jobs")

APART = "speak"
LOOK_SECONDS = 0.5
_PR_SET_PDEATHSIG = 1


def is_shared() -> bool:
    """Only Linux can tie two processes together like this. On SQLite two that write all the time leave no turn to the pages:
    writers of one process stand in a row (decision 28), those of several take what they find."""
    return sys.platform.startswith("linux") and connection.vendor != "sqlite"


def share_work(stop: threading.Event) -> bool:
    """Run every room's jobs until `stop` is set, the lane that speaks in a process of its own; call it in the main thread and
    before any other runs.

    A signal handler that sets `stop` does so in both. The other process ends with this one, however this one ends. False if it
    ended by itself: then this one ended as well, and whoever started it starts both anew. Where `is_shared` says no, one does
    everything.
    """
    jobs = find_jobs()
    if not is_shared():
        _leave_unless(run_worker(stop, jobs=jobs))
        return True
    # Inherited as ignored, it would let the kernel forget how the other process ended, and nobody would be told.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    arrange = _die_with_parent(os.getpid())
    connections.close_all()
    gc.freeze()  # collecting would write to what both share
    speaking = [job for job in jobs if job.lane == APART]
    child = os.fork()
    if child == 0:
        _speak(stop, speaking, arrange)
    return _do_the_rest(child, stop, [job for job in jobs if job.lane != APART])


def _speak(stop: threading.Event, jobs: Sequence[Job], arrange: Callable[[], None]) -> NoReturn:
    status = 1
    try:
        arrange()
        run_worker(stop, jobs=jobs)
        status = 0
    except Exception:
        log.exception("The process that speaks ended")
    finally:
        os._exit(status)  # what the other one began is not ended twice


def _do_the_rest(child: int, stop: threading.Event, jobs: Sequence[Job]) -> bool:
    is_told = threading.Event()
    watch = threading.Thread(target=_watch, args=(child, stop, is_told), name="watch", daemon=True)
    watch.start()
    is_whole = True
    try:
        is_whole = run_worker(stop, jobs=jobs)
    finally:
        stop.set()
        watch.join()
    _leave_unless(is_whole, status=0 if is_told.is_set() else 1)
    return is_told.is_set()


def _leave_unless(is_whole: bool, status: int = 0) -> None:
    """End at once where a run goes on: what Python does at its end would meet a thread that still computes, or wait for it."""
    if not is_whole:
        logging.shutdown()
        os._exit(status)


def _watch(child: int, stop: threading.Event, is_told: threading.Event) -> None:
    """Tell it to end when we end, and end when it ends."""
    while not stop.wait(LOOK_SECONDS):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            log.error("The process that speaks ended by itself (status %s)", os.waitstatus_to_exitcode(status))
            stop.set()
            return
    is_told.set()
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)


def _die_with_parent(parent: int) -> Callable[[], None]:
    """Loaded before the fork, not after it."""
    libc = ctypes.CDLL(None)

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return arrange
