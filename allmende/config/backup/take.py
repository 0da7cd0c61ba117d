"""Write a backup while everything runs: the database at one instant, the ledger as it belongs to it, media and refused rows."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from allmende import __version__
from allmende.behaviours.actions import only_filler
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.channels.models.sealing import key_id_of, sealing_keys
from allmende.config import terminal
from allmende.config.backup.parcel import Packing
from allmende.config.databases import CannotSnapshot, engine, schema_version, snapshot
from allmende.config.turns import only_one
from allmende.ledger.files import Ledger
from allmende.team.models import Workspace

STAGING = ".backup"
BOOK_LENGTH = 50
# Folders of the data folder that go in beside the database and the ledger.
FOLDERS = ("media", "imports", "triage")
# What an installation was told from outside and needs again elsewhere; never a key, a password or an address with one.
TOLD = ("ORIGIN", "INSTANCE", "ALLOWED_HOSTS", "DEFAULT_FROM_EMAIL", "LANGUAGE_CODE")
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: where it lies, its length in bytes, its hash, how many files are inside."""

    file: Path
    size: int
    sha256: str
    members: int


def take_backup(file: Path, *, now: datetime, is_replacing: bool = False, step: Step = lambda said: None) -> Backup:
    """Write everything but the keys into one new file. It appears under its name only when it is whole.

    Raises terminal.WrongUse if the file exists or has no folder, turns.Busy if another backup runs, terminal.Ended
    if it cannot be written.
    """
    if file.exists() and not is_replacing:
        raise terminal.WrongUse(f"No backup was made: {file} exists. Choose another name, or add --replace.")
    if not file.parent.is_dir():
        raise terminal.WrongUse(f"No backup was made: there is no folder {file.parent}.")
    with only_one(settings.DATA, "backup"):
        try:
            backup = _write(file, now, step)
        except (OSError, CannotSnapshot) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise terminal.Ended(
                f"No backup was made: {why}. Nothing was changed, and what lay there before still does."
            ) from error
        _book(backup, now)
    return backup


def _write(file: Path, now: datetime, step: Step) -> Backup:
    part = file.with_name(f".{file.name}.part")
    with _staging() as folder:
        try:
            with part.open("wb") as out:
                digest, members = _pack(out, folder, now, step)
                out.flush()
                os.fsync(out.fileno())
            size = part.stat().st_size
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)
    return Backup(file, size, digest, members)


def _pack(out: IO[bytes], folder: Path, now: datetime, step: Step) -> tuple[str, int]:
    packing = Packing(out)
    with ExitStack() as stack:
        step("Waiting for the ledger to be at rest ...")
        ledger = Ledger(ledger_root())
        folders = [ledger.folder(ledger_name(one)) for one in Workspace.objects.order_by("pk")]
        fillers = stack.enter_context(ExitStack())
        for one in folders:
            fillers.enter_context(only_filler(one))
        step("Copying the database ...")
        write_tables = stack.enter_context(snapshot(folder / "database"))
        linked = list(_linked(folders, folder / "ledger"))
        fillers.close()  # the instant is fixed; the work goes on
        version, tables = schema_version(), write_tables()
    step("Packing ...")
    for table in tables:
        packing.add(table, f"database/{table.name}")
    for file in linked:
        packing.add(file, f"ledger/{file.parent.name}/{file.name}")
    for name in FOLDERS:
        for file in _files(settings.DATA / name):
            packing.add(file, f"{name}/{file.relative_to(settings.DATA / name).as_posix()}")
    digest = packing.close(_manifest(now, version))
    return digest, len(packing.members)


def _manifest(now: datetime, version: dict[str, str]) -> dict[str, Any]:
    return {
        "made_by": f"Allmende {__version__}",
        "made_at": now.isoformat(),
        "engine": engine(),
        "schema": version,
        "settings": {name: getattr(settings, name) for name in TOLD},
        "keys": {
            "inside": False,
            "sealed_with": [key_id_of(key) for key in sealing_keys()],
            "note": "The sealing keys are not in this file. Without them the log-ins of networks must be connected again.",
        },
    }


def _linked(folders: list[Path], target: Path) -> Iterator[Path]:
    """The ledger's files as they are now, under names of our own: a writer replaces files, it never changes one."""
    for folder in folders:
        for file in sorted(folder.glob("*.parquet")):
            link = target / folder.name / file.name
            link.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(file, link)
            except OSError:  # another file system, or one without links
                shutil.copy2(file, link)
            yield link


def _files(folder: Path) -> Iterator[Path]:
    """Finished files: what somebody writes at this moment has a name that begins with a dot or ends in .tmp or .part."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith(".") and file.suffix not in (".tmp", ".part"):
            yield file


@contextmanager
def _staging() -> Iterator[Path]:
    folder = settings.DATA / STAGING
    shutil.rmtree(folder, ignore_errors=True)  # left behind by a backup that was killed
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _book(backup: Backup, now: datetime) -> None:
    """Remember it beside the database, for `allmende doctor`."""
    file: Path = settings.BACKUP_BOOK
    try:
        made = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        made = []
    made.append({"at": now.isoformat(), "file": str(backup.file), "size": backup.size, "sha256": backup.sha256})
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(made[-BOOK_LENGTH:]), encoding="utf-8")
    draft.replace(file)
