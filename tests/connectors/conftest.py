"""The sandbox's face in this process: real sockets, real HTTP, a clock and faults of our own."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from allmende.connectors.http import Client, Limits
from allmende.connectors.sandbox.connector import Sandbox
from allmende.connectors.sandbox.face import Face
from allmende.connectors.sandbox.faults import Faults
from allmende.connectors.sandbox.network import Network, open_network
from allmende.connectors.secret import Secret
from tests.networks.patience import HASTY


@dataclass
class Playground:
    """A running sandbox network."""

    file: Path
    network: Network
    faults: Faults
    token: str
    skipped: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skipped

    def connector(
        self, mode: str = "key", place: str = "forum", token: str | None = None, limits: Limits = HASTY
    ) -> Sandbox:
        secret = Secret(self.token if token is None else token)
        client = Client(limits=limits)
        return Sandbox({"file": str(self.file), "mode": mode, "place": place, "streams": True}, secret, client)


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[Playground]:
    network = open_network(str(tmp_path / "sandbox.sqlite3"))
    token = network.enrol("haus", "Unser Haus", is_ours=True)
    ground = Playground(tmp_path / "sandbox.sqlite3", network, Faults(network.store), token)
    face = Face(network, clock=ground.now)
    thread = threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield ground
    face.end()
    thread.join(5)


@pytest.fixture
def archive_settings(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def written(text: str) -> dict[str, Any]:
        (tmp_path / "archive.jsonl").write_text(text)
        return {"file": str(tmp_path / "archive.jsonl")}

    return written
