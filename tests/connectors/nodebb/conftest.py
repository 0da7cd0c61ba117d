"""A running forum of our own that speaks NodeBB's API."""

from collections.abc import Iterator

import pytest

from tests.networks.nodebb.ground import Ground, started


@pytest.fixture
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """As a moderator, or as whoever the test names by an indirect parameter."""
    ground = started(getattr(request, "param", "moderator"))
    yield ground
    ground.end()
