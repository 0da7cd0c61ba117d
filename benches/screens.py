"""Today, the inbox and the calendar against a bare view with the same middleware, log-in, door and bytes of answer.

Milliseconds of the processor, in one process with SQLite, with 1,000 and with 100,000 messages: the past is imported, the rest are
live conversations that wait. Each page is measured as it is looked at again, its pure parts remembered, and "cold": with that memory
emptied before every call, which is dearer than any call in use.
The number of queries is counted for the whole request, session and log-in included, and may not grow with the data.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benches._scene import build_community, plan_posts
from tools.benches import Figure, alternate, ceiling, figure

GOAL_RATIO = 8.0
MOST_QUERIES = 12
SIZES = (1_000, 100_000)
POSTS = 200
CALENDAR_RATIO = 12.0
CALENDAR_QUERIES = 15
CALENDAR_BYTES = 60_000
# What the first look after a restart may take.
COLD_RATIO = 14.0
CALENDAR_COLD_RATIO = 16.0
SCREENS = {"today": "web:today", "inbox": "inbox:index", "conversation": "inbox:conversation"}


def run(long: bool) -> Iterator[Figure]:
    """Milliseconds and queries of each screen at each size."""
    runs = 200 if long else 40
    found = {size: _apart(size, runs) for size in SIZES}
    for screen in SCREENS:
        for size in SIZES:
            one = found[size][screen]
            yield figure("screens", f"{screen}_{size}_messages", one["ours"], one["bare"], GOAL_RATIO, "ms", runs)
            yield figure(
                "screens", f"{screen}_{size}_messages_cold", one["cold"], one["bare_beside"], COLD_RATIO, "ms", runs
            )
            yield ceiling("screens", f"{screen}_{size}_messages_queries", one["queries"], MOST_QUERIES, "queries", 1)
        few, many = (found[size][screen]["queries"] for size in SIZES)
        yield figure("screens", f"{screen}_queries_stay", many, few, 1.0, "queries", 1)
    one = _apart(SIZES[0], runs, POSTS)["calendar"]
    yield figure("screens", f"calendar_{POSTS}_posts", one["ours"], one["bare"], CALENDAR_RATIO, "ms", runs)
    yield figure(
        "screens", f"calendar_{POSTS}_posts_cold", one["cold"], one["bare_beside"], CALENDAR_COLD_RATIO, "ms", runs
    )
    yield ceiling("screens", f"calendar_{POSTS}_posts_queries", one["queries"], CALENDAR_QUERIES, "queries", 1)
    yield ceiling("screens", f"calendar_{POSTS}_posts_compressed", one["compressed"], CALENDAR_BYTES, "bytes", 1)


def _apart(size: int, runs: int, posts: int = 0) -> dict[str, dict[str, float]]:
    """One size in a process and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as data:
        Path(data, "static").mkdir()
        environment = os.environ | {
            "ALLMENDE_DATA": data,
            "ALLMENDE_DEBUG": "0",
            "ALLMENDE_STATIC": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "DJANGO_SETTINGS_MODULE": "allmende.config.settings",
        }
        command = [sys.executable, "-m", "benches.screens", data, str(size), str(runs), str(posts)]
        place = Path(__file__).resolve().parent.parent
        done = subprocess.run(
            command, cwd=place, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=900
        )
    answer: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _measured(folder: Path, size: int, runs: int, posts: int) -> dict[str, dict[str, float]]:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    person = build_community(folder, size)
    settings.ROOT_URLCONF = "benches._bare"
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    if posts:
        plan_posts(person, posts)
        return {"calendar": _one(client, reverse("editorial:index", args=[person.workspace.slug]), runs)}
    urgent = _most_urgent(person)
    addresses = {
        screen: reverse(name, args=[person.workspace.slug, *([urgent] if screen == "conversation" else [])])
        for screen, name in SCREENS.items()
    }
    return {screen: _one(client, address, runs) for screen, address in addresses.items()}


def _one(client: Any, address: str, runs: int) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = _page(client, address)
    size = len(page)
    bare_address = f"{'/'.join(address.split('/')[:3])}/bare/{size}/"
    _page(client, bare_address)
    ours, bare = alternate(
        lambda: _page(client, address), lambda: _page(client, bare_address), runs, clock=time.process_time
    )
    cold, bare_beside = alternate(
        lambda: _page(client, address, is_cold=True), lambda: _page(client, bare_address), runs, clock=time.process_time
    )
    with CaptureQueriesContext(connection) as queries:
        _page(client, address)
    return {
        "ours": ours * 1000,
        "bare": bare * 1000,
        "cold": cold * 1000,
        "bare_beside": bare_beside * 1000,
        "queries": len(queries),
        "compressed": len(gzip.compress(page)),
    }


def _page(client: Any, address: str, is_cold: bool = False) -> bytes:
    if is_cold:
        _forget()
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    content: bytes = answer.content
    return content


def _forget() -> None:
    """Empty what was remembered of pages: the pure parts and the frame."""
    from allmende.editorial.templatetags.editorial_entries import mark
    from allmende.web.templatetags.pure import MEMORY
    from allmende.web.templatetags.shell import forget_frames

    MEMORY.forget()
    forget_frames()
    mark.cache_clear()


def _most_urgent(person: Any) -> object:
    from django.utils import timezone

    from allmende.inbox.queries import rows_due

    return rows_due(person.workspace, timezone.now(), 1).rows[0].public_id


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measured(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
