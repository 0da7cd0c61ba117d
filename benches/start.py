"""From nothing to a useful page: `migrate` on an empty database, the server's cold start, a fresh data folder, the whole demo.

What works alone is counted in seconds of the processor, its own and the database server's: what a machine with nothing else to do
needs. The way from a fresh data folder to Today is counted by the clock, as the person who waits does.
"""

import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode, urljoin
from urllib.request import (  # noqa: TID251 - our own server on this machine
    HTTPCookieProcessor,
    OpenerDirector,
    build_opener,
)

from tools import postgres
from tools.benches import Figure, ceiling

MIGRATE_SECONDS, DEMO_SECONDS, PAGE_SECONDS = 15.0, 25.0, 60.0
TODAY = "/w/lotsenforum/"
PLACE = Path(__file__).resolve().parent.parent


def run(long: bool) -> Iterator[Figure]:
    """`long`: the least of three runs, else of one."""
    runs = 3 if long else 1
    seconds = min(_migrated({}) for _ in range(runs))
    yield ceiling("start", "migrate_sqlite_processor", seconds, MIGRATE_SECONDS, "s", runs)
    if shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        seconds = min(_migrated_on_postgres() for _ in range(runs))
        yield ceiling("start", "migrate_postgres_processor", seconds, MIGRATE_SECONDS, "s", runs)
    seconds = min(_demo_loaded() for _ in range(runs))
    yield ceiling("start", "demo_processor", seconds, DEMO_SECONDS, "s", runs)
    seconds = min(_until_today() for _ in range(runs))
    yield ceiling("start", "fresh_folder_to_today", seconds, PAGE_SECONDS, "s", runs)


def _migrated(more: Mapping[str, str]) -> float:
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as data:
        return _spent(["django", "migrate", "--verbosity", "0"], _environment(data, more))


def _migrated_on_postgres() -> float:
    """With what the server spent; its processes count when they have ended, so the client is gone before we look."""
    with postgres.running() as more:
        before = _server_seconds(more["DATABASE_URL"])
        return _migrated(more) + _server_seconds(more["DATABASE_URL"]) - before


def _demo_loaded() -> float:
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as data:
        environment = _environment(data, {})
        _spent(["django", "migrate", "--verbosity", "0"], environment)
        return _spent(["allmende", "demo", "load", "--language", "de"], environment)


def _spent(words: list[str], environment: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", *words],
        cwd=PLACE,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=600,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _server_seconds(database: str) -> float:
    """What the PostgreSQL server and its ended children spent so far."""
    import psycopg

    with psycopg.connect(database) as line:
        row = line.execute("SELECT pg_backend_pid()").fetchone()
        parent = Path(f"/proc/{row[0] if row else ''}/stat").read_text().rsplit(")", 1)[1].split()[1]
    ticks = Path(f"/proc/{parent}/stat").read_text().rsplit(")", 1)[1].split()[11:15]
    return sum(int(part) for part in ticks) / os.sysconf("SC_CLK_TCK")


def _until_today() -> float:
    """Seconds from `allmende up` on a folder that does not exist yet until Today has answered a person who came by the link."""
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as folder:
        data, port = str(Path(folder, "data")), free_port()
        begun = time.monotonic()
        command = [sys.executable, "-m", "allmende", "up", "--port", str(port), "--demo", "--language", "en", "--json"]
        household = subprocess.Popen(
            command,
            cwd=PLACE,
            env=_environment(data, {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        try:
            _open_today(_link(household))
            return time.monotonic() - begun
        finally:
            household.send_signal(signal.SIGTERM)
            household.wait(60)


def _link(household: "subprocess.Popen[str]") -> str:
    for line in household.stdout or ():
        if line.startswith("{") and (link := json.loads(line).get("link")):
            return str(link)
    raise SystemExit("`allmende up` ended without a link.")


def _open_today(link: str) -> None:
    """Log in by the link as a browser does, and read Today."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    form = _read(browser, link)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    _read(browser, link, urlencode({"csrfmiddlewaretoken": token[1] if token else ""}).encode())
    page = _read(browser, urljoin(link, TODAY))
    if "<h1" not in page or f'href="{TODAY}plan/"' not in page:
        raise SystemExit(f"Today did not come: {page[:500]}")


def _read(browser: OpenerDirector, address: str, sent: bytes | None = None) -> str:
    try:
        with browser.open(address, sent, timeout=60) as answer:
            text: str = answer.read().decode()
            return text
    except URLError as error:
        raise SystemExit(f"{address} did not answer: {error}") from error


def _environment(data: str, more: Mapping[str, str]) -> dict[str, str]:
    return os.environ | {"ALLMENDE_DATA": data, "DJANGO_SETTINGS_MODULE": "allmende.config.settings"} | dict(more)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
