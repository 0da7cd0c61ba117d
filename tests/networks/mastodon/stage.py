"""The stateful fake, as Mastodon and as servers of its kin."""

import pytest

from tests.networks.mastodon.ground import started
from tests.networks.stage import Stage

MODES = ("mastodon", "pleroma", "slashed")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started(request.getfixturevalue("tmp_path"), mode)
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.say(f"Frage {turn}", to=(ground.haus,))

    return Stage(ground.connector(), ground.connector("wrong"), fill)
