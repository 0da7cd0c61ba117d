"""300 posts that are due in the same moment, on three practice networks, said by one real worker: when does the last one leave,
and does the worker hold on to anything?

`last_seconds` counts from the worker's start to the network's own time of the last post. `open_files` compares what the worker
holds open (connections included) at the end with what it held after the first posts; on PostgreSQL `connections` is the most
that the server saw at once.

`alone_p99_late` is by how much posts that are due one by one leave after their moment, on a system with nothing else to do, once
a first post was said and every job of the worker has run, so that what they need is loaded;
`crowd_p99_added` how much later such posts leave while another account has a pile of posts due. Nothing may leave early.
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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benches._practice import wait_until
from tools import postgres
from tools.benches import Figure, ceiling, figure

POSTS, LONG_POSTS = 300, 1_200
MODES = ("key", "chosen_id", "list")
MOST_SECONDS, MOST_CONNECTIONS = 60.0, 12.0
TIMED, LONG_TIMED, PILE, LONG_PILE = 40, 200, 600, 5_000
LATE_MS, ADDED_MS = 250.0, 100.0
# By when a worker has said a first post and each of its jobs has run once, at the latest; what filing that one loads, it loads then.
FIRST, STARTED_SECONDS = "Vorab.", 90.0
# All are written by then.
AHEAD_SECONDS, APART_SECONDS = 4.0, 0.25
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
        yield from _lateness(name, long)


def _lateness(name: str, long: bool) -> Iterator[Figure]:
    """Posts due one by one, first alone, then beside the pile of another account."""
    timed, found = LONG_TIMED if long else TIMED, {}
    for scene, pile in (("alone", 0), ("crowd", LONG_PILE if long else PILE)):
        around: Any = nullcontext({}) if name == "sqlite" else postgres.running()
        with around as more, tempfile.TemporaryDirectory(prefix="allmende-bench-") as folder:
            late = _said(Path(folder), more, timed, pile)["late"]
        found[scene] = 1000 * late[int(len(late) * 0.99)]
        yield ceiling("posts_due", f"{scene}_{name}_left_early", sum(one < 0 for one in late) + 1, 1, "posts + 1", 1)
        yield ceiling("posts_due", f"{scene}_{name}_not_said", timed - len(late) + 1, 1, "posts + 1", 1)
    yield ceiling("posts_due", f"alone_{name}_p99_late", found["alone"], LATE_MS, "ms", 1)
    added = max(found["crowd"] - found["alone"], 1.0)
    yield ceiling("posts_due", f"crowd_{name}_p99_added", added, ADDED_MS, "ms", 1)


def _said(folder: Path, more: Mapping[str, str], posts: int, pile: int = -1) -> dict[str, Any]:
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
        if pile >= 0:
            prepare.append(str(pile))
        subprocess.run(prepare, cwd=PLACE, env=environment, check=True, timeout=300, stdout=subprocess.DEVNULL)
        return _watched(network, environment, more.get("DATABASE_URL", ""), posts, "Termin" if pile >= 0 else "Beitrag")
    finally:
        face.end()
        thread.join(5)


def _watched(network: Any, environment: Mapping[str, str], database: str, posts: int, kind: str) -> dict[str, Any]:
    """Run a worker until everything is out, or three times the goal has passed."""
    began, early, late, connections = time.time(), 0.0, 0.0, 0.0
    worker = subprocess.Popen(
        [sys.executable, "-m", "allmende", "work"], cwd=PLACE, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        if kind == "Termin":
            timed = [sys.executable, "-m", "benches.posts_due", "timed", str(posts)]
            subprocess.run(timed, cwd=PLACE, env=environment, check=True, timeout=300)
        while (out := len(_appeared(network, kind))) < posts and time.time() - began < 3 * MOST_SECONDS:
            files = float(len(os.listdir(f"/proc/{worker.pid}/fd")))
            early = early or (files if out > posts // 10 else 0.0)
            late = files
            connections = max(connections, _connections(database))
            time.sleep(0.5)
    finally:
        worker.terminate()
        worker.wait(30)
    said = _appeared(network, kind)
    texts = [row["text"] for row in said]
    last = max((datetime.fromisoformat(str(row["at"])).timestamp() for row in said), default=time.time()) - began
    wrong = posts - len(set(texts)) + len(texts) - len(set(texts))
    return {
        "last": last,
        "wrong": float(wrong),
        "files_early": early or late,
        "files_late": late,
        "connections": connections,
        "late": sorted(_late_seconds(row) for row in said) if kind == "Termin" else [],
    }


def _late_seconds(row: Mapping[str, Any]) -> float:
    """By how much it stood at the network after the moment that its text names."""
    due = datetime.fromisoformat(str(row["text"]).split()[1])
    return (datetime.fromisoformat(str(row["at"])) - due).total_seconds()


def _appeared(network: Any, kind: str) -> list[dict[str, Any]]:
    return [row for row in network.public_log() if row["verb"] == "appeared" and row["text"].startswith(kind)]


def _connections(database: str) -> float:
    if not database:
        return 0.0
    import psycopg

    with psycopg.connect(database) as line:
        row = line.execute("SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL").fetchone()
    return float(row[0] - 1) if row else 0.0


def _prepare(file: str, token: str, posts: int, pile: int = -1) -> None:
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
    if pile >= 0:
        hand_over(person=person, channel=channels[0], kind="post", text=FIRST, send_after=now, now=now)
        for number in range(pile):
            moment = now + timedelta(days=1)
            hand_over(
                person=person, channel=channels[-1], kind="post", text=f"Haufen {number}.", send_after=moment, now=now
            )
        return
    for number in range(posts):
        channel = channels[number % len(channels)]
        hand_over(person=person, channel=channel, kind="post", text=f"Beitrag {number}.", send_after=now, now=now)


def _prepare_timed(posts: int) -> None:
    """Posts a moment apart, beginning when a worker stands by; the pile of the first channel is due just before."""
    from allmende.channels.actions import hand_over
    from allmende.channels.models import Channel, Dispatch
    from allmende.domain.search_words import read_base_forms
    from allmende.jobs.models import JobState
    from allmende.team.models import Person

    is_said = Dispatch.objects.filter(message__text=FIRST, state="sent")
    wait_until(lambda: is_said.exists() and not JobState.objects.filter(runs=0).exists(), STARTED_SECONDS)
    person, channels = Person.objects.get(), list(Channel.objects.order_by("slug"))
    read_base_forms()  # takes seconds on a busy machine, and the moments are fixed from here on
    now = datetime.now(UTC)
    begins = now + timedelta(seconds=AHEAD_SECONDS)
    Dispatch.objects.filter(state="waiting").update(send_after=begins, next_at=begins)
    for number in range(posts):
        moment = begins + timedelta(seconds=0.5 + APART_SECONDS * number)
        text, channel = f"Termin {moment.isoformat()}", channels[number % 2]
        hand_over(person=person, channel=channel, kind="post", text=text, send_after=moment, now=now)


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "timed":
        _prepare_timed(int(sys.argv[2]))
    else:
        _prepare(sys.argv[1], sys.argv[2], *(int(number) for number in sys.argv[3:]))
