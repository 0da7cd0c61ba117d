"""The practice network, in each of its characters."""

import pytest

from allmende.connectors.sandbox.network import Words
from tests.networks.patience import PATIENT
from tests.networks.stage import Stage

MODES = ("key", "chosen_id", "list", "blind")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = request.getfixturevalue("playground")

    def fill(number: int) -> None:
        member = ground.network.member("Mia Muster")
        for turn in range(number):
            ground.network.say(member, Words(f"Frage {turn}", title=f"Thema {turn}"), now=ground.now())

    return Stage(ground.connector(mode, limits=PATIENT), ground.connector(mode, token="wrong", limits=PATIENT), fill)
