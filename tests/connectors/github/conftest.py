"""A running fake of the network for each test."""

from collections.abc import Iterator

import pytest

from allmende.connectors.github import connector as module
from tests.networks.github.ground import Ground, started
from tests.networks.listener import Listener


@pytest.fixture
def ground() -> Iterator[Ground]:
    one = started()
    yield one
    one.end()


@pytest.fixture
def ear(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Listener:
    return Listener(ground, module, monkeypatch)
