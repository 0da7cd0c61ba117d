"""A running server of our own that speaks Mastodon's API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.networks.mastodon.ground import Ground, started


@pytest.fixture
def ground(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Mastodon itself, or whoever the test names by an indirect parameter."""
    ground = started(tmp_path, getattr(request, "param", "mastodon"))
    yield ground
    ground.end()
