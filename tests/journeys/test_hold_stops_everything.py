"""A stop declared in mid-pile lets nothing more out, and ending it releases nothing by itself. The network is the judge."""

import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from allmende.config.demo.stage import NETWORKS
from allmende.connectors.sandbox.network import open_network
from tests.journeys.conftest import ROOT, Installation, environment, installation_in

pytestmark = pytest.mark.journey

QUEUE = "/w/lotsenforum/channels/queue/"
PILE, SAID_BEFORE = 400, 15
# Longer than a worker needs to say twenty posts.
REST_SECONDS = 4.0


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    yield from installation_in(tmp_path_factory.mktemp("hold"))


def test_a_stop_in_mid_pile_lets_nothing_more_out(demo: Installation, browser_page: Page) -> None:
    page = browser_page
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(demo.link)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(lambda url: "/login/" not in url, timeout=60_000)  # else going on would cut the log-in off
    until(lambda: first(demo, "SELECT demo_percent FROM team_workspace") == 100, 300)
    page.goto(demo.origin + "/w/lotsenforum/channels/stop/")
    page.get_by_label(re.compile("Warum")).fill("Störung beim Support: erst prüfen.")
    pile_up(demo)
    until(lambda: len(said(demo)) >= SAID_BEFORE, 60)

    page.get_by_role("button", name="Veröffentlichung stoppen").click()
    expect(page.get_by_text("Die Veröffentlichung ist ab sofort gestoppt", exact=False).first).to_be_visible()
    outside = len(said(demo))
    time.sleep(REST_SECONDS)
    # One post may have been on its way when the stop was declared.
    stopped = said(demo)
    assert SAID_BEFORE <= len(stopped) <= outside + 1 < PILE
    until(lambda: states(demo) == {"sent": len(stopped), "held": PILE - len(stopped)}, 60)
    assert said(demo) == stopped

    page.goto(demo.origin + QUEUE)
    page.get_by_role("button", name=re.compile("Stopp beenden")).first.click()
    expect(page.get_by_text(re.compile("wartet, bis es jemand")).first).to_be_visible(timeout=15_000)
    time.sleep(REST_SECONDS)
    assert said(demo) == stopped

    page.get_by_role("button", name="Freigeben").first.click()
    until(lambda: said(demo) != stopped, 30)
    time.sleep(REST_SECONDS)
    assert len(said(demo)) == len(stopped) + 1
    assert set(said(demo).values()) == {1}


def pile_up(demo: Installation) -> None:
    settings = {"ALLMENDE_DATA": str(demo.data), "DJANGO_SETTINGS_MODULE": "allmende.config.settings"}
    line = [sys.executable, "-m", "tests.journeys.pile", str(PILE)]
    subprocess.run(line, cwd=ROOT, env=environment() | settings, check=True, timeout=60)


def said(demo: Installation) -> Counter:
    """How often the public has seen each post of the pile appear."""
    log = open_network(str(demo.data / NETWORKS["forum"])).public_log()
    return Counter(line["text"] for line in log if line["verb"] == "appeared" and line["text"].startswith("Haufen "))


def states(demo: Installation) -> dict[str, int]:
    question = """SELECT d.state, count(*) FROM channels_dispatch d JOIN channels_message m ON m.id = d.message_id
        WHERE m.text LIKE 'Haufen %' GROUP BY d.state"""
    return dict(rows(demo, question))


def first(demo: Installation, question: str) -> object:
    return rows(demo, question)[0][0]


def rows(demo: Installation, question: str) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{demo.data / 'allmende.sqlite3'}?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()


def until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"It did not come about within {seconds} s."
        time.sleep(0.05)
