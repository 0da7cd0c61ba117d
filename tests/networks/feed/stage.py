"""The stateful fake in the three formats, and by a server that gives no marks."""

import pytest

from tests.networks.feed.ground import started
from tests.networks.stage import Stage

MODES = ("rss", "atom", "json", "unmarked")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started("rss", has_marks=False) if mode == "unmarked" else started(mode)
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.network.publish(f"Frage {turn}")

    return Stage(ground.connector(), None, fill)
