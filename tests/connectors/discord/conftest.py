"""A running fake of the network for each test."""

from collections.abc import Iterator

import pytest

from allmende.connectors.discord import connector as module
from tests.networks.discord.ground import Ground, started
from tests.networks.listener import Listener


@pytest.fixture
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """In a channel, or in a forum by an indirect parameter."""
    one = started(getattr(request, "param", "channel"))
    yield one
    one.end()


@pytest.fixture
def ear(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Listener:
    return Listener(ground, module, monkeypatch)
