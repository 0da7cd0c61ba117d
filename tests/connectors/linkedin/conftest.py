"""A running fake of the network for each test."""

from collections.abc import Iterator

import pytest

from tests.networks.linkedin.ground import Ground, started


@pytest.fixture
def ground() -> Iterator[Ground]:
    one = started()
    yield one
    one.end()
