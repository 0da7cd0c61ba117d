"""Rows in any order put in order of time: piece by piece sorted and laid aside in a file without a name, which goes with the
process, then told together. Two pieces lie in memory at a time, then the beginning of each: a tenth of all rows."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from allmende.ledger.ordering import in_order, sorted_rows

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_SORTED = 100_000
ROWS_TOLD = 20_000


def sorted_by_time(batches: "Iterable[pa.RecordBatch]", rows_sorted: int = ROWS_SORTED) -> "Iterator[pa.RecordBatch]":
    """The rows by time, then ordinal; all are taken before the first is told. Batches have `events.schema()`; so many rows are
    sorted at once, and up to so many need no file."""
    with TemporaryFile() as file:
        waiting: list[pa.RecordBatch] = []
        # Beside the next rows being taken, one piece after another.
        with ThreadPoolExecutor(1, thread_name_prefix="runs") as pool:
            laid: list[Future[list[tuple[int, int]]]] = []
            for batch in batches:
                waiting.append(batch)
                if sum(one.num_rows for one in waiting) >= rows_sorted:
                    if laid:
                        laid[-1].result()
                    laid.append(pool.submit(_laid_aside, file, waiting))
                    waiting = []
            runs = [one.result() for one in laid]
        file.flush()
        for batch in in_order([*(_read(file, run) for run in runs), sorted_rows(waiting)]):
            yield from _cut(batch)


def _laid_aside(file: IO[bytes], pieces: "list[pa.RecordBatch]") -> list[tuple[int, int]]:
    """Writes these rows in order; returns where each part of them begins in the file, and its bytes."""
    import pyarrow as pa

    places: list[tuple[int, int]] = []
    for batch in sorted_rows(pieces):
        for part in _cut(batch):
            begin = file.tell()
            with pa.ipc.new_stream(file, part.schema) as writer:
                writer.write_batch(part)
            places.append((begin, file.tell() - begin))
    return places


def _read(file: IO[bytes], places: list[tuple[int, int]]) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    for begin, size in places:
        with pa.ipc.open_stream(pa.py_buffer(os.pread(file.fileno(), size, begin))) as reader:
            yield from reader


def _cut(batch: "pa.RecordBatch") -> "Iterator[pa.RecordBatch]":
    for first in range(0, batch.num_rows, ROWS_TOLD):
        yield batch.slice(first, ROWS_TOLD)
