"""The stateful fake: as an editor, as an author, and at a site without pretty addresses in another zone."""

import pytest

from tests.networks.stage import Stage
from tests.networks.wordpress.ground import started

MODES = ("editor", "author", "plain")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started(mode)
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        said = len(ground.network.comments)
        for turn in range(number):
            again = " " * (said and 1)  # WordPress takes no comment twice
            ground.say(f"Frage {turn}{again}", name=f"Mia {said}")

    return Stage(ground.connector(), ground.connector("wrong"), fill)
