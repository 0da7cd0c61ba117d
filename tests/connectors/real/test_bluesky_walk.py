"""docs/how-to-bluesky.md on foot: connect, post, receive a reply, answer, find both in the measure; through the browser."""

import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from allmende.connectors.bluesky.connector import Bluesky
from allmende.connectors.bluesky.door import Door
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Ref
from tests.journeys.conftest import Installation, installation_in
from tests.journeys.test_reply_reaches_report import Journey, get_in, write_the_plan
from tests.journeys.tongue import Tongue

TOLD = os.environ.get("ALLMENDE_BLUESKY", "")
pytestmark = pytest.mark.skipif(not TOLD, reason="./test --real starts the Bluesky network")
LONGEST_SECONDS, LONGEST_WAIT_SECONDS = 20.0, 90.0
COUNTED = "newcomer_contributes_again_30d"
# The account outlives a walk: each has words of its own.
RUN = secrets.token_hex(3)
TYPED = {
    "de": {"title": "Aufräumen an der Slip", "post": "Am Samstag räumen wir auf. Wer kommt mit, @mia.test?",
           "asked": "Um wie viel Uhr geht es los?", "answer": "Um zehn, mit Handschuhen."},
    "en": {"title": "Clearing the slipway", "post": "On Saturday we clear up. Who comes along, @mia.test?",
           "asked": "What time does it start?", "answer": "At ten, with gloves."},
}  # fmt: skip


class Member:
    """Mia, the network's other account: she answers, and sees what is public."""

    def __init__(self, network: dict[str, Any]) -> None:
        us, mia = network["people"][:2]
        address = urlsplit(network["server"])
        client = Client(neighbours=frozenset({(str(address.hostname), int(address.port or 80))}))
        answers = {"handle": mia["handle"], "app_password": mia["app_password"], "server": network["server"]}
        granted = Bluesky.log_in(answers, client)
        self._speaker = Bluesky(granted.settings, granted.secret, client)
        self._door = Door(client, network["server"], json.loads(granted.secret.reveal())["accessJwt"])
        self._us: str = us["did"]

    def reply(self, to: str, text: str) -> str:
        """Her reply's address; `to` is a post's."""
        return self._speaker.send(Draft(text, reply_to=Ref(to)), secrets.token_hex(8)).ref.native_id

    def hears(self, text: str) -> dict[str, Any]:
        """The one post of ours with these words, as soon as the network shows it."""
        end = time.monotonic() + LONGEST_SECONDS
        while not (found := self._said_by_us(text)):
            assert time.monotonic() < end, f"the network does not show “{text}”"
            time.sleep(0.2)
        (post,) = found
        return post

    def _said_by_us(self, text: str) -> list[dict[str, Any]]:
        asked = {"actor": self._us, "filter": "posts_with_replies"}
        feed = self._door.read("app.bsky.feed.getAuthorFeed", asked).json()["feed"]
        return [one["post"] for one in feed if text in one["post"]["record"]["text"]]


@pytest.fixture(params=["de", "en"])
def tongue(request: pytest.FixtureRequest) -> Tongue:
    return Tongue(request.param)


@pytest.fixture
def network() -> dict[str, Any]:
    """Its server and people, as `./test --real` tells them."""
    told: dict[str, Any] = json.loads(TOLD)
    return told


@pytest.fixture
def installation(network: dict[str, Any], tmp_path: Path) -> Iterator[Installation]:
    """An empty one that may speak with this network."""
    yield from installation_in(tmp_path, "--no-demo", neighbours=urlsplit(network["server"]).netloc)


def test_by_the_documents_alone(
    installation: Installation, network: dict[str, Any], browser_page: Page, tongue: Tongue
) -> None:
    browser_page.on("dialog", lambda dialog: dialog.accept())
    journey, mia = Journey(browser_page, installation, tongue), Member(network)
    words = {name: f"{text} {RUN}" for name, text in TYPED[tongue.language].items()}
    journey.typed = {**journey.typed, **words}
    get_in(journey)
    write_the_plan(journey)
    connect(journey, network)
    post = publish(journey, mia)
    mia.reply(post["uri"], words["asked"])
    answer(journey)
    said = mia.hears(words["answer"])
    assert said["record"]["reply"]["root"]["uri"] == post["uri"]
    find_both_in_the_measure(journey)


