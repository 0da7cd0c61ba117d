"""A damaged month is found, named and put where no reader looks (issue 7: bad input)."""

import pytest

from allmende.ledger.events import batch_of
from allmende.ledger.files import Ledger
from allmende.ledger.soundness import damaged_months, drop_set_aside, read_faults, say_the_same, set_aside
from tests.ledger.tables import table

MARCH = "".join(
    f"2026-03-{day:02d} 10:{minute:02d} m{day} asked {day * 60 + minute}\n"
    for day in range(1, 29)
    for minute in range(60)
)
APRIL = "2026-04-01 10:00 m1 asked 1"


@pytest.fixture
def ledger(tmp_path):
    found = Ledger(tmp_path)
    for month, rows in (("2026-03", MARCH), ("2026-04", APRIL)):
        found.replace_month("w", month, [batch_of(table(rows))])
    return found


def _batch_of(ledger, month):
    return ledger.folder("w") / f"{month}.parquet"


@pytest.mark.parametrize("harm", [lambda raw: b"", lambda raw: raw[:-20], lambda raw: b"not parquet at all"])
def test_a_cut_file_is_damaged_at_first_sight(ledger, harm):
    path = _batch_of(ledger, "2026-03")
    assert damaged_months(ledger, "w") == ()
    path.write_bytes(harm(path.read_bytes()))
    assert damaged_months(ledger, "w") == ("2026-03",)
    set_aside(ledger, "w", "2026-03")
    assert damaged_months(ledger, "w") == ("2026-03",)
    assert path.with_name("2026-03.parquet.damaged").exists()
    assert drop_set_aside(ledger, "w") == 1
    assert drop_set_aside(ledger, "w") == 0


def test_a_changed_byte_among_the_rows_is_found_by_reading_them(ledger):
    path = _batch_of(ledger, "2026-03")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 8] ^= 0xFF
    path.write_bytes(bytes(raw))
    assert damaged_months(ledger, "w", thoroughly=True) == ("2026-03",)


def test_a_file_with_other_columns_is_damaged(ledger):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), _batch_of(ledger, "2026-03"))
    assert damaged_months(ledger, "w") == ("2026-03",)


def test_files_are_compared_row_by_row(ledger, tmp_path):
    other = Ledger(tmp_path / "other")
    other.replace_month("w", "2026-03", [batch_of(table(MARCH))])
    assert say_the_same(_batch_of(ledger, "2026-03"), _batch_of(other, "2026-03"))
    other.replace_month("w", "2026-03", [batch_of(table(MARCH.replace("m28 asked", "m27 asked")))])
    assert not say_the_same(_batch_of(ledger, "2026-03"), _batch_of(other, "2026-03"))
    assert not say_the_same(_batch_of(ledger, "2026-03"), _batch_of(ledger, "2026-04"))


def test_what_reading_raises_is_known(ledger):
    from allmende.ledger.engine import connected, interactions

    path = _batch_of(ledger, "2026-03")
    path.write_bytes(b"nothing")
    with connected() as engine, pytest.raises(read_faults()):
        engine.to_pyarrow(interactions(engine, [path]))
