"""Putting what was unpacked in place. Once the journal is written it is finished, by whoever comes next; before, nothing happened."""

import json
import os
import secrets
import shutil
from pathlib import Path

from django.conf import settings

STAGING = ".restore"
JOURNAL = "ready"


def is_swapping(folder: Path) -> bool:
    """Whether a restore was interrupted between deciding and ending."""
    return (folder / STAGING / JOURNAL).exists()


def begin_swap(folder: Path, moves: list[tuple[Path, Path]], *, has_schema: bool) -> None:
    """Decide: from now on the new state holds. `moves` lead from what was unpacked to its place."""
    draft = folder / STAGING / f"{JOURNAL}.new"
    steps = {"moves": [[str(new), str(place)] for new, place in moves], "has_schema": has_schema}
    with draft.open("w", encoding="utf-8") as file:
        json.dump(steps, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / STAGING / JOURNAL)
    _sync(folder / STAGING)


def finish_swap(folder: Path) -> None:
    """Do, or go on with, what was decided. Each step may be done again."""
    steps = json.loads((folder / STAGING / JOURNAL).read_text(encoding="utf-8"))
    if steps["has_schema"]:
        from allmende.config.databases import swap_schemas

        swap_schemas()
    for number, (new, place) in enumerate(steps["moves"]):
        _move(Path(new), Path(place), folder / STAGING / f"old-{number}")
    _forget_place()
    _sync(folder)
    (folder / STAGING / JOURNAL).unlink()
    shutil.rmtree(folder / STAGING, ignore_errors=True)


def _move(new: Path, place: Path, aside: Path) -> None:
    if not new.exists():
        return
    # SQLite's own files beside the old database must never meet the new one.
    for old in (place.with_name(place.name + "-wal"), place.with_name(place.name + "-shm"), place):
        if old.exists():
            aside.mkdir(exist_ok=True)
            os.replace(old, aside / f"{old.name}.{secrets.token_hex(4)}")
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(new, place)


def _forget_place() -> None:
    """The restored database has forgotten what was said since: this place is a new one, and publishing starts paused."""
    file: Path = settings.PLACE_FILE
    file.parent.mkdir(exist_ok=True, mode=0o700)
    mark = {"key": secrets.token_hex(16), "claims": 0, "origin": "restored"}
    draft = file.with_suffix(".restored")
    draft.write_text(json.dumps(mark), encoding="utf-8")
    draft.replace(file)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
