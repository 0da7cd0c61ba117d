"""What counts put aside on the disk: it goes with the process, however that ended; and a disk that is full is told as such."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from allmende.ledger.engine import Limits, bare, sparingly
from allmende.ledger.engine_address import HERE, DiskFull
from allmende.ledger.spill import PREFIX, drop_spilled, minding_disk

SORTED = """
    SELECT max(length(word)) FROM (
        SELECT word, row_number() OVER (ORDER BY word) AS place
        FROM (SELECT repeat(md5(range::VARCHAR), 4) AS word FROM range(1_000_000))
    ) WHERE place > 5
"""
COUNTS = """
import sys, time
from allmende.ledger.engine import Limits, bare
with bare(Limits(engine="duckdb")) as engine:
    print(engine.execute("SELECT current_setting('temp_directory')").fetchone()[0], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def count(tmp_path):
    """`count()` begins a count in a process of its own; returns it once its folder stands."""
    begun = []

    def begin():
        environment = os.environ | {"TMPDIR": str(tmp_path)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        begun.append(subprocess.Popen([sys.executable, "-c", COUNTS], env=environment, **pipes))
        assert begun[-1].stdout.readline().startswith(str(tmp_path))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()
        one.communicate()


def folders(root):
    return sorted(root.glob(f"{PREFIX}*"))


def age(root, seconds):
    for place in folders(root):
        os.utime(place, (time.time() - seconds,) * 2)


def test_what_a_killed_count_left_goes_and_one_that_counts_keeps_its_folder(count, tmp_path):
    killed = count()
    (left,) = folders(tmp_path)
    (left / "aside").mkdir(exist_ok=True)
    (left / "aside" / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"x" * 1000)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    running = count()
    assert drop_spilled(tmp_path) == 0 and len(folders(tmp_path)) == 2, "it may be about to lock its folder"
    age(tmp_path, 3600)
    assert drop_spilled(tmp_path) == 1
    (kept,) = folders(tmp_path)
    assert kept != left
    running.communicate("")
    assert running.returncode == 0 and folders(tmp_path) == []


def test_what_an_edition_without_locks_left_goes_after_a_day(tmp_path):
    (tmp_path / f"{PREFIX}old").mkdir()
    (tmp_path / "allmende-import-other").mkdir()
    age(tmp_path, 7200)
    assert drop_spilled(tmp_path) == 0
    age(tmp_path, 90_000)
    assert drop_spilled(tmp_path) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["allmende-import-other"]


def test_what_only_bears_such_a_name_stays(tmp_path):
    """A link, through which somebody's own folder would be looked into, and a file."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "lock").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(mine)
    (tmp_path / f"{PREFIX}file").touch()
    long_ago = (time.time() - 90_000,) * 2
    for place in folders(tmp_path):
        os.utime(place, long_ago, follow_symlinks=False)
    os.utime(mine, long_ago)
    assert drop_spilled(tmp_path) == 0
    assert len(folders(tmp_path)) == 2 and (mine / "lock").exists()


def test_where_there_is_no_room_to_put_aside_it_is_no_lack_of_memory():
    """DuckDB says both with the same exception; less memory would only put more aside."""
    seen = []

    def counting():
        with bare(Limits(memory_mb=40, threads=1, engine=HERE)) as engine:
            seen.append(1)
            engine.execute("SET max_temp_directory_size = '1MB'")
            return engine.execute(SORTED).fetchone()

    with pytest.raises(DiskFull, match=r"the disk is full\. No figure is lost.* Make room in the data folder"):
        sparingly(counting)
    assert len(seen) == 1


def test_a_full_disk_is_no_file_that_cannot_be_read():
    table = pa.table({"a": list(range(100_000))})
    with (
        pytest.raises(DiskFull),
        minding_disk(),
        Path("/dev/full").open("wb") as file,
    ):  # by its name it would be removed
        pq.write_table(table, file)
    with pytest.raises(FileNotFoundError), minding_disk():
        Path("/nowhere/at/all").read_bytes()
