"""Batches of rows from several sources as one stream in order of time, and that stream cut by month. Memory stays flat."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from allmende.ledger.files import month_bounds, month_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Source:
    """What a source has told and nobody took yet; `last` is its latest time, None where it has told everything."""

    def __init__(self, batches: "Iterable[pa.RecordBatch]") -> None:
        self._batches = iter(batches)
        self._waiting: list[pa.RecordBatch] = []
        self.last: int | None = 0
        self.read_on()

    def read_on(self) -> None:
        batch = next((one for one in self._batches if one.num_rows), None)
        self.last = int(_times(batch)[-1]) if batch is not None else None
        if batch is not None:
            self._waiting.append(batch)

    def take_before(self, time: int | None) -> "Iterator[pa.RecordBatch]":
        """The rows before a time, all without one; they do not wait any more."""
        while self._waiting:
            head = self._waiting[0]
            rows = head.num_rows if time is None else int(_times(head).searchsorted(time))
            if rows:
                yield head.slice(0, rows)
            if rows < head.num_rows:
                self._waiting[0] = head.slice(rows)
                return
            self._waiting.pop(0)


def in_order(sources: "Sequence[Iterable[pa.RecordBatch]]") -> "Iterator[pa.RecordBatch]":
    """The rows of all sources by time, then ordinal. Each source tells its own in this order, in `events.schema()`."""
    told = [_Source(batches) for batches in sources]
    while True:
        known = [one.last for one in told if one.last is not None]
        until = min(known, default=None)  # at this very time somebody may have more to tell
        yield from sorted_rows([piece for one in told for piece in one.take_before(until)])
        if until is None:
            return
        for one in told:
            if one.last == until:
                one.read_on()


def by_month(batches: "Iterable[pa.RecordBatch]") -> "Iterator[tuple[str, Iterator[pa.RecordBatch]]]":
    """Rows in order of time, month by month (`YYYY-MM` in UTC); a month is to be read before the next is asked for."""
    pieces = (piece for batch in batches for piece in _cut(batch))
    for month, of_month in groupby(pieces, key=itemgetter(0)):
        yield month, (batch for _, batch in of_month)


def sorted_rows(pieces: "Sequence[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    """These rows by time, then ordinal; rows alike in both stay as they came."""
    import numpy as np
    import pyarrow as pa

    if not pieces:
        return
    rows = pa.Table.from_batches(pieces)
    times, ordinals = rows["occurred_at"].cast("int64").to_numpy(), rows["ordinal"].to_numpy()
    later = np.diff(times)
    if np.all((later > 0) | ((later == 0) & (np.diff(ordinals) >= 0))):
        yield from pieces
        return
    rows = rows.unify_dictionaries().combine_chunks()
    yield from rows.take(pa.array(np.lexsort((ordinals, times)))).combine_chunks().to_batches()


def _cut(batch: "pa.RecordBatch") -> "Iterator[tuple[str, pa.RecordBatch]]":
    times, begin = _times(batch), 0
    while begin < len(times):
        month = month_of(_EPOCH + timedelta(microseconds=int(times[begin])))
        _, next_month = month_bounds(month)
        end = int(times.searchsorted((next_month - _EPOCH) // timedelta(microseconds=1)))
        yield month, batch.slice(begin, end - begin)
        begin = end


def _times(batch: "pa.RecordBatch") -> "np.ndarray":
    """Microseconds since 1970."""
    times: np.ndarray = batch["occurred_at"].cast("int64").to_numpy()
    return times
