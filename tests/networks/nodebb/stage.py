"""The stateful fake: as one of its moderators, and as an ordinary member by a token of the whole forum."""

import pytest

from tests.networks.nodebb.ground import started
from tests.networks.stage import Stage

MODES = ("moderator", "member")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started(mode)
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.forum.open(ground.mia, f"Thema {turn}", f"Frage {turn}")

    return Stage(ground.connector(), ground.connector("wrong"), fill)
