"""Rows read once for many definitions: each kind of act in a table of its own, so that a definition reads only what it names.

The tables are told as one view in which kind, act and whether a thread begins are fixed for each of them; DuckDB drops those
that cannot fit before it reads a row.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.engine import Limits, quoted, told_by
from allmende.ledger.tally import at

if TYPE_CHECKING:
    import duckdb

# So many definitions read the files more often than sharing does.
WORTHWHILE = 3
_APART = 12  # kinds of acts with a table of their own, each a pass over the files; the rarest share one
_BYTES = 16  # what a row takes in memory, packed
_PACKED = "packed"
_KEYS = "occurred_at, position, actor, object_id, thread_id"


def share_rows(
    engine: "duckdb.DuckDBPyConnection", paths: Sequence[Path], as_of: datetime, name: str, limits: Limits
) -> None:
    """Make `name` a view of what the files told by `as_of` and was not deleted; more rows than half of the memory holds are
    read where they lie, by each definition anew. At least one file."""
    rows = told_by(paths)
    seen = f"deleted_at IS NULL AND occurred_at <= {at(as_of)}"
    kinds = engine.execute(
        f"SELECT kind, act, is_root, count(*) AS rows FROM {rows} WHERE {seen} GROUP BY ALL ORDER BY rows DESC, kind, act, is_root"
    ).fetchall()
    if not kinds or sum(kind[-1] for kind in kinds) * _BYTES > limits.memory_mb * 500_000:
        engine.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM {rows}")
        return
    engine.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {_PACKED} (COMPRESS)")
    words = ", ".join(f"{one}::{_words(engine, rows, one)} AS {one}" for one in ("actor_class", "channel"))
    sides, apart = [], []
    for number, (kind, act, is_root, _) in enumerate(kinds[:_APART]):
        apart.append(f"kind = {quoted(kind)} AND act = {quoted(act)} AND is_root = {is_root}")
        _put_apart(engine, f"{name}_{number}", f"{_KEYS}, {words} FROM {rows} WHERE {seen} AND {apart[-1]}")
        fixed = f"{quoted(kind)} AS kind, {quoted(act)} AS act, {is_root} AS is_root"
        sides.append(_side(fixed, f"{name}_{number}"))
    if len(kinds) > _APART:
        rest = f"{seen} AND NOT ({' OR '.join(f'({one})' for one in apart)})"
        _put_apart(engine, f"{name}_rest", f"kind, act, is_root, {_KEYS}, {words} FROM {rows} WHERE {rest}")
        sides.append(_side("kind, act, is_root", f"{name}_rest"))
    engine.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {' UNION ALL '.join(sides)}")


def _put_apart(engine: "duckdb.DuckDBPyConnection", table: str, chosen: str) -> None:
    engine.execute(f"CREATE OR REPLACE TABLE {_PACKED}.{table} AS SELECT {chosen}")
    engine.execute(f"CHECKPOINT {_PACKED}")  # packs what was written: a sixth of it is left


def _side(told: str, table: str) -> str:
    words = "actor_class::VARCHAR AS actor_class, channel::VARCHAR AS channel"
    return f"SELECT {told}, {_KEYS}, {words}, NULL::TIMESTAMPTZ AS deleted_at FROM {_PACKED}.{table}"


def _words(engine: "duckdb.DuckDBPyConnection", rows: str, column: str) -> str:
    """The type of a column of few different words, in which each takes a byte or two."""
    found = engine.execute(f"SELECT DISTINCT {column} FROM {rows} ORDER BY 1").fetchall()
    return f"ENUM({', '.join(quoted(word) for (word,) in found)})"
