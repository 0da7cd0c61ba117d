"""300 posts that are due in the same moment, on three practice networks, said by one real worker: when does the last one leave,
and does the worker hold on to anything?

`last_seconds` counts from the worker's start to the network's own time of the last post. `open_files` compares what the worker
holds open (connections included) at the end with what it held after the first posts; on PostgreSQL `connections` is the most
that the server saw at once.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools import postgres
from tools.benches import Figure, ceiling, figure

POSTS, LONG_POSTS = 300, 1_200
MODES = ("key", "chosen_id", "list")
MOST_SECONDS, MOST_CONNECTIONS = 60.0, 12.0
PLACE = Path(__file__).resolve().parent.parent


def run(long: bool) -> Iterator[Figure]:
    """On SQLite, and on PostgreSQL where it is installed."""
    posts = LONG_POSTS if long else POSTS
    bases: dict[str, Any] = {"sqlite": nullcontext({})}
    if shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        bases["postgres"] = postgres.running()
    for name, around in bases.items():
        with around as more, tempfile.TemporaryDirectory(prefix="allmende-bench-") as folder:
            found = _said(Path(folder), more, posts)
        yield ceiling(
            "posts_due", f"{posts}_posts_{name}_last_seconds", found["last"], MOST_SECONDS * posts / POSTS, "s", 1
        )
        yield ceiling("posts_due", f"{posts}_posts_{name}_not_said_once", found["wrong"] + 1, 1, "posts + 1", 1)
        yield figure(
            "posts_due", f"{posts}_posts_{name}_open_files", found["files_late"], found["files_early"], 1.2, "files", 1
        )
        if name == "postgres":
            yield ceiling(
                "posts_due",
                f"{posts}_posts_{name}_connections",
                found["connections"],
                MOST_CONNECTIONS,
                "connections",
                1,
            )


def _said(folder: Path, more: Mapping[str, str], posts: int) -> dict[str, float]:
    from allmende.connectors.sandbox.face import Face
    from allmende.connectors.sandbox.network import open_network

    network = open_network(str(folder / "network.sqlite3"))
    token = network.enrol("haus", "Unser Haus", is_ours=True)
    face = Face(network)
    thread = threading.Thread(target=face.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    environment = os.environ | dict(more) | {
        "ALLMENDE_DATA": str(folder), "ALLMENDE_DEBUG": "0", "DJANGO_SETTINGS_MODULE": "allmende.config.settings",
    }  # fmt: skip
    try:
        prepare = [sys.executable, "-m", "benches.posts_due", str(folder / "network.sqlite3"), token, str(posts)]
        subprocess.run(prepare, cwd=PLACE, env=environment, check=True, timeout=300, stdout=subprocess.DEVNULL)
        return _watched(network, environment, more.get("DATABASE_URL", ""), posts)
    finally:
        face.end()
        thread.join(5)


def _watched(network: Any, environment: Mapping[str, str], database: str, posts: int) -> dict[str, float]:
    """Run a worker until everything is out, or three times the goal has passed."""
    began, early, late, connections = time.time(), 0.0, 0.0, 0.0
    worker = subprocess.Popen(
        [sys.executable, "-m", "allmende", "work"], cwd=PLACE, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        while (out := len(_appeared(network))) < posts and time.time() - began < 3 * MOST_SECONDS:
            files = float(len(os.listdir(f"/proc/{worker.pid}/fd")))
            early = early or (files if out > posts // 10 else 0.0)
            late = files
            connections = max(connections, _connections(database))
            time.sleep(0.5)
    finally:
        worker.terminate()
        worker.wait(30)
    said = _appeared(network)
    texts = [row["text"] for row in said]
    last = max((datetime.fromisoformat(str(row["at"])).timestamp() for row in said), default=time.time()) - began
    wrong = posts - len(set(texts)) + len(texts) - len(set(texts))
    return {
        "last": last,
        "wrong": float(wrong),
        "files_early": early or late,
        "files_late": late,
        "connections": connections,
    }


def _appeared(network: Any) -> list[dict[str, Any]]:
    return [row for row in network.public_log() if row["verb"] == "appeared"]


def _connections(database: str) -> float:
    if not database:
        return 0.0
    import psycopg

    with psycopg.connect(database) as line:
        row = line.execute("SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL").fetchone()
    return float(row[0] - 1) if row else 0.0


def _prepare(file: str, token: str, posts: int) -> None:
    from django.core.management import call_command

    from allmende.channels.actions import choose_channel, connect_account, hand_over, set_live
    from allmende.team.actions import create_workspace
    from allmende.team.models import User

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    user = User.objects.create_user(email="bench@example.org", password=None, name="Jana Petersen")
    person = create_workspace(owner=user, slug="bench", name="Bench", now=now).people.get()
    channels = []
    for mode in MODES:
        account = connect_account(
            person=person, kind="sandbox", name=mode, settings={"file": file, "mode": mode, "place": "social"},
            secret=token, now=now,
        )  # fmt: skip
        made = choose_channel(
            person=person, name=mode, slug=mode.replace("_", "-"), kind="social_network", account=account, now=now
        )
        channels.append(set_live(person=person, channel=made, reaction_plan_version_key="bench", now=now))
    for number in range(posts):
        channel = channels[number % len(channels)]
        hand_over(person=person, channel=channel, kind="post", text=f"Beitrag {number}.", send_after=now, now=now)


if __name__ == "__main__":
    import django

    django.setup()
    _prepare(sys.argv[1], sys.argv[2], int(sys.argv[3]))
