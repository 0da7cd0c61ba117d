"""The whole chain in a browser: connect, compose for five networks, ask an outsider, schedule, out on Bluesky, answer the reply."""

import secrets
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.connectors.real.test_bluesky_walk import Member, answer, connect, installation, network, pytestmark
from tests.journeys.conftest import Installation
from tests.journeys.test_outsider_approves import (
    PRACTISED,
    TYPED,
    ask_outside,
    compose,
    practise,
    schedule_all,
    take_in_a_colleague,
    watch_it_leave,
)
from tests.journeys.test_reply_reaches_report import Journey, get_in
from tests.journeys.tongue import Tongue

__all__ = ["installation", "network", "pytestmark"]
# The account outlives a walk: each has words of its own.
RUN = secrets.token_hex(3)
MORE = {"asked": "Um wie viel Uhr endet sie?", "answer": "Um 18 Uhr, mit Kaffee."}


@pytest.fixture
def tongue() -> Tongue:
    return Tongue("de")


def test_from_the_account_to_the_answered_reply(
    installation: Installation,
    network: dict[str, Any],
    browser_page: Page,
    tongue: Tongue,
) -> None:
    browser_page.on("dialog", lambda dialog: dialog.accept())
    journey, mia = Journey(browser_page, installation, tongue), Member(network)
    journey.typed = {name: f"{text} {RUN}" for name, text in {**TYPED, **MORE}.items()}
    get_in(journey)
    take_in_a_colleague(journey)
    connect(journey, network)
    for name in PRACTISED:
        practise(journey, name)
    compose(journey)
    ask_outside(journey)
    schedule_all(journey, 5)
    watch_it_leave(journey, 5)
    post = mia.hears(journey.typed["post"])
    mia.reply(post["uri"], journey.typed["asked"])
    answer(journey, "/inbox/?channel=bluesky")  # members of the practice network reply too
    said = mia.hears(journey.typed["answer"])
    assert said["record"]["reply"]["root"]["uri"] == post["uri"]