def connect(one: Journey, network: dict[str, Any]) -> None:
    """Step 3: the account, the promise, the opening."""
    us = network["people"][0]
    one.go("/channels/")
    one.follow("Connect a channel")
    one.page.get_by_role("main").get_by_role("link", name="Bluesky", exact=True).click()
    fields = {"Handle of the account": us["handle"], "App password": us["app_password"]}
    for label, value in fields.items():
        one.page.get_by_label(one.say(label), exact=True).fill(value)
    one.page.get_by_label(one.say("Address of the server")).fill(network["server"])
    one.page.get_by_label(one.say("Name of the channel")).fill("Bluesky")
    one.press("Connect the channel")
    one.sees("Listens already. It may speak as soon as its reaction plan opens it.")
    one.page.get_by_role("main").get_by_role("link", name=one.say("Reaction plan"), exact=True).click()
    one.press("Begin with 22 situations")
    one.press("Put in force")
    open_without(one, 2)
    one.press("Open the channel")
    one.go("/channels/")
    one.sees("Listens and speaks.")


def open_without(one: Journey, number: int) -> None:
    """Legal notice and netiquette: whoever only tries a network says why it opens without."""
    for _ in range(number):
        one.page.get_by_text(one.say("Open without it"), exact=True).first.click()
        one.page.get_by_label(one.say("Why?"), exact=True).first.fill("Probe")
        one.page.get_by_role("button", name=one.say("Keep the reason"), exact=True).first.click()
        one.sees("The reason is kept, with your name.")


def publish(one: Journey, mia: Member) -> dict[str, Any]:
    """Step 4: one text, for the objective, approved, published now; the post as the network shows it."""
    one.go("/calendar/new/")
    one.page.get_by_label(one.say("Working title")).fill(one.typed["title"])
    one.page.get_by_role("textbox", name="Bluesky").fill(one.typed["post"])
    one.page.select_option("[name=serves_key]", label=f"{one.typed['code']} {one.typed['short_name']}")
    one.press("Save text")
    one.press("Approve text")
    one.press("Publish now")
    one.sees("Leaves in ten seconds. Until then you can take it back.")
    one.waits_for("/calendar/?view=list", one.say("Published"), 60)
    return mia.hears(one.typed["post"])


def answer(one: Journey, inbox: str = "/inbox/") -> None:
    """Step 6: the reply waits in the inbox with a due time; our answer stops it."""
    one.go(inbox)
    row = one.page.locator(".list [data-item]", has_text=one.typed["title"])
    end = time.monotonic() + LONGEST_WAIT_SECONDS
    while not row.count():  # what stands beside an opened conversation may bear the same title
        assert time.monotonic() < end, "the reply does not reach the inbox"
        one.page.wait_for_timeout(500)
        one.go(inbox)
    row.first.click()
    expect(one.page.get_by_role("main").get_by_text(one.typed["asked"]).first).to_be_visible()
    one.sees("our promise")
    one.page.get_by_label(one.say.like("Public answer")).fill(one.typed["answer"])
    one.press("Send answer")
    one.sees("leaves in a moment")
    one.waits_for("/inbox/?tab=done", one.typed["title"], 60)


def find_both_in_the_measure(one: Journey) -> None:
    """Step 6: the behaviour is counted at a press, and the ledger it is counted from holds the reply and our answer."""
    one.go("/behaviours/")
    one.page.locator(f"form[action*='{COUNTED}']").get_by_role("button").click()
    one.sees("In force. The first figures stand here as soon as everything known was counted.")
    assert one.installation.command("measure").returncode == 0
    spoken = {(row["actor_class"], row["act"]) for row in ledger_rows(one.installation)}
    assert {("staff", "posted"), ("member", "commented"), ("staff", "commented")} <= spoken


def ledger_rows(installation: Installation) -> list[dict[str, Any]]:
    """Everything the installation's ledger holds from Bluesky."""
    import pyarrow.parquet as parquet

    files = sorted((installation.data / "ledger").rglob("*.parquet"))
    rows = [row for file in files for row in parquet.read_table(file).to_pylist()]
    return [row for row in rows if row["channel"] == "bluesky"]
