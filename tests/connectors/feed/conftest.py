"""A running site with a feed."""

from collections.abc import Iterator

import pytest

from tests.networks.feed.ground import Ground, started


@pytest.fixture
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """As RSS, or in the format the test names by an indirect parameter."""
    ground = started(getattr(request, "param", "rss"))
    yield ground
    ground.end()
