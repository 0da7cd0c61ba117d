"""Take in a community's past from a file: one transaction per batch, refused rows beside it, the rest goes in.

A run that ends in the middle, killed or stopped, goes on where it stood when the same file is imported again: its cursor
moves in the same transaction as its rows.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.channels.actions.read_import import ImportRuns, read_import
from allmende.channels.catalogue import FILE_REASONS
from allmende.channels.models import Channel, ImportRun
from allmende.channels.queries import archive_of
from allmende.channels.states import RUN_CHOSEN, RUN_FAILED, RUN_RUNNING, RUN_STOPPED, RUN_WAITING
from allmende.connectors.errors import ConnectorError
from allmende.jobs.actions import is_gone
from allmende.members.actions import set_actor_rules
from allmende.members.states import BOT, STAFF
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

log = logging.getLogger("allmende.channels")
FORMATS = ("auto", "jsonl", "slack", "zulip", "stackexchange", "discourse", "csv")

__all__ = ["CannotImport", "ImportRuns", "choose_file", "import_due", "import_file", "start_import", "stop_import"]


class CannotImport(Exception):
    """Nothing was taken in; the message says why and what to do."""


def import_file(
    *,
    person: Person,
    channel: Channel,
    path: Path,
    now: datetime,
    format: str = "auto",  # noqa: A002 - the word people use
    staff: Sequence[str] = (),
    bots: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    open_since: date | None = None,
    progress: Callable[[ImportRun], None] | None = None,
    clock: Callable[[], datetime] | None = None,
) -> ImportRun:
    """Read the file into the channel. Rows that are known add nothing; broken ones go to `queries.refused_file(run)`.

    `staff`: names; `bots`: globs; both count from now on. `mapping`: our field -> theirs. `open_since`: threads in which a
    member spoke last, after this day, arrive open. `progress`: told of the run after each batch. An earlier run of the same
    file that stopped in the middle goes on. Raises CannotImport before anything was taken in, ImportRuns if another process
    reads it just now; what fails later leaves a failed run whose rows stay and can be undone or continued.
    """
    require(person, "channels.archive.import")
    wishes = {
        "format": format,
        "map": dict(mapping or {}),
        "staff": list(staff),
        "bots": list(bots),
        "open_since": open_since.isoformat() if open_since else "",
    }
    run = _interrupted(channel, path, wishes)
    if run is None:
        run = choose_file(person=person, channel=channel, path=path, now=now, wishes=wishes)
    run = start_import(person=person, import_run=run, now=now, is_background=False)
    try:
        return read_import(import_run=run, clock=clock or (lambda: now), progress=progress)
    except ConnectorError as error:
        raise CannotImport(
            _("Not imported any further. The file cannot be read: %(detail)s") % {"detail": told(error)}
        ) from error


def choose_file(
    *, person: Person, channel: Channel, path: Path, now: datetime, wishes: Mapping[str, Any] | None = None
) -> ImportRun:
    """A run that waits to be started, its format known. `wishes`: format, map, staff, bots, open_since (ISO day or "").

    Raises CannotImport for a file that cannot be read or whose format nobody knows.
    """
    require(person, "channels.archive.import")
    kept = {"format": "auto", "map": {}, "staff": [], "bots": [], "open_since": ""} | dict(wishes or {})
    check_format(kept["format"])
    reader = archive_of(path, channel, kept)
    try:
        reader.whoami()
    except ConnectorError as error:
        raise CannotImport(_("Not imported. %(reason)s") % {"reason": told(error)}) from None
    kept["file"] = _mark_of(path)
    return ImportRun.objects.create(
        workspace=channel.workspace, channel=channel, file_name=path.name[:200], path=str(path.resolve())[:1000],
        format=reader.format, state=RUN_CHOSEN, choices=kept, bytes_total=kept["file"][0],
        created_at=now, created_by=person, updated_at=now, updated_by=person, origin="import",
    )  # fmt: skip


@transaction.atomic
def start_import(*, person: Person, import_run: ImportRun, now: datetime, is_background: bool = True) -> ImportRun:
    """Let a chosen run begin, or one that stopped go on; in the background a worker takes it up.

    Raises ImportRuns if another process reads it, CannotImport if it is done or undone.
    """
    require(person, "channels.archive.import")
    lock_workspace(person.workspace_id)
    run = ImportRun.objects.select_for_update().select_related("channel__workspace").get(pk=import_run.pk)
    if run.state not in (RUN_CHOSEN, RUN_FAILED, RUN_STOPPED, RUN_RUNNING, RUN_WAITING):
        raise CannotImport(_("Not imported. This import has ended; choose the file anew."))
    if run.state == RUN_CHOSEN:
        _count_names(run, person, now)
        record_audit(
            workspace=run.workspace, person=person, verb="channels.archive.imported", target=run, now=now,
            after={"file": run.file_name},
        )  # fmt: skip
    run.state, run.is_background, run.reason, run.finished_at = RUN_WAITING, is_background, "", None
    run.updated_at, run.updated_by = now, person
    run.save(update_fields=["state", "is_background", "reason", "finished_at", "updated_at", "updated_by"])
    return run


@transaction.atomic
def stop_import(*, person: Person, import_run: ImportRun, now: datetime) -> ImportRun:
    """Stop it after the batch that is being read; what is in stays, and it can go on or be undone."""
    require(person, "channels.archive.import")
    moving = ImportRun.objects.filter(
        pk=import_run.pk, workspace=person.workspace, state__in=(RUN_WAITING, RUN_RUNNING)
    )
    moving.update(
        state=RUN_STOPPED, finished_at=now, updated_at=now, updated_by=person, revision=F("revision") + 1, holder=""
    )
    import_run.refresh_from_db()
    return import_run


def import_due(*, now: datetime) -> int:
    """Read the oldest run that waits for a worker, to its end; 1 if there was one. A run whose reader died is taken up."""
    free = Q(holder="") | Q(lease_until__lt=now)
    for run in ImportRun.objects.filter(is_background=True, state__in=(RUN_WAITING, RUN_RUNNING)).order_by(
        "created_at"
    ):
        if not (run.holder and is_gone(run.holder)) and not ImportRun.objects.filter(free, pk=run.pk).exists():
            continue
        try:
            read_import(import_run=run, clock=timezone.now)
        except ConnectorError:
            log.warning("The import of %s cannot be read any further.", run.file_name, exc_info=True)
        except ImportRuns:
            continue
        return 1
    return 0


def check_format(form: str) -> None:
    """Raises CannotImport for a format nobody reads here."""
    if form not in FORMATS:
        raise CannotImport(
            _("Not imported. The format %(format)s is not known here; use one of %(formats)s.")
            % {"format": form, "formats": ", ".join(FORMATS)}
        )


def told(error: ConnectorError) -> str:
    """Why an archive cannot be read, in a sentence."""
    sentence = FILE_REASONS.get(error.reason_code)
    return str(sentence) % {"detail": error.detail} if sentence else str(error)


def _count_names(run: ImportRun, person: Person, now: datetime) -> None:
    for patterns, actor_class in ((run.choices.get("staff", ()), STAFF), (run.choices.get("bots", ()), BOT)):
        set_actor_rules(person=person, network=run.channel.network, patterns=patterns, actor_class=actor_class, now=now)


def _interrupted(channel: Channel, path: Path, wishes: Mapping[str, Any]) -> ImportRun | None:
    """The newest run of this very file, with the same wishes, that did not come to its end."""
    if not path.exists():
        return None
    runs = ImportRun.objects.filter(channel=channel, path=str(path.resolve())[:1000])
    run = runs.order_by("-created_at", "-pk").first()
    if run is None or run.state not in (RUN_RUNNING, RUN_WAITING, RUN_FAILED, RUN_STOPPED):
        return None
    is_same = run.choices.get("file") == _mark_of(path) and all(run.choices.get(key) == wishes[key] for key in wishes)
    return run if is_same else None


def _mark_of(path: Path) -> list[int]:
    """What changes when a file does: its size and time; of a folder, of everything in it."""
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    stats = [one.stat() for one in files]
    return [sum(stat.st_size for stat in stats), max((stat.st_mtime_ns for stat in stats), default=0)]
