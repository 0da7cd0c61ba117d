"""Every screen in English: nothing axe finds, no sideways scroll, no complaint."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.journeys.beginnings import begin_everything
from tests.journeys.conftest import Installation
from tests.journeys.screens import EVERYTHING, Look, screens_of

pytestmark = pytest.mark.journey

# Another language has other words and no other colours: those are looked at in German, and take half the time.
WORDS = EVERYTHING | {"rules": {"color-contrast": {"enabled": False}}}


def test_every_screen_can_be_read_in_english(demo: Installation, browser_page: Page) -> None:
    page = browser_page
    begin_everything(demo, page, "en")
    look, found = Look(page, page.context.new_cdp_session(page)), []
    for path in screens_of(demo, page):
        found += [f"{path} {finding}" for finding in in_english(look, demo.origin + path)]
    assert look.opened, "No screen was looked at."
    assert not found, "\n".join(found)


def in_english(look: Look, address: str) -> Iterator[str]:
    """At 1440 px in the light."""
    if (status := look.open(address)) != 200:
        yield f"answers {status} in English"
        return
    yield from (f"1440 light en: {finding}" for finding in look.findings(WORDS))
    yield from (f"en: the console says: {said}" for said in look.complaints)
    if look.page.locator("html").get_attribute("lang") != "en":
        yield "is not English"
