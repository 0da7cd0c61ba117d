"""Monthly files: cut by UTC month, sorted, replaced whole, safe against a dying writer."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from allmende.ledger.engine import connected, interactions
from allmende.ledger.events import Interaction, batch_of, schema
from allmende.ledger.files import CannotReplaceMonth, Ledger, month_bounds, month_of
from tests.ledger.tables import table, utc

MARCH = """
    2026-03-01 00:00            m1  asked     1
    2026-03-02 10:00            m2  answered  1
    2026-03-31 23:59:59.999999  m1  commented 1
"""


def stored(root: Path, month: str = "2026-03") -> list[dict[str, object]]:
    return pq.read_table(root / "w" / f"{month}.parquet").to_pylist()


def test_a_month_is_stored_as_it_was_handed_in(tmp_path: Path) -> None:
    rows = table(MARCH)
    assert Ledger(tmp_path).replace_month("w", "2026-03", [batch_of(rows)]) == 3
    found = stored(tmp_path)
    assert [Interaction(**{name: row[name] for name in Interaction._fields}) for row in found] == rows  # type: ignore[arg-type]
    positions = [row["position"] for row in found]
    assert positions == list(range(positions[0], positions[0] + 3))  # type: ignore[call-overload, operator]


def test_rows_are_sorted_by_time_then_by_the_sources_order(tmp_path: Path) -> None:
    rows = [
        row._replace(occurred_at=utc("2026-03-05 10:00") + timedelta(hours=row.ordinal // 3))
        for row in table(MARCH) * 4
    ]
    rows = [row._replace(ordinal=number, event_id=number) for number, row in enumerate(rows)]
    shuffled = rows[1::2] + rows[::2]
    Ledger(tmp_path).replace_month("w", "2026-03", [batch_of(shuffled[:5]), batch_of(shuffled[5:])])
    found = [(row["occurred_at"], row["ordinal"]) for row in stored(tmp_path)]
    assert found == sorted((row.occurred_at, row.ordinal) for row in rows)
    assert list((tmp_path / "w").glob("*.tmp")) == []


def test_positions_ascend_from_month_to_month(tmp_path: Path) -> None:
    ledger, rows = Ledger(tmp_path), table(MARCH)
    ledger.replace_month("w", "2026-03", [batch_of(rows)])
    ledger.replace_month("w", "2026-04", [batch_of([rows[0]._replace(occurred_at=utc("2026-04-01 00:00"))])])
    assert stored(tmp_path)[-1]["position"] < stored(tmp_path, "2026-04")[0]["position"]  # type: ignore[operator]
    assert ledger.months("w") == ("2026-03", "2026-04")
    assert ledger.begins_at("w") == utc("2026-03-01 00:00")


@pytest.mark.parametrize("moment", ["2026-02-28 23:59:59.999999", "2026-04-01 00:00"])
def test_a_row_outside_the_utc_month_is_refused_and_the_month_stays(tmp_path: Path, moment: str) -> None:
    ledger, rows = Ledger(tmp_path), table(MARCH)
    ledger.replace_month("w", "2026-03", [batch_of(rows)])
    before = stored(tmp_path)
    with pytest.raises(CannotReplaceMonth, match="outside"):
        ledger.replace_month("w", "2026-03", [batch_of(rows), batch_of([rows[0]._replace(occurred_at=utc(moment))])])
    assert stored(tmp_path) == before
    assert sorted(os.listdir(tmp_path / "w")) == [".writer", "2026-03.parquet"]


def test_a_missing_value_is_refused(tmp_path: Path) -> None:
    batch = batch_of(table(MARCH))
    without = batch.set_column(schema().get_field_index("thread_id"), "thread_id", pa.nulls(3, pa.int64()))
    with pytest.raises(CannotReplaceMonth, match="thread_id"):
        Ledger(tmp_path).replace_month("w", "2026-03", [without])
    with pytest.raises(CannotReplaceMonth, match="fit"):
        Ledger(tmp_path).replace_month("w", "2026-03", [batch.drop_columns(["act"])])
    assert Ledger(tmp_path).months("w") == ()


def test_plain_text_columns_fit_as_well_as_dictionaries(tmp_path: Path) -> None:
    plain = pa.schema(
        [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in schema()]
    )
    Ledger(tmp_path).replace_month("w", "2026-03", [batch_of(table(MARCH)).cast(plain)])
    assert [row["act"] for row in stored(tmp_path)] == ["asked", "answered", "commented"]


def test_a_month_without_rows_goes(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.replace_month("w", "2026-03", [batch_of(table(MARCH))])
    ledger.drop_month("w", "2026-03")
    ledger.drop_month("w", "2026-03")
    assert ledger.months("w") == ()
    assert ledger.begins_at("w") is None


def test_unfit_names_never_reach_the_disk(tmp_path: Path) -> None:
    for name in ("", "..", "a/b", "../w", ".hidden"):
        with pytest.raises(ValueError, match="ledger folder"):
            Ledger(tmp_path).replace_month(name, "2026-03", [])
    for month in ("2026-13", "2026-3", "../../x", "2026-03 "):
        with pytest.raises(ValueError, match="month"):
            Ledger(tmp_path).replace_month("w", month, [])


def test_months_are_utc_months() -> None:
    assert month_of(utc("2026-03-31 23:59:59.999999")) == "2026-03"
    assert month_bounds("2026-12") == (utc("2026-12-01 00:00"), utc("2027-01-01 00:00"))


def test_readers_see_whole_months_while_a_writer_replaces_them(tmp_path: Path) -> None:
    few, many = table(MARCH), [row._replace(event_id=number) for number, row in enumerate(table(MARCH) * 200)]
    ledger = Ledger(tmp_path)
    ledger.replace_month("w", "2026-03", [batch_of(few)])

    def write() -> None:
        for turn in range(20):
            ledger.replace_month("w", "2026-03", [batch_of(few if turn % 2 else many)])

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    with connected() as engine:
        while writer.is_alive():
            with ledger.reading("w") as paths:
                rows = interactions(engine, paths)
                seen.add((engine.to_pyarrow(rows.count()).as_py(), engine.to_pyarrow(rows.event_id.max()).as_py()))
    writer.join()
    assert seen <= {(3, 3), (600, 599)}


def test_a_reader_keeps_a_month_that_is_dropped_meanwhile(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.replace_month("w", "2026-03", [batch_of(table(MARCH))])
    with ledger.reading("w") as paths, connected() as engine:
        ledger.drop_month("w", "2026-03")
        assert engine.to_pyarrow(interactions(engine, paths).count()).as_py() == 3


def test_an_empty_ledger_is_an_empty_table_of_the_same_shape(tmp_path: Path) -> None:
    Ledger(tmp_path).replace_month("w", "2026-03", [batch_of(table(MARCH))])
    with connected() as engine:
        nothing, something = interactions(engine, ()), interactions(engine, Ledger(tmp_path).paths("w"))
        assert engine.to_pyarrow(nothing.count()).as_py() == 0
        assert nothing.columns == something.columns
        assert [str(kind) for kind in something.schema().types] == [
            str(kind).removeprefix("!") for kind in nothing.schema().types
        ]


def test_the_engine_and_its_query_language_fit_together(tmp_path: Path) -> None:
    """The pairs of versions that broke elsewhere: overwrite, batches, raw SQL, schema of a table."""
    with connected() as engine:
        engine.create_table("tried", pa.table({"n": [1, 2]}))
        engine.create_table("tried", pa.table({"n": [3]}), overwrite=True)
        assert engine.table("tried").schema().names == ("n",)
        assert [batch.num_rows for batch in engine.to_pyarrow_batches(engine.table("tried"))] == [1]
        assert engine.to_pyarrow(engine.sql("SELECT n FROM tried")).to_pylist() == [{"n": 3}]
