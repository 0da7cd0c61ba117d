"""A private PostgreSQL for the tests: its own folder, its own free port on 127.0.0.1, gone when the block ends unless it is kept."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.debian import find_program

USER = "postgres"
OPTIONS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c listen_addresses=127.0.0.1"
)


class CannotStart(Exception):
    """PostgreSQL did not start; the text says why."""


@contextmanager
def running(kept: Path | None = None) -> Iterator[Mapping[str, str]]:
    """Start a fresh cluster, or the one in `kept`; yields the environment that points Django at it.

    As root it runs as user `postgres`, who must be able to reach `kept`.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="allmende-postgres-"))
    cluster, port = folder / "cluster", _free_port()
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        if not cluster.exists():
            _run("initdb", "-D", str(cluster), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"{OPTIONS} -c port={port} -c unix_socket_directories={folder}"
        _run("pg_ctl", "-D", str(cluster), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield {"DATABASE_URL": f"postgres://{USER}@127.0.0.1:{port}/postgres"}
        finally:
            _run("pg_ctl", "-D", str(cluster), "-m", "fast" if kept else "immediate", "stop")
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


def _run(program: str, *arguments: str) -> None:
    path = find_program(program)
    if path is None:
        raise CannotStart(f"{program} is missing. Install with: apt-get install -y postgresql")
    as_user = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    # Output goes to a file: the server inherits it, and a pipe would stay open as long as the server lives.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run([*as_user, path, *arguments], stdout=output, stderr=subprocess.STDOUT, cwd="/")
        output.seek(0)
        if done.returncode:
            raise CannotStart(f"{program} failed:\n{output.read()[-2000:]}")
