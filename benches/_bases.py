"""The databases a bench goes through: SQLite, and PostgreSQL where it is installed."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from tools import postgres


def bases() -> Iterator[tuple[str, AbstractContextManager[Mapping[str, str]]]]:
    """Name, and what gives the environment that points a house at it."""
    yield "sqlite", nullcontext({})
    if shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        yield "postgres", postgres.running()
