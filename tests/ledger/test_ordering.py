"""Rows of several sources become one stream in order of time, cut by month, without being held all at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pyarrow as pa
import pytest

from allmende.ledger.events import Interaction, batch_of
from allmende.ledger.ordering import by_month, in_order

BEGINS = datetime(2026, 1, 30, 22, tzinfo=UTC)


def _row(key: int, hour: int, kind: str = "message") -> Interaction:
    return Interaction(
        ordinal=key, event_id=key, kind=kind, act=f"act{key % 3}", occurred_at=BEGINS + timedelta(hours=hour), actor=key % 5 or None,
        actor_class="member", target_actor=None, object_id=key, parent_id=None, thread_id=key, channel="forum", is_root=False,
    )  # type: ignore[arg-type] # fmt: skip


def _source(random: Random, first: int) -> list[pa.RecordBatch]:
    """Some batches in order; many rows of one time, which also lies over the edge of a batch."""
    hours = sorted(random.choice([3, 3, random.randrange(1500)]) for _ in range(random.randrange(40)))
    rows = [_row(first + place, hour) for place, hour in enumerate(hours)]
    size = random.randint(1, 7)
    return [batch_of(rows[start : start + size]) for start in range(0, len(rows), size)]


@pytest.mark.parametrize("seed", range(40))
def test_sources_are_told_in_one_order(seed: int) -> None:
    random = Random(seed)
    sources = [_source(random, 1000 * place) for place in range(random.randint(1, 4))]
    everything = [row for batches in sources for batch in batches for row in batch.to_pylist()]
    found = {month: [*batches] for month, batches in by_month(in_order(sources))}
    told = [row for batches in found.values() for batch in batches for row in batch.to_pylist()]
    assert told == sorted(everything, key=lambda row: (row["occurred_at"], row["ordinal"]))
    assert list(found) == sorted(found)
    for month, batches in found.items():
        assert {row["occurred_at"].strftime("%Y-%m") for batch in batches for row in batch.to_pylist()} == {month}


def test_no_source_is_read_further_than_the_order_needs() -> None:
    read: list[int] = []

    def days(name: int, every: int) -> Iterator[pa.RecordBatch]:
        for day in range(0, 1000, every):
            read.append(day)
            yield batch_of([_row(10_000 * name + day, 24 * day)])

    told = in_order([days(1, 1), days(2, 7)])
    for _ in range(20):
        next(told)
    assert max(read) <= 35


def test_nothing_is_told_of_nothing() -> None:
    assert list(by_month(in_order([[], iter(())]))) == []
