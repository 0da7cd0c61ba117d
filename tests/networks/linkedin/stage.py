"""The stateful fake."""

import pytest

from tests.networks.linkedin.ground import OLD, started
from tests.networks.linkedin.network import MIA
from tests.networks.stage import Stage

MODES = ("",)


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started()
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            ground.network.answer(MIA, f"Frage {turn}", OLD)

    return Stage(ground.connector(), ground.connector("wrong"), fill)
