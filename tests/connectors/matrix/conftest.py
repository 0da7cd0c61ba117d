"""A running homeserver of our own."""

from collections.abc import Iterator

import pytest

from tests.networks.matrix.ground import Ground, started


@pytest.fixture
def ground() -> Iterator[Ground]:
    ground = started()
    yield ground
    ground.end()
