"""The count under a text while somebody types, in a real browser: as each network counts, and as the server counts then."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from allmende.channels.queries import Counting, counted
from allmende.connectors.checking import text_length
from allmende.editorial.actions import ItemText, save_item
from tests.channels.conftest import new_world  # noqa: F401 - a fixture
from tests.connectors.x.test_length import cases
from tests.journeys.test_scripts import origin, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

RULES = [
    Counting("characters", 500, 23, short_mentions=True),
    Counting("graphemes", 300),
    Counting("utf16_units", 2000),
    Counting("utf8_bytes", 30_000),
    Counting("weighted", 280),
]
TEXTS = [
    "äöüß „Zitat“ – so…", "👩‍🌾🇩🇪1️⃣❤️👍🏽", "漢字 e\u0301", "Siehe haus.de. (https://haus.example/a?b=1)", "z.B. Datei.txt an x@haus.de",
    "Danke @hanne@haus.example und @peer!", "あいうえおhttps://haus.example/あ",
]  # fmt: skip


@pytest.fixture
def address(new_world):  # noqa: F811
    """The page of an item with a text for one channel."""
    social = new_world(mode="key", kind="social_network")
    written = ItemText(title="Länge", no_objective_reason="Probe", texts={social.channel.pk: "Eins."})
    item = save_item(person=social.owner, item=None, written=written, now=social.now)
    return reverse("editorial:item", args=[social.owner.workspace.slug, item.pk])


@pytest.fixture
def field(address, page: Page):  # noqa: F811
    """Where that text is typed."""
    page.goto(address)
    return page.locator("textarea[id^=id_text-]")


def shown(field, limit: Counting, text: str) -> str:
    """What stands under the field when it belongs to such a network and this is typed."""
    told = {name.removeprefix("data-"): value for name, value in counted(limit).items()}
    field.evaluate("(one, told) => Object.assign(one.dataset, told)", told)
    field.fill(text)
    return field.page.locator(f"#{field.get_attribute('data-count')}").inner_text().replace(".", "")


@pytest.mark.parametrize("limit", RULES, ids=lambda limit: limit.rule)
def test_what_is_typed_is_counted_as_the_network_counts(field, limit: Counting) -> None:
    assert [shown(field, limit, text) for text in TEXTS] == [
        f"{text_length(limit, text)} von {limit.maximum}" for text in TEXTS
    ]
    expect(field.page.locator(f"#{field.get_attribute('data-count')}")).not_to_have_class("danger")


def test_weights_are_counted_as_in_the_list_of_cases(field) -> None:
    told = [case.values[0] if hasattr(case, "values") and not isinstance(case, dict) else case for case in cases()]
    known = [case for case in told if case and "\r" not in case["text"]]
    found = [shown(field, Counting("weighted", 280), case["text"]) for case in known]
    assert found == [f"{case['expected']['weightedLength']} von 280" for case in known]
