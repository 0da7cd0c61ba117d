"""The stateful fake: in a channel, and in a forum."""

import pytest

from tests.networks.discord.ground import started
from tests.networks.discord.guild import MIA
from tests.networks.stage import Stage

MODES = ("channel", "forum")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started(mode)
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            if mode == "forum":
                ground.town.open(MIA, f"Thema {turn}", f"Frage {turn}")
            else:
                ground.say(f"Frage {turn}")

    return Stage(ground.connector(), ground.connector("wrong"), fill)
