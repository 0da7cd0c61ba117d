"""Start the network with its own PostgreSQL and Redis on loopback, and end all of it, by process number."""

import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tools import postgres
from tools.bluesky_network.install import environment, install, node
from tools.debian import REAL_PROGRAMS, find_program, need_programs
from tools.postgres import CannotStart

ACCOUNTS = (
    {"handle": "haus.test", "name": "Unser Haus", "password": "haus-password"},
    {"handle": "mia.test", "name": "Mia Muster", "password": "mia-password"},
)
LONGEST_START_SECONDS = 120.0
LONGEST_END_SECONDS = 10.0


@dataclass(frozen=True)
class Person:
    """An account at the network, with an app password."""

    handle: str
    name: str
    did: str
    app_password: str


@dataclass(frozen=True)
class Network:
    """A running network: its server's address and the people who are there."""

    server: str
    people: Sequence[Person]


@contextmanager
def running(port: int = 0, accounts: Sequence[Mapping[str, str]] = ACCOUNTS) -> Iterator[Network]:
    """A fresh network; everything said there is gone when the block ends. `port`: of its server, 0 takes a free one.

    Raises CannotInstall, CannotStart.
    """
    need_programs(REAL_PROGRAMS)
    place = install()
    with (
        tempfile.TemporaryDirectory(prefix="allmende-bluesky-", ignore_cleanup_errors=True) as scratch,
        _redis() as redis,
        postgres.running() as database,
    ):
        told = {
            "DB_POSTGRES_URL": database["DATABASE_URL"],
            "REDIS_HOST": redis,
            "TMPDIR": scratch,
            "LOG_ENABLED": "false",
            "ALLMENDE_PDS_PORT": str(port),
            "ALLMENDE_ACCOUNTS": json.dumps(list(accounts)),
        }
        with _node(place, Path(scratch), told) as network:
            yield network


@contextmanager
def proven() -> Iterator[Mapping[str, str]]:
    """The network for a test step: the environment that tells the tests where it is."""
    with running() as network:
        yield {"ALLMENDE_BLUESKY": json.dumps(asdict(network))}


@contextmanager
def _node(place: Path, scratch: Path, told: Mapping[str, str]) -> Iterator[Network]:
    output = scratch / "output"
    with open(output, "w") as out, open(scratch / "log", "w") as log:
        process = subprocess.Popen(
            [node(place), "--no-deprecation", "start.mjs"],
            cwd=place, env={**environment(place), **told}, stdin=subprocess.PIPE, stdout=out, stderr=log,
            start_new_session=True,  # Ctrl-C is for us; we end the others in their order
        )  # fmt: skip
    try:
        yield _ready(process, output, scratch / "log")
    finally:
        if process.stdin:
            process.stdin.close()
        _end(process)


def _ready(process: subprocess.Popen[bytes], output: Path, log: Path) -> Network:
    end = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < end:
        line = next((line for line in output.read_text().splitlines() if line.startswith('{"ready"')), "")
        if line.endswith("}"):
            told = json.loads(line)
            return Network(told["server"], [Person(**one) for one in told["people"]])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    if "EADDRINUSE" in log.read_text():
        raise CannotStart("The port is taken, perhaps by a network that runs already. Choose another one with --port.")
    raise CannotStart(f"The Bluesky network did not start. It said:\n{log.read_text()[-2000:]}")


@contextmanager
def _redis() -> Iterator[str]:
    """A Redis that keeps nothing; yields host:port."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    process = subprocess.Popen(
        [find_program("redis-server") or "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=os.sep, start_new_session=True,
    )  # fmt: skip
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(LONGEST_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
