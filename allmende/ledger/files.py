"""The ledger's files: `<root>/<workspace>/<YYYY-MM>.parquet`, cut by UTC month, sorted, immutable, replaced
month by month.

A month is written beside its place, made durable, then renamed over it: a reader sees the old file or the new
one, never half of one, and a writer that dies leaves the old one. Writers of one workspace wait for one
another. Memory stays flat whatever the month's size.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.events import schema, stored_schema
from allmende.ledger.journal import note_touched
from allmende.ledger.links import drop_left_behind, linked

if TYPE_CHECKING:
    import pyarrow as pa

MONTH_SHAPE = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z")
WORKSPACE_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z")

_ROWS_PER_GROUP = 122_880
_ROWS_PER_MONTH = 1 << 40


class CannotReplaceMonth(ValueError):
    """The rows handed in cannot be this month's; the month's file is as it was before."""


def month_of(moment: datetime) -> str:
    """The file an aware time belongs to, as `YYYY-MM` in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """First instant of a month `YYYY-MM` and of the next one, in UTC."""
    if not MONTH_SHAPE.match(month):
        raise ValueError(f"{month!r} is not a month; write YYYY-MM.")
    year, number = int(month[:4]), int(month[5:])
    begin = datetime(year, number, 1, tzinfo=UTC)
    return begin, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The files below one root folder. `on_step` is told each step of a replacement (drills kill the process
    there)."""

    root: Path
    on_step: Callable[[str], None] = lambda step: None

    def folder(self, workspace: str) -> Path:
        """Where a workspace's months lie; the folder may not exist yet. An unfit name raises ValueError."""
        if not WORKSPACE_SHAPE.match(workspace):
            raise ValueError(f"{workspace!r} cannot name a ledger folder; use letters, digits, - and _.")
        return self.root / workspace

    def months(self, workspace: str) -> tuple[str, ...]:
        """The months that have a file, ascending, as `YYYY-MM`."""
        return tuple(path.stem for path in self.paths(workspace))

    def paths(self, workspace: str) -> tuple[Path, ...]:
        """The files of a workspace, ascending by month."""
        found = self.folder(workspace).glob("*.parquet")
        return tuple(sorted(path for path in found if MONTH_SHAPE.match(path.stem)))

    @contextmanager
    def reading(self, workspace: str, until: str = "9999-12", *, elsewhere: bool = False) -> Iterator[tuple[Path, ...]]:
        """The files up to a month, held open, as paths that lead to exactly these files even when a writer replaces or drops them
        meanwhile: a count reads its rows several times and must meet the same ones. `elsewhere`: other processes do as well."""
        with ExitStack() as stack:
            if elsewhere:
                yield stack.enter_context(self._linked(workspace, until))
                return
            held = []
            for path in self.paths(workspace):
                if path.stem <= until:
                    with suppress(FileNotFoundError):
                        held.append(stack.enter_context(path.open("rb")))
            yield tuple(Path(f"/dev/fd/{file.fileno()}") for file in held)

    @contextmanager
    def _linked(self, workspace: str, until: str) -> Iterator[tuple[Path, ...]]:
        """As links: what is open in this process is nothing to another."""
        folder = self.folder(workspace)
        if not folder.is_dir():
            yield ()
            return
        with ExitStack() as stack:
            with only_writer(folder):
                drop_left_behind(folder)
                mine = [path for path in self.paths(workspace) if path.stem <= until]
                links = stack.enter_context(linked(folder, mine))
            yield links

    def begins_at(self, workspace: str) -> datetime | None:
        """Time of the earliest row, deleted ones included; None when the ledger is empty."""
        with self.reading(workspace) as paths:
            return first_time(paths)

    def replace_month(self, workspace: str, month: str, batches: "Iterable[pa.RecordBatch]") -> int:
        """Makes these rows the whole month; returns their number. No rows: the month's file goes.

        Batches have `events.schema()` or cast to it, in any order (sorted ones by time, then ordinal, cost
        one pass less). Raises `CannotReplaceMonth` when a row lies outside the UTC month or a required value
        is missing.
        """
        begin, end = month_bounds(month)
        folder = self.folder(workspace)
        folder.mkdir(parents=True, exist_ok=True)
        with only_writer(folder):
            return self._replace(folder, month, _checked(batches, begin, end))

    def drop_month(self, workspace: str, month: str) -> None:
        """Removes a month's file; nothing happens when there is none."""
        self.replace_month(workspace, month, ())

    def _replace(self, folder: Path, month: str, batches: "Iterator[pa.RecordBatch]") -> int:
        for left_behind in folder.glob("*.tmp"):
            left_behind.unlink()
        drop_left_behind(folder)
        target = folder / f"{month}.parquet"
        draft = folder / f"{month}.{secrets.token_hex(6)}.tmp"
        try:
            rows = _write_sorted(draft, batches, first_position=_first_position(month))
            self.on_step("written")
            _sync(draft)
            self.on_step("durable")
            note_touched(folder, month, draft)
            if rows:
                os.replace(draft, target)
            else:
                target.unlink(missing_ok=True)
            self.on_step("renamed")
        finally:
            draft.unlink(missing_ok=True)
        _sync(folder)
        return rows


