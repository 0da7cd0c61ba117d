"""Which step of time something lies in: in one word of ours what comparisons within comparisons say."""

from datetime import UTC, datetime, timedelta

import ibis
import pyarrow as pa
import pytest

from allmende.ledger.anchors import literal
from allmende.ledger.duck import engine_class
from allmende.ledger.steps import stepped

INSTANT = "timestamp('UTC', 6)"
TICK = timedelta(microseconds=1)
# Before 1970, and on both sides of a change of the clock.
EDGES = [
    datetime(1960, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 28, 23, tzinfo=UTC),
    datetime(2026, 3, 29, 22, tzinfo=UTC),
    datetime(2026, 4, 1, tzinfo=UTC),
]
TIMES = [edge + by for edge in EDGES for by in (-TICK, timedelta(0), TICK)]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_a_time_at_an_edge_lies_behind_it_or_before_it(zone):
    rows = ibis.memtable(pa.table({"at": pa.array([*TIMES, None], pa.timestamp("us", tz="UTC"))}))
    found = _told(
        zone,
        rows.select(
            "at",
            number=stepped(rows["at"], EDGES, range(5), "int32"),
            last=stepped(rows["at"], EDGES, range(5), "int32", is_end=True),
            begun=stepped(rows["at"], EDGES, [datetime(1900, 1, 1, tzinfo=UTC), *EDGES], INSTANT),
            only=stepped(rows["at"], [], [7], "int32"),
        ),
    )
    known = {row["at"]: row for row in found}
    assert len(known) == len(TIMES) + 1
    for at in TIMES:
        assert known[at]["number"] == sum(edge <= at for edge in EDGES)
        assert known[at]["last"] == sum(edge < at for edge in EDGES)
        assert known[at]["begun"] == max([datetime(1900, 1, 1, tzinfo=UTC), *(edge for edge in EDGES if edge <= at)])
    assert {row["only"] for row in found} == {7}
    assert known[None]["number"] == 4


def _told(zone, expression):
    engine = engine_class()().connect()
    engine.con.execute(f"SET TimeZone = '{zone}'")
    rows = engine.to_pyarrow(expression).to_pylist()
    engine.disconnect()
    return rows


@pytest.mark.parametrize("dialect", ["duckdb", "clickhouse", "trino", "postgres", "pyspark", "bigquery"])
def test_every_engine_is_told_what_it_would_be_told_by_comparisons(dialect):
    rows = ibis.table({"at": INSTANT}, name="rows")

    def nested(low, high):
        if low == high:
            return ibis.literal(low, type="int32")
        middle = (low + high) // 2
        return ibis.ifelse(rows["at"] < literal(EDGES[middle]), nested(low, middle), nested(middle + 1, high))

    ours = rows.select(number=stepped(rows["at"], EDGES, range(5), "int32"))
    assert ibis.to_sql(ours, dialect=dialect) == ibis.to_sql(rows.select(number=nested(0, 4)), dialect=dialect)
