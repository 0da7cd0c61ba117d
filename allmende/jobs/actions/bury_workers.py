"""Workers that died on this machine: their leases are free at once, not only when they end."""

import os
import secrets
import socket
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.db.models import Q

from allmende.jobs.models import JobState, Worker

FORGOTTEN = timedelta(days=1)


@lru_cache(maxsize=1)
def place_name() -> str:
    """This machine as process numbers see it: host, boot and process namespace. Elsewhere a number means another process."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    namespace = Path("/proc/self/ns/pid")
    known = boot.exists() and namespace.is_symlink()
    return f"{socket.gethostname()[:30]}-{boot.read_text()[:8]}-{namespace.readlink().name[5:-1]}" if known else ""


def worker_name() -> str:
    """A name for this process that tells others here whether it still lives."""
    return f"{place_name() or socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"


def bury_workers(*, now: datetime) -> int:
    """Forget workers of this machine that no longer run, freeing their jobs, and those nobody saw for a day."""
    Worker.objects.filter(seen_at__lt=now - FORGOTTEN).delete()
    if not place_name():
        return 0
    dead = [
        name
        for name in Worker.objects.filter(name__startswith=f"{place_name()}:").values_list("name", flat=True)
        if not _is_running(int(name.split(":")[1]))
    ]
    for name in dead:
        JobState.objects.filter(Q(holder=name) | Q(holder__startswith=f"{name}/")).update(lease_until=None, holder="")
        Worker.objects.filter(name=name).delete()
    return len(dead)


def is_gone(worker: str) -> bool:
    """Whether the process of that `worker_name` certainly runs no more: it was on this machine and is not there."""
    place, _, rest = worker.partition(":")
    pid = rest.partition(":")[0]
    return bool(place_name()) and place == place_name() and pid.isdigit() and not _is_running(int(pid))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _is_no_zombie(pid)


def _is_no_zombie(pid: int) -> bool:
    """A killed process whose parent has not looked yet is dead all the same."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True
