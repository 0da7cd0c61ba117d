"""Nothing moves under the eye: no layout shift while the screens of the day arrive. The largest paint is only reported."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Installation

pytestmark = pytest.mark.journey

# Of the window, as browsers measure it; below this nobody sees it.
MOST_SHIFT = 0.01
WATCH = """
window.shifts = 0; window.largest = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts += one.value; })
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.largest = one.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
"""


def test_nothing_shifts_while_a_screen_arrives(installation: Installation, browser_page: Page) -> None:
    browser_page.goto(installation.link)
    browser_page.get_by_role("button", name="Anmelden").click()
    browser_page.wait_for_load_state()
    browser_page.add_init_script(WATCH)
    for width, place in [(1440, ""), (1440, "inbox/"), (1440, "calendar/"), (390, ""), (390, "inbox/")]:
        browser_page.set_viewport_size({"width": width, "height": 900})
        answer = browser_page.goto(f"{installation.origin}/w/community/{place}")
        assert answer and answer.status == 200
        browser_page.evaluate("document.fonts.ready")
        browser_page.wait_for_timeout(300)
        shifts, largest = browser_page.evaluate("[window.shifts, window.largest]")
        print(f"{place or 'today'} at {width}: largest paint after {largest:.0f} ms, shift {shifts:.4f}")
        assert shifts < MOST_SHIFT, f"{place or 'today'} at {width} px shifts by {shifts:.3f}"
