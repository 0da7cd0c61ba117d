"""What benches with a network share: the practice network as a process of its own, a data folder, a worker, and what was said when."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from allmende.connectors.sandbox.network import Network, open_network

PLACE = Path(__file__).resolve().parent.parent


@contextmanager
def served(file: Path) -> Iterator[Network]:
    """The practice network of this file, answering on loopback as long as the block lasts."""
    network = open_network(str(file))
    network.set_fact("url", "")
    command = [sys.executable, "-m", "allmende.connectors.sandbox", "--file", str(file)]
    process = subprocess.Popen(command, cwd=PLACE, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: bool(network.fact("url")), 60)
        yield network
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def working(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker as long as the block lasts."""
    command = [sys.executable, "-m", "allmende", "work"]
    worker = subprocess.Popen(command, cwd=PLACE, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(60)


def told(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a house in this folder; `more` names its database."""
    fixed = {"ALLMENDE_DATA": str(folder), "ALLMENDE_DEBUG": "0", "DJANGO_SETTINGS_MODULE": "allmende.config.settings"}
    return {**os.environ, **more, **fixed}


def apart(bench: str, environment: Mapping[str, str], *words: str) -> str:
    """A part of a bench in a process of its own; the last line of what it prints."""
    command = [sys.executable, "-m", f"benches.{bench}", *words]
    done = subprocess.run(
        command, cwd=PLACE, env=environment, check=True, timeout=1800, stdout=subprocess.PIPE, text=True
    )
    return (done.stdout.splitlines() or [""])[-1]


def begin(bench: str, environment: Mapping[str, str], *words: str) -> "subprocess.Popen[str]":
    """The same beside what goes on here; `ended` waits for it."""
    command = [sys.executable, "-m", f"benches.{bench}", *words]
    return subprocess.Popen(command, cwd=PLACE, env=environment, stdout=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> Any:
    """What it found; it ends by itself within a minute."""
    said, _ = process.communicate(timeout=60)
    return json.loads(said.splitlines()[-1])


def wait_until(is_so: Callable[[], bool], seconds: float, step: float = 0.1) -> bool:
    """Whether it became so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not is_so():
        time.sleep(step)
    return is_so()


def appeared(network: Network, kind: str) -> list[tuple[str, datetime]]:
    """Every text of this kind that the public has seen, with its moment."""
    rows = (row for row in network.public_log() if row["verb"] == "appeared" and row["text"].startswith(kind))
    return [(row["text"], datetime.fromisoformat(str(row["at"]))) for row in rows]


def open_channels(accounts: Mapping[str, Mapping[str, Any]], file: str, **settings: Any) -> tuple[Any, list[Any]]:
    """A person and a live channel per account on the network of this file; each account has a token of its own."""
    from django.core.management import call_command

    from allmende.channels.actions import choose_channel, connect_account, set_live
    from allmende.team.actions import create_workspace
    from allmende.team.models import User

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    network = open_network(file)
    user = User.objects.create_user(email="bench@example.org", password=None, name="Jana Petersen")
    person = create_workspace(owner=user, slug="bench", name="Bench", now=now).people.get()
    by: dict[str, Any] = {"person": person, "now": now}
    channels = []
    for name, own in accounts.items():
        token = network.enrol(name, name.title(), is_ours=True)
        given = {"file": file, "mode": "key", "place": "social", "network": name, "quarantine_seconds": 5}
        account = connect_account(kind="sandbox", name=name, settings=given | settings | dict(own), secret=token, **by)
        channel = choose_channel(name=name, slug=name, kind="social_network", account=account, **by)
        channels.append(set_live(channel=channel, reaction_plan_version_key="bench", **by))
    return person, channels
