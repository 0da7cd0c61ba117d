"""Fetch Synapse, once, into an environment of its own in the user's cache; never into the checkout."""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from tools.debian import CannotInstall
from tools.environment import VENV

PINS = Path(__file__).resolve().parent / "requirements.txt"
STAMP = "complete"
LONGEST_SECONDS = 900


def folder() -> Path:
    """Where this version of the server lies; another version has a folder of its own."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "allmende" / f"matrix-server-{hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]}"


def install() -> Path:
    """The Python with Synapse in it; about 200 MB and two minutes the first time. Raises CannotInstall."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    with open(place.with_suffix(".lock"), "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (place / STAMP).exists():
            begun = time.monotonic()
            print(f"Installing Synapse into {place}; about two minutes ...", file=sys.stderr, flush=True)
            uv = VENV / "bin" / "uv"
            _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, place / "venv")
            _run(uv, "pip", "install", "--quiet", "--require-hashes", "--python", place / "venv", "-r", PINS)
            (place / STAMP).touch()
            print(f"Installed in {time.monotonic() - begun:.0f} s.", file=sys.stderr, flush=True)
    return place / "venv" / "bin" / "python"


def _run(*command: str | Path) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS)
        status: int | str = done.returncode
        said = done.stdout + done.stderr
    except (OSError, subprocess.TimeoutExpired) as error:
        status, said = str(error), ""
    if status:
        words = " ".join(map(str, command))
        raise CannotInstall(
            f"The Matrix server could not be installed. This failed ({status}): {words}\n{said[-1500:]}\n"
            "Check the network and 500 MB of free space, and start again."
        )
