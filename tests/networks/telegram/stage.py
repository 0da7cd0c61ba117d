"""The stateful fake: a bot in a group."""

import pytest

from tests.networks.stage import Stage
from tests.networks.telegram.ground import started

MODES = ("",)


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started()
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.say(f"Frage {turn}")

    return Stage(ground.connector(), ground.connector("47110815:AAwrong-wrong-wrong-wrong-wrong"), fill)
