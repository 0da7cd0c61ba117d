"""Months under names of their own for the length of a count: for engines whose processes cannot be handed an open file.

A link leads to the file it was made for, whatever takes the file's place. Its folder is locked as long as somebody counts;
what a killed count left behind goes with the next count or the next month that is written, so that nobody who is to be
forgotten stays in it.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

_PREFIX = "counting-"
_LOCK = "lock"


@contextmanager
def linked(folder: Path, paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Links to these files, which lie in `folder`. Entered by the folder's only writer; whoever has them needs to be no
    writer any more."""
    place = Path(mkdtemp(prefix=_PREFIX, dir=folder))
    try:
        with (place / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for path in paths:
                os.link(path, place / path.name)
            yield tuple(place / path.name for path in paths)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def drop_left_behind(folder: Path) -> None:
    """Remove the links of counts that are no more. The caller is the folder's only writer."""
    for place in folder.glob(f"{_PREFIX}*"):
        if not _is_in_use(place):
            shutil.rmtree(place, ignore_errors=True)


def _is_in_use(place: Path) -> bool:
    try:
        with (place / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
