"""A process that serves or works looks for cycles seldom, and not among what it loaded."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from allmende.config.garbage import keep_loaded

TOLD = "import gc; print(gc.get_threshold()[0], gc.get_freeze_count() > 10_000)"


@pytest.mark.parametrize(
    "start",
    [
        "from allmende.config.terminal import begin_django; begin_django()",
        "import allmende.config.wsgi",
    ],
    ids=["command", "web"],
)
def test_what_was_loaded_at_the_start_is_not_looked_through_again(tmp_path: Path, start: str) -> None:
    environment = {**os.environ, "ALLMENDE_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", f"{start}; {TOLD}"], env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["50000", "True"], done.stderr


def test_what_the_first_pages_brought_along_is_not_looked_through_either() -> None:
    brought: list[list[object]] = [[] for _ in range(1_000)]
    looked_through, kept = len(gc.get_objects()), gc.get_freeze_count()
    try:
        keep_loaded()
        assert gc.get_freeze_count() >= kept + len(brought)
        assert len(gc.get_objects()) < looked_through / 10
    finally:
        gc.unfreeze()
