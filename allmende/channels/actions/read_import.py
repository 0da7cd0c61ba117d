"""Read a run batch by batch: rows, refusals, counts and cursor move together, and one process at a time."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from allmende.channels.actions.record_batch import record_batch
from allmende.channels.actions.write_rows import read_unmapped
from allmende.channels.models import ImportRun
from allmende.channels.queries import archive_of, refused_file
from allmende.channels.states import RUN_DONE, RUN_FAILED, RUN_RUNNING, RUN_WAITING
from allmende.connectors.neutral import Batch, RefusedRow
from allmende.jobs.actions import is_gone, worker_name

LEASE = timedelta(minutes=2)
MOVED = ["new", "known", "refused", "read", "cursor", "bytes_read", "bytes_total", "refused_bytes", "lease_until"]


class ImportRuns(Exception):
    """Another process reads this file just now; the message says so."""


class _Stopped(Exception):
    """A person stopped it, or another process took it over."""


def read_import(
    *,
    import_run: ImportRun,
    clock: Callable[[], datetime],
    progress: Callable[[ImportRun], None] | None = None,
) -> ImportRun:
    """Read on until the file ends or somebody stops it. Raises ImportRuns, or what broke it (the run is then failed)."""
    run = _claim(import_run, clock())
    read_unmapped()
    try:
        with _reopened(run) as out:
            _read(run, out, clock, progress)
    except _Stopped:
        run.refresh_from_db()
        return run
    except Exception as error:
        _end(run, RUN_FAILED, clock(), str(error))
        raise
    _end(run, RUN_DONE, clock())
    if not run.refused:
        refused_file(run).unlink(missing_ok=True)
    return run


def _read(
    run: ImportRun, out: BinaryIO, clock: Callable[[], datetime], progress: Callable[[ImportRun], None] | None
) -> None:
    reader = archive_of(Path(run.path), run.channel, run.choices | {"format": run.format})
    for batch in reader.collect(run.cursor):
        run.bytes_read, run.bytes_total = reader.progress
        _take_in(run, batch, out, clock())
        if progress:
            progress(run)
    run.bytes_read, run.bytes_total = reader.progress


def _claim(run: ImportRun, now: datetime) -> ImportRun:
    """Take the run, unless a living process holds it."""
    name = worker_name()
    is_free = Q(holder="") | Q(lease_until__lt=now)
    if run.holder and is_gone(run.holder):
        is_free |= Q(holder=run.holder)
    taken = ImportRun.objects.filter(is_free, pk=run.pk, state__in=(RUN_WAITING, RUN_RUNNING)).update(
        state=RUN_RUNNING, holder=name, lease_until=now + LEASE
    )
    if not taken:
        raise ImportRuns(
            _("Not imported. Another process is reading %(file)s just now. Wait until it has ended, or stop it there.")
            % {"file": run.file_name}
        )
    return ImportRun.objects.select_related("channel__workspace").get(pk=run.pk)


def _reopened(run: ImportRun) -> BinaryIO:
    """The file of refused rows, cut to what was committed with the cursor."""
    path = refused_file(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    out = path.open("ab")
    out.truncate(run.refused_bytes)
    out.seek(run.refused_bytes)
    return out


@transaction.atomic
def _take_in(run: ImportRun, batch: Batch, out: BinaryIO, now: datetime) -> None:
    held = ImportRun.objects.select_for_update().filter(pk=run.pk, state=RUN_RUNNING, holder=run.holder)
    if not held.exists():
        raise _Stopped
    run.lease_until = now + LEASE
    if batch.items or batch.refused:
        recorded = record_batch(channel=run.channel, batch=batch, now=now, origin="import", import_run=run)
        refused = len(batch.refused) + recorded.refused
        run.new += recorded.new
        run.known += recorded.known
        run.refused += refused
        run.read += recorded.new + recorded.known + refused
        out.writelines(_line(row) for row in batch.refused)
        out.flush()
        run.refused_bytes = out.tell()
    run.cursor = batch.cursor
    run.save(update_fields=MOVED)


def _end(run: ImportRun, state: str, now: datetime, reason: str = "") -> None:
    """Write the end, unless a person stopped it or another process has it by now."""
    ImportRun.objects.filter(pk=run.pk, state=RUN_RUNNING, holder=run.holder).update(
        state=state, finished_at=now, reason=reason[:2000], holder="", lease_until=None,
        bytes_read=run.bytes_read, bytes_total=run.bytes_total,
    )  # fmt: skip
    run.refresh_from_db()


def _line(row: RefusedRow) -> bytes:
    told = {"line": row.line, "reason_code": row.reason_code, "values": dict(row.values), "raw": row.raw}
    return json.dumps(told, ensure_ascii=False, default=str).encode("utf-8", "replace") + b"\n"
