"""Every screen that can be opened without naming a thing is reachable from the palette, for those who may open it."""

import inspect

import pytest
from django.urls import resolve, reverse

from allmende.web.catalogue import MENU, PLACES
from tests.house.test_doors import IN_WORKSPACE

# Addresses without a thing in them that are no screens of their own.
NO_SCREENS = {
    "inbox:rows": "a fragment of the inbox",
    "web:palette": "the search itself",
    "plan:start": "the first step of an empty plan",
    "plan:publish": "asks about the draft, from which one comes",
    "plan:propose": "asks about the draft, from which one comes",
    "plan:proposal": "a version that was proposed; the plan's page leads there while there is one",
    "plan:compare": "two versions, chosen on the page of versions",
    "plan:confirm": "asks about a review that is due; the plan's page leads there then",
    "channels:stop": "a button with a question, on the channels' page",
    "leave_demo": "a button with a question, on every page of the demo and nowhere else",
    "channels:back": "where a network sends somebody back to",
    "handover:book_html": "a file, on the page of the book",
    "handover:book_markdown": "a file, on the page of the book",
    "handover:book_json": "a file, on the page of the book",
    "handover:book_pdf": "a file, on the page of the book",
    "editorial:check_new": "a fragment of the composer",
    "guidelines:brand_beside": "a fragment of the composer and of an answer",
    "members:mentions": "a fragment of whatever names members",
    "behaviours:content_table": "a file, on the page of what came of posts",
}


def screens() -> dict[str, str]:
    """Names of our GET addresses without a parameter, and the right each asks for."""
    found = {}
    for address in IN_WORKSPACE:
        if address.pattern.count("<") > 1 or "require_POST" in inspect.getsource(inspect.unwrap(address.view)):
            continue
        match = resolve(address.filled("lotsenforum"))
        found[match.view_name] = address.policy
    return found


def test_every_screen_is_in_the_palette():
    known = {entry.page for entry in MENU} | {place.page for place in PLACES}
    assert {"team:audit", "plan:versions", "channels:queue"} <= set(screens())
    assert not set(screens()) - known - set(NO_SCREENS)
    assert not set(NO_SCREENS) & known


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.page)
def test_the_palette_offers_what_the_door_lets_in(place):
    assert screens()[place.page] == place.verb


@pytest.mark.django_db
def test_a_role_sees_only_its_own_screens(client_of, owner, new_person):
    audit, today = reverse("team:audit", args=["lotsenforum"]), reverse("web:today", args=["lotsenforum"])
    assert audit in client_of(owner).get(today).content.decode()
    assert audit not in client_of(new_person("author")).get(today).content.decode()
