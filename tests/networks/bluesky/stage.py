"""The stateful fake."""

import pytest

from allmende.connectors.bluesky.login import Session
from tests.networks.bluesky.ground import started
from tests.networks.stage import Stage

MODES = ("",)


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started(request.getfixturevalue("tmp_path"))
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.say(f"Frage {turn}", mention=True)

    stranger = Session(ground.us.did, "wrong", "wrong").sealed()
    return Stage(ground.connector(), ground.connector(stranger), fill)
