"""A running fake of the network for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.networks.bluesky.ground import Ground, started


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    one = started(tmp_path)
    yield one
    one.end()
