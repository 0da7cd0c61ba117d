"""Count who followed a link: one line in a file at once, so that nobody waits for the database; a job counts the lines.

A line holds the link and the day, nothing of whoever followed it.
"""

import fcntl
import logging
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from allmende.channels.models import CountedFile, LinkDay, TrackedLink

log = logging.getLogger("allmende.channels")

OPEN_NAME = "open"


def note_click(*, link: TrackedLink, now: datetime) -> None:
    """One more on the link's day. Neither a busy database nor a full disk keeps anybody from arriving."""
    line = f"{link.pk} {link.workspace.day_at(now).isoformat()}\n".encode()
    try:
        with _open_page() as page:
            os.write(page.fileno(), line)
    except OSError as error:
        log.warning("a click on a tracked link was not counted: %s", error)


def count_clicks(*, now: datetime) -> int:
    """Put what was noted since the last time into the days' counts, each file once; how many clicks."""
    folder = _folder()
    _turn_page(folder)
    return sum(_count(page, now) for page in sorted(folder.glob("*.clicks")))


def _folder() -> Path:
    folder: Path = settings.DATA / "clicks"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _open_page() -> IO[bytes]:
    """The page being written, under a lock shared by all who write; another one if it was turned meanwhile."""
    path = _folder() / OPEN_NAME
    while True:
        page = path.open("ab", buffering=0)
        fcntl.flock(page, fcntl.LOCK_SH)
        try:
            if os.fstat(page.fileno()).st_ino == path.stat().st_ino:
                return page
        except FileNotFoundError:
            pass
        page.close()


def _turn_page(folder: Path) -> None:
    try:
        (folder / OPEN_NAME).rename(folder / f"{secrets.token_hex(16)}.clicks")
    except FileNotFoundError:
        return


def _count(page: Path, now: datetime) -> int:
    """Counts and the name of the file stand in one transaction; killed before the file is gone, we know it again."""
    try:
        file = page.open("rb")
    except FileNotFoundError:  # another worker was here
        return 0
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)  # whoever still writes on it ends first, and another who counts it
        found: Counter[tuple[UUID, date]] = Counter(_lines(file) if page.exists() else ())
        if found and not _keep(page.name, found, now):
            found.clear()
        page.unlink(missing_ok=True)
        CountedFile.objects.filter(name=page.name).delete()
    return found.total()


def _keep(name: str, found: Counter[tuple[UUID, date]], now: datetime) -> bool:
    """False if this file was counted before."""
    with transaction.atomic():
        _known, is_new = CountedFile.objects.get_or_create(name=name, defaults={"counted_at": now})
        if is_new:
            _add(found)
    return is_new


def _lines(file: IO[bytes]) -> Iterator[tuple[UUID, date]]:
    """What stands there; half a line, left by a full disk, counts for nothing."""
    for line in file:
        try:
            pk, day = line.decode().split()
            yield UUID(pk), date.fromisoformat(day)
        except ValueError:
            continue


def _add(found: Counter[tuple[UUID, date]]) -> None:
    known = set(TrackedLink.objects.filter(pk__in={pk for pk, _day in found}).values_list("pk", flat=True))
    for (pk, day), times in sorted(found.items()):
        if pk in known:
            row, _is_new = LinkDay.objects.get_or_create(link_id=pk, day=day)
            LinkDay.objects.filter(pk=row.pk).update(times=F("times") + times)
