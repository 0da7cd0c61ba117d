"""A running site of our own that speaks WordPress's REST API."""

from collections.abc import Iterator

import pytest

from tests.networks.wordpress.ground import Ground, started


@pytest.fixture
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """As an editor at a site with pretty addresses, or as the test names it by an indirect parameter."""
    ground = started(getattr(request, "param", "editor"))
    yield ground
    ground.end()
