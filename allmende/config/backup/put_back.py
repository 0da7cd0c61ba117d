"""Put a backup in place: checked whole, unpacked beside, then swapped. Whatever interrupts it, the old state or the new one holds."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from allmende.channels.models.sealing import key_id_of, sealing_keys
from allmende.config import databases, terminal
from allmende.config.backup.parcel import Damaged, check_seal, read_manifest, unpack
from allmende.config.backup.take import FOLDERS, take_backup
from allmende.config.swap import STAGING, begin_swap, finish_swap
from allmende.config.turns import alone_with_data

ALIVE = timedelta(seconds=60)
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place: when it was made, where the former state lies, and the sealing keys that are missing here."""

    made_at: str
    safety_copy: Path | None
    missing_keys: tuple[str, ...]


def restore_backup(
    file: Path, *, now: datetime, is_replacing: bool = False, step: Step = lambda said: None
) -> Restored:
    """Put the state of a backup in the place of this installation's. Publishing starts paused afterwards.

    Raises terminal.WrongUse for a file that is damaged, of another kind or newer, or if there is something already and
    `is_replacing` is false; turns.Busy if Allmende runs; terminal.Ended if it failed and nothing was changed.
    """
    folder: Path = settings.DATA
    with alone_with_data(folder):
        manifest = _checked(file, step)
        _need_nobody_elsewhere(now)
        safety_copy = _make_room(now, is_replacing, step)
        staging = folder / STAGING
        shutil.rmtree(staging, ignore_errors=True)  # left behind by a restore that was killed
        staging.mkdir(mode=0o700)
        try:
            moves = _unpack(file, manifest, staging, step)
            begin_swap(folder, moves, has_schema=databases.engine() == "postgresql")
        except (Damaged, databases.CannotSnapshot, OSError, DatabaseError) as error:
            shutil.rmtree(staging, ignore_errors=True)
            why = error.strerror if isinstance(error, OSError) else error
            raise terminal.Ended(f"Not restored: {why}. Nothing was changed.") from error
        step("Putting it in place ...")
        connection.close()
        finish_swap(folder)
    ours = {key_id_of(key) for key in sealing_keys()}
    missing = tuple(one for one in manifest["keys"]["sealed_with"] if one not in ours)
    return Restored(manifest["made_at"], safety_copy, missing)


def _checked(file: Path, step: Step) -> dict[str, Any]:
    if not file.is_file():
        raise terminal.WrongUse(f"Not restored: there is no file {file}. Nothing was changed.")
    step("Checking every byte ...")
    try:
        check_seal(file)
        manifest = read_manifest(file)
    except Damaged as error:
        raise terminal.WrongUse(f"Not restored: {file} is damaged, {error}. Nothing was changed.") from None
    if manifest["engine"] != databases.engine():
        raise terminal.WrongUse(
            f"Not restored: this backup is of {manifest['engine']}, and DATABASE_URL names {databases.engine()}."
            " Nothing was changed. Restore it with the same kind of database."
        )
    if unknown := databases.unknown_migrations(manifest["schema"]):
        raise terminal.WrongUse(
            f"Not restored: this backup is newer than this Allmende ({unknown[0]} is not known here). Nothing was changed."
            f" Install {manifest['made_by']} or newer, then restore."
        )
    return manifest


def _need_nobody_elsewhere(now: datetime) -> None:
    """A worker on another machine would write into the database in the middle of it."""
    if databases.last_migration_recorded() == 0:
        return
    from allmende.jobs.models import Worker

    try:
        is_busy = Worker.objects.filter(seen_at__gt=now - ALIVE).exists()
    except DatabaseError:
        return
    if is_busy and databases.engine() == "postgresql":
        raise terminal.Locked(
            "Not restored: a worker used this database within the last minute. Nothing was changed. End Allmende on every"
            " machine, wait a minute, then try again."
        )


def _make_room(now: datetime, is_replacing: bool, step: Step) -> Path | None:
    """A safety copy of what is there; None where there is nothing."""
    if not databases.has_rows():
        return None
    if not is_replacing:
        raise terminal.WrongUse(
            f"Not restored: {settings.DATA} is in use already. Nothing was changed. Choose an empty folder with --data, or"
            " add --replace: the present state is saved in a file first."
        )
    step("Saving the present state first ...")
    copy: Path = settings.DATA / f"before-restore-{now:%Y%m%d-%H%M%S}.allmende"
    return take_backup(copy, now=now, is_replacing=True).file


def _unpack(file: Path, manifest: dict[str, Any], staging: Path, step: Step) -> list[tuple[Path, Path]]:
    step("Unpacking ...")
    unpack(file, manifest, staging)
    moves = [(staging / name, settings.DATA / name) for name in ("ledger", *FOLDERS)]
    for new, _ in moves:
        new.mkdir(exist_ok=True, mode=0o700)
    if databases.engine() == "sqlite":
        place = databases.sqlite_file()
        new = place.with_name(f".{place.name}.restored")  # beside its place, so that it moves in one step
        step("Checking the database ...")
        databases.unpack_sqlite(staging / "database" / "allmende.sqlite3.gz", new)
        return [(new, place), *moves]
    step("Filling the tables ...")
    databases.load_postgresql(staging / "database", manifest["schema"])
    return moves
