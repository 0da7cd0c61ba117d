"""The stateful fake: as one of its moderators, and as an ordinary member of an older forum."""

import pytest

from tests.networks.discourse.ground import started
from tests.networks.stage import Stage

MODES = ("moderator", "member")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started(mode)
    request.addfinalizer(ground.end)
    numbers = iter(range(1, 100_000))

    def fill(number: int) -> None:
        for turn in range(number):
            ground.forum.open(ground.mia, f"Thema {next(numbers)}", f"Frage {turn}")

    return Stage(ground.connector(), ground.connector("f" * 64), fill)
