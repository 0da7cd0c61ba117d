"""A page against a bare view of the same bytes, in a process and a data folder of its own."""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tools.benches import alternate

LONGEST_SECONDS = 900


def in_own_process(
    module: str,
    *arguments: object,
    seconds: int = LONGEST_SECONDS,
    more: Mapping[str, str] | None = None,
    place: Path | None = None,
) -> dict[str, dict[str, float]]:
    """What `python -m MODULE DATA ARGUMENTS` prints as its last line of JSON.

    `DATA` is an empty folder, or `place`, which stays. `more`: a database.
    """
    with nullcontext(str(place)) if place else tempfile.TemporaryDirectory(prefix="allmende-bench-") as data:
        Path(data, "static").mkdir(exist_ok=True)
        environment = (
            os.environ
            | dict(more or {})
            | {
                "ALLMENDE_DATA": data,
                "ALLMENDE_DEBUG": "0",
                "ALLMENDE_STATIC": "django.contrib.staticfiles.storage.StaticFilesStorage",
                "DJANGO_SETTINGS_MODULE": "allmende.config.settings",
            }
        )
        command = [sys.executable, "-m", module, data, *map(str, arguments)]
        root = Path(__file__).resolve().parent.parent
        done = subprocess.run(
            command, cwd=root, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=seconds
        )
    answer: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def client_of(person: Any) -> Any:
    """A browser of this process, logged in, with the bare view beside our own."""
    from django.conf import settings
    from django.test import Client

    settings.ROOT_URLCONF = "benches._bare"
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_against_bare(client: Any, address: str, runs: int) -> dict[str, float]:
    """Milliseconds of the processor of the page and of a bare view of its size, warm and cold; queries; bytes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = _page(client, address)
    bare_address = f"{'/'.join(address.split('/')[:3])}/bare/{len(page)}/"
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
    """Empty what was remembered of pages: the pure parts, the frame, the addresses and a team's lists."""
    from allmende.editorial.templatetags.editorial_entries import mark
    from allmende.inbox.queries import forget_lists
    from allmende.web.templatetags.addresses import forget_addresses
    from allmende.web.templatetags.pure import MEMORY
    from allmende.web.templatetags.shell import forget_frames

    MEMORY.forget()
    forget_frames()
    forget_addresses()
    forget_lists()
    mark.cache_clear()
