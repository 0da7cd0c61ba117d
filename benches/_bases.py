"""The databases a bench goes through: SQLite, and PostgreSQL where it is installed; or the one of `./bench --base`."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from tools import postgres
from tools.benches import KEPT, ONLY_BASE


def bases(is_kept: bool = False) -> Iterator[tuple[str, AbstractContextManager[Mapping[str, str]]]]:
    """Name, and what gives the environment that points a house at it; `is_kept`: the bench goes on with what it filled."""
    only = os.environ.get(ONLY_BASE)
    if only != "postgres":
        yield "sqlite", nullcontext({})
    if only != "sqlite" and (shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))):
        yield "postgres", postgres.running(kept("cluster") if is_kept else None)


def kept(name: str) -> Path | None:
    """Where `./bench --keep` leaves this for the next run, or nothing; made if it is not there."""
    if not (folder := os.environ.get(KEPT)):
        return None
    place = Path(folder, name)
    place.mkdir(parents=True, exist_ok=True)
    return place
