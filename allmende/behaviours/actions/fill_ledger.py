"""Bring the ledger up to what was said and done: the months that changed are written anew, whole."""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.behaviours.models import LedgerMark
from allmende.behaviours.queries.interactions import changes_since, rows_by_month
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.ledger.events import Interaction, batch_of
from allmende.ledger.files import Ledger
from allmende.team.models import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 20_000
_MARKED = ("changed_until", "last_message", "last_gesture", "last_arrival", "filled_at", "interactions")


def fill_ledger(*, workspace: Workspace, now: datetime) -> tuple[str, ...]:
    """Write every month that messages, gestures or arrivals changed since the last fill; returns these months (`YYYY-MM`).

    The mark moves last: a fill that dies half-way is done again and ends the same. Fills of one workspace wait for one
    another. Runs in no transaction, because it may read for minutes; memory stays flat.
    """
    ledger, name = Ledger(ledger_root()), ledger_name(workspace)
    with only_filler(ledger.folder(name)):
        mark, _ = LedgerMark.objects.get_or_create(workspace=workspace)
        changes = changes_since(mark, workspace, ledger.months(name))
        written = set()
        for month, rows in rows_by_month(workspace, changes.months):
            ledger.replace_month(name, month, _batches(rows))
            written.add(month)
        for month in changes.months:
            if month not in written:
                ledger.drop_month(name, month)
        mark.changed_until = changes.changed_until
        mark.last_message, mark.last_gesture = changes.last_message, changes.last_gesture
        mark.last_arrival = changes.last_arrival
        mark.filled_at, mark.interactions = now, _count(ledger.paths(name))
        mark.save(update_fields=_MARKED)
    return changes.months


@contextmanager
def only_filler(folder: Path) -> Iterator[None]:
    """Nobody fills the ledger of this folder meanwhile; waits for whoever does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".filler").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _batches(rows: Iterable[Interaction]) -> "Iterator[pa.RecordBatch]":
    rest = iter(rows)
    while part := list(islice(rest, ROWS_AT_ONCE)):
        yield batch_of(part)


def _count(paths: Iterable[Path]) -> int:
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(path).num_rows for path in paths)
