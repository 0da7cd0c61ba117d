"""Monthly files of the ledger: a writer that is killed, and the memory of one that sorts a big month."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from allmende.ledger.events import batch_of
from allmende.ledger.files import Ledger
from tests.ledger.tables import table, utc
from tests.ledger.test_files import MARCH, stored

pytestmark = pytest.mark.drill

KILLED = """
import os, signal, sys
from pathlib import Path
from allmende.ledger.events import batch_of
from allmende.ledger.files import Ledger
from tests.ledger.tables import table

def die(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

rows = table("2026-03-09 10:00  m7  asked  7")
Ledger(Path(sys.argv[1]), on_step=die).replace_month("w", "2026-03", [batch_of(rows)])
"""


@pytest.mark.parametrize(("step", "rows_left"), [("written", 3), ("durable", 3), ("renamed", 1)])
def test_a_killed_writer_leaves_the_old_month_or_the_new_one(tmp_path: Path, step: str, rows_left: int) -> None:
    ledger = Ledger(tmp_path)
    ledger.replace_month("w", "2026-03", [batch_of(table(MARCH))])
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), step], cwd=root, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert len(stored(tmp_path)) == rows_left
    assert ledger.months("w") == ("2026-03",)
    ledger.replace_month("w", "2026-04", [batch_of([table(MARCH)[0]._replace(occurred_at=utc("2026-04-01 00:00"))])])
    assert list((tmp_path / "w").glob("*.tmp")) == []


def test_memory_stays_flat_while_a_big_month_is_sorted(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BIG_MONTH, str(tmp_path)], cwd=Path(__file__).resolve().parents[2], timeout=120,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    small, big = map(int, done.stdout.split())
    assert big - small < 250_000, f"{small} kB after 20,000 rows, {big} kB after 1,000,000"


BIG_MONTH = """
import resource, sys
from pathlib import Path
from allmende.ledger.events import batch_of
from allmende.ledger.files import Ledger
from tests.ledger.tables import table
import pyarrow as pa, numpy as np

one = batch_of(table("2026-03-09 10:00  m7  asked  7") * 10_000)
def batches(count):
    for number in range(count, 0, -1):
        times = pa.array(np.arange(10_000) + 1_772_500_000_000_000 + number * 10_000_000).cast(one.schema.field("occurred_at").type)
        yield one.set_column(4, one.schema.field("occurred_at"), times)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
ledger = Ledger(Path(sys.argv[1]))
ledger.replace_month("w", "2026-03", batches(2))
small = peak()
ledger.replace_month("w", "2026-03", batches(100))
print(small, peak())
"""
