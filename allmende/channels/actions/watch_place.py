"""Before anything is said: are we still where we were, is the database still the one we worked with, did the clock jump?

A database copied to another machine, restored from a backup, or put back to an older state starts with publishing paused
(`reliability.md`, rule 11). What waits in it may have gone out elsewhere: it is asked for at the networks first.
"""

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from allmende.channels.actions.notify import notify_about_pause
from allmende.channels.models import Dispatch, Pause, Place
from allmende.channels.queries.places import Mark, fingerprint_of, mark_file, read_mark
from allmende.channels.states import CLOCK, COPIED, HELD, JOINED, RESTORED, UNCLEAR, WAITING
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Workspace
from allmende.team.queries import PreparedUpdate

# How long another machine has to show that it works with the same database.
SIGN_OF_LIFE = timedelta(seconds=30)
FARTHEST_JUMP = timedelta(minutes=5)
# How often the clock's position is kept; a smaller shift than this is no news.
KEPT_EVERY_SECONDS = 10.0
# How often the disk is told of claims, and from which size on their lines are put together into one.
SYNCED_EVERY_SECONDS = 1.0
LONGEST_BYTES = 4_000
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_synced_at = float("-inf")


@dataclass(frozen=True, slots=True)
class Uptime:
    """Seconds since the machine started, sleep included, which nobody can set; `boot` says since which start."""

    boot: str
    ticks: float


def uptime() -> Uptime:
    """Now. Where the machine's start cannot be told from another, only this process's own times are compared."""
    if _BOOT_ID.exists():
        return Uptime(_BOOT_ID.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME))
    return Uptime(f"process {os.getpid()}", time.monotonic())


def watch_place(*, now: datetime, since_start: Uptime) -> None:
    """Recognise this place, or pause publishing: in a place never seen, over an older database, after a jump of the clock."""
    mark = read_mark() or _new_mark()
    place = Place.objects.filter(fingerprint=fingerprint_of(mark)).first()
    if place is None:
        _arrive(mark, now, since_start)
    elif mark.claims > place.claims:
        _find_older(place, mark, now)
    else:
        _watch_clock(place, now, since_start)
        _judge_copies(place, now)


# Counts one claim of this place, in the claim's own transaction; says how many there were with it.
COUNT_CLAIM = PreparedUpdate(
    lambda fingerprint: (Place.objects.filter(fingerprint=fingerprint), {"claims": F("claims") + 1}), gives="claims"
)


def tell_mark(place: str, claims: int | None) -> None:
    """Let the file beside the database know that so much was claimed in this place, after the commit and before a word.
    Raises OSError."""
    if claims is None:  # no worker has ever looked round here
        return
    with _only_writer():
        kept = read_mark()
        if kept is not None and kept.claims < claims and fingerprint_of(kept) == place:
            _append(claims) if mark_file().stat().st_size < LONGEST_BYTES else _put(replace(kept, claims=claims))


def _arrive(mark: Mark, now: datetime, since_start: Uptime) -> None:
    """The first look round in a place. Only a database that nobody else worked with may go on at once."""
    is_known_elsewhere = Place.objects.exists() or mark.claims > 0
    reason = RESTORED if mark.origin == RESTORED else COPIED if is_known_elsewhere and Dispatch.objects.exists() else ""
    try:
        with transaction.atomic():
            place = Place.objects.create(
                fingerprint=fingerprint_of(mark), first_seen_at=now, claims=mark.claims,
                boot=since_start.boot, ticks=since_start.ticks, clock_at=now,
            )  # fmt: skip
            if reason:
                _pause_all(place, reason, now)
    except IntegrityError:
        return  # another worker of this place looked round at the same moment, and did the same


@transaction.atomic
def _find_older(place: Place, mark: Mark, now: datetime) -> None:
    """More was claimed here than the database knows: it is an older one."""
    _pause_all(place, RESTORED, now)
    # Last, as in a claim: words first, then the place.
    if not Place.objects.filter(pk=place.pk, claims=place.claims).update(claims=mark.claims):
        transaction.set_rollback(True)  # another worker found it first


