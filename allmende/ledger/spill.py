"""Where a count puts aside what does not fit into memory, what killed counts left there, and a disk that is full.

The folder of a count lies among temporary files and is locked as long as it counts: so whoever looks sees whether its process is
still there, whatever became of its number.
"""

import errno
import fcntl
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from allmende.ledger.engine_address import DiskFull

PREFIX = "allmende-ledger-"
_LOCK = "lock"
# Between making a folder and locking it lies a moment. One without a lock is of an edition that made none.
_LOCKED_WITHIN, _UNLOCKED_FOR = 60, 86_400
_FULL = (errno.ENOSPC, errno.EDQUOT)
# DuckDB counts what it put aside itself, and takes nine tenths of what is free for all there is.
_TOLD = ("max_temp_directory_size", *map(os.strerror, _FULL))


@contextmanager
def spilling() -> Iterator[Path]:
    """A folder among temporary files that goes with this count."""
    with TemporaryDirectory(prefix=PREFIX) as place, (Path(place) / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(place)


def drop_spilled(root: Path | None = None) -> int:
    """Remove what counts put aside whose process was killed; returns of how many. Those of other users stay."""
    left = [place for place in (root or Path(gettempdir())).glob(f"{PREFIX}*") if _is_left_behind(place)]
    for place in left:
        shutil.rmtree(place, ignore_errors=True)
    return len(left)


def _is_left_behind(place: Path) -> bool:
    with suppress(OSError):  # somebody else's, or gone meanwhile
        about = place.lstat()  # a link to a folder of ours, which anybody may lay there, is none of ours
        age = time.time() - about.st_mtime
        if age < _LOCKED_WITHIN or about.st_uid != os.getuid() or not stat.S_ISDIR(about.st_mode):
            return False
        if not (place / _LOCK).exists():
            return age > _UNLOCKED_FOR
        with (place / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def is_disk_full(fault: BaseException) -> bool:
    """Whether this says that there is no room left on the disk, in whichever library it was noticed."""
    return getattr(fault, "errno", None) in _FULL or any(words in str(fault) for words in _TOLD)


@contextmanager
def minding_disk() -> Iterator[None]:
    """Inside, a disk without room is DiskFull, and not a file that cannot be read."""
    import duckdb
    import pyarrow as pa

    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as fault:
        if is_disk_full(fault):
            raise DiskFull from fault
        raise
