"""The mail server in memory; also one that keeps what was sent by itself, and one of few abilities."""

import pytest

from tests.networks.mail.ground import started
from tests.networks.stage import Stage

MODES = ("plain", "keeping", "old")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started()
    request.addfinalizer(ground.end)
    ground.store.keeps_sent = mode == "keeping"
    if mode == "old":
        ground.store.capabilities, ground.store.features = "IMAP4rev1", ("AUTH PLAIN",)
        ground.store.password = "geheim"

    def fill(number: int) -> None:
        for turn in range(number):
            ground.write(f"Frage {turn}")

    return Stage(ground.connector(), ground.connector("wrong"), fill)
