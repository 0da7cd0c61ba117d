"""`./run` started twice by mistake, killed, and started again after three days: one runs, nothing is said twice, nothing late."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from allmende.config.supervisor import is_ready
from allmende.config.terminal import LOCKED
from tests.drills.test_restore import ROOT, House, house, network, new_house  # noqa: F401 - fixtures

EARLY, LATE = [f"Früh {number}." for number in range(8)], [f"Spät {number}." for number in range(8)]
LONGEST_SECONDS = 150.0
pytestmark = pytest.mark.drill


def test_two_supervisors_and_one_that_was_killed_say_nothing_twice_and_nothing_late(house, network):  # noqa: F811
    house.play("post", "past:Vorgestern.", *EARLY)
    ports = [_free_port(), _free_port()]
    both = [_started(house, port) for port in ports]
    try:
        assert _until(lambda: any(one.poll() is not None for one in both)), "one of them ends"
        kept = next(one for one in both if one.poll() is None)
        assert [one.returncode for one in both if one is not kept] == [LOCKED]
        assert _until(lambda: is_ready(ports[both.index(kept)]))
        assert _until(lambda: _said(network, EARLY) == [1] * len(EARLY))
        os.kill(kept.pid, signal.SIGKILL)
        kept.wait()
        house.play("post", *LATE)
        both.append(_started(house, ports[0]))
        assert _until(lambda: _said(network, LATE) == [1] * len(LATE))
    finally:
        for one in both:
            one.terminate()
        for one in both:
            one.wait(60)
    assert _said(network, [*EARLY, *LATE, "Vorgestern."]) == [1] * (len(EARLY) + len(LATE)) + [0]
    states = house.facts()["states"]
    assert states.pop("Vorgestern.") == "missed" and set(states.values()) == {"sent"}


def _started(house: House, port: int) -> subprocess.Popen[bytes]:  # noqa: F811
    command = [sys.executable, "-m", "allmende", "up", "--no-demo", "--port", str(port)]
    environment = house.environment | {"ALLMENDE_ORIGIN": f"http://127.0.0.1:{port}"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=-3, stderr=-3)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _said(network, texts: list[str]) -> list[int]:  # noqa: F811
    return [network.times_seen(text) for text in texts]


def _until(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end and not is_so():
        time.sleep(0.2)
    return is_so()
