"""The stateful fake: as one of the subreddit's moderators, and as an ordinary member."""

import pytest

from tests.networks.reddit.ground import started
from tests.networks.stage import Stage

MODES = ("moderator", "member")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started(mode)
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.network.post("mia", f"Thema {turn}", f"Frage {turn}")

    return Stage(ground.connector(), ground.connector("wrong"), fill)
