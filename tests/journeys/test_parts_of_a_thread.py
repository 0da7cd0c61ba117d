"""A thread in the composer, in a real browser: split at the cursor, parts counted, moved and joined, by button and by key."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from allmende.channels.actions import keep_media
from allmende.editorial.actions import ItemText, save_item
from allmende.editorial.queries import PartWords
from tests.channels.conftest import new_world  # noqa: F401 - a fixture
from tests.channels.test_media import picture
from tests.journeys.test_scripts import origin, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def social(new_world):  # noqa: F811
    return new_world(mode="key", kind="social_network")


@pytest.fixture
def item(social):
    """A text, a thread of two parts and a picture at the second of them."""
    media = keep_media(person=social.owner, name="a.png", content=picture("PNG"), now=social.now)
    written = ItemText(
        title="Faden", no_objective_reason="Probe", texts={social.channel.pk: "Erstens. Und weiter."},
        parts={social.channel.pk: (PartWords("Zweitens."), PartWords("Drittens.", pictures=frozenset({media.pk})))},
        pictures=((media.pk, "Ein Bild"),),
    )  # fmt: skip
    return save_item(person=social.owner, item=None, written=written, now=social.now)


@pytest.fixture
def composer(social, item, page: Page):  # noqa: F811
    """The item on a phone."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reverse("editorial:item", args=[social.owner.workspace.slug, item.pk]))
    return page


def thread(page: Page):  # noqa: F811
    return page.locator("textarea[id^=id_thread-]")


def rows(page: Page) -> list[str]:  # noqa: F811
    return [" ".join(one.split()) for one in page.locator(".parts li p").all_inner_texts()]


def test_s4_25_a_text_is_split_counted_moved_and_joined_without_losing_a_word(composer: Page) -> None:
    own, field = composer.locator("textarea[id^=id_text-]"), thread(composer)
    own.click()
    own.evaluate("one => one.setSelectionRange(9, 9)")
    composer.get_by_role("button", name="Hier teilen").click()
    expect(own).to_have_value("Erstens. ")
    expect(field).to_have_value("Und weiter.\n---\nZweitens.\n---\nDrittens.")
    assert [row.split()[1] for row in rows(composer)] == ["2", "3", "4"]
    assert "11 von" in rows(composer)[0]
    expect(composer.locator("[name^=seat-]")).to_have_value("4")
    composer.get_by_role("button", name="Teil 4: nach oben").click()
    expect(field).to_have_value("Und weiter.\n---\nDrittens.\n---\nZweitens.")
    expect(composer.locator("[name^=seat-]")).to_have_value("3")
    composer.get_by_role("button", name="Teil 3: mit dem davor verbinden").click()
    expect(field).to_have_value("Und weiter.\n\nDrittens.\n---\nZweitens.")
    expect(composer.locator("[name^=seat-]")).to_have_value("2")
    assert composer.evaluate("document.documentElement.scrollWidth") <= 390
    composer.get_by_role("button", name="Text speichern").locator("visible=true").click()
    expect(composer.locator("#toasts")).to_contain_text("Gespeichert")
    composer.reload()
    expect(field).to_have_value("Und weiter.\n\nDrittens.\n---\nZweitens.")
    expect(composer.locator("select[name^=seat-]")).to_have_value("2")


def test_each_button_has_its_key_and_the_browser_takes_back(composer: Page) -> None:
    field = thread(composer)
    field.click()
    field.evaluate("one => one.setSelectionRange(3, 3)")
    field.press("Control+Shift+Enter")
    expect(field).to_have_value("Zwe\n---\nitens.\n---\nDrittens.")
    field.press("Control+z")
    expect(field).to_have_value("Zweitens.\n---\nDrittens.")
    field.evaluate("one => one.setSelectionRange(16, 16)")
    field.press("Alt+ArrowUp")
    expect(field).to_have_value("Drittens.\n---\nZweitens.")
    field.press("Alt+ArrowDown")
    expect(field).to_have_value("Zweitens.\n---\nDrittens.")
    field.press("Alt+Shift+Backspace")
    expect(field).to_have_value("Zweitens.\n\nDrittens.")
    composer.get_by_role("button", name="Teil anfügen").click()
    field.press_sequentially("Viertens.")
    expect(field).to_have_value("Zweitens.\n\nDrittens.\n---\nViertens.")
