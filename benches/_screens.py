"""Open screens of an inbox that ask again: what the process that serves them, and its database, spend on that."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parent.parent
# As the pages say it: the list and the thread beside it, each every ten seconds.
EACH_SECONDS = 10
# A server that has just started still reads what it needs later.
SETTLED_SECONDS = 30
THREADS = 4
TICKS = os.sysconf("SC_CLK_TCK")


def watched(person: Any, screens: int, seconds: float) -> dict[str, float]:
    """So many screens look at the list and a thread for so long.

    `share` of one core spent on it by the web process and the database; `asked`, and `unchanged`: answered by 304.
    """
    cookie, addresses = _session(person), _addresses(person)
    with _served() as (process, port):
        with _browser(port, cookie) as browser:
            _ask(browser, addresses[0], "")
            time.sleep(SETTLED_SECONDS)
            tags = [_ask(browser, address, "")[1] for address in addresses]
        begun, spent = time.monotonic(), _seconds_of(process.pid)
        found = _look(port, cookie, list(zip(addresses, tags, strict=True)), screens, begun + seconds)
        spent, wall = _seconds_of(process.pid) - spent, time.monotonic() - begun
    if strange := set(found) - {200, 304}:
        raise SystemExit(f"A screen was answered {strange}")
    return {"share": spent / wall, "asked": len(found) / wall, "unchanged": found.count(304) / len(found)}


def _session(person: Any) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _addresses(person: Any) -> Sequence[str]:
    from django.urls import reverse
    from django.utils import timezone

    from allmende.inbox.queries import rows_due

    slug = person.workspace.slug
    first = rows_due(person.workspace, timezone.now(), 1).rows[0]
    rows = f"{reverse('inbox:rows', args=[slug])}?open={first.public_id}"
    return rows, reverse("inbox:turns", args=[slug, first.public_id])


@contextmanager
def _served() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The web server as `allmende up` starts it."""
    with closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--blocking-threads", "4", "--no-ws", "allmende.config.wsgi:application"]
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=PLACE, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield process, port
    finally:
        process.terminate()
        process.wait(30)


def _seconds_of(pid: int) -> float:
    """What this process and those below it took of the processor, and whatever holds the database for them."""
    return sum(_ticks(one) for one in (*_below(pid), *_database())) / TICKS


def _below(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from _below(int(child))


def _database() -> Iterator[int]:
    """The server of the database with all it started; none on SQLite."""
    from django.db import connection

    if connection.vendor == "postgresql":
        connection.ensure_connection()
        backend = Path(f"/proc/{connection.connection.info.backend_pid}/status").read_text()
        yield from _below(int(backend.partition("PPid:")[2].split()[0]))


def _ticks(pid: int) -> int:
    """User and system time, and that of children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The web server did not answer within two minutes")


def _look(port: int, cookie: str, asked: Sequence[tuple[str, str]], screens: int, until: float) -> list[int]:
    """What every question of all the screens was answered, spread evenly over time, with the tag each knows."""
    looks = [(n * EACH_SECONDS / (screens * len(asked)), *asked[n % len(asked)]) for n in range(screens * len(asked))]
    found: list[int] = []
    begun = time.monotonic()

    def keep_looking(own: Sequence[tuple[float, str, str]]) -> None:
        known = {place: tag for place, _address, tag in own}
        round_at = begun
        with _browser(port, cookie) as browser:
            while round_at < until:
                for place, address, _tag in own:
                    time.sleep(max(0.0, round_at + place - time.monotonic()))
                    if time.monotonic() > until:
                        return
                    status, known[place] = _ask(browser, address, known[place])
                    found.append(status)
                round_at += EACH_SECONDS

    threads = [threading.Thread(target=keep_looking, args=(looks[n::THREADS],)) for n in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def _browser(port: int, cookie: str) -> Any:
    import httpx2  # noqa: TID251 - somebody's browser, not our door

    headers = {"Cookie": cookie, "HX-Request": "true"}
    return httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60)


def _ask(browser: Any, address: str, tag: str) -> tuple[int, str]:
    """Status, and the tag to ask with next."""
    answer = browser.get(address, headers={"If-None-Match": tag} if tag else {})
    return answer.status_code, answer.headers.get("ETag", tag)
