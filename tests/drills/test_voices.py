"""A network that hangs keeps no other waiting: one real worker, one network that says nothing, another whose posts are due."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.network import Network, open_network
from tests.conftest import _template
from tests.drills.test_restore import House, new_house  # noqa: F401 - a fixture

HANGS = 8.0
EACH = 6
LONGEST_SECONDS = 120.0
pytestmark = pytest.mark.drill


@pytest.fixture
def networks(tmp_path: Path) -> Iterator[list[tuple[Network, Face, str]]]:
    made = []
    for name in ("hanging", "free"):
        network = open_network(str(tmp_path / f"{name}.sqlite3"))
        token = network.enrol("redaktion", "Redaktion", is_ours=True)
        face = Face(network)
        threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        made.append((network, face, token))
    yield made
    for _, face, _ in made:
        face.end()


def test_s4_25_while_one_network_hangs_the_due_posts_of_another_leave(new_house, networks):  # noqa: F811
    (hanging, face, _), (free, _, _) = networks
    house = _filled(new_house("voices"), networks)
    face.faults.plant("send", "silence_after", times=1, wait=HANGS)
    worker = house.start("work")
    try:
        end = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < end and not (_is_done(hanging) and _is_done(free)):
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.communicate(timeout=60)
    texts = [[f"Beitrag {2 * number + which}." for number in range(EACH)] for which in (0, 1)]
    assert [[text for text, _ in _log(network)] for network in (hanging, free)] == texts, "once each, and in order"
    stuck_until = _log(hanging)[0][1] + timedelta(seconds=HANGS)
    assert _log(hanging)[1][1] >= stuck_until, "an account is in one hand only"
    assert all(at < stuck_until for _, at in _log(free)), "nobody waited for it"


def _filled(
    house: House, networks: list[tuple[Network, Face, str]], posts: int = 2 * EACH, apart: float = 0.0
) -> House:
    if not house.database:
        target = house.data / "allmende.sqlite3"
        with closing(sqlite3.connect(_template())) as ready, closing(sqlite3.connect(target)) as own:
            ready.backup(own)
    scene = []
    for network, _, token in networks:
        slug = Path(network.store.path).stem
        settings = {
            "file": str(network.store.path),
            "mode": "list",
            "place": "social",
            "network": slug,
            "quarantine_seconds": 2,
        }
        scene.append({"kind": "sandbox", "settings": settings, "secret": token, "slug": slug, "hears": False})
    house.run("prepare", json.dumps(scene), str(posts), str(apart), program="tests.drills.worker_scene")
    return house


def _log(network: Network) -> list[tuple[str, datetime]]:
    seen = [line for line in network.public_log() if line["verb"] == "appeared"]
    return [(line["text"], datetime.fromisoformat(str(line["at"]))) for line in seen]


def _is_done(network: Network) -> bool:
    return len(_log(network)) >= EACH
