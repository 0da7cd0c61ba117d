"""The stateful fake."""

import pytest

from tests.networks.slack.ground import started
from tests.networks.stage import Stage

MODES = ("webhook", "socket")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started()
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.say(f"Frage {turn}")

    us = ground.socket() if mode == "socket" else ground.connector()
    return Stage(us, ground.connector("wrong"), fill)
