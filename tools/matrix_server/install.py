"""Fetch Synapse, once, into an environment of its own in the user's cache; never into the checkout."""

import sys
from pathlib import Path

from tools.environment import VENV
from tools.fetched import fetched, run

PINS = Path(__file__).resolve().parent / "requirements.txt"


def install() -> Path:
    """The Python with Synapse in it; about 200 MB and two minutes the first time. Raises CannotInstall."""
    return fetched("matrix-server", PINS, "Synapse (about two minutes)", _fill) / "venv" / "bin" / "python"


def _fill(place: Path) -> None:
    uv = VENV / "bin" / "uv"
    run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, place / "venv")
    run(uv, "pip", "install", "--quiet", "--require-hashes", "--python", place / "venv", "-r", PINS)
