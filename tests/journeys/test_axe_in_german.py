"""Every screen in German: nothing axe finds, no sideways scroll, no shift, no complaint, few bytes; both themes, and a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.journeys.beginnings import begin_everything
from tests.journeys.conftest import Installation
from tests.journeys.screens import Look, screens_of
from tools.screenshots import BUDGET_BYTES

pytestmark = pytest.mark.journey

FEWEST_SCREENS = 150
# What counts as good; a piece that is fetched after its page may push a little.
GOOD_SHIFT = 0.1
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Another theme has other colours and nothing else.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


def test_every_screen_can_be_read_by_everybody(demo: Installation, browser_page: Page) -> None:
    page = browser_page
    begin_everything(demo, page, "de")
    screens = list(screens_of(demo, page))
    assert len(screens) >= FEWEST_SCREENS, screens
    look, found = Look(page, page.context.new_cdp_session(page)), []
    for path in screens:
        found += [f"{path} {finding}" for finding in in_german(look, demo.origin + path)]
    assert not found, "\n".join(found)


def in_german(look: Look, address: str) -> Iterator[str]:
    """At 1440 px in both themes and at 390 px."""
    look.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    look.page.emulate_media(color_scheme="light")
    status = look.open(address)
    if status != 200:
        yield f"answers {status}"
        return
    if look.loaded_bytes > BUDGET_BYTES or look.loaded_bytes == 0:
        yield f"loads {look.loaded_bytes} bytes at the first visit"
    yield from (f"1440 light de: {finding}" for finding in look.findings())
    if (shifts := look.page.evaluate("window.shifts")) > GOOD_SHIFT:
        yield f"shifts by {shifts:.3f} while it arrives"
    look.page.emulate_media(color_scheme="dark")
    yield from (f"1440 dark de: {finding}" for finding in look.findings(COLOURS))
    look.page.emulate_media(color_scheme="light")
    look.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    yield from (f"390 light de: {finding}" for finding in look.findings())
    yield from (f"de: the console says: {said}" for said in look.complaints)
    if look.page.locator("html").get_attribute("lang") != "de":
        yield "is not German"
