"""Everything a network has, read by our ear, against fetching the same pages and inserting the rows they leave.

The baseline asks for the same pages on one httpx2 client and writes the same rows into the same tables, a page in a transaction; it
looks nothing up and links nothing. `memory` compares the peak after all with the peak after a tenth.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from allmende.connectors.sandbox.store import stamp
from benches._practice import apart, open_channels, served, told
from benches.import_messages import WORDS, peak_mb, write_again
from tools.benches import Figure, figure

ITEMS, LONG_ITEMS = 10_000, 100_000
PAGE, MEMBERS = 100, 400
GOAL_TIMES, GOAL_GROWTH = 3.0, 1.2


def run(long: bool) -> Iterator[Figure]:
    """Seconds for all items, and by how much memory grew after the first tenth."""
    items = LONG_ITEMS if long else ITEMS
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as name:
        full, plain = Path(name) / "full", Path(name) / "plain"
        file = Path(name) / "network.sqlite3"
        with served(file) as network:
            _fill(network, items)
            full.mkdir()
            apart("collect", told(full, {}), "prepare", str(file))
            shutil.copytree(full, plain)
            fetched = json.loads(apart("collect", told(plain, {}), "fetch", network.fact("url")))
            ours = json.loads(apart("collect", told(full, {}), "ours", str(items)))
        written = write_again(full / "allmende.sqlite3", plain / "allmende.sqlite3", PAGE)
    if ours["kept"] != items:
        raise SystemExit(f"{ours['kept']} of {items} items were kept")
    yield figure("collect", f"{items}_items", ours["seconds"], fetched["seconds"] + written, GOAL_TIMES, "s", 1)
    yield figure("collect", f"{items}_items_memory", ours["peak"], ours["early"], GOAL_GROWTH, "MB", 1)


def _fill(network: Any, items: int) -> None:
    """Threads of ten, by some hundred members."""
    begin = datetime.now(UTC) - timedelta(days=300)
    for number in range(MEMBERS):
        network.member(f"Mitglied {number}")
    with network.store.writing() as db:
        members = [row["id"] for row in db.execute("SELECT id FROM account WHERE NOT is_ours ORDER BY id")]
        rows = []
        for number in range(items):
            root = f"p{number - number % 10 + 1}"
            text = " ".join(WORDS[(number * step) % len(WORDS)] for step in range(3, 20))
            parent = root if number % 10 else None
            at = stamp(begin + timedelta(minutes=number))
            rows.append(
                (
                    f"p{number + 1}",
                    root,
                    parent,
                    members[number % MEMBERS],
                    "" if parent else f"Frage {number}",
                    text,
                    at,
                )
            )
        db.executemany(
            "INSERT INTO post (id, thread, parent, account_id, title, text, visibility, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, 'public', ?)",
            rows,
        )
        db.execute("INSERT INTO change (kind, id) SELECT 'post', id FROM post ORDER BY seq")


def prepare(file: str) -> None:
    """A house with one channel that hears the network."""
    open_channels({"forum": {}}, file, place="forum")


def fetch(url: str) -> dict[str, float]:
    """Ask for every page and read it."""
    import httpx2  # noqa: TID251 - the bare loop is what we measure against

    from allmende.channels.models import Account

    headers, after = {"Authorization": f"Bearer {Account.objects.get().secret}"}, 0
    begun = time.perf_counter()
    with httpx2.Client(base_url=url, headers=headers) as client:
        while True:
            page = client.get("/key/api/changes", params={"after": str(after), "limit": str(PAGE)}).json()
            after = page["next"]
            if not page["more"]:
                return {"seconds": time.perf_counter() - begun}


def ours(items: str) -> dict[str, float]:
    """Read the channel as the worker does, until nothing is new."""
    from allmende.channels.actions import collect_channel
    from allmende.channels.models import Channel, Cursor, Message

    channel, early, found, begun = Channel.objects.get(), 0.0, 0, time.perf_counter()
    while found < int(items):
        Cursor.objects.update(next_at=None)
        new = collect_channel(channel=channel, now=datetime.now(UTC))
        if not new:
            break
        found += new
        if not early and found >= int(items) // 10:
            early = peak_mb()
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "early": early, "peak": peak_mb(), "kept": Message.objects.count()}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(globals()[sys.argv[1]](sys.argv[2])))
