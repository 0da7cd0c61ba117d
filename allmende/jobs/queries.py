"""Is somebody at work, what fails, and is the database there?"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError

from allmende.jobs.models import JobState, Worker

ALIVE = timedelta(seconds=60)
# What SQLite says when it cannot now, in contrast to what it does not understand.
_NOT_NOW = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


def is_away(error: object) -> bool:
    """Whether this says that the database cannot answer now: locked, full, cut off, starting."""
    code = getattr(getattr(error, "__cause__", None), "sqlite_errorcode", None)
    is_passing = isinstance(error, OperationalError) and (code is None or code & 0xFF in _NOT_NOW)
    return is_passing or isinstance(error, InterfaceError)


def is_worker_alive(now: datetime) -> bool:
    """Whether a worker was seen within a minute: what `/ready` asks."""
    return Worker.objects.filter(seen_at__gte=now - ALIVE).exists()


def failing_jobs() -> Sequence[JobState]:
    """Jobs whose last run failed, the longest row of failures first."""
    return list(JobState.objects.filter(failures_in_row__gt=0).order_by("-failures_in_row", "name"))
