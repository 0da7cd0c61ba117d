"""A whole installation in an empty folder, started by the real command, and a browser in front of it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.journeys.tongue import Tongue
from tools.screenshots import FLAGS

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_START_SECONDS = 480


@dataclass
class Installation:
    """Where it answers, how its owner gets in, and where its data lies."""

    origin: str
    link: str
    data: Path
    database: str = ""
    neighbours: str = ""

    def command(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run `allmende ARGUMENTS` on this installation."""
        line = [sys.executable, "-m", "allmende", *arguments, "--data", str(self.data), "--json"]
        return subprocess.run(
            line,
            cwd=ROOT,
            env=environment(self.database, self.neighbours),
            capture_output=True,
            text=True,
            timeout=seconds,
        )


def environment(database: str = "", neighbours: str = "") -> dict[str, str]:
    """What an installation is started with: `database` is the address of one, "" the embedded one.

    `neighbours`: the servers of this machine it may speak to, "127.0.0.1:2583".
    """
    # The suite's own settings must not leak into the installation under test.
    ours = ("ALLMENDE_", "DJANGO_SETTINGS_MODULE", "DATABASE_URL")
    found = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    told = {"DATABASE_URL": database, "ALLMENDE_NEIGHBOURS": neighbours}
    return found | {name: value for name, value in told.items() if value}


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _ready_line(process: "subprocess.Popen[str]", log: Path) -> dict[str, str]:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text().splitlines():
            if '"ready"' in line:
                return json.loads(line)
        time.sleep(0.1)
    pytest.fail(f"The installation did not become ready:\n{log.read_text()[-3000:]}")


def installation_in(folder: Path, *options: str, database: str = "", neighbours: str = "") -> Iterator[Installation]:
    """Start `allmende up` on `folder/data`; ends it by its process id."""
    port, log = _free_port(), folder / "up.log"
    line = [
        sys.executable,
        "-m",
        "allmende",
        "up",
        "--port",
        str(port),
        "--data",
        str(folder / "data"),
        "--json",
        *options,
    ]
    with log.open("w") as out:
        process = subprocess.Popen(
            line, cwd=ROOT, env=environment(database, neighbours), stdout=out, stderr=subprocess.STDOUT, text=True
        )
    try:
        ready = _ready_line(process, log)
        yield Installation(ready["ready"], ready["link"], folder / "data", database, neighbours)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An empty installation, without the demo."""
    yield from installation_in(tmp_path_factory.mktemp("installation"), "--no-demo")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with the whole demo."""
    for standing in installation_in(tmp_path_factory.mktemp("demo")):
        standing.command("demo", "finish", seconds=600)  # waits for whoever is loading its past
        yield standing


@pytest.fixture
def tongue() -> Tongue:
    """The language of the browser; a journey that runs in several parametrizes it."""
    return Tongue("de")


@pytest.fixture
def browser_page(tongue: Tongue) -> Iterator[Page]:
    """A page in Chromium, 1440 wide; what it showed last is printed when the journey failed."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing. On Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(
            locale=tongue.locale, viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin"
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        yield page
        # pytest shows this when the journey failed, and swallows it otherwise.
        print(page.url, page.locator("body").inner_text()[:3000], sep="\n")
        browser.close()
