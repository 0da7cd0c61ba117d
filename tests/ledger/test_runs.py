"""Rows in any order are told in order of time, however many are sorted at once, and none is lost in between."""

from datetime import UTC, datetime, timedelta
from random import Random

import pyarrow as pa
import pytest

from allmende.ledger import runs
from allmende.ledger.events import Interaction, batch_of, schema
from allmende.ledger.runs import sorted_by_time

BEGINS = datetime(2026, 1, 30, 22, tzinfo=UTC)


def _row(key: int, hour: int) -> Interaction:
    return Interaction(
        ordinal=key, event_id=key, kind="gesture" if key % 4 == 0 else "message", act=f"act{key % 7}",
        occurred_at=BEGINS + timedelta(hours=hour), actor=key % 5 or None, actor_class="member", target_actor=None,
        object_id=key, parent_id=None, thread_id=key, channel=f"forum-{key % 3}", is_root=key % 2 == 0,
        deleted_at=BEGINS if key % 9 == 0 else None,
    )  # fmt: skip


def _batches(random: Random, number: int) -> list[pa.RecordBatch]:
    """Rows in no order, many of one time; the words of each batch are its own."""
    rows = [_row(key, random.choice([3, random.randrange(1500)])) for key in range(number)]
    random.shuffle(rows)
    size = random.randint(1, 9)
    return [batch_of(rows[start : start + size]) for start in range(0, number, size)]


@pytest.mark.parametrize("seed", range(20))
def test_rows_in_any_order_are_told_by_time_however_many_are_sorted_at_once(seed: int) -> None:
    random = Random(seed)
    batches = _batches(random, random.randrange(200))
    expected = sorted(
        (row for batch in batches for row in batch.to_pylist()), key=lambda row: (row["occurred_at"], row["ordinal"])
    )
    for at_once in (1, 17, 1_000):
        told = [*sorted_by_time(iter(batches), at_once)]
        assert [row for batch in told for row in batch.to_pylist()] == expected
        assert {batch.schema for batch in told} <= {schema()}


def test_no_piece_is_larger_than_what_is_told_at_once() -> None:
    rows = [_row(key, 0) for key in range(runs.ROWS_TOLD + 5)]
    assert [batch.num_rows for batch in sorted_by_time([batch_of(rows)])] == [runs.ROWS_TOLD, 5]
    assert [batch.num_rows for batch in sorted_by_time([batch_of(rows)], 1)] == [runs.ROWS_TOLD, 5]


def test_runs_one_after_another_stay_apart_and_nothing_is_told_of_nothing() -> None:
    batches = [batch_of([_row(key, key)]) for key in range(50)]
    assert [batch.num_rows for batch in sorted_by_time(batches, 1)] == [1] * 50
    assert [*sorted_by_time([])] == []