@transaction.atomic
def _watch_clock(place: Place, now: datetime, since_start: Uptime) -> None:
    is_same_start = place.boot == since_start.boot
    passed = since_start.ticks - place.ticks
    jump = (now - place.clock_at).total_seconds() - passed if is_same_start else 0.0
    if is_same_start and passed < KEPT_EVERY_SECONDS and abs(jump) < 1:
        return
    mine = Place.objects.filter(pk=place.pk, boot=place.boot, ticks=place.ticks)
    is_leap = jump > FARTHEST_JUMP.total_seconds()
    if is_leap:
        _pause_all(place, CLOCK, now)
    moved = mine.update(boot=since_start.boot, ticks=since_start.ticks, clock_at=now)
    if is_leap and not moved:
        transaction.set_rollback(True)  # another worker found it first


def _judge_copies(place: Place, now: datetime) -> None:
    """A place never seen before: either the database was copied, or another machine works with the same one."""
    for pause in Pause.objects.filter(place=place, reason=COPIED, judged_at=None, created_at__lte=now - SIGN_OF_LIFE):
        with transaction.atomic():
            others_at = _newest_of_others(place)
            is_shared = bool(pause.others_at and others_at and others_at > pause.others_at)
            reason = JOINED if is_shared else COPIED
            judged = Pause.objects.filter(pk=pause.pk, judged_at=None).update(judged_at=now, reason=reason)
            if judged and not is_shared:
                _doubt_what_waits(pause.workspace_id, now)


def _newest_of_others(place: Place) -> datetime | None:
    newest: datetime | None = Place.objects.exclude(pk=place.pk).aggregate(at=Max("clock_at"))["at"]
    return newest


def _pause_all(place: Place, reason: str, now: datetime) -> None:
    fields: dict[str, Any] = {
        "created_at": now, "updated_at": now, "others_at": _newest_of_others(place),
        "judged_at": None if reason == COPIED else now,
    }  # fmt: skip
    for workspace in Workspace.objects.order_by("pk"):
        lock_workspace(workspace.pk)
        pause, _ = Pause.objects.update_or_create(
            workspace=workspace, place=place, reason=reason, ended_at=None, defaults=fields
        )
        if reason == RESTORED:
            _doubt_what_waits(workspace.pk, now)
        record_audit(
            workspace=workspace,
            person=None,
            verb="channels.pause.began",
            target=pause,
            now=now,
            after={"reason": reason},
        )
        notify_about_pause(pause=pause, now=now)


def _doubt_what_waits(workspace: UUID, now: datetime) -> None:
    """Nobody here knows what went out elsewhere: the networks are asked before anything is said."""
    Dispatch.objects.filter(workspace_id=workspace, state__in=(WAITING, HELD)).update(
        state=UNCLEAR, fence=F("fence") + 1, reason_code="copied", reason="", next_at=now, lease_until=None, holder=""
    )


def _new_mark() -> Mark:
    mark = Mark(secrets.token_hex(16))
    mark_file().parent.mkdir(exist_ok=True, mode=0o700)
    with _only_writer():
        kept = read_mark()
        if kept:
            return kept
        _put(mark)
    return mark


def _append(claims: int) -> None:
    """One more line: a new file for each claim took longer than the claim itself. The disk is told once a second while words
    leave; what it was not told of yet, a loss of power may take, as it may take SQLite's claims."""
    global _synced_at  # noqa: PLW0603 - one disk, one moment
    line = f"\n{claims}".encode()
    file = os.open(mark_file(), os.O_WRONLY | os.O_APPEND)
    try:
        if os.write(file, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if time.monotonic() - _synced_at > SYNCED_EVERY_SECONDS:
            os.fdatasync(file)
            _synced_at = time.monotonic()
    finally:
        os.close(file)


def _put(mark: Mark) -> None:
    draft = mark_file().with_suffix(".new")
    draft.write_text(mark.written(), encoding="utf-8")
    draft.replace(mark_file())


@contextmanager
def _only_writer() -> Iterator[None]:
    with mark_file().with_suffix(".lock").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
