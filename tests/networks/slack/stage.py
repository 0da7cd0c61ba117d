"""The stateful fake."""

import pytest

from tests.networks.slack.ground import started
from tests.networks.stage import Stage

MODES = ("",)


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started()
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.say(f"Frage {turn}")

    return Stage(ground.connector(), ground.connector("wrong"), fill)
