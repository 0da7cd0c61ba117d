"""Generated interactions for benches: the same rows for the same numbers, written month by month into a ledger."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.events import schema
from allmende.ledger.files import Ledger, month_bounds

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MEMBERS = 300_000
MONTHS = tuple(f"{2023 + month // 12}-{month % 12 + 1:02d}" for month in range(36))
AS_OF = datetime(2025, 12, 20, tzinfo=UTC)

_DAY_US = 86_400_000_000
_CLASSES = ("member", "staff", "bot")
_ACTS = ("asked", "answered", "commented", "thanked")


def write_interactions(root: Path, workspace: str, rows: int, seed: int = 7) -> None:
    """Fills a workspace's ledger: 36 months, members who appear over time and write unequally often, threads with late answers."""
    import numpy as np

    random = np.random.default_rng(seed)
    ledger, waiting = Ledger(root), np.empty((0, 4), dtype=np.int64)
    for number, month in enumerate(MONTHS):
        table, waiting = _month(random, number, month, rows // len(MONTHS), waiting)
        ledger.replace_month(workspace, month, _batches(table, number))


def _month(
    random: "np.random.Generator", number: int, month: str, rows: int, waiting: "np.ndarray"
) -> "tuple[np.ndarray, np.ndarray]":
    """Columns time, thread, author of thread (or -1 for a root), actor; and the replies that belong to later months."""
    import numpy as np

    begin, end = (int(edge.timestamp() * 1_000_000) for edge in month_bounds(month))
    roots = rows // 4
    opened = np.sort(random.integers(begin, end, roots))
    openers = _actors(random, roots, number)
    threads = np.arange(roots) + number * 10_000_000
    answered = random.integers(0, roots, rows - roots)
    delay = (np.exp(random.normal(1.2, 2.2, rows - roots)) * 3_600_000_000).astype(np.int64)
    is_opener = random.random(rows - roots) < 0.25
    repliers = np.where(is_opener, openers[answered], _actors(random, rows - roots, number))
    replies = np.column_stack(
        [opened[answered] + np.minimum(delay, 300 * _DAY_US), threads[answered], openers[answered], repliers]
    )
    first = np.column_stack([opened, threads, np.full(roots, -1), openers])
    everything = np.concatenate([first, replies, waiting])
    is_now = everything[:, 0] < end
    now = everything[is_now]
    return now[np.argsort(now[:, 0], kind="stable")], everything[~is_now]


def _actors(random: "np.random.Generator", count: int, month: int) -> "np.ndarray":
    """Heavy tail: early members write most; each month brings new ones."""
    known = MEMBERS * (month + 1) // len(MONTHS)
    tail: np.ndarray = (known * random.random(count) ** 2.5).astype("int64")
    return tail


def _batches(table: "np.ndarray", month: int) -> "Iterator[pa.RecordBatch]":
    for start in range(0, len(table), 100_000):
        yield _batch(table[start : start + 100_000], start, month * 100_000_000 + start)


def _batch(table: "np.ndarray", ordinal: int, event: int) -> "pa.RecordBatch":
    import numpy as np
    import pyarrow as pa

    moment, thread, opener, actor = table.T
    count = len(table)
    classes = np.where(actor % 97 == 3, 1, np.where(actor % 1000 == 7, 2, 0))
    is_root = opener < 0
    acts = np.where(is_root, 0, np.where(opener == actor, 2, np.where((event + np.arange(count)) % 20 == 0, 3, 1)))
    keys = event + np.arange(count)
    columns = {
        "ordinal": pa.array(ordinal + np.arange(count)),
        "event_id": pa.array(keys),
        "kind": _words(np.where(acts == 3, 1, 0), ("message", "gesture")),
        "act": _words(acts, _ACTS),
        "occurred_at": pa.array(moment).cast(pa.timestamp("us", tz="UTC")),
        "actor": pa.array(actor),
        "actor_class": _words(classes, _CLASSES),
        "target_actor": pa.array(opener, mask=is_root),
        "object_id": pa.array(keys),
        "parent_id": pa.array(thread, mask=is_root),
        "thread_id": pa.array(thread),
        "channel": _words(thread % 3, ("forum", "chat", "questions")),
        "is_root": pa.array(is_root),
        "deleted_at": pa.array(np.where(keys % 211 == 0, moment, 0), mask=keys % 211 != 0).cast(
            pa.timestamp("us", tz="UTC")
        ),
    }
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=schema())


def _words(indices: "np.ndarray", words: tuple[str, ...]) -> "pa.DictionaryArray":
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(indices.astype("int32")), pa.array(words))
