"""The stateful fake."""

import pytest

from tests.networks.stage import Stage
from tests.networks.youtube.ground import started
from tests.networks.youtube.network import MIA

MODES = ("",)


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started()
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.network.say(MIA, f"Frage {turn}")

    return Stage(ground.connector(), ground.connector("wrong"), fill)
