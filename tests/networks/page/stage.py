"""The connector as it is: there is no network to stage, and no log-in to get wrong."""

import pytest

from allmende.connectors.http import Client
from allmende.connectors.page.connector import Page
from tests.networks.stage import Stage

MODES = ("",)
SETTINGS = {
    "address": "neues-vom-deich",
    "workspace": "lotsenforum",
    "about": "",
    "our_origin": "https://allmende.example.org",
}


def stage(mode: str, request: pytest.FixtureRequest) -> Stage:
    return Stage(Page(SETTINGS, None, Client()), None, lambda number: None)
