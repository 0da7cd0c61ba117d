"""What is fetched once into the user's cache, never into the checkout: a folder per version, whole or not there."""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.debian import CannotInstall

STAMP = "complete"


def fetched(name: str, pins: Path, words: str, fill: Callable[[Path], None]) -> Path:
    """The folder for these pins, filled by whoever comes first; others wait. `words`: what is fetched, and how long it takes."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = caches / "allmende" / f"{name}-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}"
    place.mkdir(parents=True, exist_ok=True)
    with open(place.with_suffix(".lock"), "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (place / STAMP).exists():
            begun = time.monotonic()
            print(f"Installing {words} into {place} ...", file=sys.stderr, flush=True)
            fill(place)
            (place / STAMP).touch()
            print(f"Installed in {time.monotonic() - begun:.0f} s.", file=sys.stderr, flush=True)
    return place


def run(*command: str | Path, longest_seconds: float = 900) -> None:
    """One step of filling a folder. Raises CannotInstall, saying what the command said."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=longest_seconds)
        status: int | str = done.returncode
        said = done.stdout + done.stderr
    except (OSError, subprocess.TimeoutExpired) as error:
        status, said = str(error), ""
    if status:
        words = " ".join(map(str, command))
        raise CannotInstall(
            f"It could not be installed. This failed ({status}): {words}\n{said[-1500:]}\n"
            "Check the network and 1 GB of free space, and start again."
        )
