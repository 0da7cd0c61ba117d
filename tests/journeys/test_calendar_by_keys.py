"""The calendar without a mouse: arrows and one key reach what has no date yet, and m asks for one."""

from datetime import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from allmende.editorial.actions import ItemText, move_variant, save_item
from tests.channels.conftest import new_world  # noqa: F401 - a fixture
from tests.journeys.test_scripts import origin, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def social(new_world):  # noqa: F811
    """A text on the last day but one of October's page, and two without a date."""
    world = new_world(mode="key", kind="social_network")
    for title in ("Frage der Woche", "Erste ohne Tag", "Zweite ohne Tag"):
        written = ItemText(title=title, no_objective_reason="Probe", texts={world.channel.pk: title})
        variant = save_item(person=world.owner, item=None, written=written, now=world.now).variants.get()
        if title == "Frage der Woche":
            wall = datetime(2026, 10, 31, 9)
            move_variant(
                person=world.owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=world.now
            )
    return world


@pytest.fixture
def calendar(social, page: Page) -> Page:  # noqa: F811
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(reverse("editorial:index", args=[social.owner.workspace.slug]) + "?on=2026-10-07")
    return page


def test_arrows_reach_what_has_no_date_and_come_back(calendar: Page) -> None:
    dated = calendar.locator("[data-item]", has_text="Frage der Woche")
    first, second = (calendar.locator("[data-undated] [data-item]").nth(place) for place in (0, 1))
    dated.focus()
    calendar.keyboard.press("ArrowRight")
    expect(calendar.locator('[data-day="2026-11-01"]')).to_be_focused()
    calendar.keyboard.press("ArrowRight")
    expect(first).to_be_focused()
    calendar.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    calendar.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    calendar.keyboard.press("ArrowUp")
    calendar.keyboard.press("ArrowUp")
    expect(calendar.locator('[data-day="2026-11-01"]')).to_be_focused()
    calendar.keyboard.press("ArrowDown")
    expect(first).to_be_focused()


def test_one_key_leads_there_from_anywhere_and_left_leads_back(calendar: Page) -> None:
    calendar.keyboard.press("u")
    expect(calendar.locator("[data-undated] [data-item]").first).to_be_focused()
    calendar.keyboard.press("ArrowLeft")
    expect(calendar.locator('[data-day="2026-11-01"]')).to_be_focused()
    dated = calendar.locator("[data-item]", has_text="Frage der Woche")
    dated.focus()
    calendar.keyboard.press("u")
    calendar.keyboard.press("ArrowLeft")
    expect(dated).to_be_focused()
    calendar.keyboard.press("?")
    expect(calendar.locator("#keys")).to_contain_text("zu den Texten ohne Datum")


def test_m_asks_where_to_move_what_has_no_date(calendar: Page) -> None:
    calendar.keyboard.press("u")
    calendar.keyboard.press("m")
    expect(calendar.locator("#move")).to_be_visible()
    expect(calendar.locator("#move")).to_contain_text("ohne Tag“ verschieben")
