"""Rows read once for many definitions, packed, in one table, each with a number that says which kind of act it is.

They are told as one view of several sides, in each of which kind, act and whether a thread begins are fixed; DuckDB drops those that
cannot fit before it reads a row, and of the others it looks at little but the number.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from allmende.ledger.definition import Definition
from allmende.ledger.engine import Limits, quoted, spared, told_by
from allmende.ledger.events import ACTOR_CLASSES
from allmende.ledger.soundness import rows_in
from allmende.ledger.tally import at

if TYPE_CHECKING:
    import duckdb

# So many definitions read the files more often than sharing does.
WORTHWHILE = 3
_APART = 12  # kinds of acts with a side of their own; the rarest share one
_BYTES = 16  # what a row takes in memory, packed
_AT_ONCE = 1_000_000  # so many rows lie in memory as they are, until they are packed
_PACKED = "packed"
_KEYS = ("occurred_at", "position", "actor", "object_id", "thread_id")


class _Kinds(NamedTuple):
    """What there is to be seen: (kind, act, is_root), the most frequent first, classes of people, channels; how many rows."""

    told: list[tuple[str, str, bool]]
    classes: list[str]
    channels: list[str]
    rows: int


def unread(definitions: Iterable[Definition]) -> frozenset[str]:
    """The columns none of these looks at to count: what is told of a message, and where it was said."""
    chosen = list(definitions)
    told = {
        "object_id": any(one.quality.any_of or one.anchor.labels for one in chosen),
        "channel": any(one.channels for one in chosen),
    }
    return frozenset(name for name, is_read in told.items() if not is_read)


def share_rows(
    engine: "duckdb.DuckDBPyConnection",
    paths: Sequence[Path],
    as_of: datetime,
    name: str,
    limits: Limits,
    left_out: Collection[str] = (),
) -> None:
    """Make `name` a view of what the files told by `as_of` and was not deleted; more rows than half of the memory holds are
    read where they lie, by each definition anew. At least one file. `left_out`: columns that say nothing (`unread`)."""
    rows = told_by(paths)
    seen = f"deleted_at IS NULL AND occurred_at <= {at(as_of)}"
    kinds = _kinds(engine, rows, seen, "NULL" if "channel" in left_out else "channel")
    if not kinds.told or kinds.rows * _BYTES > spared(limits).memory_mb * 500_000:
        engine.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM {rows}")
        return
    engine.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {_PACKED} (COMPRESS)")
    told = [*(key for key in _KEYS if key not in left_out), f"actor_class::{_enum(kinds.classes)} AS actor_class"]
    if kinds.channels:
        told.append(f"channel::{_enum(kinds.channels)} AS channel")
    _pack(engine, paths, name, f"{', '.join(told)}, {_numbered(kinds.told)} AS act_number", seen)
    apart, rest, others = kinds.told[:_APART], kinds.told[_APART:], _others(left_out)
    sides = [
        _side(
            name,
            f"{quoted(kind)} AS kind, {quoted(act)} AS act, {is_root} AS is_root, {others}",
            f"act_number = {number}",
        )
        for number, (kind, act, is_root) in enumerate(apart)
    ]
    if rest:
        sides.append(_side(name, f"{', '.join(_looked_up(rest))}, {others}", f"act_number >= {_APART}"))
    engine.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {' UNION ALL '.join(sides)}")


def _kinds(engine: "duckdb.DuckDBPyConnection", rows: str, seen: str, channel: str) -> _Kinds:
    found = engine.execute(
        f"SELECT kind, act, is_root, actor_class, {channel}, count(*) FROM {rows} WHERE {seen} GROUP BY ALL"
    ).fetchall()
    counts: Counter[tuple[str, str, bool]] = Counter()
    for *kind, _, _, count in found:
        counts[tuple(kind)] += count
    told = sorted(counts, key=lambda kind: (-counts[kind], kind))
    classes = sorted({*ACTOR_CLASSES, *(one[3] for one in found)})  # a definition may name any, present or not
    return _Kinds(told, classes, sorted({one[4] for one in found} - {None}), counts.total())


def _pack(engine: "duckdb.DuckDBPyConnection", paths: Sequence[Path], name: str, told: str, seen: str) -> None:
    """Some files at a time, so that never all rows lie there as they are."""
    engine.execute(f"DROP TABLE IF EXISTS {_PACKED}.{name}")
    for part in _parts(paths):
        chosen = f"SELECT {told} FROM {told_by(part)} WHERE {seen}"
        begun = f"CREATE TABLE {_PACKED}.{name} AS" if part[0] is paths[0] else f"INSERT INTO {_PACKED}.{name}"
        engine.execute(f"{begun} {chosen}")
        engine.execute(f"CHECKPOINT {_PACKED}")  # packs what was written: a sixth of it is left


def _parts(paths: Sequence[Path]) -> Iterator[list[Path]]:
    part, held = list[Path](), 0
    for path in paths:
        part.append(path)
        held += rows_in(path)
        if held >= _AT_ONCE:
            yield part
            part, held = [], 0
    if part:
        yield part


def _numbered(kinds: list[tuple[str, str, bool]]) -> str:
    """The number of a row's kind of act."""
    cases = (
        f"WHEN act = {quoted(act)} AND kind = {quoted(kind)} AND is_root = {is_root} THEN {number}"
        for number, (kind, act, is_root) in enumerate(kinds)
    )
    return f"(CASE {' '.join(cases)} END)::USMALLINT"


def _looked_up(kinds: list[tuple[str, str, bool]]) -> Iterator[str]:
    """Kind, act and is_root of a row by its number, of those that share a side."""
    place = f"[act_number - {_APART} + 1]"
    for name, values in zip(("kind", "act", "is_root"), zip(*kinds, strict=True), strict=True):
        words = ", ".join(str(one) if isinstance(one, bool) else quoted(one) for one in values)
        yield f"([{words}]){place} AS {name}"


def _others(left_out: Collection[str]) -> str:
    """What is told of a row beside its kind, act and whether a thread begins."""
    keys = (f"NULL::BIGINT AS {key}" if key in left_out else key for key in _KEYS)
    channel = "NULL" if "channel" in left_out else "channel"
    return f"{', '.join(keys)}, actor_class, {channel}::VARCHAR AS channel, NULL::TIMESTAMPTZ AS deleted_at"


def _side(name: str, told: str, which: str) -> str:
    return f"SELECT {told} FROM {_PACKED}.{name} WHERE {which}"


def _enum(words: list[str]) -> str:
    """The type of a column of few different words, in which each takes a byte or two."""
    return f"ENUM({', '.join(quoted(word) for word in words)})"
