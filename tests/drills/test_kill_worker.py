"""SIGKILL of the worker while the network has accepted a post but not yet answered: each is there exactly once.

The sandbox's public log is the judge. 20 kills; `ALLMENDE_KILLS=200` for the long run.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import Network, open_network

KILLS = int(os.environ.get("ALLMENDE_KILLS", "20"))
SILENCE = 0.5
LONGEST_SECONDS = 90 + 3 * max(KILLS - 20, 0)
ROOT = Path(__file__).resolve().parent.parent.parent


class Stable:
    """Starts workers on a data folder and kills them."""

    def __init__(self, data: Path) -> None:
        self.environment = os.environ | {
            "ALLMENDE_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "allmende.config.settings",
        }
        self._process: subprocess.Popen[str] | None = None

    def run(self, *words: str) -> None:
        command = [sys.executable, "-m", "tests.drills.worker_scene", *words]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, timeout=60)

    def open(self) -> None:
        command = [sys.executable, "-m", "tests.drills.worker_scene", "stable"]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def start(self) -> int:
        assert self._process and self._process.stdin and self._process.stdout
        self._process.stdin.write("start\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait(10)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[tuple[Network, Face, str]]:
    made = open_network(str(tmp_path / "network.sqlite3"))
    token = made.enrol("redaktion", "Redaktion", is_ours=True)
    face = Face(made)
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield made, face, token
    face.end()


@pytest.mark.drill
def test_twenty_kills_between_accepting_and_answering_leave_each_post_exactly_once(
    network: tuple[Network, Face, str], tmp_path: Path
) -> None:
    seen_by_all, face, token = network
    data, posts, began = tmp_path / "data", KILLS + 10, time.monotonic()
    data.mkdir()
    stable = Stable(data)
    stable.run("prepare", str(tmp_path / "network.sqlite3"), token, str(posts))
    face.faults.plant("send", "silence_after", wait=SILENCE)
    stable.open()
    dice, pid, kills, in_mid_sentence = random.Random(2026), 0, 0, 0
    try:
        while kills < KILLS and time.monotonic() - began < LONGEST_SECONDS:
            before = len(_posts(seen_by_all))
            pid = stable.start()
            if not _until(lambda before=before: len(_posts(seen_by_all)) > before, 20):
                os.kill(pid, signal.SIGKILL)
                continue
            time.sleep(dice.uniform(0, SILENCE * 0.9))  # the network has it; the worker does not know
            os.kill(pid, signal.SIGKILL)
            kills += 1
            in_mid_sentence += _state_of(data, _posts(seen_by_all)[-1]["text"]) == "speaking"
        face.faults.clear()
        pid = stable.start()
        settled = _until(lambda: _states(data)["sent"] == posts, LONGEST_SECONDS - (time.monotonic() - began))
    finally:
        _end(pid)
        stable.close()
    assert kills == KILLS
    assert in_mid_sentence >= KILLS * 0.9
    assert settled, _states(data)
    texts = Counter(post["text"] for post in _posts(seen_by_all))
    assert texts == {f"Beitrag {number}.": 1 for number in range(posts)}
    assert _integrity(data) == "ok"


def _posts(network: Network) -> list[dict]:
    return [line for line in network.public_log() if line["verb"] == "appeared"]


def _states(data: Path) -> Counter:
    with sqlite3.connect(f"file:{data / 'allmende.sqlite3'}?mode=ro", uri=True, timeout=10) as database:
        return Counter(
            dict(database.execute("SELECT state, count(*) FROM channels_dispatch GROUP BY state").fetchall())
        )


def _state_of(data: Path, text: str) -> str:
    asked = """SELECT state FROM channels_dispatch d JOIN channels_message m ON m.id = d.message_id WHERE m.text = ?"""
    with sqlite3.connect(f"file:{data / 'allmende.sqlite3'}?mode=ro", uri=True, timeout=10) as database:
        return str(database.execute(asked, [text]).fetchone()[0])


def _integrity(data: Path) -> str:
    with sqlite3.connect(data / "allmende.sqlite3", timeout=10) as database:
        return database.execute("PRAGMA integrity_check").fetchone()[0]


def _until(is_so: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.02)
    return is_so()


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    if not _until(lambda: not Path(f"/proc/{pid}").exists(), 10):
        os.kill(pid, signal.SIGKILL)
