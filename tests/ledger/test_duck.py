"""Our words for times say to DuckDB what Ibis's own say, only sooner."""

from datetime import UTC, datetime, timedelta

import ibis
import pyarrow as pa
import pytest

from allmende.ledger.duck import engine_class, said

# Before 1970, around the change of the clock in Europe, and in years no community sees.
TIMES = [
    datetime(1900, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(9999, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC),
    None,
]
ROWS = pa.table(
    {
        "at": pa.array(TIMES, pa.timestamp("us", tz="UTC")),
        "until": pa.array([*TIMES[1:], TIMES[0]], pa.timestamp("us", tz="UTC")),
        "group": pa.array([1, 1, 1, 2, 2, 3]),
        "key": pa.array([6, 5, 4, 3, 2, 1]),
        "value": pa.array([None, 2, 3, 4, None, 6], pa.int64()),
    }
)


def _times(rows):
    return rows.select(
        "key",
        later=rows["at"] + ibis.interval(seconds=86_401),
        waited=rows.until.delta(rows["at"], unit="microsecond"),
        half=rows.until.delta(rows["at"], unit="microsecond") / 2,
        second=rows["at"].truncate("s").epoch_seconds().cast("int64"),
        is_one=rows.group.isin([2]),
        is_other=rows.group.notin([2]),
    ).order_by("key")


def _firsts(rows):
    return (
        rows.group_by("group")
        .aggregate(
            first=rows.value.argmin(rows.key),
            last=rows.value.argmax(rows.key),
            first_known=rows.value.argmin(rows.key, where=rows.value.notnull()),
        )
        .order_by("group")
    )


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
@pytest.mark.parametrize("asked", [_times, _firsts])
def test_the_same_comes_out(asked, zone):
    """Ibis's words are right where the clock is that of Greenwich, ours wherever the machine stands."""
    expression = asked(ibis.memtable(ROWS))
    expected, found = (
        _told(*one, expression) for one in ((ibis.duckdb.connect(), "UTC"), (engine_class()().connect(), zone))
    )
    assert found == expected
    assert any(value is None for row in found for value in row.values()), "what is missing stays missing"


def _told(engine, zone, expression):
    engine.con.execute(f"SET TimeZone = '{zone}'")
    rows = engine.to_pyarrow(expression).to_pylist()
    engine.disconnect()
    return rows


def test_lengths_are_reckoned_without_a_calendar():
    rows = ibis.table({"at": "timestamp('UTC', 6)", "until": "timestamp('UTC', 6)", "group": "int64", "key": "int64"})
    words = said(_times(rows)).upper()
    assert not any(slow in words for slow in ("INTERVAL", "DATE_DIFF", "DATE_TRUNC", "TIMEZONE"))


def test_a_length_is_that_of_the_clock_on_the_wall_of_nowhere():
    """An hour that happens twice is two hours long."""
    rows = ibis.memtable(ROWS.slice(3, 1))
    later = rows.select(later=rows["at"] + ibis.interval(seconds=86_400))
    (found,) = _told(engine_class()().connect(), "Europe/Berlin", later)
    assert found["later"] - TIMES[3] == timedelta(days=1)
