"""A running Bot API of our own."""

from collections.abc import Iterator

import pytest

from tests.networks.telegram.ground import Ground, started


@pytest.fixture
def ground() -> Iterator[Ground]:
    ground = started()
    yield ground
    ground.end()