def first_time(paths: Sequence[Path]) -> datetime | None:
    """Time of the earliest row of these files (ascending by month), in UTC; None without files."""
    import pyarrow.parquet as pq

    if not paths:
        return None
    with pq.ParquetFile(paths[0]) as file:
        head = next(file.iter_batches(batch_size=1, columns=["occurred_at"]))
        first: datetime = head.column(0)[0].as_py()
        return first.astimezone(UTC)


def _first_position(month: str) -> int:
    year, number = int(month[:4]), int(month[5:])
    return (year * 12 + number) * _ROWS_PER_MONTH


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Nobody replaces a month of this folder meanwhile; waits for whoever does."""
    with (folder / ".writer").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checked(batches: "Iterable[pa.RecordBatch]", begin: datetime, end: datetime) -> "Iterator[pa.RecordBatch]":
    """The batches in the ledger's schema; refuses rows outside the month and missing values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = schema()
    for batch in batches:
        if batch.num_rows == 0:
            continue
        try:
            fitting = batch.select(wanted.names).cast(wanted)
            fitting.validate(full=False)
        except (KeyError, pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as fault:
            raise CannotReplaceMonth(f"The rows do not fit the ledger ({fault}); the month is unchanged.") from fault
        for field, column in zip(wanted, fitting.columns, strict=True):
            if not field.nullable and column.null_count:
                raise CannotReplaceMonth(f"A row lacks {field.name}; the month is unchanged.")
        times = pc.min_max(fitting["occurred_at"]).as_py()
        if times["min"] < begin or times["max"] >= end:
            raise CannotReplaceMonth(
                f"A row lies outside the UTC month beginning {begin:%Y-%m}; the month is unchanged."
            )
        yield fitting


def _write_sorted(draft: Path, batches: "Iterator[pa.RecordBatch]", *, first_position: int) -> int:
    """Writes the rows by time and ordinal with their positions; returns their number."""
    rows, is_sorted = _write(draft, batches, first_position)
    if is_sorted:
        return rows
    from allmende.ledger.engine import sorted_batches

    shuffled = draft.with_suffix(".shuffled.tmp")
    os.replace(draft, shuffled)
    try:
        _write(draft, sorted_batches(shuffled, by=("occurred_at", "ordinal", "kind", "event_id")), first_position)
    finally:
        shuffled.unlink(missing_ok=True)
    return rows


def _write(draft: Path, batches: "Iterable[pa.RecordBatch]", first_position: int) -> tuple[int, bool]:
    """Rows written, and whether they came in order."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    position, is_sorted, last = first_position, True, None
    stored = stored_schema()
    with pq.ParquetWriter(
        draft, stored, compression="zstd", use_dictionary=_dictionary_columns(), write_page_checksum=True
    ) as writer:
        for group in _gathered(batches):
            is_sorted, last = is_sorted and _follows(group, last), _order_of_last(group)
            positions = pa.array(np.arange(position, position + group.num_rows), type=pa.int64())
            writer.write_table(pa.table([*group.columns, positions], schema=stored))
            position += group.num_rows
    return position - first_position, is_sorted


def _gathered(batches: "Iterable[pa.RecordBatch]") -> "Iterator[pa.Table]":
    """The same rows in pieces big enough to be a row group each: the engine's threads share work by row
    groups."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(piece.num_rows for piece in waiting) >= _ROWS_PER_GROUP:
            yield pa.Table.from_batches(waiting).cast(schema())
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting).cast(schema())


def _dictionary_columns() -> list[str]:
    return ["kind", "act", "actor_class", "channel", "actor", "target_actor"]


def _order_of_last(group: "pa.Table") -> tuple[int, int]:
    end = group.num_rows - 1
    return group["occurred_at"][end].value, group["ordinal"][end].as_py()


def _follows(group: "pa.Table", last: tuple[int, int] | None) -> bool:
    """Whether the rows are in order and begin after `last`."""
    import numpy as np

    times = group["occurred_at"].cast("int64").to_numpy()
    ordinals = group["ordinal"].to_numpy()
    later = np.diff(times) > 0
    tied = (np.diff(times) == 0) & (np.diff(ordinals) > 0)
    begins_after = last is None or last < (int(times[0]), int(ordinals[0]))
    return bool(begins_after and np.all(later | tied))
