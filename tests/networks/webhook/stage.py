"""A service that takes signed webhooks; it pushes, so there is nothing to fill."""

import pytest

from tests.networks.stage import Stage
from tests.networks.webhook.ground import OTHER, Ground

MODES = ("",)


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = Ground()
    request.addfinalizer(ground.end)
    return Stage(ground.connector(), ground.connector(OTHER), lambda number: None)
