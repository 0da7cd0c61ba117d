"""A text for several networks is approved by somebody outside, over a link without an account, gets its slots and goes out."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Installation
from tests.journeys.test_reply_reaches_report import Journey, get_in
from tests.journeys.tongue import Tongue

pytestmark = pytest.mark.journey
PRACTISED = ("Forum", "Werkstatt", "Hafen", "Speicher")
GUEST = "Dr. Ute Weiß"
TYPED = {
    "title": "Sprechstunde am Deich",
    "post": "Am Dienstag um 17 Uhr beantworten wir Ihre Fragen zum Monatsabschluss.",
    "among_us": "Nur für uns: Bitte den Saal noch nicht nennen.",
    "for_guests": "Frau Dr. Weiß, stimmt die Uhrzeit?",
    "remark": "Die Uhrzeit stimmt; der Saal steht noch nicht fest.",
}
# From the first slot that is typed to the moment it means.
AHEAD_SECONDS = 20


def test_somebody_outside_approves_and_then_it_goes_out(
    installation: Installation, browser_page: Page, tongue: Tongue
) -> None:
    browser_page.on("dialog", lambda dialog: dialog.accept())
    journey = Journey(browser_page, installation, tongue)
    journey.typed = TYPED
    get_in(journey)
    take_in_a_colleague(journey)
    for name in PRACTISED[:3]:
        practise(journey, name)
    compose(journey)
    ask_outside(journey)
    schedule_all(journey, 3)
    watch_it_leave(journey, 3)


def take_in_a_colleague(one: Journey) -> None:
    """Whoever works alone has nobody to ask: reading it once more is the approval then (I-03)."""
    one.go("/team/invite/")
    one.write(name="Emre Yıldız", email="emre@nordlicht.example")
    one.press("Invite")


def practise(one: Journey, name: str) -> None:
    """A channel on the practice network, with a reaction plan, open."""
    one.go("/channels/connect/sandbox/")
    one.write(name=name, slug=name.lower())
    one.press("Connect the channel")
    one.go(f"/guidelines/{name.lower()}/")
    one.press("Begin with 22 situations")
    one.press("Put in force")
    one.press("Open the channel")


def compose(one: Journey) -> None:
    """One text for all networks, with a remark among colleagues."""
    one.go("/calendar/new/")
    one.write(title="title", text="post", no_objective_reason="Probe")
    one.press("Save text")
    one.write(comment="among_us")
    one.press("Comment", "verb")
    expect(one.page.get_by_text(one.typed["among_us"])).to_be_visible()


def ask_outside(one: Journey) -> None:
    """A link for somebody outside, who reads the text as it will appear, remarks, and approves; nothing of ours is theirs."""
    one.page.get_by_text(one.say("Say who must approve"), exact=True).click()
    one.write(guest_name=GUEST)
    one.press("Add the step")
    one.press("Ask for approval")
    expect(one.page.get_by_role("button", name=one.say("Publish now"))).to_have_count(0)
    item = one.page.url.partition("#")[0]
    one.press("Make a link to hand over")
    address = one.page.locator("input[readonly]").input_value()
    one.page.goto(item)
    one.write(comment="for_guests")
    one.page.get_by_label(one.say("Reviewers outside may read it too")).check()
    one.press("Comment", "verb")
    answer_outside(one, address)
    one.page.goto(item)
    expect(one.page.get_by_text(one.typed["remark"])).to_be_visible()
    one.sees("All steps are answered. Any change of the text takes the approval back.")


def answer_outside(one: Journey, address: str) -> None:
    """In a browser of their own, without an account."""
    context = one.page.context.browser.new_context(locale=one.say.locale)  # type: ignore[union-attr]
    guest = context.new_page()
    guest.goto(address)
    expect(guest.get_by_text(one.typed["post"]).first).to_be_visible()
    expect(guest.get_by_text(one.typed["for_guests"])).to_be_visible()
    expect(guest.get_by_text(one.typed["among_us"])).to_have_count(0)
    guest.fill("[name=comment]", one.typed["remark"])
    guest.get_by_role("button", name=one.say("Send the remark")).click()
    expect(guest.get_by_text(one.typed["remark"])).to_be_visible()
    guest.get_by_label(one.say("I approve exactly this text.")).check()
    guest.fill("[name=name]", GUEST)
    guest.get_by_role("button", name=one.say("Send the answer")).click()
    expect(
        guest.get_by_text(one.say("Your approval of exactly this text is recorded with your name and the time."))
    ).to_be_visible()
    guest.goto(one.installation.origin + "/w/community/calendar/")
    expect(guest.locator("[name=password], [name=login]").first).to_be_visible()
    context.close()


def schedule_all(one: Journey, number: int) -> None:
    """Each text of the open item gets the same slot, in a moment."""
    at = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(seconds=AHEAD_SECONDS)
    for place in range(number):
        when = one.page.locator("#h-slots").locator("xpath=../..").locator(".when").nth(place)
        box = when.locator("details.slot-box").first
        box.evaluate("box => box.open = true")
        box.locator("[name=on_date]").fill(f"{at:%Y-%m-%d}")
        box.locator("[name=at_time]").fill(f"{at:%H:%M:%S}")
        box.get_by_role("button", name=one.say("Schedule"), exact=True).click()
        one.sees("Scheduled.")


def watch_it_leave(one: Journey, number: int) -> None:
    """Not before its slot; then on every network."""
    item = one.page.url.partition("#")[0].removeprefix(one.installation.origin + "/w/community")
    out = one.page.locator(".variant.out")
    assert out.count() == 0
    for _ in range(2 * AHEAD_SECONDS):
        one.go(item)
        if out.count() == number:
            break
        one.page.wait_for_timeout(1000)
    expect(out).to_have_count(number)
    expect(one.page.locator("#h-slots").locator("xpath=../..").get_by_text(one.say("published")).first).to_be_visible()
