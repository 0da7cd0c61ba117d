"""What a month tells otherwise since it was written anew, row by row: whoever counted before need not count everything again.

An entry is durable before its month's file takes its place, so that no change goes by unseen; one whose month was never put
in place only makes somebody count again what did not change. Entries are kept from the first count on, until the next.
"""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from allmende.ledger.events import schema

FOLDER = ".touched"
_ALL_OF_IT = ".whole"
# What is needed to find out whom a row concerns.
COLUMNS = "occurred_at, actor, thread_id, object_id, kind = 'gesture' AS is_gesture, is_root"


@dataclass(frozen=True, slots=True)
class Touched:
    """Entries found: `paths` hold the rows that came, went or changed; `is_whole`: of some month nobody knows which."""

    paths: tuple[Path, ...]
    months: frozenset[str]
    is_whole: bool


def begin_journal(folder: Path) -> None:
    """From now on every replaced month leaves an entry. The caller lets nobody write meanwhile."""
    (folder / FOLDER).mkdir(exist_ok=True)


def note_touched(folder: Path, month: str, draft: Path) -> None:
    """Write down in what `draft` differs from the month's file as it stands. Nothing without a journal."""
    place = folder / FOLDER
    if not place.is_dir():
        return
    import duckdb

    entry = place / f"{month}.{secrets.token_hex(6)}.parquet"
    try:
        _write_difference(folder / f"{month}.parquet", draft, entry)
    except duckdb.Error:
        entry = entry.with_suffix(_ALL_OF_IT)
        entry.touch()
    _sync(entry)
    _sync(place)


def touched_since(folder: Path) -> Touched:
    """All entries there are. The caller lets nobody write meanwhile, or an entry could be dropped before its month is in place."""
    place = folder / FOLDER
    rows = tuple(sorted(place.glob("*.parquet")))
    whole = tuple(sorted(place.glob(f"*{_ALL_OF_IT}")))
    months = frozenset(path.name.partition(".")[0] for path in (*rows, *whole))
    return Touched((*rows, *whole), months, bool(whole))


def forget(paths: Iterable[Path]) -> None:
    """Drop entries every count knows of."""
    for path in paths:
        path.unlink(missing_ok=True)


def end_journal(folder: Path) -> None:
    """No entries any more, neither old nor new; whoever counts next counts everything."""
    place = folder / FOLDER
    if place.is_dir():
        forget(place.iterdir())
        place.rmdir()


def _write_difference(stands: Path, draft: Path, entry: Path) -> None:
    """Rows as they were and as they are now, where the two are not the same. One without rows says that nothing changed."""
    from allmende.ledger.engine import bare, quoted, told_by

    after = told_by([draft])
    before = told_by([stands]) if stands.exists() else f"(FROM {after} LIMIT 0)"
    differs = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in schema().names)
    with bare() as engine:
        engine.execute(
            f"CREATE TEMP TABLE pairs AS SELECT old, new FROM {before} old FULL JOIN {after} new"
            f" ON old.event_id = new.event_id AND old.kind = new.kind WHERE {differs}"
        )
        sides = (f"SELECT unnest({side}) FROM pairs WHERE {side}.event_id IS NOT NULL" for side in ("old", "new"))
        rows = f"SELECT {COLUMNS} FROM ({' UNION ALL '.join(sides)})"
        engine.execute(f"COPY ({rows}) TO {quoted(entry)} (FORMAT parquet)")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
