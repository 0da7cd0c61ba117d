"""Two workers and two web processes on one database: the jobs are shared, and nothing is said twice."""

import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from allmende.config.supervisor import is_ready
from tests.drills.test_restore import ROOT, House, house, network, new_house  # noqa: F401 - fixtures

POSTS = 24
LONGEST_SECONDS = 120.0
pytestmark = pytest.mark.drill


def test_two_workers_and_two_webs_share_the_work_and_say_nothing_twice(house, network):  # noqa: F811
    texts = [f"Beitrag {number}." for number in range(POSTS)]
    house.play("post", *texts)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    metrics = house.data / "metrics"
    metrics.mkdir()
    house.environment |= {"PROMETHEUS_MULTIPROC_DIR": str(metrics), "ALLMENDE_ORIGIN": f"http://127.0.0.1:{port}"}
    running = [house.start("work"), house.start("work"), _webs(house, port)]
    holders: set[str] = set()
    try:
        end = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < end and not _is_done(house, network, texts, holders, port):
            time.sleep(0.2)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=30)
            process.kill()
            process.communicate()
    assert [network.times_seen(text) for text in texts] == [1] * POSTS
    assert set(house.facts()["states"].values()) == {"sent"}
    assert len(holders) >= 2, holders
    assert len({file.stem.rpartition("_")[2] for file in metrics.glob("counter_*.db")}) == 2, "both webs answered"


def _webs(house: House, port: int) -> subprocess.Popen[str]:  # noqa: F811
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
        "--no-ws", "allmende.config.wsgi:application",
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, env=house.environment, text=True, stdout=-3, stderr=-3)


def _is_done(house: House, network, texts: list[str], holders: set[str], port: int) -> bool:  # noqa: F811
    """Everything was said, both workers were seen at work (each may be two processes), and both web processes have answered."""
    holders |= _holders(house)
    is_ready(port)
    answering = {file.stem.rpartition("_")[2] for file in (house.data / "metrics").glob("counter_*.db")}
    return len(holders) >= 2 and len(answering) == 2 and all(network.times_seen(text) for text in texts)


def _holders(house: House) -> set[str]:  # noqa: F811
    """The processes that hold a job at this moment."""
    query = "SELECT holder FROM jobs_jobstate WHERE holder <> ''"
    if house.database:
        import psycopg

        with psycopg.connect(house.database) as connection:
            rows = connection.execute(query).fetchall()
    else:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(house.data / "allmende.sqlite3", timeout=20)) as connection:
            rows = connection.execute(query).fetchall()
    return {holder.split(":")[1] for (holder,) in rows}
