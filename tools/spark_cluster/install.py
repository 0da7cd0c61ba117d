"""Fetch Spark, once, into a folder of its own in the user's cache: half a gigabyte that the environment is spared."""

import sys
from pathlib import Path

from tools.debian import need_programs
from tools.environment import VENV
from tools.fetched import fetched, run

PINS = Path(__file__).resolve().parent / "requirements.txt"
JAVA = {"java": ["openjdk-17-jre-headless"]}
# It is packed anew before it is unpacked.
LONGEST_SECONDS = 1800


def install() -> Path:
    """The folder in which Python finds pyspark; about 500 MB and three minutes the first time. Raises CannotInstall."""
    need_programs(JAVA)
    return fetched("spark-cluster", PINS, "Spark (about three minutes)", _fill) / "packages"


def _fill(place: Path) -> None:
    options = ["--quiet", "--no-deps", "--require-hashes", "--python", sys.executable, "-r", str(PINS)]
    uv = VENV / "bin" / "uv"
    run(uv, "pip", "install", *options, "--target", place / "packages", longest_seconds=LONGEST_SECONDS)
