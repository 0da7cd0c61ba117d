"""A worker is two processes, what speaks and the rest: however one ends, the other does not stay behind alone."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from allmende.config.terminal import DONE, FAILED
from allmende.jobs.actions.share_work import is_shared
from tests.drills.test_restore import House, house, network, new_house  # noqa: F401 - fixtures
from tests.drills.test_starved import asked

# A busy machine starts a worker slowly.
LONGEST_SECONDS = 180.0
pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(not is_shared(), reason="on SQLite, and elsewhere than on Linux, a worker is one process"),
]


@pytest.fixture
def worker(house: House):  # noqa: F811
    """A worker whose two processes have both said that they live."""
    worker = house.start("work")
    try:
        assert _until(lambda: len(_known(house)) == 2)
        yield worker
    finally:
        worker.terminate()
        worker.communicate(timeout=LONGEST_SECONDS)


def test_both_end_when_one_is_told_to(house, network, worker):  # noqa: F811
    (mouth,) = children(worker.pid)
    house.play("post", "Beitrag.")
    assert _until(lambda: network.times_seen("Beitrag."))
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=LONGEST_SECONDS)
    assert worker.returncode == DONE, said
    assert not _lives(mouth) and not _known(house)


def test_the_rest_ends_with_a_sentence_when_what_speaks_is_killed(worker):
    (mouth,) = children(worker.pid)
    os.kill(mouth, signal.SIGKILL)
    _, said = worker.communicate(timeout=LONGEST_SECONDS)
    assert worker.returncode == FAILED
    assert "status -9" in said and "Nothing is lost" in said


def test_what_speaks_ends_when_the_rest_is_killed(worker: "subprocess.Popen[str]"):
    (mouth,) = children(worker.pid)
    worker.kill()
    worker.wait()
    assert _until(lambda: not _lives(mouth))


def children(pid: int) -> list[int]:
    """The processes that this one began and that still run."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _known(house: House) -> list:  # noqa: F811
    return asked(house, "SELECT name FROM jobs_worker")


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _until(is_so: Callable[[], object]) -> bool:
    end = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end and not is_so():
        time.sleep(0.1)
    return bool(is_so())
