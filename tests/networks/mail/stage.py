"""The mail server in memory; also one that keeps what was sent by itself, one of few abilities, one that opens by token alone, one that
gives letters ids of its own."""

import pytest

from allmende.connectors.sessions import Session
from tests.networks.mail.ground import started
from tests.networks.mail.office import opened_by_token
from tests.networks.stage import Stage

MODES = ("plain", "keeping", "old", "token", "renaming")


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    ground = started()
    request.addfinalizer(ground.end)
    ground.store.keeps_sent = mode in ("keeping", "renaming")
    ground.store.renames = mode == "renaming"
    if mode == "old":
        ground.store.capabilities, ground.store.features = "IMAP4rev1", ("AUTH PLAIN",)
        ground.store.password = "geheim"

    def fill(number: int) -> None:
        for turn in range(number):
            ground.write(f"Frage {turn}")

    if mode == "token":
        desk = opened_by_token(ground)
        request.addfinalizer(desk.end)
        by_token = {"way": "microsoft", "tenant": "haus.example"}
        right, wrong = (Session(one).sealed().reveal() for one in (desk.office.grant("mail"), "wrong"))
        return Stage(ground.connector(right, **by_token), ground.connector(wrong, **by_token), fill)
    return Stage(ground.connector(), ground.connector("wrong"), fill)
