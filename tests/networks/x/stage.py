"""The stateful fake."""

import pytest

from tests.networks.stage import Stage
from tests.networks.x.ground import started

MODES = ("",)


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started()
    request.addfinalizer(ground.end)

    def fill(number: int) -> None:
        for turn in range(number):
            # Its name stands before an answer, so that it is a mention; here it is not part of the words.
            native_id = ground.say(f"Frage {turn}", ground.old)
            ground.town.rows[native_id]["text"] = f"Frage {turn}"

    return Stage(ground.connector(), ground.connector("wrong"), fill)
