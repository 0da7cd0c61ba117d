"""A worker that is told to end in the middle of a film leaves in order: nothing unclear, and the next one says the words, once.

The film goes through a line that lets a few kilobytes pass at a time, as a network does that is slow, or reaches a network that takes
it whole and then says nothing; what it showed the public is the judge.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import open_network
from tests.drills.test_restore import House, new_house  # noqa: F401 - a fixture
from tests.drills.test_starved import asked, states

BYTES, PART, PAUSE = 30_000_000, 16_000, 0.02
# What has passed by then is no more than what lies in sockets.
UNDER_WAY = 4_000_000
# A supervisor kills what has not ended after fifteen.
MOST_SECONDS, PATIENCE = 15.0, 400.0


class Line:
    """A slow way to a port of this machine; `open` makes it fast."""

    def __init__(self, port: int) -> None:
        self._port, self._open, self.passed = port, threading.Event(), 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def open(self) -> None:
        self._open.set()

    def end(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._door.accept()
                there = socket.create_connection(("127.0.0.1", self._port))
                threading.Thread(target=self._pass, args=(here, there, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(there, here, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_slow: bool) -> None:
        with suppress(OSError):
            while part := source.recv(PART):
                target.sendall(part)
                self.passed += len(part) if is_slow else 0
                if is_slow:
                    self._open.wait(PAUSE)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[tuple[Face, Line, str]]:
    file = str(tmp_path / "network.sqlite3")
    network = open_network(file)
    token = network.enrol("haus", "Unser Haus", is_ours=True)
    face = Face(network)
    threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    line = Line(int(face.url.rpartition(":")[2]))
    face.url = f"http://127.0.0.1:{line.port}"
    network.set_fact("url", face.url)
    yield face, line, token
    line.end()
    face.end()


@pytest.mark.drill
@pytest.mark.parametrize("is_silent", [False, True])
def test_a_worker_told_to_end_gives_up_a_film_and_the_next_one_says_its_words(
    network: tuple[Face, Line, str],
    new_house,  # noqa: F811
    is_silent: bool,
) -> None:
    face, line, token = network
    judge, house = face.network, new_house("film")
    settings = {"file": str(judge.store.path), "mode": "blind", "place": "social", "network": "film"}
    scene = [{"kind": "sandbox", "settings": settings, "secret": token, "slug": "film", "hears": False}]
    house.run("film", json.dumps(scene), str(BYTES), program="tests.drills.worker_scene", seconds=PATIENCE)
    if is_silent:
        face.faults.plant("media", "silence_before", times=1, wait=PATIENCE)
        line.open()
    first = house.start("work")
    try:
        assert until(lambda: is_silent_now(face, house) if is_silent else line.passed > UNDER_WAY), states(house)
    finally:
        first.terminate()
        began = time.monotonic()
        first.communicate(timeout=PATIENCE)
    assert time.monotonic() - began < MOST_SECONDS
    assert first.returncode == 0
    assert asked(house, "SELECT state, reason_code FROM channels_dispatch") == [("waiting", "")]
    assert (line.passed < BYTES) is not is_silent and judge.times_seen("Beitrag 0.") == 0

    line.open()
    second = house.start("work")
    try:
        assert until(lambda: states(house) == {"sent": 1}), states(house)
    finally:
        second.terminate()
        second.communicate(timeout=PATIENCE)
    assert judge.times_seen("Beitrag 0.") == 1


def is_silent_now(face: Face, house: House) -> bool:
    """The network has the film, and whatever else a worker loads in its first seconds is loaded."""
    unrun = "SELECT count(*) FROM jobs_jobstate WHERE runs = 0 AND name <> 'channels.send_due'"
    return face.faults.happened().get("silence_before", 0) > 0 and asked(house, unrun) == [(0,)]


def until(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not is_so():
        time.sleep(0.05)
    return is_so()
