"""A running fake of the network for each test."""

from collections.abc import Iterator

import pytest

from allmende.connectors.slack import connector as module
from tests.networks.listener import Listener
from tests.networks.slack.ground import Ground, started


@pytest.fixture
def ground() -> Iterator[Ground]:
    one = started()
    yield one
    one.end()


@pytest.fixture
def ear(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Listener:
    return Listener(ground, module, monkeypatch)
