"""A page that is connected, as the connector sees it."""

import pytest

from allmende.connectors.http import Client
from allmende.connectors.page.connector import Page
from tests.networks.page.stage import SETTINGS


@pytest.fixture
def page() -> Page:
    return Page(SETTINGS, None, Client())
